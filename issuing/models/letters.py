"""Letters: what the house writes to people, one row each; and the claim links that no longer open anything."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from issuing.models.awards import Award
from registry.models import LeasedRow, Organisation


class LetterKind(models.TextChoices):
    """What a letter tells. Only the kinds with words in `issuing.delivery.words` may be queued."""

    CLAIM = "claim", _("awarded")
    REMINDER = "reminder", _("reminder")
    CORRECTED = "corrected", _("corrected")
    RENEWED = "renewed", _("renewed")
    REVOKED = "revoked", _("revoked")
    SUSPENDED = "suspended", _("suspended")
    REINSTATED = "reinstated", _("reinstated")
    EXPIRING = "expiring", _("ends soon")
    LINK = "link", _("new link")
    APPLICATION_ANSWERED = "application_answered", _("request answered")


FIRST_LETTERS = (LetterKind.CLAIM, LetterKind.CORRECTED, LetterKind.RENEWED)
"""The kinds that tell of an award: one of them leaves before any other."""


class Addressee(models.TextChoices):
    """Whose address a letter goes to; it is read when the letter is sent."""

    LEARNER = "learner", _("the award's learner")
    USER = "user", _("an account")
    GIVEN = "given", _("a given address")


class LetterState(models.TextChoices):
    """Where a letter stands."""

    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    DROPPED = "dropped", _("no longer wanted")


class BounceKind(models.TextChoices):
    """How a mail came back."""

    REFUSED = "refused", _("refused when it was handed over")
    RETURNED = "returned", _("returned for good")
    COMPLAINT = "complaint", _("reported as unwanted")


class Letter(LeasedRow):
    """One message about an award or about something else, told once for each kind and occasion.

    `occasion` tells letters of a kind apart: a change of status by its number, a second reminder by "2", empty where
    there is but one. A letter whose time has not come waits; whether it is still wanted is asked when it is sent.
    """

    id = models.BigAutoField(primary_key=True)
    # As with awards and credentials: what a chunk shares is looked at once by the act, and fsck finds a loose end.
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="letters", db_index=False, db_constraint=False
    )
    award = models.ForeignKey(
        Award, on_delete=models.PROTECT, null=True, related_name="letters", db_index=False, db_constraint=False
    )
    about_kind = models.CharField(max_length=24, blank=True)
    about_id = models.UUIDField(null=True, blank=True)
    addressee = models.CharField(max_length=8, choices=Addressee, default=Addressee.LEARNER)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="letters",
        db_index=False,
        db_constraint=False,
    )
    address = models.CharField(max_length=255, blank=True, help_text="only where the address was given")
    kind = models.CharField(max_length=24, choices=LetterKind)
    occasion = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=12)
    message_id = models.CharField(max_length=255, help_text="made from award, kind and occasion, so unique with them")
    state = models.CharField(max_length=10, choices=LetterState, default=LetterState.WAITING)
    sent_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    bounce_kind = models.CharField(max_length=10, choices=BounceKind, blank=True)

    class Meta(LeasedRow.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint("award", "kind", "occasion", name="letter_once"),
            models.UniqueConstraint(
                "about_kind", "about_id", "kind", "occasion", condition=Q(award=None), name="letter_about_once"
            ),
            models.CheckConstraint(
                condition=Q(award__isnull=False) | Q(about_id__isnull=False), name="letter_about_something"
            ),
        ]
        indexes = [
            models.Index(fields=["not_before", "id"], condition=Q(state="waiting"), name="letter_waiting"),
            models.Index(fields=["organisation", "id"], condition=Q(bounced_at__isnull=False), name="letter_returned"),
            models.Index(fields=["organisation", "id"], condition=Q(state="failed"), name="letter_failed"),
        ]

    def __str__(self) -> str:
        return self.message_id


class ClaimLinkWithdrawal(models.Model):
    """From here on the claim links that an award's letters carried so far open nothing; its next letter has another."""

    id = models.BigAutoField(primary_key=True)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="claim_link_withdrawals")
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=12)
    by = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"claim link of {self.award_id} withdrawn"
