"""An organisation is set up by pages: what it is, its issuer and its key, the register; the operator alone."""

import re

import pytest

from catalogue.models import Signatory
from issuing.setting_up import LATE_AFTER, KeyStage, key_waits
from registry.actors import SYSTEM
from registry.models import (
    AuditEntry,
    Invitation,
    Issuer,
    IssuerProfile,
    Organisation,
    OutboxMessage,
    Role,
    TrustedIssuer,
    User,
)
from registry.services import add_member, stop_organisation
from tests.console.houses import build_house, problems, signed_in
from tests.issuing.builders import build_issuer
from tests.issuing.ways import sign
from tests.registry.builders import build_member, build_user, root_of

pytestmark = pytest.mark.django_db

NEW = "/operator/organisations/new/"
SHEET = {
    "once": "6d0d2c8e-9c22-4b8e-9d8f-1f0d3a7b6c11",
    "name_en": "Rotterdam University",
    "names": "nl: Hogeschool Rotterdam",
    "slug": "rotterdam",
    "kind": "formal",
    "country": "NL",
    "timezone": "Europe/Amsterdam",
    "kind_1": "BRIN",
    "number_1": "22OJ",
    "default_visibility": "unlisted",
    "signing_policy": "at_claim",
    "undo_minutes": "5",
    "mfa_required": "on",
}
ISSUER = {
    "once": "6d0d2c8e-9c22-4b8e-9d8f-1f0d3a7b6c12",
    "name_en": "City Lab",
    "slug": "city-lab",
    "short_name": "City Lab",
    "ink": "3",
}


@pytest.fixture
def operator():
    return signed_in(build_user(is_superuser=True))


def test_organisation_is_made_with_all_that_was_said_and_a_second_sending_leads_to_it(operator):
    first, second = operator.post(NEW, SHEET), operator.post(NEW, SHEET)

    made = Organisation.objects.get()
    sheet = operator.get(NEW).content.decode()
    for words in (
        "until they show it to somebody",
        "no search engine finds it",
        "announced anyway",
        "nothing is made of who never answers",
    ):
        assert words in sheet, "each choice says what it means"
    assert first.url == "/operator/organisations/rotterdam/issuer/"
    assert second.url == "/operator/organisations/rotterdam/"
    assert made.name == {"en": "Rotterdam University", "nl": "Hogeschool Rotterdam"}
    assert (made.country, made.timezone, made.default_visibility) == ("NL", "Europe/Amsterdam", "unlisted")
    assert (made.signing_policy, made.undo_minutes, made.mfa_required) == ("at_claim", 5, True)
    assert list(made.identifiers.values_list("type", "value")) == [("BRIN", "22OJ")]
    assert AuditEntry.objects.get(act="organisation.created").actor_kind == "user"


def test_every_fault_is_told_at_its_field_and_nothing_is_lost(operator):
    answer = operator.post(
        NEW,
        SHEET | {"name_en": "", "names": "", "slug": "Rotterdam!", "region": "Zuid", "country": "", "number_1": "x"},
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert len(problems(page)) == 4
    for field in ("name_en", "slug", "country", "number_1"):
        assert f'href="#id_{field}"' in page
    assert 'value="Rotterdam!"' in page
    assert not Organisation.objects.exists()


def test_short_address_that_is_taken_and_lines_without_a_language_are_told(operator):
    operator.post(NEW, SHEET)
    other = SHEET | {"once": "6d0d2c8e-9c22-4b8e-9d8f-1f0d3a7b6c19", "number_1": "", "kind_1": ""}

    taken = operator.post(NEW, other).content.decode()
    unread = operator.post(NEW, other | {"names": "Hogeschool Rotterdam"}).content.decode()

    assert "already in use" in problems(taken)[0]
    assert "Write the language first" in problems(unread)[0]
    assert Organisation.objects.count() == 1


def test_issuer_is_made_once_and_its_key_is_waited_for_without_blocking(operator):
    operator.post(NEW, SHEET)
    proposed = operator.get("/operator/organisations/rotterdam/issuer/").content.decode()
    assert 'value="Rotterdam University"' in proposed

    for _ in range(2):
        assert operator.post("/operator/organisations/rotterdam/issuer/", ISSUER).status_code == 302

    issuer, profile = Issuer.objects.get(), IssuerProfile.objects.get()
    assert (profile.name, profile.short_name, profile.ink) == ({"en": "City Lab"}, "City Lab", 3)
    page = operator.get("/operator/organisations/rotterdam/").content.decode()
    assert "key is being made" in page
    assert 'data-live="3"' in page
    assert f"issuers/{issuer.pk}/register/" in page
    sign()
    page = operator.get("/operator/organisations/rotterdam/").content.decode()
    assert "key is made" in page
    assert "data-live" not in page


def test_who_signs_is_named_with_the_issuer_while_nobody_runs_the_organisation(operator):
    operator.post(NEW, SHEET)
    page = "/operator/organisations/rotterdam/issuer/"
    named = ISSUER | {"signatory_name": "Ada Beispiel", "signatory_role": "Dean"}

    half = operator.post(page, named | {"signatory_role": " "})
    for _time in range(2):
        assert operator.post(page, named).status_code == 302

    assert problems(half.content.decode())[0].endswith("Write the name and the role, or neither.")
    signatory = Signatory.objects.get()
    assert (signatory.name, signatory.role, signatory.issuer.slug) == ("Ada Beispiel", "Dean", "city-lab")
    root = root_of(signatory.organisation)
    add_member(user=build_user(), node=root, role=Role.OWNER, actor=SYSTEM)
    assert "signatory_name" not in operator.get(page).content.decode()
    later = named | {"once": "6d0d2c8e-9c22-4b8e-9d8f-1f0d3a7b6c77", "slug": "other"}
    assert operator.post(page, later).status_code == 403, "now its own people say who signs"
    assert Issuer.objects.count() == Signatory.objects.count() == 1


def test_faults_of_an_issuer_are_told_beside_their_fields(operator):
    operator.post(NEW, SHEET)

    page = operator.post(
        "/operator/organisations/rotterdam/issuer/", ISSUER | {"name_en": "", "url": "no address", "email": "x"}
    ).content.decode()

    assert len(problems(page)) == 3
    assert not Issuer.objects.exists()


def test_key_that_nobody_makes_is_told_after_a_while():
    def stage():
        (wait,) = key_waits(Issuer.objects.all()).values()
        return wait.stage

    issuer = build_issuer()
    assert stage() == KeyStage.MAKING

    Issuer.objects.update(created_at=issuer.created_at - 2 * LATE_AFTER)
    assert stage() == KeyStage.LATE

    sign()
    assert stage() == KeyStage.MADE


def test_issuer_is_entered_in_the_register_once(operator):
    issuer = build_issuer()
    house = f"/operator/organisations/{issuer.organisation.slug}/"
    line = {"vouched_by": "Ministry", "source": "Letter of 1 March 2026"}

    empty = operator.post(f"{house}issuers/{issuer.pk}/register/", {})
    for _ in range(2):
        operator.post(f"{house}issuers/{issuer.pk}/register/", line)

    assert len(problems(empty.content.decode())) == 2
    assert TrustedIssuer.objects.get().did == issuer.did
    assert "Ministry" in operator.get(house).content.decode()


def test_first_owner_is_invited_once_and_no_second_one_by_the_operator(operator):
    operator.post(NEW, SHEET)
    house = "/operator/organisations/rotterdam/"

    wrong = operator.post(f"{house}owner/", {"email": "nobody", "language": "de"})
    for _ in range(2):
        operator.post(f"{house}owner/", {"email": "Rita@example.org", "language": "de"})

    assert wrong.status_code == 422
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role, invitation.language) == ("rita@example.org", "owner", "de")
    assert "rita@example.org is invited as its owner" in operator.get(house).content.decode()
    add_member(user=build_user(), node=invitation.node, role=Role.OWNER, actor=SYSTEM)
    assert operator.post(f"{house}owner/", {"email": "b@example.org", "language": "en"}).status_code == 403


def test_operator_stops_reopens_and_closes_with_the_short_address_typed(operator):
    organisation = build_issuer().organisation
    house = f"/operator/organisations/{organisation.slug}/"

    operator.post(f"{house}stop")
    assert "Stopped since" in operator.get(house).content.decode()
    operator.post(f"{house}reopen")
    mistyped = operator.post(f"{house}close/", {"typed": "x", "successor_url": "https://a.example"})
    nameless = operator.post(f"{house}close/", {"typed": organisation.slug, "successor_url": "https://a.example"})
    assert (mistyped.status_code, nameless.status_code) == (422, 422)
    assert Organisation.objects.get().state == "open"
    operator.post(f"{house}close/", {"typed": organisation.slug, "successor_name": "New College"})

    assert Organisation.objects.get().state == "closed"
    assert "Pages say that New College has taken over." in operator.get(house).content.decode()


def test_members_are_told_that_their_organisation_is_stopped():
    house = build_house()
    stop_organisation(organisation=house.achievement.organisation, actor=SYSTEM)

    assert "The operator has stopped this organisation" in house.read(house.home)
    answer = house.client.post(
        house.award_page, {"name": "Ada", "email": "a@example.org", "when": "now", "act": "check"}
    )
    assert "can open it again" in problems(answer.content.decode())[0]


def test_stopped_signing_is_told_with_the_way_to_resume_it(operator):
    issuer = build_issuer()
    house = f"/operator/organisations/{issuer.organisation.slug}/"
    Issuer.objects.update(signing_stopped_at=issuer.created_at)
    assert "has not signed since" in operator.get(house).content.decode()

    operator.post(f"{house}issuers/{issuer.pk}/resume")

    assert Issuer.objects.get().signing_stopped_at is None
    assert AuditEntry.objects.filter(act="signing.resumed", organisation=issuer.organisation).count() == 1


def test_each_look_stands_in_the_trail_of_the_organisation_that_was_looked_into(operator):
    mine, other = build_issuer().organisation, build_issuer().organisation

    for _ in range(2):
        operator.get(f"/operator/organisations/{mine.slug}/")

    looks = AuditEntry.objects.filter(act="organisation.looked_at")
    assert list(looks.values_list("organisation", flat=True)) == [mine.pk]
    assert looks.get().detail == {"at": "operator:house"}
    signed_in(build_user(is_superuser=True)).get(f"/operator/organisations/{other.slug}/")
    assert looks.count() == 2


@pytest.mark.parametrize("page", ["", "issuer/", "issuers/{issuer}/register/", "owner/", "close/"])
def test_no_page_about_an_organisation_is_opened_without_a_note_in_its_trail(operator, page):
    issuer = build_issuer()

    answer = operator.get(f"/operator/organisations/{issuer.organisation.slug}/{page.format(issuer=issuer.pk)}")

    assert answer.status_code == 200
    assert AuditEntry.objects.get(act="organisation.looked_at").organisation == issuer.organisation


@pytest.mark.parametrize("address", ["", "organisations/new/", "organisations/{slug}/", "organisations/{slug}/close/"])
def test_everybody_else_is_refused(address, client):
    issuer = build_issuer()
    address = "/operator/" + address.format(slug=issuer.organisation.slug)
    owner = build_member(root_of(issuer.organisation), Role.OWNER)

    for visitor in (signed_in(build_user(is_staff=True)), signed_in(_account(owner))):
        assert visitor.get(address).status_code == 403
        assert visitor.post(address, SHEET).status_code == 403
    assert client.get(address).url.startswith("/account/login/")
    assert Organisation.objects.count() == 1


def _account(actor):
    return User.objects.get(pk=actor.user_id)


def test_unknown_organisation_and_issuer_of_another_are_not_there(operator):
    issuer, other = build_issuer(), build_issuer()
    house = f"/operator/organisations/{other.organisation.slug}/"

    assert operator.get("/operator/organisations/nobody/").status_code == 404
    assert operator.post(f"{house}issuers/{issuer.pk}/resume").status_code == 404


def test_list_has_pages_an_empty_one_teaches_and_no_page_asks_much(
    operator, monkeypatch, django_assert_max_num_queries
):
    assert "Make the first organisation" in operator.get("/operator/").content.decode()
    monkeypatch.setattr("console.views.operator_houses.HOUSES_OF_PAGE", 1)
    issuer = build_issuer()
    build_issuer()

    page = operator.get("/operator/").content.decode()
    assert 'rel="next"' in page
    assert len(re.findall(r"<tr>", page)) == 2
    sign()
    house = f"/operator/organisations/{issuer.organisation.slug}/"
    operator.get(house)  # notes the look
    with django_assert_max_num_queries(15):
        operator.get(house)
    assert OutboxMessage.objects.filter(done_at=None).count() == 0
