"""The matrix: every route × every role × another organisation's object. What is not public must be 401, 403 or 404."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.test import Client, RequestFactory
from django.urls import Resolver404

from registry.models import RegisterRole, RegisterRoleKind, Role, User
from registry.permissions import Scope
from tests.integrations.builders import Tenant, build_key, build_tenant
from tests.registry.builders import build_member, build_user, root_of
from tests.tenants.routes import Route, all_routes
from tests.tenants.victim import Victim, object_id

PUBLIC_ROUTES = Path(__file__).parent / "public_routes.toml"
REFUSED = {401, 403, 404, 405}
SIGN_IN = ("/account/login/", "/admin/login/")
METHODS = ("GET", "POST")
API_METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")


@dataclass(frozen=True)
class PublicRoute:
    """A route that answers everybody, and why. `bearer`: whoever has the address may see what it names."""

    pattern: str
    reason: str
    bearer: bool = False


def public_routes() -> dict[str, PublicRoute]:
    """Read the list of public routes."""
    listed = tomllib.loads(PUBLIC_ROUTES.read_text(encoding="utf-8"))["route"]
    return {entry["pattern"]: PublicRoute(**entry) for entry in listed}


@dataclass(frozen=True)
class Caller:
    """Somebody who is not of the victim's organisation: a session, a key, or neither."""

    role: str
    session: str = ""
    secret: str = ""


def signed_in(role: str, user: User) -> Caller:
    """Return a caller with a session."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return Caller(role, session=client.cookies[settings.SESSION_COOKIE_NAME].value)


def build_callers() -> tuple[Tenant, list[Caller]]:
    """Return another organisation with one caller per role, and those who belong to none."""
    own = build_tenant()
    root = root_of(own.organisation)
    members = [signed_in(str(role), User.objects.get(pk=build_member(root, role).user_id)) for role in Role]
    officers = [signed_in(str(kind), _register_officer(kind)) for kind in RegisterRoleKind]
    key = Caller("api key", secret=build_key(root, *Scope)[1])
    others = [Caller("anonymous"), signed_in("stranger", build_user()), key]
    return own, [*members, *officers, *others]


def _register_officer(kind: RegisterRoleKind) -> User:
    user = build_user()
    RegisterRole.objects.create(user=user, role=kind)
    return user


@dataclass
class Findings:
    """What the matrix saw."""

    routes: int = 0
    public: int = 0
    requests: int = 0
    callers: int = 0
    breaches: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """Return the counts in one line."""
        return (
            f"tenant matrix: {self.routes} routes ({self.public} public) × {self.callers} roles, "
            f"{self.requests} requests, {len(self.breaches)} breaches"
        )


def run_matrix(victim: Victim, callers: list[Caller], routes: list[Route] | None = None) -> Findings:
    """Send every request and return what was seen; nothing that a request changes stays."""
    public, found = public_routes(), Findings(callers=len(callers))
    handler = BaseHandler()
    handler.load_middleware()
    for route in routes if routes is not None else all_routes():
        found.routes += 1
        found.public += route.pattern in public
        try:
            address = route.address(_values(route, victim))
        except (KeyError, AssertionError, Resolver404) as error:
            found.breaches.append(f"{route.pattern}: no address of another organisation's object ({error})")
            continue
        for caller in callers:
            for request in _requests(route, address, victim):
                found.requests += 1
                response, text = _answer(handler, caller, request)
                place = f"{caller.role}: {request.method} {request.address} ({route.pattern})"
                found.breaches += [
                    f"{place} → {response.status_code}: {breach}"
                    for breach in _breaches(caller, route, request, response, text, victim, public.get(route.pattern))
                ]
    return found


def _values(route: Route, victim: Victim) -> dict[str, str]:
    values = victim.values() | victim.of_route(route.pattern)
    administered = getattr(route.view, "model_admin", None)
    if administered is not None and "object_id" in route.parameters:
        values["object_id"] = object_id(administered.model)
    return values


@dataclass(frozen=True)
class Sent:
    """One request."""

    method: str
    address: str
    body: str = ""


def _requests(route: Route, address: str, victim: Victim) -> Iterator[Sent]:
    is_api = route.pattern.startswith("api/v1/")
    for method in API_METHODS if is_api else METHODS:
        body = _bodies(victim).get((method, route.pattern), {})
        yield Sent(method, address, json.dumps(body) if is_api and method != "GET" else "")
    for query in _queries(victim).get(route.pattern, ()):
        yield Sent("GET", f"{address}?{query}")


def _bodies(victim: Victim) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the bodies that name the victim's objects; without them a refusal of the body would hide a breach."""
    person = {"email": "thief@example.org", "name": "Thief"}
    issuer, named = victim.tenant.issuer.slug, victim.tenant.name
    entry = {"issuer": issuer, "slug": "stolen", "kind": "document", "name": {"en": "Stolen"}}
    return {
        ("POST", "api/v1/awards"): {"achievement": named, "recipient": person},
        ("POST", "api/v1/awards/<uuid:award_id>/refuse"): {"reason": "stolen"},
        ("POST", "api/v1/batches"): {"achievement": named, "rows": [{"recipient": person}]},
        ("POST", "api/v1/batches/<uuid:batch_id>/confirm"): {"on_error": "skip"},
        ("POST", "api/v1/achievements"): entry | {"description": {"en": "x"}, "criteria": {"en": "x"}},
        ("PATCH", "api/v1/achievements/<uuid:achievement_id>"): {"name": {"en": "Stolen"}},
        **{
            ("POST", f"api/v1/credentials/<uuid:credential_id>/{act}"): {"reason": "stolen"}
            for act in ("revoke", "suspend", "reinstate", "correct")
        },
        ("POST", "api/v1/verify"): {"url": str(victim.award.pk)},
    }


def _queries(victim: Victim) -> dict[str, list[str]]:
    """Return query strings that name the victim's objects, or ask a list for what it should not show."""
    return {
        "api/v1/awards": [f"achievement={victim.tenant.name}", "page_size=200"],
        "api/v1/achievements": ["state=draft", f"state=draft&issuer={victim.tenant.issuer.slug}"],
        "verify": [f"url={victim.award.pk}"],
        "catalogue/": ["q=Kanarienvogel"],
    }


def _breaches(
    caller: Caller, route: Route, sent: Sent, response: Any, text: str, victim: Victim, public: PublicRoute | None
) -> Iterator[str]:
    if response.status_code >= 500:
        yield "a server error"
    # an own list is no secret of others: the API key of another organisation lists what is its own
    own_list = caller.secret and "<" not in route.pattern and sent.method == "GET"
    if public is None and not own_list and not _is_refused(response):
        yield "not refused, and not listed as public"
    if public is None or not public.bearer:
        asked = sent.address + sent.body
        told = [secret for secret in victim.secrets if secret in text and secret not in asked]
        if told:
            yield f"tells {told}"


def _answer(handler: BaseHandler, caller: Caller, sent: Sent) -> tuple[Any, str]:
    """Send a request through every middleware, read the answer, and undo whatever it did."""
    headers = {"Authorization": f"Bearer {caller.secret}"} if caller.secret else {}
    request = RequestFactory().generic(
        sent.method, sent.address, sent.body, content_type="application/json", headers=headers
    )
    request.COOKIES = {settings.SESSION_COOKIE_NAME: caller.session} if caller.session else {}
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # as Client does: roles are tested, not tokens
    with transaction.atomic():
        response: Any = handler.get_response(request)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        request_finished.disconnect(close_old_connections)  # the test's own connection goes on
        response.close()
        request_finished.connect(close_old_connections)
        transaction.set_rollback(True)
    return response, content.decode(errors="replace")


def _is_refused(response: Any) -> bool:
    sent_away = response.status_code == 302 and response["Location"].startswith(SIGN_IN)
    return sent_away or response.status_code in REFUSED
