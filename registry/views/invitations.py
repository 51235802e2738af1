"""The page of an invitation's link: who invites to what, and the button that accepts it. To look changes nothing."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from registry.actors import ANONYMOUS, actor_for_user
from registry.errors import InvitationOverError, WrongAddressError
from registry.invitation_links import token_hash
from registry.language_maps import text_in
from registry.models import Invitation, NodeKind, Role, User
from registry.permissions import MEANING_OF
from registry.selectors import open_invitations
from registry.services import accept_invitation, ensure_account, owns_address


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show what somebody is invited to; whoever is signed in with its address accepts it, others sign in first.

    An address without an account gets one when its letter's button is pressed: it signs in by a code that goes there.
    """
    user = request.user if isinstance(request.user, User) else None
    open_one = open_invitations().filter(token_hash=token_hash(token), expires_at__gt=timezone.now())
    offered = open_one.select_related("node", "organisation").first()
    if request.method == "POST" and user is not None:
        return _accepted(request, token, offered, user)
    if offered is None:
        return render(request, "registry/invitation_over.html", status=410)
    if request.method == "POST":
        ensure_account(email=offered.email, language=offered.language, actor=ANONYMOUS)
        return redirect_to_login(request.path)
    return _page(request, offered, user)


def _accepted(request: HttpRequest, token: str, offered: Invitation | None, user: User) -> HttpResponse:
    try:
        given = accept_invitation(token=token, actor=actor_for_user(user))
    except InvitationOverError:
        return render(request, "registry/invitation_over.html", status=410)
    except WrongAddressError:
        # It is open, or nobody would be told whose address it is for.
        assert offered is not None  # noqa: S101 - for the types
        return _page(request, offered, user, status=403)
    messages.success(request, str(_("You are in. Your role: {role}.")).format(role=given.get_role_display()))
    return redirect(f"/console/{given.node.organisation.slug}/")


def _page(request: HttpRequest, offered: Invitation, user: User | None, status: int = 200) -> HttpResponse:
    language = get_language() or ""
    is_top = offered.node.kind == NodeKind.ORGANISATION
    context = {
        "offered": offered,
        "house": text_in(offered.organisation.name, language),
        "place": "" if is_top else text_in(offered.node.name, language),
        "role": Role(offered.role).label,
        "meaning": MEANING_OF[Role(offered.role)],
        "member": user,
        "fits": user is not None and owns_address(user, offered.email),
    }
    return render(request, "registry/invitation.html", context, status=status)
