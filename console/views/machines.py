"""Keys and clients of machines at a place: made, replaced with an overlap, stopped. A secret is shown once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from console.cut_lists import OneAfterAnother
from console.machine_forms import API_KEY, SCOPE_WORDS, MachineForm, ReplaceForm
from console.seen_nodes import Crumb, SeenNode, actor_in, name_of, place_of
from console.views.frame import console_page, page
from console.views.once import once_for
from registry.errors import NotFoundError
from registry.form_refusals import refusals_shown_on
from registry.models import ApiKey, OAuthClient, Role
from registry.paging import page_of
from registry.permissions import require_role
from registry.selectors import answered_for
from registry.services import (
    create_api_key,
    create_oauth_client,
    revoke_api_key,
    revoke_oauth_client,
    rotate_api_key,
    rotate_oauth_client,
    scopes_by_client,
)

MACHINES_OF_PAGE = 100
MACHINES = _("Machines")
FIELDS = {"expires_at": "last_day"}


@dataclass(frozen=True, slots=True)
class Machine:
    """A key or client as a list shows it. `state`: works, ends, ended, stopped, or left: who made it holds no role any more.

    `hand_over`: where somebody takes over from who made it; empty where one may not, or need not.
    """

    name: str
    shown_id: str
    is_key: bool
    scopes: list[str]
    place: str
    state: str
    last_used_at: dt.datetime | None
    expires_at: dt.datetime | None
    address: str
    hand_over: str = ""


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def machines(request: HttpRequest, slug: str, node_id: uuid.UUID | None = None) -> HttpResponse:
    """Show the keys and clients of a place and what is below, and make one."""
    place = place_of(actor_in(request), slug, node_id)
    require_role(place.actor, place.node, Role.ADMIN)
    form = MachineForm(request.POST if request.method == "POST" else None, timezone=place.organisation.timezone)
    if form.is_bound and form.is_valid():
        with refusals_shown_on(form, fields=FIELDS):
            return _made(request, place, form)
    listed = page_of(_made_here(place), MACHINES_OF_PAGE, request.GET.get("page", ""))
    context = {"form": form, "page": listed, "machines": _machines(place, listed.object_list)}
    status = 422 if form.errors else 200
    crumbs = (Crumb(str(MACHINES)),)
    return page(request, "console/machines.html", place, context, crumbs=crumbs, nav="administration", status=status)


def _made(request: HttpRequest, place: SeenNode, form: MachineForm) -> HttpResponse:
    wanted = form.wanted()
    secrets: list[str | None] = []

    def act() -> str:
        if form.cleaned_data["kind"] == API_KEY:
            secrets.append(create_api_key(node=place.node, actor=place.actor, **wanted)[1])
            return ""
        client, secret = create_oauth_client(node=place.node, actor=place.actor, **wanted)
        secrets.append(secret)
        return client.client_id

    client_id = once_for(request, form, organisation_id=place.organisation.pk, actor=place.actor, act=act)
    return _shown_once(request, place, wanted["name"], client_id, next(iter(secrets), None))


def _shown_once(request: HttpRequest, place: SeenNode, name: str, client_id: str, secret: str | None) -> HttpResponse:
    """Show a secret, this once; who sent the form twice is told that there is none to show any more."""
    back = reverse("console:machines_at", args=[place.organisation.slug, place.node.pk])
    context = {"name": name, "client_id": client_id, "secret": secret, "back": back}
    crumbs = (Crumb(str(MACHINES), back), Crumb(name))
    return page(request, "console/secret.html", place, context, crumbs=crumbs, nav="administration")


def _made_here(place: SeenNode) -> OneAfterAnother:
    """Return the keys and clients of a place and what is below, the newest of each first."""
    here = {"node__path__startswith": place.node.path}
    left = {"left": ~answered_for()}
    keys = ApiKey.objects.filter(**here).annotate(**left).select_related("node").order_by("-created_at", "pk")
    clients = OAuthClient.objects.filter(**here).annotate(**left).select_related("node").order_by("-pk")
    return OneAfterAnother(keys, clients)


def _machines(place: SeenNode, rows: Iterable[ApiKey | OAuthClient]) -> list[Machine]:
    made = list(rows)
    known = scopes_by_client([one for one in made if isinstance(one, OAuthClient)])
    return [
        _machine(place, one, one.scopes if isinstance(one, ApiKey) else known.get(one.client_id, [])) for one in made
    ]


def _machine(place: SeenNode, one: ApiKey | OAuthClient, scopes: list[str]) -> Machine:
    is_key = isinstance(one, ApiKey)
    route = "console:api_key" if is_key else "console:oauth_client"
    return Machine(
        name=one.name or str(one),
        shown_id=one.prefix if isinstance(one, ApiKey) else one.client_id,
        is_key=is_key,
        scopes=[str(words) for scope, words in SCOPE_WORDS.items() if scope in scopes],
        place="" if one.node_id == place.node.pk else name_of(one.node, place.organisation),
        state=_state(one),
        last_used_at=one.last_used_at,
        expires_at=one.expires_at,
        address=reverse(route, args=[place.organisation.slug, one.pk]),
        hand_over=_hand_over(place, one),
    )


def _hand_over(place: SeenNode, one: ApiKey | OAuthClient) -> str:
    if _state(one) != "left" or not place.may_hand_over:
        return ""
    return reverse("console:hand_over", args=[place.organisation.slug, one.created_by_id])


def _state(one: ApiKey | OAuthClient) -> str:
    if one.revoked_at is not None:
        return "stopped"
    if one.expires_at is not None and one.expires_at <= timezone.now():
        return "ended"
    if getattr(one, "left", False):
        return "left"
    return "works" if one.expires_at is None else "ends"


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def api_key(request: HttpRequest, slug: str, key_id: uuid.UUID) -> HttpResponse:
    """Show an API key: replace it, or stop it."""
    row = (
        ApiKey.objects.annotate(left=~answered_for())
        .filter(pk=key_id, organisation__slug=slug)
        .select_related("node")
        .first()
    )
    return _one(request, slug, row)


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def oauth_client(request: HttpRequest, slug: str, client_number: int) -> HttpResponse:
    """Show an OAuth client: replace it, or stop it."""
    row = (
        OAuthClient.objects.annotate(left=~answered_for())
        .filter(pk=client_number, organisation__slug=slug)
        .select_related("node")
        .first()
    )
    return _one(request, slug, row)


def _one(request: HttpRequest, slug: str, row: ApiKey | OAuthClient | None) -> HttpResponse:
    if row is None:
        raise NotFoundError
    place = place_of(actor_in(request), slug, row.node_id)
    require_role(place.actor, place.node, Role.ADMIN)
    back = reverse("console:machines_at", args=[slug, place.node.pk])
    act, sent = request.POST.get("act"), request.method == "POST"
    form = ReplaceForm(request.POST if sent and act == "replace" else None)
    if sent and act == "stop":
        _stop(place, row)
        messages.success(request, str(_("Stopped: whoever has the secret can do nothing with it any more.")))
        return redirect(back)
    if form.is_bound and form.is_valid():
        with refusals_shown_on(form):
            return _replaced(request, place, row, form)
    known = row.scopes if isinstance(row, ApiKey) else scopes_by_client([row]).get(row.client_id, [])
    shown = _machine(place, row, known)
    context = {"machine": shown, "form": form, "back": back}
    crumbs = (Crumb(str(MACHINES), back), Crumb(shown.name))
    status = 422 if form.errors else 200
    return page(request, "console/machine.html", place, context, crumbs=crumbs, nav="administration", status=status)


def _stop(place: SeenNode, row: ApiKey | OAuthClient) -> None:
    if isinstance(row, ApiKey):
        revoke_api_key(key=row, actor=place.actor)
    else:
        revoke_oauth_client(client=row, actor=place.actor)


def _replaced(request: HttpRequest, place: SeenNode, row: ApiKey | OAuthClient, form: ReplaceForm) -> HttpResponse:
    if isinstance(row, ApiKey):
        key, secret = rotate_api_key(key=row, actor=place.actor, overlap=form.overlapping())
        return _shown_once(request, place, key.name, "", secret)
    client, secret = rotate_oauth_client(client=row, actor=place.actor, overlap=form.overlapping())
    return _shown_once(request, place, client.name, client.client_id, secret)
