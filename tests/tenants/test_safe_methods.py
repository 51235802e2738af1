"""No GET and no HEAD changes anything, and no answer takes an address from the request.

Programs follow links before people do, and pictures make browsers ask.
"""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

import pytest
from django.core.handlers.base import BaseHandler
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.utils import timezone

from issuing.claim_links import claim_token
from issuing.models import AwardState
from registry.models import ApiKey, Role, User
from registry.services import one_time_sign_in_url
from tests.integrations.builders import build_key
from tests.issuing.ways import at_claim, award_now
from tests.registry.builders import build_member, build_user
from tests.tenants.matrix import _queries, _values
from tests.tenants.routes import all_routes
from tests.tenants.victim import Victim, build_victim

pytestmark = pytest.mark.django_db

CLAIMED = "127.0.0.1:9"
WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE(?!\s+SET\b)|DELETE FROM|MERGE INTO)\s+"?(\w+)"?', re.IGNORECASE)
COUNTED = {
    "registry_throttle": "how often somebody asked: without it nobody could be stopped",
    "cache": "the same, by allauth",
    "django_session": "the visitor's own notes; who is signed in is looked at below",
    "verification_resolveddocument": "a copy of what was read elsewhere",
    "verification_verificationcount": "how often something was checked, without people",
    "issuing_wrapping": "a form of the same credential, made once and then kept",
    "registry_outboxmessage": "asks the worker for such a form",
}
"""Tables that looking may write to, and why; none of them changes what anybody holds, may do or is told."""


@contextmanager
def writes_noted() -> Iterator[list[str]]:
    """Yield the tables that statements write to."""
    tables: list[str] = []

    def note(execute, sql, params, many, context):
        tables.extend(WRITES.findall(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield tables


OF_A_LOOK = ("/operator/", "/admin/")
"""Where the operator looks into organisations: each look is an entry in their audit trail, and nothing else is written."""


def addresses(victim: Victim) -> list[str]:
    """Return an address of each route, and those with a query."""
    plain = {route.pattern: route.address(_values(route, victim)) for route in all_routes()}
    asked = [f"{plain[pattern]}?{query}" for pattern, queries in _queries(victim).items() for query in queries]
    return [*plain.values(), *asked, *(f"{path}?accept=yes&sent" for path in claims(victim))]


def claims(victim: Victim) -> list[str]:
    """Return the claim pages of what is signed, of what waits for its holder, and of a link that has ended."""
    waiting = award_now(at_claim())
    assert waiting.state == AwardState.AWAITING_CLAIM
    tokens = [
        claim_token(victim.award.pk),
        claim_token(waiting.pk),
        claim_token(waiting.pk, until=dt.date(2021, 1, 1)),
    ]
    return [f"/claim/{token}" for token in tokens]


@dataclass(frozen=True)
class Visitor:
    """Somebody with a session, or a machine with a key."""

    user: User | None = None
    secret: str = ""


def visitors(victim: Victim) -> dict[str, Visitor]:
    member = User.objects.get(pk=build_member(victim.tenant.root, Role.OWNER).user_id)
    key, secret = build_key(victim.tenant.root)
    ApiKey.objects.filter(pk=key.pk).update(last_used_at=timezone.now())  # noted once an hour, whatever it does
    return {
        "stranger": Visitor(),
        "owner": Visitor(member),
        "operator": Visitor(build_user(is_staff=True, is_superuser=True)),
        "machine": Visitor(secret=secret),
    }


def test_looking_at_any_address_writes_nothing_and_signs_nobody_in_or_out(tmp_path, settings):
    settings.DEMO_MAIL_DIR = tmp_path
    victim = build_victim(tmp_path)
    handler = BaseHandler()
    handler.load_middleware()
    found: list[str] = []
    looked = 0
    everywhere = addresses(victim)
    for who, visitor in visitors(victim).items():
        client = Client()
        if visitor.user is not None:
            client.force_login(visitor.user, backend="django.contrib.auth.backends.ModelBackend")
        for method in ("GET", "HEAD") if who == "stranger" else ("GET",):
            for address in everywhere if not visitor.secret else [one for one in everywhere if "/api/" in one]:
                looked += 1
                met = changes(handler, client, method, address, visitor.secret)
                if who == "operator" and address.startswith(OF_A_LOOK):
                    met = (what for what in met if what != "writes registry_auditentry")
                found += [f"{who}: {method} {address} {what}" for what in met]
    assert looked > 4 * 100
    assert not found, "\n".join(found)


def changes(handler: BaseHandler, client: Client, method: str, address: str, secret: str) -> Iterator[str]:
    """Yield what a request changes that looking must not, and undo it."""
    named = {"authorization": f"Bearer {secret}"} if secret else {}
    request = RequestFactory().generic(method, address, headers={"host": CLAIMED} | named)
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    before = client.session.get("_auth_user_id")
    with transaction.atomic(), writes_noted() as tables:
        response = handler.get_response(request)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        after = request.session.get("_auth_user_id")
        transaction.set_rollback(True)
    if response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR:
        yield "fails, so that nobody knows what it would have written"
    yield from (f"writes {table}" for table in tables if table not in COUNTED)
    yield from (f"sets the cookie {name}" for name in set(response.cookies) - {"csrftoken", "sessionid", "messages"})
    if CLAIMED in str(response.headers) or CLAIMED.encode() in content:
        yield "tells an address that the request claimed"
    if after != before:
        yield "changes who is signed in"


def test_one_time_link_survives_every_way_of_looking_at_it(client):
    user = build_user()
    address = one_time_sign_in_url(user).removeprefix("http://localhost:8000")

    for _ in range(3):
        assert client.head(address).status_code == 200
        page = client.get(address, headers={"purpose": "prefetch", "sec-fetch-dest": "image"})
        assert (page.status_code, "_auth_user_id" in client.session) == (200, False)
        assert client.options(address).status_code == 405

    assert user.email in page.content.decode()
    assert client.post(address)["Location"] == "/account/"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.post(address).status_code == client.get(address).status_code == 410
