"""Where awards have to be approved, and by whom."""

from __future__ import annotations

from catalogue.models import AchievementVersion, Party, PartyRole
from catalogue.parties import parties_of
from issuing.models import ApprovalKind, ApprovalPolicy


def approvals_needed(version: AchievementVersion) -> frozenset[ApprovalKind]:
    """Return whom awards of a version wait for: what its achievement or a place above it asks; one query.

    An achievement that nobody awards with its issuer waits for no other body.
    """
    achievement = version.achievement
    path = achievement.issuer.node.path
    policies = ApprovalPolicy.objects.filter(organisation_id=achievement.organisation_id).select_related("node")
    asked = {
        ApprovalKind(policy.kind)
        for policy in policies
        if policy.achievement_id == achievement.pk or (policy.node is not None and path.startswith(policy.node.path))
    }
    if ApprovalKind.AWARDING_BODIES in asked and not other_bodies(version):
        asked.discard(ApprovalKind.AWARDING_BODIES)
    return frozenset(asked)


def other_bodies(version: AchievementVersion) -> list[Party]:
    """Return the bodies that award jointly with the issuer and have to release each award."""
    owner = version.achievement.organisation_id
    return [
        party for party in parties_of(version) if party.role == PartyRole.CO_AWARDS and party.organisation_id != owner
    ]
