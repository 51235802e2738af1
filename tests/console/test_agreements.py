"""Agreements: published in versions by the operator, read and accepted by owners, needed from a day on where that is said."""

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from issuing.services import award_achievement
from registry.actors import SYSTEM
from registry.agreed import missing_agreements
from registry.errors import AgreementMissingError
from registry.models import Agreement, AgreementAccepted, AgreementKind, AuditEntry, NewsKind, Role, StaffNews
from registry.telling_staff import note_what_ends, said
from tests.console.houses import build_house, problems, signed_in
from tests.issuing.builders import build_order
from tests.registry.acts_of_agreements import build_agreement
from tests.registry.builders import build_user

pytestmark = pytest.mark.django_db


def _sheet(**fields) -> dict:
    return {"once": str(uuid.uuid4()), "kind": "terms", "text_en": "Be **honest**.", **fields}


def _days(number) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=number)


def test_operator_publishes_versions_by_pages_once_for_each_sheet():
    client = signed_in(build_user(is_superuser=True))
    sheet = _sheet(text_de="Seien Sie ehrlich.")

    empty = client.post("/operator/agreements/", _sheet(text_en=" "))
    late = client.post("/operator/agreements/", _sheet(required_from=str(_days(0))))
    first, again = (client.post("/operator/agreements/", sheet) for _time in range(2))
    other = client.post("/operator/agreements/", sheet | {"text_en": "Be kind."})
    client.post("/operator/agreements/", _sheet(required_from=str(_days(30))))
    page = client.get("/operator/agreements/").content.decode()

    assert "one language at least" in problems(empty.content.decode())[0]
    assert "until tomorrow" in problems(late.content.decode())[0]
    assert (first.status_code, again.status_code, other.status_code) == (302, 302, 422)
    assert "sent before with other words" in problems(other.content.decode())[0]
    assert 'name="once" value="{once}"'.format(**sheet) not in other.content.decode()
    assert list(Agreement.objects.order_by("version").values_list("version", flat=True)) == [1, 2]
    assert "accepted by 0 of 0 organisations" in page
    one = Agreement.objects.get(version=1)
    assert "<strong>honest</strong>" in client.get(f"/operator/agreements/{one.pk}/").content.decode()
    assert signed_in(build_user()).get("/operator/agreements/").status_code == 403


def test_owner_accepts_by_one_button_and_who_did_it_when_is_shown():
    house, made = build_house(Role.OWNER), build_agreement()
    address = f"{house.home}agreements/{made.pk}/"

    before = house.read(address)
    told = house.read(f"{house.home}overview/")
    left = house.read(f"{house.home}agreements/")
    for _time in range(2):
        house.client.post(address)
    after = house.read(address)

    assert "Accept version 1 of the terms of use for" in before
    assert "Version 1 of the terms of use waits for an owner" in told
    assert "nothing is blocked until then" in left
    row = AgreementAccepted.objects.get()
    assert (row.user, row.organisation, row.agreement) == (house.user, house.achievement.organisation, made)
    assert house.user.email in after
    assert "Accept version" not in after
    assert "waits for an owner" not in house.read(f"{house.home}overview/")
    assert AuditEntry.objects.filter(act="agreement.accepted").count() == 1


def test_admin_reads_and_cannot_accept_and_an_older_version_is_nobodys_to_accept():
    house, made = build_house(Role.ADMIN), build_agreement()
    address = f"{house.home}agreements/{made.pk}/"

    page = house.read(address)
    refused = house.client.post(address)
    owner = build_house(Role.OWNER, achievement=house.achievement)
    build_agreement()
    owner.client.post(address)

    assert "an owner of the organisation does that" in page
    assert refused.status_code == 403
    assert not AgreementAccepted.objects.exists()
    assert "There is a newer version" in owner.read(f"{house.home}agreements/")


def test_nothing_new_is_awarded_without_an_agreement_from_the_day_that_the_operator_named():
    house = build_house(Role.OWNER)
    made = build_agreement(required_from=_days(1))
    open_one = build_agreement(AgreementKind.DATA_PROCESSING)
    award_achievement(order=build_order(house.achievement, 1), actor=SYSTEM)
    with transaction.atomic():
        late = Agreement.objects.create(
            kind="terms", version=2, text={"en": "x"}, published_at=timezone.now(), required_from=_days(0)
        )

    with pytest.raises(AgreementMissingError) as refused:
        award_achievement(order=build_order(house.achievement, 2), actor=SYSTEM)
    page = house.read(house.award_page)
    house.client.post(f"{house.home}agreements/{late.pk}/")
    award_achievement(order=build_order(house.achievement, 2), actor=SYSTEM)

    assert "Administration, Agreements" in refused.value.sentence()
    assert page
    organisation = house.achievement.organisation_id
    assert not missing_agreements(organisation, on=_days(9)).exists(), "a newer version counts for an older one"
    assert made.version < late.version
    assert open_one.required_from is None


def test_samples_are_asked_for_nothing():
    house = build_house(Role.OWNER)
    house.achievement.organisation.is_sample = True
    house.achievement.organisation.save()
    Agreement.objects.create(
        kind="terms", version=1, text={"en": "x"}, published_at=timezone.now(), required_from=_days(0)
    )

    award_achievement(order=build_order(house.achievement, 1), actor=SYSTEM)


def test_owners_hear_of_a_version_once():
    house, made = build_house(Role.OWNER), build_agreement()

    note_what_ends()
    note_what_ends()

    (news,) = StaffNews.objects.filter(kind=NewsKind.AGREEMENT_WAITING)
    assert (news.organisation, news.about) == (house.achievement.organisation, f"agreement:{made.pk}")
    assert "waits for an owner" in said(news.kind, 1)


def test_step_to_the_first_award_is_there_where_something_is_to_agree_to():
    house = build_house(Role.OWNER)
    address = f"{house.home}first-steps/"
    without = house.read(address)
    made = build_agreement()
    with_it = house.read(address)
    house.client.post(f"{house.home}agreements/{made.pk}/")

    assert "Read and accept the agreements" not in without
    assert "Read and accept the agreements" in with_it
    assert "The agreements are accepted" in house.read(address)


def test_text_and_acceptance_never_change():
    made = build_agreement()

    with pytest.raises(DatabaseError), transaction.atomic():
        Agreement.objects.filter(pk=made.pk).update(text={"en": "Other"})
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()
