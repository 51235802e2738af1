"""What every room stands on: the audit trail, the outbox, alarms, idempotency keys and limits."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from registry.lanes import Lane
from registry.models.leased import LeasedRow
from registry.models.organisations import Organisation


class AuditEntry(models.Model):
    """One act: who did what to which object. Never changed, never removed (a database trigger sees to it)."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=64, blank=True)
    act = models.CharField(max_length=60)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="audit_entries")
    object_kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64)
    detail = models.JSONField(default=dict, help_text="ids and counts only, never names")

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [models.Index(fields=["organisation", "-id"], name="audit_by_organisation")]

    def __str__(self) -> str:
        return f"{self.act} {self.object_kind}"


class AuditSeal(models.Model):
    """An entry's place in the hash chain, written by one leased sealer."""

    position = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="seal")
    hash = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"seal {self.position}"


class AuditHead(models.Model):
    """Where the chain stood when a day (UTC) was over, signed with the platform's key. Never changed, never removed."""

    day = models.DateField(primary_key=True)
    position = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    signature = models.TextField(help_text="compact JWS over issuer, time, day, position and hash")

    def __str__(self) -> str:
        return f"head of {self.day}"


class OutboxMessage(LeasedRow):
    """Work that a committed act has promised to one listener. Claimed by lease, done once; Celery only nudges."""

    id = models.BigAutoField(primary_key=True)
    topic = models.CharField(max_length=60)
    # What code before the lanes writes while a new version comes in has neither; it is spread when it is claimed.
    task = models.CharField(max_length=80, blank=True, db_default="", help_text="the listener")
    lane = models.CharField(
        max_length=8,
        choices=[(lane.value, lane.value) for lane in Lane],
        default=Lane.STATUS.value,
        db_default=Lane.STATUS.value,
    )
    payload = models.JSONField(default=dict, help_text="ids only")
    done_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True, help_text="failed for too long; waits for an operator")
    key_id = models.UUIDField(null=True, help_text="signing intent: the key chosen at the first claim")
    proof_created = models.DateTimeField(null=True, help_text="signing intent: the proof's time")

    class Meta:
        indexes = [
            models.Index(
                fields=["lane", "not_before", "id"],
                condition=Q(done_at=None),
                name="outbox_waiting_in_lane",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.id}"


class Alarm(models.Model):
    """Something that an operator has to know: one open row for each thing that is wrong, however often it is told."""

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=60)
    subject = models.CharField(max_length=120, blank=True, help_text="kind:id of what it is about, never a name")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)
    told_at = models.DateTimeField(null=True, help_text="when it stood in a mail to the operators")
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("code", "subject", condition=Q(resolved_at=None), name="alarm_open_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.subject}"


class IdempotencyKey(models.Model):
    """The first answer to a request, given again when the request is repeated."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="idempotency_keys")
    key = models.CharField(max_length=255)
    request_sha = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("organisation", "key", name="idempotency_key_once")]

    def __str__(self) -> str:
        return str(self.pk)


class Throttle(models.Model):
    """How often something happened in a window; the key is a hash, never an address or a name."""

    key = models.CharField(max_length=64, unique=True)
    window = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.key


class Upkeep(models.Model):
    """When something that has to be done again and again was done last; one row for each such thing."""

    name = models.CharField(max_length=20, primary_key=True, help_text="see registry.upkeep.Chore")
    at = models.DateTimeField()
    well = models.BooleanField(default=True)
    counts = models.JSONField(default=dict, help_text="counts only")

    class Meta:
        verbose_name_plural = "upkeep"

    def __str__(self) -> str:
        return self.name
