"""Keys and clients of machines: made once, shown once, replaced with an overlap, stopped; and when they were used."""

import datetime as dt
import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from registry.actors import SYSTEM
from registry.models import ApiKey, OAuthClient, Role
from registry.permissions import Scope
from registry.services import create_api_key, create_faculty, create_oauth_client
from tests.console.houses import build_house, problems

pytestmark = pytest.mark.django_db


def form(**fields):
    return {"once": str(uuid.uuid4()), "name": "LMS", "kind": "api_key", "scopes": ["awards:read"], **fields}


def secret_in(page: str) -> str:
    return re.search(r'id="secret">([^<]+)<', page)[1]


def call(secret: str) -> int:
    return Client().get("/api/v1/awards", headers={"authorization": f"Bearer {secret}"}).status_code


def test_key_is_made_once_and_its_secret_shown_once_and_it_works_until_its_day():
    house = build_house(Role.ADMIN)
    sent = form(last_day="2099-01-01")

    first = house.client.post(f"{house.home}machines/", sent).content.decode()
    again = house.client.post(f"{house.home}machines/", sent).content.decode()
    secret, key = secret_in(first), ApiKey.objects.get()
    before = key.last_used_at
    unused = house.read(f"{house.home}machines/")
    answer = call(secret)

    assert 'id="secret"' not in again
    assert "shown once" in again
    assert secret not in house.read(f"{house.home}machines/")
    assert (before, answer) == (None, 200)
    key.refresh_from_db()
    assert key.last_used_at is not None
    assert "never" in unused
    assert "never" not in house.read(f"{house.home}machines/")
    ApiKey.objects.update(expires_at=timezone.now())
    assert call(secret) == 401


def test_number_of_a_sheet_that_is_another_organisations_key_says_nothing_of_it():
    house = build_house(Role.ADMIN)
    others = create_api_key(
        node=build_house(Role.ADMIN).achievement.issuer.node, name="k", scopes=[Scope.AWARDS_READ], actor=SYSTEM
    )[0]

    answer = house.client.post(f"{house.home}machines/", form(once=str(others.pk)))

    assert answer.status_code == 200
    assert call(secret_in(answer.content.decode())) == 200
    assert ApiKey.objects.count() == 2


@pytest.mark.parametrize("kind", ["api_key", "oauth_client"])
def test_sheet_with_other_words_makes_no_second_one_and_can_be_sent_again(kind):
    house = build_house(Role.ADMIN)
    sent = form(kind=kind)
    house.client.post(f"{house.home}machines/", sent)

    other = house.client.post(f"{house.home}machines/", sent | {"name": "Another"})
    page = other.content.decode()

    assert other.status_code == 422
    assert "sent before with other words" in " ".join(problems(page))
    assert ApiKey.objects.count() + OAuthClient.objects.count() == 1
    fresh = re.search(r'name="once" value="([^"]+)"', page)[1]
    assert fresh != sent["once"]
    assert (
        'id="secret"'
        in house.client.post(f"{house.home}machines/", sent | {"name": "Another", "once": fresh}).content.decode()
    )


def test_use_is_noted_once_an_hour():
    house = build_house(Role.ADMIN)
    key, secret = create_api_key(
        node=house.achievement.issuer.node, name="k", scopes=[Scope.AWARDS_READ], actor=SYSTEM
    )
    call(secret)
    noted = ApiKey.objects.get().last_used_at

    with CaptureQueriesContext(connection) as asked:
        call(secret)

    assert not [one["sql"] for one in asked.captured_queries if 'UPDATE "registry_apikey"' in one["sql"]]
    assert ApiKey.objects.get(pk=key.pk).last_used_at == noted


def test_replaced_key_works_beside_the_new_one_and_is_replaced_once():
    house = build_house(Role.ADMIN)
    key, old = create_api_key(node=house.achievement.issuer.node, name="k", scopes=[Scope.AWARDS_READ], actor=SYSTEM)
    address = f"{house.home}machines/keys/{key.pk}/"

    new = secret_in(house.client.post(address, {"act": "replace", "overlap": "7"}).content.decode())
    again = house.client.post(address, {"act": "replace", "overlap": "7"})

    assert (call(old), call(new)) == (200, 200)
    key.refresh_from_db()
    assert dt.timedelta(days=6) < key.expires_at - timezone.now() <= dt.timedelta(days=7)
    assert again.status_code == 422
    assert ApiKey.objects.count() == 2
    house.client.post(address, {"act": "stop"})
    assert (call(old), call(new)) == (401, 200)


def test_client_is_made_replaced_and_stopped():
    house = build_house(Role.ADMIN)
    made = house.client.post(f"{house.home}machines/", form(kind="oauth_client")).content.decode()
    client = OAuthClient.objects.get()
    address = f"{house.home}machines/clients/{client.pk}/"

    page = house.read(address)
    house.client.post(address, {"act": "replace", "overlap": "0"})
    newer = OAuthClient.objects.latest("pk")
    house.client.post(f"{house.home}machines/clients/{newer.pk}/", {"act": "stop"})

    assert client.client_id in made
    assert secret_in(made)
    assert "read awards" in page
    assert OAuthClient.objects.get(pk=client.pk).expires_at <= timezone.now()
    assert OAuthClient.objects.get(pk=newer.pk).revoked_at is not None


def test_all_faults_of_a_key_are_told_at_once():
    house = build_house(Role.ADMIN)

    answer = house.client.post(f"{house.home}machines/", form(name="", scopes=[], last_day="no day"))
    over = house.client.post(f"{house.home}machines/", form(last_day="2020-01-01"))

    assert len(problems(answer.content.decode())) == 3
    assert "still to come" in problems(over.content.decode())[0]
    assert not ApiKey.objects.exists()


def test_machines_of_a_faculty_are_its_own_and_shown_above(django_assert_max_num_queries):
    house = build_house(Role.ADMIN)
    root = house.achievement.issuer.node
    law = create_faculty(parent=root, name={"en": "Law"}, actor=SYSTEM)
    create_api_key(node=law, name="Of Law", scopes=[Scope.AWARDS_READ], actor=SYSTEM)
    create_oauth_client(node=root, name="Of all", scopes=[Scope.AWARDS_READ], actor=SYSTEM)

    with django_assert_max_num_queries(15):
        top = house.read(f"{house.home}machines/")
    below = house.read(f"{house.home}places/{law.pk}/machines/")

    assert "Of Law" in top
    assert "Of Law" in below
    assert "Of all" not in below


@pytest.mark.parametrize("role", [Role.EDITOR, Role.AWARDER, Role.VIEWER])
def test_who_is_no_administrator_sees_no_machine(role):
    house = build_house(role)
    key, _secret = create_api_key(
        node=house.achievement.issuer.node, name="k", scopes=[Scope.AWARDS_READ], actor=SYSTEM
    )

    for address in ("machines/", f"machines/keys/{key.pk}/"):
        assert house.client.get(f"{house.home}{address}").status_code == 403
        assert house.client.post(f"{house.home}{address}", form(act="stop")).status_code == 403

    key.refresh_from_db()
    assert key.revoked_at is None
