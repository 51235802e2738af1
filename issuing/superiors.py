"""Awards that go to somebody to whom their awarder reports: they are marked for whoever releases or audits them."""

from __future__ import annotations

from django.db.models import Q

from issuing.models import Award
from registry.models import IdentifierType, LearnerIdentifier, Role
from registry.permissions import live_memberships


def goes_to_superior(award: Award) -> bool:
    """Tell whether an award goes to an owner or administrator of the place that issues it, or of one above; one query.

    Its version, achievement, issuer, node and learner must be loaded. An owner who is awarded by another owner is one,
    too: it is a mark to look twice, no refusal.
    """
    path = award.version.achievement.issuer.node.path
    parts = path.split("/")[:-1]
    above = ["/".join(parts[: depth + 1]) + "/" for depth in range(len(parts))]
    rows = live_memberships().filter(node__path__in=above, role__in=(Role.OWNER, Role.ADMIN))
    if award.learner_id is None:
        return False
    named = LearnerIdentifier.objects.filter(learner=award.learner_id)
    own = Q(type=IdentifierType.EMAIL, value__in=rows.values("user__email"))
    known = own | Q(learner__user__in=rows.values("user_id"))
    return named.filter(known).exists()
