"""How this installation is: what is checked, what waits, what is wrong, each with what to do; and a mail to try it."""

from __future__ import annotations

import uuid
from smtplib import SMTPException

from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from console.seen_nodes import actor_in
from console.views.operator_frame import operator_page, page_of_operator
from issuing.running_state import alarms_seen, checks, lanes_seen, stopped_issuers
from registry.models import User


@operator_page
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Tell how the installation is."""
    looked = checks()
    context = {
        "checks": looked,
        "wrong": sum(one.state != "well" for one in looked),
        "lanes": lanes_seen(),
        "alarms": alarms_seen(),
        "stopped": stopped_issuers(),
    }
    return page_of_operator(request, "console/operator/health.html", context, nav="health")


@operator_page
@require_POST
def test_mail(request: HttpRequest) -> HttpResponse:
    """Send one mail to whoever asks, at once, and say what the mail server answered."""
    user = User.objects.get(pk=actor_in(request).id)
    message_id = f"<test.{uuid.uuid4()}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2].rstrip('>')}>"
    text = _("This is the mail that you asked for at {place}. It has arrived, so letters arrive too.")
    mail = EmailMessage(
        _("Test mail of Testamur"),
        text.format(place=settings.PUBLIC_URL),
        to=[user.email],
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
    )
    try:
        sent = mail.send()
    except (SMTPException, OSError) as error:
        told = _("The mail server did not take it ({error}). Look at EMAIL_URL, and at the server's log.")
        messages.error(request, told.format(error=type(error).__name__))
    else:
        if sent:
            messages.success(request, _("Handed over, to {email}. See that it arrives.").format(email=user.email))
        else:
            messages.error(request, _("No mail leaves this installation: set EMAIL_URL."))
    return redirect("operator:health")
