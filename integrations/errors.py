"""The refusals of the machine interfaces."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from registry.errors import MalformedError, UnauthenticatedError
from registry.refusals import Refusal


class InvalidKeyError(UnauthenticatedError):
    """The key or token is unknown, revoked or expired (401)."""

    code, message = "invalid-key", _("This key or token is unknown, revoked or expired.")


class MakerLeftError(InvalidKeyError):
    """Nobody is left who answers for the key or client: who made it holds no role any more (401)."""

    code = "maker-left"
    message = _(
        "Who made this key holds no role in its organisation any more. An administrator there can let somebody take it "
        "over: it works again at once."
    )


class KeyInAddressError(UnauthenticatedError):
    """A secret stood in the query string, where logs and histories keep it (401)."""

    code = "key-in-address"
    message = _("A key in the address is kept by logs: replace it, and send it in the Authorization header.")


class UnreadableBodyError(MalformedError):
    """The body is not strict JSON (422)."""

    code, message = "malformed", _("The body cannot be read: {reason}.")


class FieldsError(MalformedError):
    """Fields are missing, unknown or of the wrong kind (422); `errors` names each."""

    code, message = "invalid-fields", _("The fields {fields} cannot be used.")


class QueryError(MalformedError):
    """A parameter of the address cannot be used (422)."""

    code, message = "invalid-parameter", _("The parameter “{parameter}” cannot be used: {reason}.")

    def __init__(self, *, parameter: str, reason: str) -> None:
        super().__init__(parameter=parameter, reason=reason)
        self.refusals = (Refusal(parameter, self.code, self.sentence()),)


class IdempotencyKeyError(MalformedError):
    """The Idempotency-Key itself cannot be used (422)."""

    code = "idempotency-key-invalid"
    message = _("An Idempotency-Key has 1 to 255 printable ASCII characters.")
