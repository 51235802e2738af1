"""How often somebody wants to be told by mail what waits for them in their organisations."""

from __future__ import annotations

from django.db import transaction

from registry.actors import Actor
from registry.audit import record_act
from registry.models import MailPace, StaffMail, User


@transaction.atomic
def choose_pace(*, pace: MailPace, actor: Actor) -> None:
    """Choose how often one wants mails of news; safe to repeat."""
    user = User.objects.select_for_update().get(pk=actor.id)
    kept, _is_new = StaffMail.objects.get_or_create(user=user)
    if kept.pace != pace:
        kept.pace = pace
        kept.save()
        record_act(actor, "user.mail_pace_chosen", user, pace=pace)
