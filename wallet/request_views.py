"""Applying for an achievement: the page that its link opens, an account for who has none, and what one has asked for."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from allauth.account.views import SignupView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalogue.errors import NoSuchAchievementError
from catalogue.models import AchievementVersion
from catalogue.selectors import members_version, public_version, titles_of
from issuing.errors import AlreadyAppliedError
from issuing.models import Application, ApplicationState
from issuing.request_lists import request_of, requests_of
from issuing.services import apply_for, takes_requests, withdraw_application
from registry.actors import actor_for_user, user_in
from registry.addresses import mailbox_of
from registry.errors import ConflictError, LimitError
from registry.form_refusals import as_validation_error, refusals_shown_on
from registry.language_maps import text_in
from registry.models import User
from registry.throttle import Rate, count_request
from registry.visitors import visitor_of
from wallet.application_forms import RequestForm

OF_NETWORK: Final = (
    Rate("request-network", requests=60, seconds=3_600),
    Rate("request-network-day", requests=300, seconds=86_400),
)
OF_MAILBOX: Final = Rate("request-mailbox", requests=30, seconds=86_400)
"""So often somebody may apply, whatever comes of it: from one network, and with one mailbox however its addresses are tagged."""
OF_SIGN_UP: Final = Rate("request-sign-up", requests=5, seconds=86_400)
"""So many codes, or letters that an account exists, one mailbox is sent because strangers named it."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, issuer: str, slug: str) -> HttpResponse:
    """Show what can be applied for and how, and take an application of who is signed in."""
    version = _version(request, issuer, slug)
    user = request.user if isinstance(request.user, User) else None
    is_open = takes_requests(version.achievement)
    context = _context(version, request.path) | {"is_open": is_open}
    if user is None or not is_open:
        return render(request, "wallet/apply.html", context, status=_status(request, is_open=is_open))
    form = RequestForm(
        request.POST if request.method == "POST" else None,
        evidence_required=version.evidence_required,
        own_name=user.name,
    )
    if form.is_bound and form.is_valid():
        with refusals_shown_on(form):
            return _applied(request, form, version, user)
    context |= {"form": form, "waiting": request_of(user, version.achievement)}
    return render(request, "wallet/apply.html", context, status=422 if form.errors else 200)


def _status(request: HttpRequest, *, is_open: bool) -> int:
    if request.method != "POST":
        return 200
    return 403 if is_open else 409


def _applied(request: HttpRequest, form: RequestForm, version: AchievementVersion, user: User) -> HttpResponse:
    now = timezone.now()
    if settings.TESTAMUR_MODE == "production":
        for rate in OF_NETWORK:
            count_request(rate=rate, caller=visitor_of(request.META), at=now)
    count_request(rate=OF_MAILBOX, caller=mailbox_of(user.email), at=now)
    try:
        apply_for(order=form.order(version.achievement), user=user)
        messages.success(request, str(_("Your request is on its way. You get a letter once it is decided.")))
    except AlreadyAppliedError as error:
        messages.info(request, error.sentence())
    return redirect("wallet:requests")


class _ApplicantSignUp(SignupView):  # type: ignore[misc]  # allauth ships no types
    """An account for who wants to apply: open here, also where nobody else may make one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer for entries alone that one may see."""
        self.entry = _version(request, kwargs["issuer"], kwargs["slug"]).achievement
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def is_open(self) -> bool:
        """Let people in by the page of an achievement for which they may apply."""
        return takes_requests(self.entry)

    def form_valid(self, form: Any) -> HttpResponseBase:
        """Send a code, so often to one mailbox; the same for one that has an account."""
        try:
            count_request(rate=OF_SIGN_UP, caller=mailbox_of(form.cleaned_data["email"]), at=timezone.now())
        except LimitError as error:
            form.add_error(None, as_validation_error(error.every_refusal))
            refused: HttpResponseBase = self.form_invalid(form)
            return refused
        answer: HttpResponseBase = super().form_valid(form)
        return answer

    def closed(self) -> HttpResponse:
        """Lead back to the page, which says that nobody can apply."""
        return redirect(self.get_success_url())

    def get_success_url(self) -> str:
        """Return the page on which one applies."""
        return reverse("wallet:apply", kwargs=self.kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Let the form be sent to this very page."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"sign_up_here": self.request.path}


sign_up_to_apply = _ApplicantSignUp.as_view()


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """A request as who made it sees it."""

    request: Application
    title: str
    issuer_name: str
    is_open: bool


@never_cache
@login_required
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """Show what somebody has asked for, and what was decided."""
    user = user_in(request)
    rows, language = requests_of(user), get_language() or ""
    titles = titles_of({one.achievement_id for one in rows}, language)
    shown = [
        OwnRequest(
            one,
            str(titles.get(one.achievement_id, one.achievement.slug)),
            text_in(one.organisation.name, language),
            one.state == ApplicationState.OPEN,
        )
        for one in rows
    ]
    return render(request, "wallet/requests.html", {"requests": shown})


@never_cache
@login_required
@require_POST
def withdraw(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """Take one's own request back."""
    user = user_in(request)
    try:
        withdraw_application(application_id=application_id, user=user)
        messages.success(request, str(_("Withdrawn. Nobody decides on it any more.")))
    except ConflictError as error:
        messages.error(request, error.sentence())
    return redirect("wallet:requests")


def _version(request: HttpRequest, issuer: str, slug: str) -> AchievementVersion:
    """Return the entry that one may see. Raises Http404."""
    try:
        return public_version(issuer, slug)
    except NoSuchAchievementError:
        if not isinstance(request.user, User):
            raise Http404 from None
    try:
        return members_version(issuer, slug, actor=actor_for_user(request.user))
    except NoSuchAchievementError as error:
        raise Http404 from error


def _context(version: AchievementVersion, path: str) -> dict[str, Any]:
    language, achievement = get_language() or "", version.achievement
    here = {"issuer": achievement.issuer.slug, "slug": achievement.slug}
    return {
        "title": text_in(version.texts["name"], language),
        "issuer_name": text_in(achievement.organisation.name, language),
        "entry": reverse("catalogue:achievement", args=[here["issuer"], here["slug"]]),
        "evidence_required": version.evidence_required,
        "sign_in": f"{reverse('account_request_login_code')}?{urlencode({'next': path})}",
        "sign_up": reverse("wallet:apply_account", kwargs=here),
    }
