"""The room's refusals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from registry.errors import ErasedError, NotAcceptableError, UnavailableError


class FormatLaterError(NotAcceptableError):
    """A form of a credential that this installation cannot make yet."""

    code, message = "format-later", _("This format comes later. Take the JSON file or the badge.")


class NoPictureError(NotAcceptableError):
    """The achievement has no badge to put the credential into."""

    code, message = "no-picture", _("This certificate has no badge picture. Take the JSON file.")


class TokenStillMadeError(UnavailableError):
    """The worker has been asked for the token and has not made it yet."""

    code, message = "still-made", _("The token is still being signed. Ask again in a moment.")


class SupersededError(ErasedError):
    """Its old content is not shown any more."""

    code, message = "superseded", _("A newer version replaces this one. Open its page to find it.")


class NotWaitedForError(UnavailableError):
    """It would wait for the reading process where that would keep everybody waiting: to be asked for again elsewhere."""
