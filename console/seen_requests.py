"""Requests of learners as lists show them, with why an approval of one came to nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalogue.selectors import titles_of
from console.seen_nodes import SeenNode
from issuing.models import Application, ApplicationState

CAUSES: Final[dict[str, str | Promise]] = {
    "result-missing": _("This achievement wants a result: open the request and enter it."),
    "evidence-missing": _("This achievement wants evidence, and the request has none: decline it and say so."),
    "already-awarded": _("This person holds it already: decline it and say so."),
    "award-to-oneself": _("It is a request of whoever approved it: somebody else has to decide."),
    "own-request": _("It is a request of whoever approved it: somebody else has to decide."),
    "address-unconfirmed": _("The applicant's e-mail address is not confirmed any more."),
    "unforeseen": _("Something of ours failed. Whoever runs this is told; approve it again later."),
    "role-required": _("Whoever approved it may not award it any more."),
}
"""Why an approval that the worker was to carry out became no award."""
OTHER_CAUSE: Final = _("It could not be awarded as it stands. Open it and approve it: you then read why.")


@dataclass(frozen=True, slots=True)
class ListedRequest:
    """A request in a list: for what, where it is decided, and why an approval of it came to nothing."""

    request: Application
    title: str
    address: str
    cause: str | Promise

    @property
    def is_open(self) -> bool:
        """Whether it can be chosen."""
        return self.request.state == ApplicationState.OPEN


def listed(rows: Iterable[Application], place: SeenNode) -> list[ListedRequest]:
    """Return requests with their titles, as lists show them."""
    found = list(rows)
    titles: Mapping[uuid.UUID, object] = titles_of({one.achievement_id for one in found}, get_language() or "")
    slug = place.organisation.slug
    return [
        ListedRequest(
            one,
            str(titles.get(one.achievement_id, one.achievement.slug)),
            reverse("console:request", args=[slug, one.pk]),
            CAUSES.get(one.refused_code, OTHER_CAUSE) if one.refused_code else "",
        )
        for one in found
    ]
