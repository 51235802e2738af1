"""Claim times and `replaces` come to the award; approvers become approvals; what waited for a holder gets its way.

Until now an award that replaces another took that one's dedupe key when it was accepted, and a replacement of an
organisation that signs at claim was told nobody. From now on the old award keeps its key until the new one is signed.
"""

import hashlib
import uuid
from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

UNSIGNED = ("scheduled", "awaiting_approval", "accepted", "awaiting_claim")
SIGNED = ("signed", "delivered")
CHUNK = 1_000


def move(apps: Any, _editor: Any) -> None:
    """1. Times. 2. Sources. 3. Approvals. 4. What replaces what. 5. Whose key it is. 6. Who waits for his letter."""
    _move_times(apps)
    _name_sources(apps)
    _move_approvers(apps)
    _name_replaced(apps)
    _give_keys_back(apps)
    _ask_for_claims(apps)


def _move_times(apps: Any) -> None:
    award, credential = apps.get_model("issuing", "Award"), apps.get_model("issuing", "Credential")
    told = credential.objects.filter(Q(claimed_at__isnull=False) | Q(declined_at__isnull=False))
    own = credential.objects.filter(pk=OuterRef("pk"))
    award.objects.filter(pk__in=told.values("pk")).update(
        claimed_at=Subquery(own.values("claimed_at")), declined_at=Subquery(own.values("declined_at"))
    )


def _name_sources(apps: Any) -> None:
    awards = apps.get_model("issuing", "Award").objects
    awards.filter(accepted_by_kind__in=("api_key", "oauth_client")).update(source_kind="api")
    awards.filter(batch__isnull=False).exclude(source_kind="api").update(source_kind="file")


def _move_approvers(apps: Any) -> None:
    approval = apps.get_model("issuing", "Approval")
    approved = apps.get_model("issuing", "Award").objects.exclude(approver="").values_list("pk", "approver", "accepted_at")
    approval.objects.bulk_create(
        (approval(award_id=pk, decision="release", by_kind="user", by=by, at=at) for pk, by, at in approved.iterator()),
        batch_size=CHUNK,
    )


def _name_replaced(apps: Any) -> None:
    """Read it back from what was signed, and from the work that waits."""
    award, credential = apps.get_model("issuing", "Award"), apps.get_model("issuing", "Credential")
    older = credential.objects.filter(successor=OuterRef("pk")).values("pk")[:1]
    successors = credential.objects.filter(successor__isnull=False).values("successor")
    award.objects.filter(pk__in=successors).update(replaces=Subquery(older))
    messages = apps.get_model("registry", "OutboxMessage").objects.filter(topic="awards.accepted", done_at=None)
    for message in messages.iterator():
        for new, old in message.payload.get("replaces", {}).items():
            award.objects.filter(pk=new).update(replaces=old)


def _give_keys_back(apps: Any) -> None:
    """Let a standing award hold its line again, unless a signed one does by now."""
    award, change = apps.get_model("issuing", "Award"), apps.get_model("issuing", "StatusChange")
    revoked = change.objects.filter(purpose="revocation").values("credential")
    keyless = award.objects.filter(dedupe_key=None, learner__isnull=False, state__in=(*SIGNED, *UNSIGNED))
    replaced = award.objects.filter(replaces__isnull=False, state__in=UNSIGNED).values("replaces")
    standing = Q(state__in=SIGNED) & ~Q(version__achievement__duplicates="allow") & ~Q(pk__in=revoked)
    held = keyless.filter(standing | Q(pk__in=replaced)).order_by("-accepted_at")
    for pk, achievement_id, learner_id in list(held.values_list("pk", "version__achievement_id", "learner_id")):
        digest = hashlib.blake2b(learner_id.bytes, key=achievement_id.bytes, digest_size=16).digest()
        key = uuid.UUID(bytes=digest)
        holder = award.objects.filter(dedupe_key=key).first()
        if holder is not None and holder.state not in UNSIGNED:
            continue
        if holder is not None:
            award.objects.filter(pk=holder.pk).update(dedupe_key=None, replaces=holder.replaces_id or pk)
        award.objects.filter(pk=pk).update(dedupe_key=key)


def _ask_for_claims(apps: Any) -> None:
    """Let the worker open the claim of what waits for a holder whom nobody has written to."""
    waiting = apps.get_model("issuing", "Award").objects.filter(state="awaiting_claim")
    message = apps.get_model("registry", "OutboxMessage")
    rows = list(waiting.order_by("organisation_id", "accepted_at").values_list("organisation_id", "pk"))
    for tenant in dict.fromkeys(organisation for organisation, _pk in rows):
        ids = [str(pk) for organisation, pk in rows if organisation == tenant]
        for first in range(0, len(ids), CHUNK):
            payload = {"award_ids": ids[first : first + CHUNK], "tenant": str(tenant)}
            listener = {"task": "issuing.advance_due", "lane": "status"}
            message.objects.create(topic="awards.due", payload=payload, not_before=timezone.now(), **listener)


class Migration(migrations.Migration):

    dependencies = [
        ('issuing', '0009_awards_way'),
        ('registry', '0011_lane_of_each_waiting_message'),
    ]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
    ]
