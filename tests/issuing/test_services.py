"""The acts of awarding and on status: what they do, and what they refuse."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from django.utils import timezone

from catalogue.models import Achievement, AchievementState, DuplicatePolicy
from catalogue.services import plan_achievement
from credentials.documents import AwardFacts
from issuing.errors import (
    AlreadyAwardedError,
    AlreadyRevokedError,
    AwardingClosedError,
    CredentialNotFoundError,
    FactsRefusedError,
    NotSuspendableError,
    ReasonRequiredError,
    StatusUnchangedError,
)
from issuing.grounds import ground_of
from issuing.models import Award, AwardState, Credential, StatusChange
from issuing.services import (
    EvidenceOrder,
    GroundOrder,
    ResultOrder,
    award_achievement,
    reinstate_credential,
    revoke_credential,
    supersede_credential,
    suspend_credential,
)
from registry.actors import SYSTEM, Actor
from registry.errors import RoleRequiredError, ScopeRequiredError
from registry.models import AuditEntry, IdentifierType, Learner, OutboxMessage, Role, Visibility
from registry.permissions import Scope
from registry.services import IdentifierOrder, Recipient
from tests.issuing.builders import (
    awarder_at,
    build_achievement,
    build_issuer,
    build_order,
    drain_all,
    fresh,
    signing_here,
)
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db

RULE = {"measure": "score", "at_least": "60", "scale": "percent"}


def award_now(achievement: Achievement, **stated) -> Award:
    return award_achievement(order=build_order(achievement, **stated), actor=SYSTEM)


def signed(achievement: Achievement, **stated) -> Credential:
    award = award_now(achievement, **stated)
    with signing_here():
        drain_all()
    return Credential.objects.get(pk=award.pk)


def refusal_of(achievement: Achievement, **stated) -> FactsRefusedError:
    with pytest.raises(FactsRefusedError) as refusal:
        award_now(achievement, **stated)
    assert not Award.objects.exists()
    return refusal.value


def test_award_is_signed_stored_and_queued_for_delivery():
    achievement = build_achievement(build_issuer(default_visibility=Visibility.UNLISTED))
    award = award_achievement(order=build_order(achievement), actor=awarder_at(achievement))

    with signing_here():
        stored = drain_all()

    credential = Credential.objects.get()
    document = json.loads(credential.document)
    assert stored == 1
    assert fresh(award).state == AwardState.SIGNED
    assert document["id"].endswith(f"/c/{award.id}")
    assert credential.visibility == Visibility.UNLISTED
    assert credential.award.letters.get().message_id == f"<{award.id}.claim@localhost>"


def test_acceptance_leaves_one_entry_and_one_piece_of_work():
    achievement = build_achievement()
    OutboxMessage.objects.all().delete()

    award = award_now(achievement)

    payload = OutboxMessage.objects.get().payload
    assert payload == {"award_ids": [str(award.id)], "tenant": str(award.organisation_id)}
    entry = AuditEntry.objects.get(act="award.accepted")
    assert (entry.object_id, entry.detail) == (str(award.id), {"count": 1})


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.REVIEWER, Role.APPROVER, Role.ASSESSOR])
def test_who_may_not_award_is_refused(role):
    achievement = build_achievement()

    with pytest.raises(RoleRequiredError):
        award_achievement(order=build_order(achievement), actor=build_member(achievement.issuer.node, role))

    assert not Award.objects.exists()
    assert not Learner.objects.exists()


def test_awarder_of_another_organisation_is_refused():
    mine, theirs = build_achievement(), build_achievement()

    with pytest.raises(RoleRequiredError):
        award_achievement(order=build_order(theirs), actor=awarder_at(mine))


def test_machine_without_the_scope_is_refused():
    achievement = build_achievement()
    machine = Actor(
        kind="api_key", id="k", node_path=achievement.issuer.node.path, scopes=frozenset({Scope.AWARDS_READ})
    )

    with pytest.raises(ScopeRequiredError):
        award_achievement(order=build_order(achievement), actor=machine)


def test_draft_planned_and_withdrawn_are_refused_each_with_its_code():
    draft = build_achievement(publish=False)
    planned = build_achievement(publish=False)
    plan_achievement(achievement=planned, actor=SYSTEM)
    planned.refresh_from_db()
    retired = build_achievement()
    retired.state, retired.last_award_on = AchievementState.RETIRED, dt.date(2020, 1, 1)

    codes = []
    for achievement in (draft, planned, retired):
        with pytest.raises(Exception) as refusal:  # noqa: PT011 - the code is the assertion
            award_now(achievement)
        codes.append(refusal.value.code)

    assert codes == ["not-published", "planned", "retired"]


def test_award_after_the_last_award_date_is_refused():
    achievement = build_achievement()
    achievement.last_award_on = timezone.now().date() - dt.timedelta(days=2)

    with pytest.raises(AwardingClosedError):
        award_now(achievement)


def test_second_award_is_refused_and_the_first_stands():
    achievement = build_achievement()
    first = award_now(achievement, number=1)

    with pytest.raises(AlreadyAwardedError) as refusal:
        award_now(achievement, number=1)

    assert refusal.value.facts["id"] == first.id
    assert list(Award.objects.all()) == [first]


def test_repeat_is_taken_where_the_policy_allows_it_and_only_when_asked_for():
    achievement = build_achievement(duplicates=DuplicatePolicy.ALLOW)
    award_now(achievement, number=1)

    with pytest.raises(AlreadyAwardedError):
        award_now(achievement, number=1)
    award_now(achievement, number=1, repeat=True)
    award_now(achievement, number=1, repeat=True)

    assert Award.objects.count() == 3


def test_repeat_is_refused_where_the_policy_denies_it():
    achievement = build_achievement()
    award_now(achievement, number=1)

    with pytest.raises(AlreadyAwardedError):
        award_now(achievement, number=1, repeat=True)


def test_replacing_award_revokes_the_signed_one_and_names_itself():
    achievement = build_achievement(duplicates=DuplicatePolicy.REPLACE)
    old = signed(achievement, number=1)

    new = signed(achievement, number=1)

    old.refresh_from_db()
    change = StatusChange.objects.get(credential=old)
    assert (change.purpose, change.value, change.reason) == ("revocation", True, "superseded")
    assert old.successor == new
    assert old.revision == 2


def test_replacing_award_ends_one_that_was_not_signed_yet():
    achievement = build_achievement(duplicates=DuplicatePolicy.REPLACE)
    old = award_now(achievement, number=1)
    OutboxMessage.objects.filter(topic="awards.accepted").update(not_before=timezone.now() + dt.timedelta(hours=1))

    signed(achievement, number=1)

    old = Award.objects.get(pk=old.pk)
    assert (old.state, old.refused_code) == (AwardState.CANCELLED, "replaced-before-signing")


def test_every_fact_that_was_stated_is_fixed():
    achievement = build_achievement(outcome_rule=RULE)
    award = award_now(
        achievement,
        recipient=Recipient(
            name="Zoë\u202e Example",
            email="Zoe@Example.org",
            language="de",
            identifiers=(IdentifierOrder(IdentifierType.MATRICULATION, "college", "4711"),),
        ),
        awarded_on=dt.date(2019, 8, 1),
        valid_until=dt.datetime(2031, 1, 1, tzinfo=dt.UTC),
        learning_from="08/2019",
        participation="online",
        supervision="proctored",
        credits_earned=Decimal("2.50"),
        language_of_assessment="en",
        narrative="Passed.",
        evidence=(EvidenceOrder(url="https://example.org/work"),),
        results=(ResultOrder(value="60"),),
        ground=GroundOrder(body="Examination board", date=dt.date(2019, 7, 1), reference="12/19"),
    )

    facts = AwardFacts.from_json(award.facts)
    assert facts.holder_name == "Zoë Example"
    assert (facts.language, facts.learning_period) == ("de", "08/2019")
    assert facts.awarded_on == dt.datetime(2019, 8, 1, tzinfo=dt.UTC)
    assert facts.identifiers[0].identity_type == "sourcedId"
    assert facts.results[0].description_id.endswith("#result")
    assert ground_of(award).reference == "12/19"
    assert "12/19" not in award.facts
    assert facts.to_json() == award.facts


def test_award_lies_in_the_organisations_day():
    achievement = build_achievement(build_issuer(timezone="Pacific/Kiritimati"))

    award = award_now(achievement)

    assert award.awarded_on == (timezone.now() + dt.timedelta(hours=14)).date()


@pytest.mark.parametrize("value", ["59.999999999", "59", "0", "-1"])
def test_result_below_the_rule_is_refused_exactly(value):
    refusal = refusal_of(build_achievement(outcome_rule=RULE), results=(ResultOrder(value=value),))

    assert (refusal.code, refusal.facts["column"]) == ("below-outcome-rule", "result")


def test_result_at_the_rule_is_taken_and_without_one_the_awarder_vouches():
    achievement = build_achievement(outcome_rule=RULE)

    assert award_now(achievement, results=(ResultOrder(value="60.0"),))
    assert award_now(achievement)


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ({"awarded_on": dt.date(2999, 1, 1)}, "awarded-in-future"),
        ({"valid_until": dt.datetime(2001, 1, 1, tzinfo=dt.UTC)}, "period-reversed"),
        ({"learning_from": "2026-02-01", "learning_to": "2026-01-01"}, "period-reversed"),
        ({"credits_earned": Decimal("1.005")}, "bad-number"),
        ({"credits_earned": Decimal("NaN")}, "bad-number"),
        ({"narrative": "bell\x07"}, "bad-text"),
        ({"participation": "two\nlines"}, "bad-text"),
        ({"language_of_assessment": "!"}, "language-tag"),
        ({"evidence": (EvidenceOrder(url="javascript:alert(1)"),)}, "facts-refused"),
        ({"results": (ResultOrder(value="1", description="nothing"),)}, "unknown-result"),
        ({"results": (ResultOrder(status="Great"),)}, "facts-refused"),
        ({"recipient": Recipient(name="\x00", email="a@example.org")}, "name-missing"),
        ({"recipient": Recipient(name="A", email="nobody")}, "bad-email"),
    ],
)
def test_fact_that_cannot_be_signed_is_refused_with_a_remedy(stated, code):
    refusal = refusal_of(build_achievement(), **stated)

    assert refusal.code == code
    assert refusal.facts["remedy"]
    assert refusal.sentence()


def test_revocation_is_final_and_frees_the_line():
    achievement = build_achievement()
    credential = signed(achievement, number=1)

    revoke_credential(credential_id=credential.pk, reason="Issued in error", actor=awarder_at(achievement))

    credential.refresh_from_db()
    assert credential.revision == 2
    assert StatusChange.objects.get().reason == "Issued in error"
    assert AuditEntry.objects.filter(act="credential.revoked", object_id=str(credential.pk)).exists()
    with pytest.raises(AlreadyRevokedError):
        revoke_credential(credential_id=credential.pk, reason="again", actor=SYSTEM)
    assert award_now(achievement, number=1)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_revocation_without_a_reason_is_refused(reason):
    credential = signed(build_achievement())

    with pytest.raises(ReasonRequiredError):
        revoke_credential(credential_id=credential.pk, reason=reason, actor=SYSTEM)


def test_stranger_learns_nothing_and_viewer_is_told_the_role():
    achievement = build_achievement()
    credential = signed(achievement)

    with pytest.raises(CredentialNotFoundError):
        revoke_credential(credential_id=credential.pk, reason="x", actor=awarder_at(build_achievement()))
    viewer = build_member(achievement.issuer.node, Role.VIEWER)
    with pytest.raises(RoleRequiredError):
        revoke_credential(credential_id=credential.pk, reason="x", actor=viewer)


def test_award_that_is_not_signed_yet_can_be_revoked_and_is_never_signed():
    achievement = build_achievement()
    award = award_now(achievement)

    revoke_credential(credential_id=award.pk, reason="Wrong person", actor=SYSTEM)
    with signing_here():
        drain_all()

    assert not Credential.objects.exists()
    assert fresh_state(award) == (AwardState.CANCELLED, "revoked-before-signing")
    with pytest.raises(AlreadyRevokedError):
        revoke_credential(credential_id=award.pk, reason="again", actor=SYSTEM)


def fresh_state(award: Award) -> tuple[str, str]:
    award = Award.objects.get(pk=award.pk)
    return award.state, award.refused_code


def test_suspension_can_be_ended_and_set_again():
    credential = signed(build_achievement(suspendable=True))

    suspend_credential(credential_id=credential.pk, reason="Inquiry", actor=SYSTEM)
    with pytest.raises(StatusUnchangedError):
        suspend_credential(credential_id=credential.pk, reason="Inquiry", actor=SYSTEM)
    reinstate_credential(credential_id=credential.pk, reason="Cleared", actor=SYSTEM)
    suspend_credential(credential_id=credential.pk, reason="New inquiry", actor=SYSTEM)

    assert list(StatusChange.objects.order_by("id").values_list("value", flat=True)) == [True, False, True]


def test_suspension_where_it_is_not_provided_for_is_refused():
    credential = signed(build_achievement())

    with pytest.raises(NotSuspendableError):
        suspend_credential(credential_id=credential.pk, reason="Inquiry", actor=SYSTEM)


def test_corrected_award_takes_the_place_of_the_old_one():
    achievement = build_achievement()
    old = signed(achievement, number=1)
    order = build_order(achievement, recipient=Recipient(name="Ada Corrected", email="ada1@example.org"))

    successor = supersede_credential(credential_id=old.pk, order=order, reason="Name corrected", actor=SYSTEM)
    old.refresh_from_db()
    assert old.successor is None, "the old one stands until the new one is signed"
    with signing_here():
        drain_all()

    old.refresh_from_db()
    assert old.successor_id == successor.pk
    assert StatusChange.objects.get(credential=old).reason == "superseded"
    assert Award.objects.get(pk=successor.pk).dedupe_key
    assert not Award.objects.get(pk=old.pk).dedupe_key
