"""One of each thing that pages of the console are about, beside the credentials: what `bench console` looks at.

A page whose address names a further kind of thing wants one here, or a value of its own in `own_values`.
"""

from __future__ import annotations

from catalogue.content import AchievementContent
from catalogue.models import Achievement, AchievementKind, Party, PartyRole
from catalogue.services import AchievementOrder, create_achievement, publish_achievement
from issuing.models import ApprovalKind, Award, AwardState, Batch, BatchState
from issuing.services import (
    ApprovalOrder,
    AwardOrder,
    BatchOptions,
    BatchOrder,
    award_achievement,
    make_batch,
    run_batch,
    set_approval,
)
from registry.actors import SYSTEM
from registry.models import Issuer, Role
from registry.services import Recipient, invite_member

DRAFT, SHARED = "draft-course", "shared-course"
PARTNER = "Partner College"
FAULTY = b"email,name,awarded_on\nada@example.org,Ada Example,2026-01-15\nnobody@example.org,,2026-02-31\n"


def furnish() -> None:
    """Make them: a draft, a file with a faulty row that waits, an award that waits for two bodies, an invitation."""
    issuer = Issuer.objects.get(slug="bench")
    _achievement(issuer, DRAFT)
    shared = _achievement(issuer, SHARED)
    publish_achievement(achievement=shared, actor=SYSTEM)
    shared.refresh_from_db()
    Party.objects.create(version=shared.versions.get(), role=PartyRole.CO_AWARDS, name=PARTNER)
    kinds = frozenset({ApprovalKind.SECOND_PERSON, ApprovalKind.AWARDING_BODIES})
    set_approval(order=ApprovalOrder(place=shared, kinds=kinds), actor=SYSTEM)
    person = Recipient(name="Ada Example", email="ada@example.org")
    award_achievement(order=AwardOrder(achievement=shared, recipient=person), actor=SYSTEM)
    order = BatchOrder(
        achievement=Achievement.objects.select_related("issuer__node", "organisation").get(slug="data-basics"),
        content=FAULTY,
        kind="csv",
        options=BatchOptions(on_error="skip"),
        confirm=False,
    )
    run_batch(batch_id=make_batch(order=order, actor=SYSTEM, by_worker=False).pk)
    invite_member(node=issuer.node, email="invited@example.org", role=Role.EDITOR, actor=SYSTEM)


def _achievement(issuer: Issuer, slug: str) -> Achievement:
    content = AchievementContent(
        texts={"name": {"en": slug.capitalize()}, "description": {"en": "Reading, weighing and showing data."}},
        facts={"assessment": {"state": "value", "value": {"en": "Supervised test"}}},
        outcomes=({"en": "Reads tables"},),
    )
    kind = AchievementKind.MICRO_CREDENTIAL
    order = AchievementOrder(issuer=issuer, slug=slug, kind=kind, content=content)
    return create_achievement(order=order, actor=SYSTEM).achievement


def own_values() -> dict[str, dict[str, str]]:
    """Return route → parameter → value, where a page wants another thing than the usual sample."""
    draft = str(Achievement.objects.get(slug=DRAFT).pk)
    waiting = str(Award.objects.get(state=AwardState.AWAITING_APPROVAL, version__achievement__slug=SHARED).pk)
    faulty = str(Batch.objects.get(state=BatchState.READY).pk)
    of_draft = {"achievement_id": draft}
    return {
        **dict.fromkeys(("edit", "edit_part", "preview", "publishing", "badge", "publish", "plan"), of_draft),
        "approval": {"award_id": waiting},
        "record_decision": {"award_id": waiting, "body": "partner-college"},
        "failed_rows": {"batch_id": faulty},
    }
