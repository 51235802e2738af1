"""A mandate that ends while awards under it wait: nothing more is signed in the other organisation's name."""

import datetime as dt

import pytest
from django.utils import timezone

from catalogue.content import PartyContent
from issuing.claim_links import claim_token
from issuing.errors import MandateMissingError, NotSignedForHolderError
from issuing.models import ApprovalKind, Award, AwardState, Batch
from issuing.passing import pass_on
from issuing.services import (
    ApprovalOrder,
    BatchOptions,
    BatchOrder,
    Correction,
    accept_award,
    advance_due,
    approve_awards,
    award_achievement,
    correct_credential,
    make_batch,
    refuse_awards,
    run_batch,
    send_batch,
    send_now,
    set_approval,
    undo_batch,
)
from registry.actors import SYSTEM, actor_for_user
from registry.lanes import Lane
from registry.language_maps import text_in
from registry.models import Issuer, Mandate, NewsKind, OutboxMessage, Role, SigningPolicy, StaffNews
from registry.services import MandateOrder, end_mandate
from tests.console.houses import build_house
from tests.issuing.builders import build_achievement, build_issuer, build_order
from tests.issuing.ways import bearer, breaches, sign
from tests.registry.acts_of_agreements import build_mandate
from tests.registry.builders import build_organisation

pytestmark = pytest.mark.django_db
FILE = b"email,name\na@example.org,Ada\nb@example.org,Bob\n"


def _mandated(issuer: Issuer | None = None):
    issuer, body = issuer or build_issuer(), build_organisation()
    order = MandateOrder(issuer=issuer, on_behalf_of=body.slug, since=timezone.localdate())
    mandate = build_mandate(order, confirmed=True)
    parties = (PartyContent(role="awards", name="Body", organisation=body.slug),)
    return build_achievement(issuer, parties=parties), mandate


def _later() -> dt.datetime:
    return timezone.now() + dt.timedelta(days=30)


def _day_has_come(**whose) -> set[str]:
    waiting = Award.objects.filter(state=AwardState.SCHEDULED, **whose)
    waiting.update(not_before=timezone.now() - dt.timedelta(minutes=1))
    advance_due(award_ids=list(waiting.values_list("pk", flat=True)))
    return set(Award.objects.filter(**whose).values_list("state", flat=True))


def test_award_by_hand_is_not_sent_says_why_and_goes_on_under_another_mandate():
    achievement, mandate = _mandated()
    award = award_achievement(order=build_order(achievement, send_at=_later()), actor=SYSTEM)
    house = build_house(Role.AWARDER, achievement=achievement)
    page = f"{house.home}awards/{award.pk}/"
    assert "no mandate" not in house.read(page)
    end_mandate(mandate=mandate, actor=SYSTEM)
    before = OutboxMessage.objects.filter(topic="awards.due").count()

    with pytest.raises(MandateMissingError):
        send_now(award_id=award.pk, actor=SYSTEM)
    assert _day_has_come(pk=award.pk) == {AwardState.SCHEDULED}
    assert OutboxMessage.objects.filter(topic="awards.due").count() == before + 1, "looked at again"
    assert "there is no mandate for that today" in house.read(page)
    Mandate.objects.filter(pk=mandate.pk).update(ended_at=None)
    assert _day_has_come(pk=award.pk) == {AwardState.ACCEPTED}


def test_file_stops_on_its_day_says_so_and_is_undone_or_goes_on():
    achievement, mandate = _mandated()
    order = BatchOrder(achievement=achievement, content=FILE, kind="csv", options=BatchOptions(send_at=_later()))
    batch = make_batch(order=order, actor=SYSTEM)
    run_batch(batch_id=batch.pk)
    end_mandate(mandate=mandate, actor=SYSTEM)

    with pytest.raises(MandateMissingError):
        send_batch(batch=Batch.objects.get(pk=batch.pk), actor=SYSTEM)
    for _time in range(2):
        assert _day_has_come(batch=batch) == {AwardState.SCHEDULED}
    batch.refresh_from_db()
    assert (batch.state, batch.ended_code) == ("done", "mandate-over")
    assert StaffNews.objects.filter(kind=NewsKind.BATCH_STOPPED).count() == 1
    house = build_house(Role.AWARDER, achievement=achievement)
    assert "gives no mandate for that any more" in house.read(f"{house.home}batches/{batch.pk}/")
    Mandate.objects.filter(pk=mandate.pk).update(ended_at=None)
    assert _day_has_come(batch=batch) == {AwardState.ACCEPTED}
    batch.refresh_from_db()
    assert batch.ended_code == ""


def test_file_that_stopped_can_be_undone():
    achievement, mandate = _mandated()
    order = BatchOrder(achievement=achievement, content=FILE, kind="csv", options=BatchOptions(send_at=_later()))
    batch = make_batch(order=order, actor=SYSTEM)
    run_batch(batch_id=batch.pk)
    end_mandate(mandate=mandate, actor=SYSTEM)
    _day_has_come(batch=batch)
    over = {"send_at": (timezone.now() - dt.timedelta(days=1)).isoformat()}
    batch.refresh_from_db()
    Batch.objects.filter(pk=batch.pk).update(options=batch.options | over)

    assert undo_batch(batch=Batch.objects.get(pk=batch.pk), actor=SYSTEM).undone_at


def test_nothing_is_approved_any_more_and_refusing_is_always_possible():
    achievement, mandate = _mandated()
    kinds = frozenset({ApprovalKind.SECOND_PERSON})
    set_approval(order=ApprovalOrder(place=achievement, kinds=kinds), actor=SYSTEM)
    house = build_house(Role.AWARDER, achievement=achievement)
    award = award_achievement(order=build_order(achievement), actor=actor_for_user(house.user))
    end_mandate(mandate=mandate, actor=SYSTEM)

    with pytest.raises(MandateMissingError):
        approve_awards(subject_id=award.pk, actor=SYSTEM)
    assert refuse_awards(subject_id=award.pk, actor=SYSTEM, reason="Over").moved == (award.pk,)


def test_holder_is_told_whom_to_ask_and_accepts_under_another_mandate(client):
    achievement, mandate = _mandated(build_issuer(signing_policy=SigningPolicy.AT_CLAIM))
    award = award_achievement(order=build_order(achievement), actor=SYSTEM)
    page = f"/claim/{claim_token(award.pk)}"
    assert "/accept" in client.get(page).content.decode()
    end_mandate(mandate=mandate, actor=SYSTEM)

    with pytest.raises(NotSignedForHolderError) as refused:
        accept_award(award_id=award.pk, actor=bearer(award))
    told = client.post(f"{page}/accept", follow=True).content.decode()

    issuer = text_in(award.issuer_profile.name, "en")
    assert f"ask {issuer}" in refused.value.sentence()
    assert f"on behalf of Body, and {issuer} has no mandate" in told
    assert f"Ask {issuer}" in told
    assert f"{page}/accept" not in told
    assert f"{page}/decline" in told
    assert Award.objects.get().state == AwardState.AWAITING_CLAIM
    Mandate.objects.filter(pk=mandate.pk).update(ended_at=None)
    client.post(f"{page}/accept")
    assert sign() == 1


def test_what_waits_to_be_signed_waits_on_and_a_correction_of_what_was_signed_does_not():
    achievement, mandate = _mandated()
    signed = award_achievement(order=build_order(achievement, 1), actor=SYSTEM)
    assert sign() == 1
    waiting = award_achievement(order=build_order(achievement, 2), actor=SYSTEM)
    end_mandate(mandate=mandate, actor=SYSTEM)

    assert sign() == 0
    message = OutboxMessage.objects.get(topic="awards.accepted", done_at=None)
    assert (message.last_error, message.given_up_at) == ("mandate-missing", None)
    house = build_house(Role.AWARDER, achievement=achievement)
    assert "Until then it is not signed" in house.read(f"{house.home}awards/{waiting.pk}/")
    corrected = Correction(stated={"narrative": "Read well."})
    correct_credential(credential_id=signed.pk, correction=corrected, reason="Left out", actor=SYSTEM)
    assert sign() == 1
    assert Award.objects.get(pk=waiting.pk).state == AwardState.ACCEPTED
    Mandate.objects.filter(pk=mandate.pk).update(ended_at=None)
    OutboxMessage.objects.filter(done_at=None).update(not_before=timezone.now(), lease_until=None)
    assert sign() == 1
    assert breaches() == []


def test_mandate_that_ends_between_sending_a_file_and_the_worker_stops_it():
    achievement, mandate = _mandated()
    order = BatchOrder(achievement=achievement, content=FILE, kind="csv", options=BatchOptions(send_at=_later()))
    batch = make_batch(order=order, actor=SYSTEM)
    run_batch(batch_id=batch.pk)
    send_batch(batch=Batch.objects.get(pk=batch.pk), actor=SYSTEM)
    end_mandate(mandate=mandate, actor=SYSTEM)

    work()

    own = Award.objects.filter(batch=batch)
    batch.refresh_from_db()
    assert set(own.values_list("state", flat=True)) == {AwardState.SCHEDULED}
    assert batch.ended_code == "mandate-over"
    Mandate.objects.filter(pk=mandate.pk).update(ended_at=None)
    advance_due(award_ids=list(own.values_list("pk", flat=True)))
    assert set(own.values_list("state", flat=True)) == {AwardState.ACCEPTED}, "they are due since they were sent"


def work() -> None:
    while pass_on(Lane.STATUS, worker="tester"):
        pass
