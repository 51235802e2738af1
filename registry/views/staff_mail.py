"""How often one is told by mail what waits in one's organisations."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from registry.actors import actor_for_user, user_in
from registry.errors import NotFoundError
from registry.models import MailPace, Role, StaffMail
from registry.permissions import memberships_of
from registry.services import choose_pace


class PaceForm(forms.Form):
    """A choice of three."""

    pace = forms.ChoiceField(
        label=_("How often"),
        choices=MailPace,
        widget=forms.RadioSelect,
        error_messages={name: _("Choose how often.") for name in ("required", "invalid_choice")},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def staff_mail(request: HttpRequest) -> HttpResponse:
    """Choose how often mails come: at once, once a day, never. Who has no role anywhere is told nothing.

    Raises:
        NotFoundError: the account has no role in an organisation.
    """
    user = user_in(request)
    actor = actor_for_user(user)
    if not memberships_of(actor, Role.VIEWER).exists():
        raise NotFoundError
    kept = StaffMail.objects.filter(user=user).first()
    form = PaceForm(request.POST or None, initial={"pace": kept.pace if kept else MailPace.DAILY})
    if form.is_bound and form.is_valid():
        choose_pace(pace=MailPace(form.cleaned_data["pace"]), actor=actor)
        messages.success(request, str(_("Saved.")))
        return redirect("account_staff_mail")
    status = 422 if form.errors else 200
    return render(request, "registry/staff_mail.html", {"form": form}, status=status)
