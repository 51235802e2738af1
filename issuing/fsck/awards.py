"""N1, N2, N3, N6: every acknowledged award has one credential, one place, one authorised act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Exists, F, Model, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from issuing.fsck.breaches import Breach, breach_of
from issuing.models import Approval, Award, AwardState, Credential, SignedDocument, StatusList
from registry.models import AuditEntry, OutboxMessage
from registry.outbox import Topic

SIGNED_STATES = (AwardState.SIGNED, AwardState.DELIVERED)
ACCEPTING_ACTS = ("award.accepted", "batch.accepted", "award.claimed", "credential.superseded")


def one_credential_each() -> Iterator[Breach]:
    """N1: a signed award has its credential, and an accepted one has work waiting that will sign it."""
    signed = Award.objects.filter(state__in=SIGNED_STATES, credential=None)
    yield from breach_of("N1", "signed award without a credential", signed.values_list("id", flat=True))
    unsigned = Award.objects.exclude(state__in=SIGNED_STATES).exclude(credential=None)
    yield from breach_of("N1", "credential of an award that is not signed", unsigned.values_list("id", flat=True))
    waiting = Award.objects.filter(state=AwardState.ACCEPTED).values_list("id", flat=True)
    promised = promised_awards()
    lost = (award_id for award_id in waiting.iterator() if str(award_id) not in promised)
    yield from breach_of("N1", "accepted award that nothing will sign", lost)


def promised_awards() -> set[str]:
    """Return the ids of the awards that an unfinished chunk holds."""
    chunks = OutboxMessage.objects.filter(topic=Topic.AWARDS_ACCEPTED, done_at=None)
    return {award_id for payload in chunks.values_list("payload", flat=True) for award_id in payload["award_ids"]}


def places_used_once() -> Iterator[Breach]:
    """N2: no place twice, by awards or statements, none outside its list, none beyond the cursor's count."""
    twice = Award.objects.values("status_list", "status_index").annotate(uses=Count("id")).filter(uses__gt=1)
    yield from breach_of("N2", "place used twice", (row["status_list"] for row in twice))
    an_award = Award.objects.filter(status_list=OuterRef("status_list"), status_index=OuterRef("status_index"))
    shared = SignedDocument.objects.filter(Exists(an_award)).values_list("id", flat=True)
    yield from breach_of("N2", "place used by a statement and an award", shared)
    for model in (Award, SignedDocument):
        outside = model._default_manager.filter(status_index__gte=F("status_list__size")).values_list("id", flat=True)
        yield from breach_of("N2", "place outside its list", outside)
    uses = Coalesce(Subquery(_uses_of(Award)), 0) + Coalesce(Subquery(_uses_of(SignedDocument)), 0)
    behind = StatusList.objects.annotate(uses=uses).filter(uses__gt=F("next")).values_list("id", flat=True)
    yield from breach_of("N2", "more places used than given out", behind)


def _uses_of(model: type[Model]) -> Any:
    """Return how many rows of a table use the outer list, as a query for `Subquery`."""
    rows = model._default_manager.filter(status_list=OuterRef("pk")).order_by().values("status_list")
    return rows.annotate(uses=Count("id")).values("uses")


def nothing_lost() -> Iterator[Breach]:
    """N3: the audit trail counts as many accepted awards as there are, organisation by organisation."""
    counted: dict[object, int] = {}
    acts = AuditEntry.objects.filter(act__in=ACCEPTING_ACTS).values_list("organisation_id", "detail")
    for organisation_id, detail in acts.iterator():
        counted[organisation_id] = counted.get(organisation_id, 0) + int(detail.get("count", 0))
    present = dict(Award.objects.order_by().values_list("organisation_id").annotate(Count("id")))
    fewer = [org for org, count in counted.items() if present.get(org, 0) < count]
    yield from breach_of("N3", "fewer awards than were acknowledged", fewer)
    more = [org for org, count in present.items() if counted.get(org, 0) < count]
    yield from breach_of("N6", "more awards than the audit trail authorises", more)


def authorised() -> Iterator[Breach]:
    """N6: every award names who accepted it; approval came from somebody else; credentials belong to awards."""
    nobody = Award.objects.filter(Q(accepted_by_kind="") | ~Q(accepted_by_kind="system") & Q(accepted_by=""))
    yield from breach_of("N6", "award that nobody accepted", nobody.values_list("id", flat=True))
    decided = Approval.objects.filter(ground="", by=F("award__accepted_by"), by_kind=F("award__accepted_by_kind"))
    alone = decided.filter(revision=F("award__revision"))
    yield from breach_of("N6", "award approved by who made it", alone.values_list("award_id", flat=True))
    soon = timezone.now() + dt.timedelta(seconds=60)
    early = Credential.objects.filter(Q(signed_at__lt=F("award__accepted_at")) | Q(signed_at__gt=soon))
    yield from breach_of(
        "N6", "credential signed before its award or in the future", early.values_list("pk", flat=True)
    )
