"""The refusals of the trust core. Rooms to the right turn them into findings or problem documents."""


class CredentialError(Exception):
    """Something in a document, key, proof or token is not as its standard demands.

    `code` is stable and machine-readable, its class's or a finer one; `message` says in English what was found and
    where. Messages quote documents: nothing is ever decided by their words.
    """

    code: str = "credential-error"

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        if code:
            self.code = code


class MalformedError(CredentialError):
    """The bytes are not the JSON (or other container) they claim to be."""

    code = "malformed"


class OversizeError(MalformedError):
    """The bytes are more than are read; nothing is known about what they hold."""

    code = "too-large"


class UnknownContextError(CredentialError):
    """A JSON-LD context outside the frozen set. Contexts are never fetched."""

    code = "unknown-context"


class TermError(CredentialError):
    """A term, type or address that a signature would not cover, or that hides a standard term."""

    code = "undefined-term"


class DataModelError(CredentialError):
    """The document breaks a rule of the Verifiable Credentials Data Model."""

    code = "data-model"


class UnknownBuilderError(CredentialError):
    """An award was accepted under a builder that this release does not have; a later release does."""

    code = "unknown-builder"

    def __init__(self, version: int) -> None:
        super().__init__(f"builder {version} is not known here")
        self.version = version


class SchemaError(CredentialError):
    """The document breaks the Open Badges schema; `path` points at the place."""

    code = "schema"

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class ProofError(CredentialError):
    """A Data Integrity proof does not hold, or is not one."""

    code = "proof"


class ProofChangedError(ProofError):
    """A signature was computed over the document, and it is not the one that stands there."""

    code = "changed"


class ProofKeyEndedError(ProofError):
    """The key has expired or was revoked: when it signed, nothing proves."""

    code = "key-ended"


class UnsupportedProofError(ProofError):
    """A proof type or cryptosuite that is not implemented: neither held nor broken, but unknown."""

    code = "proof-unsupported"


class KeyFormatError(CredentialError):
    """A public key is not in a form or of a kind that is understood."""

    code = "key-format"


class DidError(CredentialError):
    """A DID, a DID document or a verification method in it is not usable."""

    code = "did"


class DeactivatedError(DidError):
    """The DID's own document says that it is deactivated: its keys count for nothing any more."""

    code = "did-deactivated"


class StatusListError(CredentialError):
    """A status entry or status list cannot be read; the status is then unknown, never good."""

    code = "status-list"


class JoseError(CredentialError):
    """A JSON Web Token does not hold, or is not one."""

    code = "jose"


class TokenChangedError(JoseError):
    """A signature was computed over the token, and it is not the one that stands there."""

    code = "changed"


class TokenKeyEndedError(JoseError):
    """The key has expired or was revoked: when it signed, nothing proves."""

    code = "key-ended"


class UnsupportedTokenError(JoseError):
    """A kind of token, algorithm or extension that is not implemented: neither held nor broken, but unknown."""

    code = "proof-unsupported"


class ClaimsDifferError(JoseError):
    """The signature holds over a token whose claims contradict the credential in it: which one is meant is unknown."""

    code = "claims-differ"


class BakingError(CredentialError):
    """An image holds no credential, more than one, or is not an image."""

    code = "baking"


class NoCredentialError(BakingError):
    """A whole image, and no credential in it."""

    code = "no-credential"


class StencilError(CredentialError):
    """A compiled stencil and the general path disagree, or a shape cannot be compiled."""

    code = "template"
