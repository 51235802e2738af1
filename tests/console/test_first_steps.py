"""What is left to do until the first award, and what owners change of their organisation and its issuer."""

import re

import pytest

from issuing.setting_up import LATE_AFTER
from registry.actors import SYSTEM
from registry.models import AuditEntry, Invitation, Issuer, IssuerProfile, Organisation, Role
from registry.services import TrustOrder, add_member, trust_issuer
from tests.console.houses import House, build_house, problems, signed_in
from tests.issuing.builders import build_achievement, build_issuer
from tests.issuing.ways import award_now, sign
from tests.registry.builders import build_organisation, build_user, root_of

pytestmark = pytest.mark.django_db

SETTINGS = {
    "name_en": "Example College",
    "name_de": "Beispielkolleg",
    "country": "DE",
    "timezone": "Europe/Berlin",
    "kind_0": "SCHAC",
    "number_0": "college.example",
    "default_visibility": "private",
    "signing_policy": "at_award",
    "undo_minutes": "10",
    "second_person_over": "20",
    "reminds": "on",
}


def owner_of(organisation):
    user = build_user()
    add_member(user=user, node=root_of(organisation), role=Role.OWNER, actor=SYSTEM)
    return signed_in(user), f"/console/{organisation.slug}/"


def states(page):
    return re.findall(r'<li class="(done|now|later|waits)">', page)


def test_steps_of_an_organisation_that_has_only_just_been_made(django_assert_max_num_queries):
    user = build_user()
    client = signed_in(user)
    organisation = build_organisation(owner=user)

    with django_assert_max_num_queries(20):  # with savepoints
        page = client.get(f"/console/{organisation.slug}/first-steps/").content.decode()

    assert states(page) == ["now", "later", "done", "waits", "waits", "waits", "later", "later", "later", "later"]
    assert "1 of 10 steps are done." in page
    assert "It needs step 4, 5, 8 first." in page
    assert page.count('class="btn"') == 1


def test_each_step_is_done_when_it_is_true_and_the_last_one_is_the_first_award():
    issuer = build_issuer()
    organisation = issuer.organisation
    client, home = owner_of(organisation)
    steps = f"{home}first-steps/"

    def seen():
        return states(client.get(steps).content.decode())

    assert seen()[3:6] == ["done", "waits", "waits"]
    client.post(f"{home}organisation/", SETTINGS)
    assert seen() == ["done", "done", "done", "done", "waits", "waits", "now", "later", "later", "later"]
    sign()
    line = TrustOrder(did=issuer.did, name={"en": "X"}, vouched_by="M", since=issuer.created_at.date(), source="s")
    trust_issuer(order=line, actor=SYSTEM)
    client.post(f"{steps}owner/", {"email": "second@example.org", "language": "de"})
    assert seen() == ["done"] * 6 + ["waits", "now", "later", "later"]
    add_member(user=build_user(), node=root_of(organisation), role=Role.OWNER, actor=SYSTEM)
    achievement = build_achievement(issuer)
    assert seen() == ["done"] * 8 + ["now", "later"]
    way = re.search(r'class="btn" href="([^"]+)#trial"', client.get(steps).content.decode())
    client.post(way[1], {"act": "try", "language": "en", "when": "now"})
    assert seen() == ["done"] * 9 + ["now"]
    award_now(achievement)
    sign()

    page = client.get(steps).content.decode()
    assert states(page) == ["done"] * 10
    assert "The first award is made" in page


def test_who_awards_without_trying_has_nothing_left_to_try():
    house = build_house(Role.OWNER)
    award_now(house.achievement)
    sign()

    page = house.client.get(f"{house.home}first-steps/").content.decode()

    assert len(states(page)) == 9
    assert "Try an award on yourself" not in page


def test_waiting_for_the_key_blocks_nothing_and_says_whom_to_ask():
    issuer = build_issuer()
    client, home = owner_of(issuer.organisation)
    assert 'data-live="5"' in client.get(f"{home}first-steps/").content.decode()

    Issuer.objects.update(created_at=issuer.created_at - 2 * LATE_AFTER)

    page = client.get(f"{home}first-steps/").content.decode()
    assert "The key has not been made yet" in page
    assert "Ask the operator of this installation." in page


def test_second_owner_is_invited_once_and_faults_stand_beside_the_field():
    client, home = owner_of(build_issuer().organisation)
    client.post(f"{home}organisation/", SETTINGS)

    wrong = client.post(f"{home}first-steps/owner/", {"email": "nobody", "language": "en"})
    for _ in range(2):
        client.post(f"{home}first-steps/owner/", {"email": "second@example.org", "language": "en"})

    assert wrong.status_code == 422
    assert len(problems(wrong.content.decode())) == 1
    assert Invitation.objects.get().role == Role.OWNER


@pytest.mark.parametrize("address", ["first-steps/", "organisation/"])
def test_who_does_not_run_the_organisation_is_refused(address):
    house: House = build_house(Role.EDITOR)

    assert house.client.get(f"{house.home}{address}").status_code == 403
    assert house.client.post(f"{house.home}{address}", SETTINGS).status_code in {403, 405}


def test_owner_changes_the_organisation_and_nothing_is_written_twice():
    issuer = build_issuer()
    client, home = owner_of(issuer.organisation)

    for _ in range(2):
        client.post(f"{home}organisation/", SETTINGS | {"mfa_required": "", "undo_minutes": "3"})

    changed = Organisation.objects.get(pk=issuer.organisation_id)
    assert changed.name == {"en": "Example College", "de": "Beispielkolleg"}
    assert root_of(changed).name == changed.name
    assert (changed.country, changed.timezone, changed.undo_minutes) == ("DE", "Europe/Berlin", 3)
    entry = AuditEntry.objects.get(act="organisation.changed")
    assert sorted(entry.detail["parts"]) == ["country", "name", "numbers", "timezone", "undo_minutes"]
    page = client.get(f"{home}organisation/").content.decode()
    assert 'value="college.example"' in page


def test_owner_sets_how_many_one_person_changes_at_once_and_whether_anybody_is_reminded():
    issuer = build_issuer()
    client, home = owner_of(issuer.organisation)
    page = client.get(f"{home}organisation/").content.decode()
    assert 'value="20"' in page

    quiet = {name: said for name, said in SETTINGS.items() if name != "reminds"}
    client.post(f"{home}organisation/", quiet | {"second_person_over": "0"})

    changed = Organisation.objects.get(pk=issuer.organisation_id)
    assert (changed.second_person_over, changed.reminds) == (0, False)
    assert client.post(f"{home}organisation/", quiet | {"second_person_over": "-1"}).status_code == 422
    assert client.post(f"{home}organisation/", quiet | {"second_person_over": ""}).status_code == 422


def test_faults_of_the_organisation_are_told_all_at_once_and_nothing_is_written():
    client, home = owner_of(build_issuer().organisation)

    answer = client.post(
        f"{home}organisation/", SETTINGS | {"name_en": " ", "name_de": "", "number_0": "?", "region": "a\tb"}
    )

    assert answer.status_code == 422
    assert len(problems(answer.content.decode())) == 3
    assert Organisation.objects.get().country == ""


def test_issuer_says_something_else_of_itself_in_a_next_version_and_keeps_the_rest():
    issuer = build_issuer()
    client, home = owner_of(issuer.organisation)
    IssuerProfile.objects.update(image_sha="a" * 64)
    said = {"name_en": "Example College", "short_name": "ExCo", "url": "", "email": "ask@college.example", "ink": "2"}

    for _ in range(2):
        answer = client.post(f"{home}issuers/{issuer.pk}/", said)

    newest = IssuerProfile.objects.latest("version")
    assert answer.status_code == 302
    assert (newest.version, newest.short_name, newest.ink, newest.image_sha) == (2, "ExCo", 2, "a" * 64)
    assert len(problems(client.post(f"{home}issuers/{issuer.pk}/", said | {"name_en": ""}).content.decode())) == 1
    assert client.get(f"{home}issuers/{build_issuer().pk}/").status_code == 404
