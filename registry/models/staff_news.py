"""News for the people who work in an organisation, and how often each of them wants a mail of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.models.organisations import Node, Organisation


class NewsKind(models.TextChoices):
    """What has happened that somebody may have to see to."""

    APPROVAL_ASKED = "approval_asked", _("an award waits for an approval")
    REQUEST_WAITING = "request_waiting", _("a request waits")
    BATCH_DONE = "batch_done", _("a file is done")
    BATCH_STOPPED = "batch_stopped", _("a file was stopped")
    BOUNCED = "bounced", _("a letter came back")
    KEY_ENDING = "key_ending", _("a key is about to end")
    KEY_STOPPED = "key_stopped", _("a key stopped")
    AGREEMENT_WAITING = "agreement_waiting", _("an agreement waits to be accepted")
    MANDATE_ASKED = "mandate_asked", _("a mandate is asked for")
    AGREEMENT_ENDING = "agreement_ending", _("a mandate is about to end")


class StaffNews(models.Model):
    """One thing that happened at a place, for whoever holds the role that its kind asks for there.

    `reader`: for this person alone. `maker`: who caused it, and need not be told. `about` tells things of a kind apart
    that are told once. No names, no addresses: mails are made of kinds and counts.
    """

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="staff_news", db_index=False)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="staff_news", db_index=False)
    kind = models.CharField(max_length=20, choices=NewsKind)
    count = models.PositiveIntegerField(default=1)
    about = models.CharField(max_length=80, blank=True)
    reader = models.CharField(max_length=64, blank=True, help_text="id of an account")
    maker = models.CharField(max_length=64, blank=True, help_text="id of an account")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "staff news"
        constraints = [
            models.UniqueConstraint("organisation", "kind", "about", condition=~models.Q(about=""), name="news_once")
        ]
        indexes = [
            models.Index(fields=["at"], name="news_by_time"),
            models.Index(fields=["organisation", "id"], name="news_of_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class MailPace(models.TextChoices):
    """How often somebody wants mails of news."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day, all together")
    NEVER = "never", _("Never: I look into the console")


class StaffMail(models.Model):
    """What an account has chosen, and up to which news it has been told. No row: once a day."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="staff_mail"
    )
    pace = models.CharField(max_length=8, choices=MailPace, default=MailPace.DAILY)
    seen_up_to = models.BigIntegerField(default=0, help_text="id of the newest news that was looked at for a mail")
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "staff mails"

    def __str__(self) -> str:
        return str(self.user_id)
