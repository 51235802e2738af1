"""Awards, the credentials signed from them, and what happens to those."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import AchievementVersion
from issuing.models.batches import Batch
from issuing.models.keys import SigningKey, StatusList, StatusPurpose
from registry.models import (
    IssuerProfile,
    Learner,
    Organisation,
    Visibility,
)


class AwardState(models.TextChoices):
    """The way of an award. Revocation and suspension are status entries, never a state."""

    SCHEDULED = "scheduled", _("scheduled")
    AWAITING_APPROVAL = "awaiting_approval", _("waiting for approval")
    ACCEPTED = "accepted", _("accepted")
    AWAITING_CLAIM = "awaiting_claim", _("waiting for the holder")
    SIGNED = "signed", _("signed")
    DELIVERED = "delivered", _("delivered")
    REFUSED = "refused", _("refused")
    CANCELLED = "cancelled", _("cancelled")
    DECLINED = "declined", _("declined by the holder")
    LAPSED = "lapsed", _("not accepted in time")


class SourceKind(models.TextChoices):
    """By which way an award came to be."""

    CONSOLE = "console", _("by hand")
    API = "api", _("by the API")
    FILE = "file", _("from a file")
    REQUEST = "request", _("on request")
    CLAIM = "claim", _("by a link or code")
    PATHWAY = "pathway", _("by a pathway")
    RECOGNITION = "recognition", _("by recognition")
    LTI = "lti", _("from a learning platform")
    ROSTER = "roster", _("from a roster")
    IMPORT = "import", _("from another system")


ENDED_OR_DECLINED = ~Q(refused_code="") | Q(declined_at__isnull=False)
"""Holds for every award that ended unsigned, and for few others: what finds them must not name the state (below)."""


class Award(models.Model):
    """The decision that a learner receives an achievement; every fact that will be signed is fixed here.

    `facts` is the canonical JSON of `credentials.documents.AwardFacts`; its id is the credential's id.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Each index costs every bulk award; the composite ones below and the constraints serve these keys too. And what a
    # whole chunk shares is looked at once by the act, not by the database for every row: fsck finds a loose end.
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="awards", db_index=False, db_constraint=False
    )
    version = models.ForeignKey(
        AchievementVersion, on_delete=models.PROTECT, related_name="awards", db_index=False, db_constraint=False
    )
    issuer_profile = models.ForeignKey(
        IssuerProfile, on_delete=models.PROTECT, related_name="awards", db_index=False, db_constraint=False
    )
    # Written or read by the act a moment before; a trigger keeps learners that awards point to.
    learner = models.ForeignKey(
        Learner, on_delete=models.PROTECT, null=True, related_name="awards", db_constraint=False
    )
    batch = models.ForeignKey(
        Batch,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="awards",
        db_index=False,
        db_constraint=False,
    )
    row_number = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=20, choices=AwardState, default=AwardState.ACCEPTED)
    facts = models.TextField()
    builder_version = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=12)
    status_list = models.ForeignKey(
        StatusList, on_delete=models.PROTECT, related_name="awards", db_index=False, db_constraint=False
    )
    status_index = models.PositiveIntegerField()
    awarded_on = models.DateField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    dedupe_key = models.UUIDField(
        unique=True, null=True, blank=True, help_text="of achievement line and learner; empty where a repeat stands"
    )
    refused_code = models.CharField(max_length=60, blank=True, help_text="why it ended unsigned")
    ground = models.JSONField(
        null=True, blank=True, help_text="who decided, when, under which reference; never signed"
    )
    accepted_by_kind = models.CharField(max_length=12)
    accepted_by = models.CharField(max_length=64, blank=True)
    accepted_at = models.DateTimeField()
    revision = models.PositiveSmallIntegerField(
        default=0, help_text="grows when facts are fixed anew while the award waits; approvals name it"
    )
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replacements",
        db_index=False,
        db_constraint=False,
        help_text="whose place it takes once it is signed",
    )
    not_before = models.DateTimeField(null=True, blank=True, help_text="a scheduled award goes on then")
    claim_until = models.DateTimeField(null=True, blank=True, help_text="what waits for its holder lapses then")
    claimed_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    source_kind = models.CharField(max_length=12, choices=SourceKind, default=SourceKind.CONSOLE)
    source_ref = models.CharField(max_length=64, blank=True, help_text="id of what it came from, where there is one")

    class Meta:
        constraints = [
            models.UniqueConstraint("status_list", "status_index", name="award_status_index_once"),
            models.UniqueConstraint("batch", "row_number", "version", name="award_batch_row_once"),
        ]
        # None names the state: PostgreSQL can then change it within the row's page, and touches no index.
        indexes = [
            models.Index(fields=["version", "accepted_at", "id"], name="award_by_version"),
            models.Index(fields=["replaces"], condition=Q(replaces__isnull=False), name="award_by_replaced"),
            models.Index(fields=["status_list", "status_index"], condition=ENDED_OR_DECLINED, name="award_ended"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Credential(models.Model):
    """The signed document of an award, byte for byte as signed. After erasure only a tombstone stays."""

    # The act that stores a credential has just marked its award; a trigger keeps awards that have one.
    award = models.OneToOneField(
        Award, on_delete=models.PROTECT, primary_key=True, related_name="credential", db_constraint=False
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="credentials", db_index=False, db_constraint=False
    )
    document = models.TextField(null=True)  # noqa: DJ001 - absent after erasure, never empty
    sha256 = models.CharField(max_length=64)
    key = models.ForeignKey(
        SigningKey, on_delete=models.PROTECT, related_name="credentials", db_index=False, db_constraint=False
    )
    proof_created = models.DateTimeField()
    signed_at = models.DateTimeField()
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.PRIVATE)
    released = models.JSONField(default=dict, blank=True, help_text="fields the holder lets others see")
    revision = models.PositiveIntegerField(default=1, help_text="grows with every change that the page shows")
    successor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces", db_index=False
    )
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(document__isnull=False) | Q(erased_at__isnull=False),
                name="credential_document_or_erased",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-signed_at"], name="credential_by_organisation"),
            models.Index(fields=["key", "-signed_at"], name="credential_by_key"),
            models.Index(fields=["successor"], condition=Q(successor__isnull=False), name="credential_by_successor"),
            models.Index(fields=["award"], condition=Q(erased_at__isnull=False), name="credential_erased"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Wrapping(models.Model):
    """Another form of the same credential (JWT, baked image), made once on demand, then immutable."""

    id = models.BigAutoField(primary_key=True)
    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="wrappings")
    kind = models.CharField(max_length=10)
    language = models.CharField(max_length=12, blank=True)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint("credential", "kind", "language", name="wrapping_once")]

    def __str__(self) -> str:
        return self.kind


class StatusReason(models.TextChoices):
    """Reasons that a status change may carry beside its free text."""

    SUPERSEDED = "superseded", _("replaced by a newer version")


class StatusChange(models.Model):
    """A revocation, suspension or reinstatement. Rows are only ever added."""

    id = models.BigAutoField(primary_key=True)
    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="status_changes")
    purpose = models.CharField(max_length=12, choices=StatusPurpose)
    value = models.BooleanField(help_text="the bit")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=12)
    by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "credential",
                condition=Q(purpose="revocation"),
                name="status_revoked_once_and_for_all",
            ),
            models.CheckConstraint(
                condition=Q(value=True) | Q(purpose="suspension"),
                name="status_revocation_is_final",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.value}"


class Measure(models.TextChoices):
    """What is counted by day. `unclaimed`: signed on that day, and nobody has answered since; the others happened then."""

    AWARDED = "awarded", _("awarded")
    CLAIMED = "claimed", _("accepted by the holder")
    UNCLAIMED = "unclaimed", _("not accepted yet")
    REVOKED = "revoked", _("revoked")
    CHECKED = "checked", _("checked by somebody")


class DailyCount(models.Model):
    """How often something happened on a day; no people in it. A correction is no further award, and no revocation."""

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="daily_counts")
    version = models.ForeignKey(AchievementVersion, on_delete=models.PROTECT, related_name="daily_counts")
    day = models.DateField()
    measure = models.CharField(max_length=20, choices=Measure)
    value = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("organisation", "version", "day", "measure", name="daily_count_once")]

    def __str__(self) -> str:
        return f"{self.measure} {self.day}"
