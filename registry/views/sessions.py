"""Where one is signed in: every browser, each with a button that ends it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from registry.actors import actor_for_user, user_in
from registry.services.sign_in_sessions import end_sessions
from registry.signed_in import sessions_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """Show where somebody is signed in; end one of them, or all but this one."""
    user = user_in(request)
    this = request.session.session_key or ""
    if request.method != "POST":
        return render(request, "registry/sessions.html", {"sessions": sessions_of(user, this=this)})
    named = request.POST.get("session", "")
    only = None if named == "others" else [int(named)] if named.isdecimal() and len(named) < len(str(2**63)) else []
    count = end_sessions(user=user, actor=actor_for_user(user), only=only, keep=this)
    told = ngettext("Signed out in {n} browser.", "Signed out in {n} browsers.", count)
    messages.info(request, told.format(n=count) if count else gettext("That sign-in had ended already."))
    return HttpResponseRedirect(reverse("account_sessions"))
