"""How often one is told by mail what waits in one's organisations."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from console.seen_nodes import actor_in, houses_of
from console.views.frame import console_page
from registry.errors import NotFoundError
from registry.models import MailPace, StaffMail
from registry.services import choose_pace


class PaceForm(forms.Form):
    """A choice of three."""

    pace = forms.ChoiceField(
        label=_("How often"),
        choices=MailPace,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how often.")},
    )


@console_page
@require_http_methods(["GET", "HEAD", "POST"])
def staff_mail(request: HttpRequest) -> HttpResponse:
    """Choose how often mails come: at once, once a day, never."""
    actor = actor_in(request)
    if not houses_of(actor):
        raise NotFoundError
    kept = StaffMail.objects.filter(user__pk=actor.id).first()
    form = PaceForm(request.POST or None, initial={"pace": kept.pace if kept else MailPace.DAILY})
    if form.is_bound and form.is_valid():
        choose_pace(pace=MailPace(form.cleaned_data["pace"]), actor=actor)
        messages.success(request, str(_("Saved.")))
        return redirect("console:staff_mail")
    status = 422 if form.errors else 200
    return render(request, "console/staff_mail.html", {"form": form, "section": "console"}, status=status)
