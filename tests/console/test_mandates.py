"""On behalf of another organisation: asked for, confirmed, ended; nothing is published or awarded in its name without."""

import datetime as dt

import pytest
from django.utils import timezone

from catalogue.content import PartyContent
from catalogue.errors import ContentRefusedError
from catalogue.models import PartyRole
from catalogue.services import plan_achievement
from issuing.errors import MandateMissingError
from issuing.services import award_achievement
from registry.actors import SYSTEM
from registry.models import AuditEntry, Mandate, NewsKind, Role, StaffNews
from registry.services import MandateOrder, confirm_mandate, end_mandate, mandating
from registry.telling_staff import note_what_ends, said
from registry.throttle import Rate
from tests.console.houses import build_house, problems
from tests.issuing.builders import build_achievement, build_issuer, build_order
from tests.registry.acts_of_agreements import build_mandate
from tests.registry.builders import build_member, build_organisation, root_of

pytestmark = pytest.mark.django_db


def _today(days=0) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def _order(issuer, body, **period) -> MandateOrder:
    return MandateOrder(issuer=issuer, on_behalf_of=body.slug, **({"since": _today()} | period))


def _published_for(issuer, body):
    return build_achievement(issuer, parties=(PartyContent(role="awards", name="Body", organisation=body.slug),))


def test_one_side_asks_the_other_confirms_and_the_public_page_shows_the_period():
    asking, giving = build_house(Role.OWNER), build_house(Role.OWNER)
    body = giving.achievement.organisation
    issuer = asking.achievement.issuer
    sheet = {"issuer": str(issuer.pk), "on_behalf_of": body.slug, "until": str(_today(90))}

    for _time in range(2):
        assert asking.client.post(f"{asking.home}mandates/", sheet).status_code == 302
    made = Mandate.objects.get()
    unconfirmed = asking.client.get(f"/issuers/{issuer.slug}/").content.decode()
    own = asking.client.post(f"{asking.home}mandates/{made.pk}/confirm")
    shown = giving.read(f"{giving.home}mandates/")
    giving.client.post(f"{giving.home}mandates/{made.pk}/confirm")
    page = asking.client.get(f"/issuers/{issuer.slug}/").content.decode()

    assert "On whose behalf" not in unconfirmed
    assert own.status_code == 403, "who asks does not confirm"
    assert "waits to be confirmed" in shown
    assert "On whose behalf it awards" in page
    made.refresh_from_db()
    assert (made.asked_by, made.confirmed_by) == (asking.user, giving.user)
    news = StaffNews.objects.get(kind=NewsKind.MANDATE_ASKED)
    assert news.organisation == body
    assert "in your name" in said(news.kind, 1)
    trails = AuditEntry.objects.filter(act="mandate.confirmed").values_list("organisation", flat=True)
    assert set(trails) == {body.pk, issuer.organisation_id}


def test_every_fault_of_what_is_asked_for_is_told_and_another_period_is_another_mandate():
    house = build_house(Role.OWNER)
    issuer = house.achievement.issuer
    sheet = {"issuer": str(issuer.pk), "on_behalf_of": "nobody", "since": "2026-01-02", "until": "2026-01-01"}

    told = problems(house.client.post(f"{house.home}mandates/", sheet).content.decode())
    itself = house.client.post(
        f"{house.home}mandates/", sheet | {"on_behalf_of": issuer.organisation.slug, "until": ""}
    )
    made = build_mandate(_order(issuer, build_organisation()))
    again = sheet | {"on_behalf_of": made.on_behalf_of.slug, "since": str(_today(1)), "until": ""}
    stands = house.client.post(f"{house.home}mandates/", again)

    assert len(told) == 2
    assert "needs no mandate of itself" in itself.content.decode()
    assert "End it first" in stands.content.decode()
    assert Mandate.objects.count() == 1


@pytest.mark.parametrize(("name", "others"), [("ASKED_OF_ONE", 302), ("ASKED_OF_ALL", 422)])
def test_asking_and_ending_again_and_again_is_counted_and_tells_nobody_more(monkeypatch, name, others):
    monkeypatch.setattr(mandating, name, Rate(name, requests=2, seconds=86_400))
    house = build_house(Role.OWNER)
    issuer, body = house.achievement.issuer, build_organisation()
    sheet = {"issuer": str(issuer.pk), "on_behalf_of": body.slug, "since": str(_today()), "until": ""}
    for _time in range(2):
        end_mandate(mandate=build_mandate(_order(issuer, body)), actor=SYSTEM)

    answer = house.client.post(f"{house.home}mandates/", sheet)

    assert answer.status_code == 422
    assert "very often today" in problems(answer.content.decode())[0]
    assert Mandate.objects.count() == StaffNews.objects.filter(kind=NewsKind.MANDATE_ASKED).count() == 2
    other = house.client.post(f"{house.home}mandates/", sheet | {"on_behalf_of": build_organisation().slug})
    assert other.status_code == others
    build_mandate(_order(build_issuer(), body))


def test_nothing_is_published_planned_or_awarded_in_anothers_name_without_a_live_mandate():
    issuer, body = build_issuer(), build_organisation()

    with pytest.raises(ContentRefusedError) as refused:
        _published_for(issuer, body)
    mandate = build_mandate(_order(issuer, body))
    with pytest.raises(ContentRefusedError):
        _published_for(issuer, body)
    confirm_mandate(mandate=mandate, actor=SYSTEM)
    achievement = _published_for(issuer, body)
    award_achievement(order=build_order(achievement, 1), actor=SYSTEM)
    end_mandate(mandate=mandate, actor=SYSTEM)
    with pytest.raises(MandateMissingError) as over:
        award_achievement(order=build_order(achievement, 2), actor=SYSTEM)

    assert [one.code for one in refused.value.refusals] == ["mandate-missing"]
    assert "on behalf of Body" in over.value.sentence()


@pytest.mark.parametrize(("since", "until"), [(1, None), (-9, -1)])
def test_mandate_of_another_time_allows_nothing(since, until):
    issuer, body = build_issuer(), build_organisation()
    mandate = build_mandate(_order(issuer, body), confirmed=True)
    achievement = _published_for(issuer, body)
    Mandate.objects.filter(pk=mandate.pk).update(
        since=_today(since), until=_today(until) if until is not None else None
    )

    with pytest.raises(MandateMissingError):
        award_achievement(order=build_order(achievement), actor=SYSTEM)


def test_own_name_other_roles_bodies_from_outside_and_samples_need_none():
    issuer, body = build_issuer(), build_organisation()
    parties = (
        PartyContent(role="awards", name="Ourselves", organisation=issuer.organisation.slug),
        PartyContent(role="awards", name="Ministry"),
        PartyContent(role=PartyRole.PARTNERS.value, name="Partner", organisation=body.slug),
    )
    award_achievement(order=build_order(build_achievement(issuer, parties=parties), 1), actor=SYSTEM)
    sample = build_issuer(is_sample=True)

    award_achievement(order=build_order(_published_for(sample, body), 1), actor=SYSTEM)


def test_planning_asks_as_well():
    issuer, body = build_issuer(), build_organisation()
    parties = (PartyContent(role="awards", name="Body", organisation=body.slug),)
    draft = build_achievement(issuer, publish=False, parties=parties)

    with pytest.raises(ContentRefusedError):
        plan_achievement(achievement=draft, actor=SYSTEM)
    build_mandate(_order(issuer, body), confirmed=True)
    assert plan_achievement(achievement=draft, actor=SYSTEM)


def test_either_side_ends_it_and_nobody_else():
    house = build_house(Role.OWNER)
    mandate = build_mandate(_order(house.achievement.issuer, build_organisation()), confirmed=True)
    stranger, admin = build_house(Role.OWNER), build_house(Role.ADMIN, achievement=house.achievement)

    assert stranger.client.post(f"{stranger.home}mandates/{mandate.pk}/end").status_code == 404
    assert admin.client.post(f"{house.home}mandates/{mandate.pk}/end").status_code == 403
    assert house.client.post(f"{house.home}mandates/{mandate.pk}/end").status_code == 302
    late = house.client.post(f"{house.home}mandates/{mandate.pk}/confirm", follow=True)
    mandate.refresh_from_db()
    assert mandate.ended_by == house.user
    assert late.status_code == 403
    end_mandate(mandate=mandate, actor=build_member(root_of(mandate.on_behalf_of), Role.OWNER))


def test_both_sides_hear_of_an_end_within_two_weeks_once():
    issuer, body = build_issuer(), build_organisation()
    build_mandate(_order(issuer, body, until=_today(10)), confirmed=True)

    note_what_ends()
    note_what_ends()

    told = StaffNews.objects.filter(kind=NewsKind.AGREEMENT_ENDING).values_list("organisation", flat=True)
    assert sorted(told) == sorted([issuer.organisation_id, body.pk])
