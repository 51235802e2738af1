"""What waits for an approval, and for whose: a body that awards jointly, or a second person. Reads alone."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, prefetch_related_objects
from django.utils.text import slugify

from catalogue.models import AchievementVersion, Party, PartyRole
from credentials.strict_json import JsonObject
from issuing.models import Approval, ApprovalAsked, ApprovalKind, ApprovalPolicy, Award, AwardState, Batch, Decision
from issuing.services.policies import approvals_needed, other_bodies
from registry.actors import Actor
from registry.keyset import Sorting
from registry.models import Node, Organisation, Role, User
from registry.permissions import Scope, nodes_of, require_role

TOLD: Final = ("valid_until", "learning_from", "learning_to", "participation", "supervision", "credits_earned")
"""What will be signed beside name, day and results. Addresses, numbers and evidence stay with who awards."""
RESULT: Final = ("value", "status", "achieved_level")


def versions_released_by(body: Organisation, actor: Actor, *, root: Node | None = None) -> list[uuid.UUID]:
    """Return the versions of others whose awards wait for a release by `body`, as it is asked for now; three queries.

    `root` is the body's topmost place, where it is at hand.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not decide for the whole of it.
    """
    top = root or Node.objects.get(organisation=body, parent=None)
    require_role(actor, top, Role.APPROVER, scope=Scope.AWARDS_APPROVE)
    parties = Party.objects.filter(version=OuterRef("pk"), role=PartyRole.CO_AWARDS, organisation=body)
    joint = AchievementVersion.objects.filter(Exists(parties), published_at__isnull=False)
    versions = list(joint.exclude(achievement__organisation=body).select_related("achievement__issuer__node"))
    policies = ApprovalPolicy.objects.filter(
        kind=ApprovalKind.AWARDING_BODIES, organisation__in={one.achievement.organisation_id for one in versions}
    )
    asked = list(policies.select_related("node"))
    return [one.pk for one in versions if any(policy.holds_for(one.achievement) for policy in asked)]


def waiting_for(body: Organisation) -> QuerySet[Award]:
    """Return the awards that wait for approval and that `body` has not released yet, of whatever version.

    Whose they are is the caller's question: see `versions_released_by`.
    """
    released = Approval.objects.filter(decision=Decision.RELEASE, party__organisation=body)
    of_award = released.filter(award=OuterRef("pk"), revision=OuterRef("revision"))
    of_file = released.filter(batch=OuterRef("batch"))
    waiting = Award.objects.filter(~Exists(of_award), state=AwardState.AWAITING_APPROVAL)
    # What was decided of a whole file was not decided of facts that were fixed anew.
    return waiting.filter(Q(revision__gt=0) | ~Exists(of_file)).select_related("version__achievement__issuer")


def told_for_release(award: Award) -> JsonObject:
    """Return what a body reads of an award to decide: what the certificate will say, and nothing else of the person.

    Its version, achievement and issuer must be loaded.
    """
    facts, achievement = json.loads(award.facts), award.version.achievement
    told: JsonObject = {
        "id": str(award.pk),
        "achievement": f"{achievement.issuer.slug}/{achievement.slug}",
        "version": award.version.number,
        "name": facts["holder_name"],
        "awarded_on": award.awarded_on.isoformat(),
        "accepted_at": award.accepted_at.isoformat().replace("+00:00", "Z"),
    }
    told |= {name: facts[name] for name in TOLD if facts.get(name) is not None}
    return told | {"results": [_result(one) for one in facts.get("results", ())]}


def _result(stated: dict[str, Any]) -> JsonObject:
    return {name: stated[name] for name in RESULT if stated.get(name) is not None}


# -- a second pair of eyes ------------------------------------------------------------------------------


OLDEST_ASKED: Final = Sorting("asked_at", newest_first=False)
"""The order of what waits."""


def asked_of(actor: Actor, versions: Sequence[uuid.UUID]) -> QuerySet[ApprovalAsked]:
    """Return the single awards of these versions (`versions_for`) that wait for `actor` as a second person, facts loaded.

    Those that they made or corrected themselves are somebody else's to approve.
    """
    released = Approval.objects.filter(
        decision=Decision.RELEASE, party=None, award=OuterRef("award"), revision=OuterRef("award__revision")
    )
    return (
        ApprovalAsked.objects.filter(version__in=versions, batch=None)
        .exclude(award__accepted_by_kind=actor.kind, award__accepted_by=actor.id)
        .filter(~Exists(released))
        .select_related("award__version__achievement__issuer", "award__organisation")
    )


def files_asked_of(versions: Sequence[uuid.UUID]) -> list[tuple[Batch, int]]:
    """Return the files of these versions (`versions_for`) whose awards wait for a second person, and how many do."""
    released = Approval.objects.filter(decision=Decision.RELEASE, party=None, batch=OuterRef("batch"))
    return files_among(ApprovalAsked.objects.filter(~Exists(released), version__in=versions))


def files_among(waiting: QuerySet[ApprovalAsked]) -> list[tuple[Batch, int]]:
    """Return the files of awards that wait, the oldest first, and how many of each do; one query."""
    of_files = waiting.filter(batch__isnull=False).select_related(None).order_by()
    counted = of_files.filter(batch=OuterRef("pk")).values("batch").annotate(count=Count("pk")).values("count")
    batches = Batch.objects.filter(pk__in=of_files.values("batch")).annotate(waiting=Subquery(counted))
    listed = batches.select_related("version__achievement__issuer", "organisation").order_by("created_at")
    return [(batch, batch.waiting) for batch in listed]


def asked_of_body(body: Organisation, actor: Actor, *, root: Node | None = None) -> QuerySet[ApprovalAsked]:
    """Return the awards of others that wait for a release by `body`, facts and titles loaded; `root` as above.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not decide for the whole of it.
    """
    waiting = waiting_for(body).filter(pk=OuterRef("award"))
    versions = versions_released_by(body, actor, root=root)
    asked = ApprovalAsked.objects.filter(Exists(waiting), version__in=versions)
    return asked.select_related("award__version__achievement__issuer", "award__organisation")


def decided_by_body(body: Organisation, subject_id: uuid.UUID) -> bool:
    """Return whether a body has decided on an award, as its facts were then, or on a file as a whole."""
    decided = Approval.objects.filter(party__organisation=body)
    return decided.filter(Q(award=subject_id) | Q(batch=subject_id)).exists()


def versions_for(actor: Actor, organisation: Organisation) -> list[uuid.UUID]:
    """Return the versions whose awards wait, and wait for a second person, where `actor` may be one; three queries."""
    nodes = nodes_of(actor, Role.APPROVER).filter(organisation=organisation)
    asked = ApprovalAsked.objects.filter(organisation=organisation).order_by().values("version").distinct()
    waiting = AchievementVersion.objects.filter(pk__in=asked, achievement__issuer__node__in=nodes)
    policies = list(
        ApprovalPolicy.objects.filter(organisation=organisation, kind=ApprovalKind.SECOND_PERSON).select_related(
            "node"
        )
    )
    return [
        one.pk
        for one in waiting.select_related("achievement__issuer__node")
        if any(policy.holds_for(one.achievement) for policy in policies)
    ]


# -- who has said what ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskedParty:
    """One whom an award waits for, or waited: a second person (no party) or a body, and what they have decided.

    `outside`: a body without an organisation here; what it decided is as whoever awards states it. `by`: the account
    that approved as a second person.
    """

    party: Party | None
    approval: Approval | None
    by: User | None = None

    @property
    def name(self) -> str:
        """The body's name; empty for a second person."""
        return self.party.name if self.party else ""

    @property
    def key(self) -> str:
        """What names the body towards the services."""
        if self.party is None:
            return ""
        return self.party.organisation.slug if self.party.organisation else slugify(self.party.name)

    @property
    def outside(self) -> bool:
        """Whether its decision is recorded by whoever awards."""
        return self.party is not None and self.party.organisation_id is None


def asked_for(award: Award) -> list[AskedParty]:
    """Return everybody whom an award waits for, or waited, each with the decision on its facts as they stand now.

    What was decided stays told when nobody asks for it any more. Version, achievement, issuer and node must be loaded.
    """
    prefetch_related_objects([award.version], Prefetch("parties", Party.objects.select_related("organisation")))
    decided = Approval.objects.filter(
        Q(award=award, revision=award.revision) | (Q(batch=award.batch_id) if _is_of_file(award) else Q(pk=None))
    )
    return _asked(award.version, decided)


def asked_for_file(batch: Batch) -> list[AskedParty]:
    """Return everybody whom a file waits for, or waited, each with the decision on all of it; as `asked_for`."""
    return _asked(batch.version, Approval.objects.filter(batch=batch))


def _asked(version: AchievementVersion, decided: QuerySet[Approval]) -> list[AskedParty]:
    by_party = {one.party_id: one for one in decided.order_by("pk").select_related("party__organisation")}
    kinds = approvals_needed(version)
    bodies = other_bodies(version) if ApprovalKind.AWARDING_BODIES in kinds else []
    wanted: dict[uuid.UUID | None, Party | None] = {None: None} if ApprovalKind.SECOND_PERSON in kinds else {}
    wanted.update({body.pk: body for body in bodies})
    wanted.update({pk: one.party for pk, one in by_party.items()})
    people = User.objects.in_bulk([one.by for one in by_party.values() if one.by_kind == "user" and not one.party_id])
    return [
        AskedParty(party, one, people.get(uuid.UUID(one.by)) if one and one.by_kind == "user" else None)
        for pk, party in wanted.items()
        for one in [by_party.get(pk)]
    ]


def _is_of_file(award: Award) -> bool:
    return award.batch_id is not None and award.revision == 0
