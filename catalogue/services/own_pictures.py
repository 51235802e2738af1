"""The picture of an entry: one that somebody uploads stands in the place of the badge that is drawn."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext_noop

from catalogue.badges import small_picture
from catalogue.badges.uploads import read_picture
from catalogue.content import AchievementContent
from catalogue.errors import ContentRefusedError
from catalogue.models import Achievement, AchievementVersion, StoredImage
from catalogue.services.drafting import note_editor
from catalogue.services.editing import held_achievement, revise_achievement
from registry.actors import Actor
from registry.models import Role
from registry.permissions import require_role
from registry.refusals import Refusal


@transaction.atomic
def set_picture(*, achievement: Achievement, upload: bytes | None, actor: Actor) -> AchievementVersion:
    """Put a picture in the place of the drawn badge, or let it be drawn again (None); return the draft.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not edit at the issuer's node.
        RetiredError: the entry was withdrawn.
        RuleBrokenError: the picture is none that can be used (`catalogue.badges.uploads`).
        ContentRefusedError: a demonstration's badge is drawn, for it carries the notice.
    """
    held = held_achievement(achievement)
    require_role(actor, held.issuer.node, Role.EDITOR)
    if upload is not None and held.organisation.is_sample:
        remedy = gettext_noop("The badge of a demonstration is drawn: the notice stands on it.")
        raise ContentRefusedError([Refusal("picture", "sample-is-drawn", remedy)])
    picture = {"picture": _stored(upload)} if upload is not None else {}

    def revise(newest: AchievementContent) -> AchievementContent:
        foot = {"foot": newest.badge["foot"]} if newest.badge.get("foot") else {}
        return replace(newest, badge=foot | picture)

    version, _new = revise_achievement(achievement=held, revise=revise, actor=actor)
    note_editor(version, actor)
    return version


def _stored(upload: bytes) -> str:
    """Keep a picture under the SHA-256 of its PNG bytes; the same picture is kept once."""
    read = read_picture(upload)
    sha256 = hashlib.sha256(read.png).hexdigest()
    kept = {"png": read.png, "small": small_picture(read.png), "svg": read.svg}
    StoredImage.objects.get_or_create(sha256=sha256, defaults=kept)
    return sha256
