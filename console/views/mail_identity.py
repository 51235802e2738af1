"""Whose mail it is: what letters carry, looked at before it is saved, and tried by a letter to oneself."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from catalogue.badges.uploads import MOST_BYTES
from console.mail_forms import LANGUAGES, LogoForm, MailForm, kept_letters
from console.seen_nodes import Crumb, SeenNode, actor_in, place_of
from console.views.frame import console_page, page
from issuing.delivery.identity import LetterStyle, logo_of
from issuing.delivery.logos import attach_logo
from issuing.delivery.messages import LINK_MARK, NAME_MARK, RenderedMail
from issuing.models import LetterKind
from issuing.services import MailIdentityOrder, checked_identity, example_letter, set_mail_identity, set_mail_logo
from registry.actors import user_in
from registry.errors import NotFoundError
from registry.form_refusals import refusals_shown_on
from registry.language_maps import text_in
from registry.models import Role
from registry.permissions import require_role
from registry.sending import send_later
from registry.throttle import Rate, count_request

TRIALS = Rate("test-letter", requests=20, seconds=3_600)


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def mail_identity(request: HttpRequest, slug: str) -> HttpResponse:
    """Say whose mail it is; `show` and `try` name a letter (`claim.en`) to look at, or to send to oneself, unsaved."""
    place = place_of(actor_in(request), slug)
    require_role(place.actor, place.root, Role.ADMIN)
    if request.method != "POST":
        return _form_page(request, place, MailForm(initial=kept_letters(place.organisation)))
    form, shown = MailForm(request.POST), None
    if form.is_valid():
        with refusals_shown_on(form, fields=form.places):
            order = form.order(place.organisation)
            wanted = request.POST.get("show") or request.POST.get("try") or ""
            if not wanted:
                set_mail_identity(order=order, actor=place.actor)
                messages.success(request, str(_("Saved. Letters that leave from now on carry it.")))
                return redirect("console:mail_identity", slug)
            shown = _letter(place, checked_identity(order), wanted)
            if request.POST.get("try"):
                _send_to_oneself(request, shown)
    return _form_page(request, place, form, shown)


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def mail_logo(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer the logo of the letters, put another one into them, or take it out."""
    place = place_of(actor_in(request), slug)
    require_role(place.actor, place.root, Role.ADMIN)
    if request.method != "POST":
        return _logo_file(place)
    form, away = LogoForm(request.POST, request.FILES), "away" in request.POST
    if form.is_valid() and (away or form.cleaned_data["logo"]):
        with refusals_shown_on(form, fields={"picture": "logo"}):
            upload = None if away else form.cleaned_data["logo"].read(MOST_BYTES + 1)
            set_mail_logo(organisation=place.organisation, upload=upload, actor=place.actor)
            messages.success(request, str(_("Saved. Letters that leave from now on carry it.")))
            return redirect("console:mail_identity", slug)
    if not form.errors:
        form.add_error("logo", _("Choose a picture first."))
    return _form_page(request, place, MailForm(initial=kept_letters(place.organisation)), logo=form)


def _logo_file(place: SeenNode) -> HttpResponse:
    """Raises NotFoundError: the letters have no logo."""
    logo = logo_of(place.organisation)
    if not logo:
        raise NotFoundError
    return HttpResponse(logo, content_type="image/png")


def _letter(place: SeenNode, order: MailIdentityOrder, wanted: str) -> RenderedMail:
    kind, _dot, language = wanted.partition(".")
    kind = kind if kind in LetterKind.values else LetterKind.CLAIM
    language = language if language in dict(LANGUAGES) else LANGUAGES[0][0]
    style = LetterStyle(
        reply_to=order.reply_to,
        contact=order.contact,
        privacy=order.privacy_contact,
        signature=text_in(order.signature, language) if order.signature else "",
        paragraph=order.paragraphs.get((kind, language), ""),
        logo=logo_of(place.organisation),
    )
    return example_letter(organisation=place.organisation, kind=kind, language=language, style=style)


def _send_to_oneself(request: HttpRequest, mail: RenderedMail) -> None:
    """Send a letter to whoever asks for it, and to nobody else; its link opens nothing of anybody's.

    Raises:
        LimitError: too many of them.
    """
    user = user_in(request)
    count_request(rate=TRIALS, caller=f"user:{user.pk}", at=timezone.now())
    name, link = user.name or user.email, settings.PUBLIC_URL
    message = EmailMultiAlternatives(
        subject=gettext("Trial: %(subject)s") % {"subject": mail.subject},
        body=mail.text.replace(NAME_MARK, name).replace(LINK_MARK, link),
        from_email=mail.sender,
        to=[user.email],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(mail.html.replace(NAME_MARK, escape(name)).replace(LINK_MARK, link), "text/html")
    attach_logo(message, mail.logo)
    send_later("test letter", message)
    messages.success(request, gettext("A trial letter goes to %(address)s.") % {"address": user.email})


def _form_page(
    request: HttpRequest,
    place: SeenNode,
    form: MailForm,
    shown: RenderedMail | None = None,
    logo: LogoForm | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "logo": logo or LogoForm(),
        "has_logo": bool(logo_of(place.organisation)),
        "shown": shown,
        "letter": shown.text.replace(NAME_MARK, gettext("(the name)")).replace(LINK_MARK, gettext("(the secret link)"))
        if shown
        else "",
    }
    above = reverse("console:administration", args=[place.organisation.slug])
    crumbs = (Crumb(str(_("Administration")), above), Crumb(str(_("Letters"))))
    status = 422 if form.errors or (logo and logo.errors) else 200
    return page(
        request, "console/mail_identity.html", place, context, crumbs=crumbs, nav="administration", status=status
    )
