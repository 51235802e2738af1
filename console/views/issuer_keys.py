"""Keys and identity: with what an issuer signs, how others know that it is so, and what is done when a key is lost to others."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.cut_lists import ISSUER_SAYS, Sought, sought
from console.identity_forms import CompromiseForm
from console.seen_nodes import Crumb, SeenNode, actor_in, place_of
from console.views.frame import console_page, page
from issuing.key_history import MOST_COUNTED, NumberedKey, last_signed, numbered_keys, signed_by_key, signed_with
from issuing.services import mark_key_compromised, request_key_rotation
from issuing.setting_up import KeyWait, key_waits
from registry.errors import NotFoundError
from registry.language_maps import text_in
from registry.models import AuditHead, Issuer, Role
from registry.permissions import nodes_of, require_role
from registry.selectors import latest_profile, trust_in

FORMAT_OF_BROWSERS = "%Y-%m-%dT%H:%M"
ISSUERS_OFFERED = 50
"""Issuers to choose from on the page; every one has its address."""


@dataclass(frozen=True, slots=True)
class KeysDesk:
    """An issuer of an organisation, as one of its owners sees it, and the others there."""

    place: SeenNode
    issuer: Issuer
    offered: Sought[Issuer]

    @property
    def name(self) -> str:
        """What the issuer is called in the reader's language."""
        return text_in(latest_profile(self.issuer).name, get_language() or "")

    @property
    def wait(self) -> KeyWait:
        """How far its key is."""
        return key_waits([self.issuer])[self.issuer.pk]


def desk_of(request: HttpRequest, slug: str, issuer_id: uuid.UUID | None = None) -> KeysDesk:
    """Return an issuer of which somebody is an owner: the first one, unless one is named.

    Raises:
        RoleRequiredError: they own nothing there.
        NotFoundError: no such issuer there, or none of theirs.
    """
    actor = actor_in(request)
    place = place_of(actor, slug)
    owned = nodes_of(actor, Role.OWNER).filter(organisation=place.organisation)
    rows = Issuer.objects.filter(node__in=owned).select_related("organisation", "node")
    offered = sought(request, rows.order_by("created_at", "pk"), ISSUER_SAYS, most=ISSUERS_OFFERED)
    named = next((one for one in offered.rows if issuer_id in (None, one.pk)), None)
    chosen = named or (rows.filter(pk=issuer_id) if issuer_id else rows.order_by("created_at", "pk")).first()
    if chosen is None and not rows.exists():
        require_role(actor, place.node, Role.OWNER)
    if chosen is None:
        raise NotFoundError
    return KeysDesk(place, chosen, offered)


@console_page
@require_safe
def identity(request: HttpRequest, slug: str, issuer_id: uuid.UUID | None = None) -> HttpResponse:
    """Tell which keys an issuer had and has, and how others know that it is who it says."""
    desk = desk_of(request, slug, issuer_id)
    keys, signed = numbered_keys(desk.issuer), signed_by_key(desk.issuer)
    current = next((one for one in keys if one.current), None)
    wait = key_waits([desk.issuer], signing=[current.key] if current else [])[desk.issuer.pk]
    days = AuditHead.objects.order_by("day").values_list("day", flat=True)
    context = {
        "issuer": desk.issuer,
        "sought": desk.offered,
        "name": desk.name,
        "keys": [(one, signed[one.key.pk]) for one in keys],
        "current": current,
        "signed": signed.get(current.key.pk) if current else None,
        "last_signed": last_signed(current.key) if current else None,
        "wait": wait,
        "vouched": list(trust_in(desk.issuer.did, on=timezone.localdate())),
        "numbers": sorted({one.get_type_display() for one in desk.place.organisation.identifiers.all()}),
        "first_head": days.first(),
    }
    crumbs = (Crumb(_("Keys and identity")),)
    return page(request, "console/identity.html", desk.place, context, crumbs=crumbs, nav="administration")


@console_page
@require_POST
def change_key(request: HttpRequest, slug: str, issuer_id: uuid.UUID) -> HttpResponse:
    """Ask for a new key in place of the one that was shown; sent twice, it is changed once."""
    desk = desk_of(request, slug, issuer_id)
    current = next((one for one in numbered_keys(desk.issuer) if one.current), None)
    if current is not None and str(current.key.pk) == request.POST.get("key") and current.key == desk.wait.key:
        if desk.wait.stage == "made":
            request_key_rotation(issuer=desk.issuer, actor=desk.place.actor)
        messages.success(request, _("A new key is being made. The one before signs until it is there."))
    else:
        messages.info(request, _("The key that you saw was changed already."))
    return redirect("console:identity_of", slug, issuer_id)


@console_page
@reauthentication_required  # type: ignore[untyped-decorator]  # of a package without types
@require_http_methods(["GET", "HEAD", "POST"])
def report_key(request: HttpRequest, slug: str, issuer_id: uuid.UUID, key_id: uuid.UUID) -> HttpResponse:
    """Report that a key was compromised: what stops being genuine is counted first, then two words are typed."""
    desk = desk_of(request, slug, issuer_id)
    named = key_in(desk, key_id)
    if named.key.compromised_at is not None:
        messages.info(request, _("This key was reported before."))
        return redirect("console:identity_of", slug, issuer_id)
    counting = request.method == "POST" and request.POST.get("act") == "count"
    form = _report_form(request, desk, named)
    if request.method == "POST" and form.is_valid() and not counting:
        at = form.cleaned_data["at"]
        mark_key_compromised(issuer=desk.issuer, actor=desk.place.actor, at=at, key=named.key)
        messages.success(request, _("Reported. The key signs no more, and a new one is being made."))
        return redirect("console:sign_again", slug, issuer_id, key_id)
    since = form.cleaned_data.get("at") if form.is_bound else None
    if counting:
        form.errors.pop("typed", None)
    context = {
        "form": form,
        "named": named,
        "issuer": desk.issuer,
        "name": desk.name,
        "since": since,
        "ends": signed_with(named.key, since=since, most=MOST_COUNTED) if since else None,
        "all": signed_with(named.key, most=MOST_COUNTED),
    }
    crumbs = (
        Crumb(_("Keys and identity"), f"/console/{slug}/keys/{issuer_id}/"),
        Crumb(_("Report a compromised key")),
    )
    status = 422 if form.errors else 200
    template = "console/report_key.html"
    return page(request, template, desk.place, context, crumbs=crumbs, nav="administration", status=status)


def key_in(desk: KeysDesk, key_id: uuid.UUID) -> NumberedKey:
    """Return a key of the issuer with its number. Raises NotFoundError where it has none of this id."""
    found = next((one for one in numbered_keys(desk.issuer) if one.key.pk == key_id), None)
    if found is None:
        raise NotFoundError
    return found


def _report_form(request: HttpRequest, desk: KeysDesk, named: NumberedKey) -> CompromiseForm:
    zone = desk.place.organisation.timezone
    now = timezone.now().astimezone(ZoneInfo(zone)).strftime(FORMAT_OF_BROWSERS)
    words = _("key {number}").format(number=named.number)
    typed = request.POST if request.method == "POST" else None
    began = named.key.valid_from
    form = CompromiseForm(typed, initial={"at": now}, words=words, zone=zone, began=began)
    if form.is_bound:
        form.is_valid()
    return form


@console_page
@require_safe
def audit_heads(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand out the signed heads of the audit trail, a line a day, to be kept where nobody here can change them."""
    desk = desk_of(request, slug)
    lines = AuditHead.objects.order_by("day").values_list("signature", flat=True)
    name = f"audit-heads-{desk.place.organisation.slug}.txt"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type="text/plain", headers=headers)
