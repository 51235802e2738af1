"""What the facts of all statements have in common: who signs, how they are stored, how a document is named by digest."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Final, Self

import rfc8785

from credentials.documents import rules
from credentials.errors import DataModelError
from credentials.multikey import encode_base64url
from credentials.strict_json import JsonObject
from credentials.timestamps import parse_timestamp

CREDENTIALS: Final = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
_SHA2_256: Final = b"\x12\x20"
"""Multihash: the function's code and the digest's length. Source: https://www.w3.org/TR/cid-1.0/#multihash"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerFacts:
    """Who signs: a DID, and the name and address by which it calls itself."""

    id: str
    name: str
    url: str | None = None

    def __post_init__(self) -> None:
        rules.check_iri(self.id, "issuer.id")
        rules.check_line(self.name, "issuer.name")
        rules.check_iri(self.url, "issuer.url")

    def profile(self) -> JsonObject:
        """Return the signer as an Open Badges Profile."""
        url = {"url": self.url} if self.url else {}
        return {"id": self.id, "type": ["Profile"], "name": self.name, **url}


class StatementFacts:
    """The facts of one statement; a schema's own class has the fields, all of them JSON values or made of such."""

    SCHEMA: ClassVar[str]

    def build(self) -> JsonObject:
        """Return the unsigned document."""
        raise NotImplementedError

    def members(self) -> JsonObject:
        """Return the facts as JSON members; what is absent is left out."""
        found: dict[str, Any] = asdict(self)  # type: ignore[call-overload]
        return {name: value for name, value in found.items() if value is not None}

    @classmethod
    def from_members(cls, members: JsonObject) -> Self:
        """Make the facts again from what `members` gave."""
        return cls(**members)


def signer_from(members: JsonObject) -> JsonObject:
    """Return the members with their signer made again."""
    return {**members, "signer": SignerFacts(**members["signer"])}


def check_moment(value: str, field: str) -> None:
    """Refuse a time without a time zone or one that is none (RFC 3339)."""
    try:
        parse_timestamp(value)
    except ValueError as error:
        raise DataModelError(f"{field} is {error}") from error


def check_place(address: str, index: int) -> None:
    """Refuse a place in a status list that is none."""
    rules.check_iri(address, "status_list_url")
    if isinstance(index, bool) or not isinstance(index, int) or index < 0:
        raise DataModelError("status_index is not a place in a list")


def unsigned(document: JsonObject) -> JsonObject:
    """Return a document without its proof."""
    return {name: value for name, value in document.items() if name != "proof"}


def digest_of(document: JsonObject) -> str:
    """Name a document by its content: multibase base64url of the SHA-256 multihash of its canonical JSON, without proof.

    Anybody who holds the document can make the same text. Source: RFC 8785 (JCS),
    https://www.w3.org/TR/vc-data-model-2.0/#integrity-of-related-resources (digestMultibase)
    """
    digest = hashlib.sha256(rfc8785.dumps(unsigned(document))).digest()
    return "u" + encode_base64url(_SHA2_256 + digest)
