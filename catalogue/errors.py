"""The catalogue's refusals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.errors import ConflictError, MalformedError, NotFoundError
from registry.refusals import Refusal


class ContentRefusedError(MalformedError):
    """An entry breaks a rule; `refusals` lists every one, `code` is the first's."""

    message: Any = _("The entry cannot be used: {reason}")

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        first = refusals[0]
        super().__init__(code=first.code, refusals=refusals, reason=first.sentence(), field=first.place)


class NoSuchAchievementError(NotFoundError):
    """The catalogue has no such entry."""

    code, message = "achievement-unknown", _("The catalogue has no entry “{named}”.")


class NothingToPublishError(ConflictError):
    """The newest version is published already."""

    code, message = "nothing-to-publish", _("There is no draft. Edit the entry first; that makes its next version.")


class NotPublishedError(ConflictError):
    """A draft cannot be awarded."""

    code, message = "not-published", _("“{achievement}” is a draft. Publish it before you award it.")


class PlannedError(NotPublishedError):
    """A planned entry is shown and cannot be awarded."""

    code, message = "planned", _("“{achievement}” is planned. It can be awarded once it is published.")


class RetiredError(NotPublishedError):
    """The last day on which it could be awarded is over."""

    code, message = "retired", _("“{achievement}” was withdrawn; its last award date was {last_award_on}.")


class EntryStateError(ConflictError):
    """The entry is in a state that does not allow the act."""

    code, message = "wrong-state", _("“{achievement}” is {state}; that does not allow this.")


class SlugFixedError(ConflictError):
    """What stands in a permanent address never changes."""

    code, message = "fixed", _("Issuer, address and kind of an entry never change. Make a new entry instead.")
