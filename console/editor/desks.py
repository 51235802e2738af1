"""An achievement on an editor's desk: the place, its newest version, what it says, and in which language one writes."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from catalogue.content import AchievementContent
from catalogue.draft_sheets import sheet_of
from catalogue.errors import RetiredError
from catalogue.models import Achievement, AchievementState, AchievementVersion
from catalogue.said import content_as_said
from catalogue.selectors import content_of, publication_findings, versions
from console.editor.sheets import field_name
from console.seen_nodes import Crumb, SeenNode, actor_in, entry_address, entry_of
from registry.language_maps import is_language_tag
from registry.models import Role, User
from registry.permissions import require_role
from registry.refusals import Refusal

LONGEST_TAG = 12


@dataclass
class Desk:
    """What an editor has before her; `version` is the newest, draft or published."""

    place: SeenNode
    achievement: Achievement
    title: str
    version: AchievementVersion
    language: str

    @cached_property
    def content(self) -> AchievementContent:
        """What the newest version says."""
        return content_of(self.version)

    @cached_property
    def sheet(self) -> dict[str, Any]:
        """The same as single answers."""
        return sheet_of(content_as_said(self.content))

    @cached_property
    def findings(self) -> list[Refusal]:
        """What stands between it and its publication."""
        return publication_findings(self.version, self.content)

    @property
    def is_draft(self) -> bool:
        """Whether the newest version is not published yet."""
        return self.version.published_at is None

    @property
    def next_number(self) -> int:
        """The number of the version that is written."""
        return self.version.number if self.is_draft else self.version.number + 1

    @cached_property
    def written_by(self) -> str:
        """Who wrote on the draft last, as colleagues call them; empty where nobody of the console did."""
        return name_of_editor(self.version.edited_by)

    def address(self, name: str = "edit", *further: object) -> str:
        """Return the address of one of the editor's pages."""
        return reverse(f"console:{name}", args=[self.place.organisation.slug, self.achievement.pk, *further])

    def crumbs(self, *further: str) -> tuple[Crumb, ...]:
        """Return the way from the place to this page."""
        home = Crumb(self.title, entry_address(self.place.organisation, self.achievement))
        return home, *(Crumb(one) for one in further)


def desk_of(request: HttpRequest, slug: str, achievement_id: uuid.UUID) -> Desk:
    """Return the desk of an achievement.

    Raises:
        NotFoundError: none of which the reader may know.
        RoleRequiredError: the reader may not write on it.
        RetiredError: it was withdrawn.
    """
    place, achievement, title = entry_of(actor_in(request), slug, achievement_id)
    require_role(place.actor, achievement.issuer.node, Role.EDITOR)
    if achievement.state == AchievementState.RETIRED:
        raise RetiredError(achievement=title, last_award_on=achievement.last_award_on)
    version = versions().filter(achievement=achievement).latest("number")
    asked = request.GET.get("language", "")
    known = is_language_tag(asked) and len(asked) <= LONGEST_TAG
    return Desk(place, achievement, title, version, asked if known else _own_language(version))


def _own_language(version: AchievementVersion) -> str:
    names = list(version.texts.get("name", {}))
    return version.language if version.language in names or not names else names[0]


def name_of_editor(number: str) -> str:
    """Return what somebody who wrote is called by colleagues; empty for a machine, and for who is gone."""
    with suppress(ValueError):
        user = User.objects.filter(pk=number).first() if number else None
        return (user.name or user.email) if user else ""
    return ""


def names_of_fields(paths: Any) -> str:
    """Return fields as a page's script finds them."""
    return " ".join(sorted(field_name(path) for path in paths))
