"""The refusals of the machine interfaces."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from registry.errors import MalformedError, RegistryError, TooLargeError
from registry.refusals import Refusal


class UnauthenticatedError(RegistryError):
    """The request carries no key or token, and needs one (401)."""

    code, message = (
        "authentication-required",
        _("This needs an API key or an access token in the Authorization header."),
    )


class InvalidKeyError(UnauthenticatedError):
    """The key or token is unknown, revoked or expired (401)."""

    code, message = "invalid-key", _("This key or token is unknown, revoked or expired.")


class KeyInAddressError(UnauthenticatedError):
    """A secret stood in the query string, where logs and histories keep it (401)."""

    code = "key-in-address"
    message = _("A key in the address is kept by logs: replace it, and send it in the Authorization header.")


class BodyTooLargeError(TooLargeError):
    """The body is larger than this address takes (413)."""

    code, message = "too-large", _("The body may have at most {max_bytes} bytes.")


class UnreadableBodyError(MalformedError):
    """The body is not strict JSON (422)."""

    code, message = "malformed", _("The body cannot be read: {reason}.")


class UnstorableError(MalformedError):
    """A value that the database cannot hold: a NUL in a text, or more than its column takes (422)."""

    code, message = "unstorable-value", _("A value is too long, too large, or holds a character that is no text.")


class FieldsError(MalformedError):
    """Fields are missing, unknown or of the wrong kind (422); `errors` names each."""

    code, message = "invalid-fields", _("The fields {fields} cannot be used.")


class QueryError(MalformedError):
    """A parameter of the address cannot be used (422)."""

    code, message = "invalid-parameter", _("The parameter “{parameter}” cannot be used: {reason}.")

    def __init__(self, *, parameter: str, reason: str) -> None:
        super().__init__(parameter=parameter, reason=reason)
        self.refusals = (Refusal(parameter, self.code, self.sentence()),)


class KeyReusedError(MalformedError):
    """An Idempotency-Key came back with another request (422)."""

    code = "idempotency-key-reused"
    message = _("This Idempotency-Key belongs to another request. Use a new one.")


class IdempotencyKeyError(MalformedError):
    """The Idempotency-Key itself cannot be used (422)."""

    code = "idempotency-key-invalid"
    message = _("An Idempotency-Key has 1 to 255 printable ASCII characters.")
