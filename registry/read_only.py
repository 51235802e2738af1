"""What every table of the administration has in common: it shows rows, lightly, and changes none."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from registry.actors import actor_for_user, user_in
from registry.models import Organisation
from registry.services import note_looks

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Any]
else:
    _Admin = admin.ModelAdmin


MOST_ROWS_COUNTED = 10_000


class ShortPaginator(Paginator):  # type: ignore[type-arg]  # generic for type checkers alone
    """Pages over the first rows of a list: counting a table of millions takes seconds, and nobody pages that far."""

    @cached_property
    def count(self) -> int:
        """Return how many rows there are, at most MOST_ROWS_COUNTED; what is beyond is found by its id."""
        return int(self.object_list[:MOST_ROWS_COUNTED].count())  # type: ignore[attr-defined]


class ReadOnlyAdmin(_Admin):
    """Shows rows and changes none: what may change, changes through a service.

    Rows here are of every organisation, so the operator alone sees them: no permission of a single table opens one.
    """

    actions = None
    list_per_page = list_max_show_all = 50
    paginator = ShortPaginator
    show_full_result_count = False

    def _refuse(self, *_request: object, **_obj: object) -> bool:
        """Refuse: rows are made and changed by services, and nothing here is deleted by hand."""
        return False

    has_add_permission = has_change_permission = has_delete_permission = _refuse

    def has_view_permission(self, request: HttpRequest, _obj: object = None) -> bool:
        """Let the installation's operator look."""
        return bool(request.user.is_active and request.user.is_superuser)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """List the table for whoever may look at it."""
        return self.has_view_permission(request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show a list; the look stands in the trail of every organisation that has a row on it."""
        response = super().changelist_view(request, extra_context)
        listed = (getattr(response, "context_data", None) or {}).get("cl")
        if listed is not None and request.method == "GET":
            self._note_look(request, listed.result_list)
        return response

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a row; the look stands in the trail of its organisation."""
        response = super().changeform_view(request, object_id, form_url, extra_context)
        shown = (getattr(response, "context_data", None) or {}).get("original")
        if shown is not None and request.method == "GET":
            self._note_look(request, [shown])
        return response

    def _note_look(self, request: HttpRequest, rows: Iterable[Any]) -> None:
        """Write whose rows were shown; what is no organisation's is nobody's to know of."""
        whose = {row.pk if isinstance(row, Organisation) else getattr(row, "organisation_id", None) for row in rows}
        if organisations := {one for one in whose if one is not None}:
            note_looks(organisations=organisations, at=self.opts.label_lower, actor=actor_for_user(user_in(request)))


class FoundByIdAdmin(ReadOnlyAdmin):
    """Rows in great number that name people: no list tells a name, and the search takes an id and uses the index."""

    search_fields = ("pk",)
    search_help_text = _("An id in full")
    searched_ids: ClassVar[tuple[str, ...]] = ("pk",)

    def get_search_results(
        self, _request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return the row with this id, or none."""
        if not search_term:
            return queryset, False
        try:
            wanted = uuid.UUID(search_term.strip().removeprefix("urn:uuid:"))
        except ValueError:
            return queryset.none(), False
        for name in self.searched_ids:
            if (found := queryset.filter(**{name: wanted})).exists():
                return found, False
        return queryset.none(), False
