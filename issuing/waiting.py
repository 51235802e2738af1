"""What waits for a body that awards jointly: the awards of others that its release is asked for. Reads alone."""

from __future__ import annotations

import json
import uuid
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalogue.models import AchievementVersion, Party, PartyRole
from credentials.strict_json import JsonObject
from issuing.models import Approval, ApprovalKind, ApprovalPolicy, Award, AwardState, Decision
from registry.actors import Actor
from registry.models import Node, Organisation, Role
from registry.permissions import Scope, require_role

TOLD: Final = ("valid_until", "learning_from", "learning_to", "participation", "supervision", "credits_earned")
"""What will be signed beside name, day and results. Addresses, numbers and evidence stay with who awards."""
RESULT: Final = ("value", "status", "achieved_level")


def versions_released_by(body: Organisation, actor: Actor) -> list[uuid.UUID]:
    """Return the versions of others whose awards wait for a release by `body`, as it is asked for now; three queries.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not decide for the whole of it.
    """
    require_role(actor, Node.objects.get(organisation=body, parent=None), Role.APPROVER, scope=Scope.AWARDS_APPROVE)
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
