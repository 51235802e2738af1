"""What somebody has under way in an organisation, and would leave behind. Reads alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils import timezone

from issuing.models import Award, AwardState, Batch, BatchState, BulkChange, ChangeState
from issuing.services.drafts import STOPPED_ON_THEIR_DAY
from issuing.services.undoing import waits_until
from issuing.waiting import asked_of, files_asked_of, versions_for
from registry.actors import actor_for_user
from registry.models import ApiKey, OAuthClient, Organisation, User
from registry.services import invitations_by

OPEN_CHANGES = (ChangeState.DRAFT, ChangeState.WAITING, ChangeState.RUNNING)
MOST_COUNTED = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLeft:
    """How much somebody has under way, by kind."""

    drafts: int
    scheduled: int
    changes: int
    invitations: int
    machines: int

    @property
    def anything(self) -> bool:
        """Whether there is anything that somebody has to see to."""
        return any((self.drafts, self.scheduled, self.changes, self.invitations, self.machines))


def open_batches_of(user: User, organisation: Organisation) -> list[Batch]:
    """Return the files of somebody's that are not over: drafts, those under way, and those whose awards wait."""
    own = Batch.objects.filter(made_by=str(user.pk), made_by_kind="user", organisation=organisation)
    rows = own.exclude(state=BatchState.CANCELLED).select_related("organisation", "version__achievement__issuer__node")
    return [one for one in rows if one.state != BatchState.DONE or is_waiting(one)]


def is_waiting(batch: Batch) -> bool:
    """Tell whether awards of a file wait for their day, or stopped on it."""
    return batch.ended_code in STOPPED_ON_THEIR_DAY or waits_until(batch) is not None


def open_changes_of(user: User, organisation: Organisation) -> QuerySet[BulkChange]:
    """Return the changes of many that somebody began and that are not over."""
    own = BulkChange.objects.filter(organisation=organisation, made_by_kind="user", made_by=str(user.pk))
    return own.filter(state__in=OPEN_CHANGES)


def work_left_by(user: User, organisation: Organisation) -> WorkLeft:
    """Return what somebody has under way in an organisation; two queries."""
    batches = open_batches_of(user, organisation)
    machines = Q(created_by=user, organisation=organisation, revoked_at=None)
    counts = Organisation.objects.filter(pk=organisation.pk).values_list(
        _count(open_changes_of(user, organisation)),
        _count(invitations_by(user, organisation)),
        _count(ApiKey.objects.filter(machines)),
        _count(OAuthClient.objects.filter(machines)),
    )
    changes, invitations, keys, clients = counts.get()
    return WorkLeft(
        drafts=sum(one.state != BatchState.DONE for one in batches),
        scheduled=sum(one.state == BatchState.DONE for one in batches),
        changes=changes,
        invitations=invitations,
        machines=keys + clients,
    )


def _count(rows: QuerySet[Any]) -> Combinable:
    """Return the number of an organisation's rows as part of a query."""
    counted = rows.order_by().values("organisation").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


def approvals_waiting_for(user: User, organisation: Organisation) -> int:
    """Return how many awards wait that somebody may approve; of those by hand a thousand at most."""
    actor = actor_for_user(user)
    versions = versions_for(actor, organisation)
    if not versions:
        return 0
    return asked_of(actor, versions)[:MOST_COUNTED].count() + sum(count for _file, count in files_asked_of(versions))


def stopped_awards(batch: Batch) -> QuerySet[Award]:
    """Return the awards of a file whose day has come and that go no further."""
    return Award.objects.filter(batch=batch, state=AwardState.SCHEDULED, not_before__lte=timezone.now())
