"""The operator's view of the catalogue. Nothing is changed here: entries change through their services alone."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from catalogue.models import Achievement, AchievementVersion, Relation
from registry.read_only import ReadOnlyAdmin


@admin.register(Achievement)
class AchievementAdmin(ReadOnlyAdmin):
    """Entries, by issuer and state."""

    list_display = ("slug", "issuer", "kind", "state", "last_award_on")
    list_filter = ("state", "kind", "organisation")
    search_fields = ("slug",)
    list_select_related: ClassVar[tuple[str, ...]] = ("issuer",)


@admin.register(AchievementVersion)
class AchievementVersionAdmin(ReadOnlyAdmin):
    """Versions, published or draft."""

    list_display = ("achievement", "number", "published_at")
    list_filter = ("achievement__kind",)
    search_fields = ("achievement__slug",)
    list_select_related: ClassVar[tuple[str, ...]] = ("achievement",)


@admin.register(Relation)
class RelationAdmin(ReadOnlyAdmin):
    """How entries relate."""

    list_display = ("achievement", "kind", "other")
    list_select_related: ClassVar[tuple[str, ...]] = ("achievement", "other")
