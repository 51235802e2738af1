"""Endorsements, and releases by co-awarding bodies: EndorsementCredentials of Open Badges 3.0.

Source: https://www.imsglobal.org/spec/ob/v3p0/#endorsementcredential and #endorsementsubject
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Self

from credentials.documents import rules
from credentials.errors import DataModelError
from credentials.statements.facts import (
    CREDENTIALS,
    OPEN_BADGES,
    SignerFacts,
    StatementFacts,
    check_moment,
    check_place,
    signer_from,
)
from credentials.status_lists import status_entry
from credentials.strict_json import JsonObject

_NAMES: Final = {"en": "Endorsement", "de": "Empfehlung"}
_RELEASES: Final = {
    "en": ("Release", "{name} awards this credential jointly, and has released it."),
    "de": ("Freigabe", "{name} verleiht diesen Nachweis mit und hat ihn freigegeben."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EndorsementFacts(StatementFacts):
    """An endorsement of an achievement, a profile or a credential, which `subject_id` names, in words of the signer."""

    SCHEMA: ClassVar[str] = "endorsement/1"

    id: str
    signer: SignerFacts
    language: str
    subject_id: str
    comment: str
    made_at: str
    status_list_url: str
    status_index: int
    valid_until: str | None = None

    def __post_init__(self) -> None:
        rules.check_iri(self.id, "id")
        rules.check_iri(self.subject_id, "subject_id")
        rules.check_prose(self.comment, "comment")
        _check_language(self.language)
        check_moment(self.made_at, "made_at")
        if self.valid_until is not None:
            check_moment(self.valid_until, "valid_until")
        check_place(self.status_list_url, self.status_index)

    @classmethod
    def from_members(cls, members: JsonObject) -> Self:
        """Make the facts again."""
        return cls(**signer_from(members))

    def build(self) -> JsonObject:
        """Return the unsigned EndorsementCredential."""
        subject = {"id": self.subject_id, "type": ["EndorsementSubject"], "endorsementComment": self.comment}
        head = _head(self.id, self.signer, _NAMES[self.language], self.made_at)
        end = {"validUntil": self.valid_until} if self.valid_until else {}
        status = status_entry(list_id=self.status_list_url, index=self.status_index, purpose="revocation")
        return {**head, **end, "credentialSubject": subject, "credentialStatus": status}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFacts(StatementFacts):
    """A co-awarding body's release of one award, tied to exactly what was released.

    `digest` is `digest_of` the credential as it will be signed: a credential that says anything else was not released.
    """

    SCHEMA: ClassVar[str] = "release/1"

    id: str
    signer: SignerFacts
    language: str
    credential_id: str
    digest: str
    decided_at: str
    status_list_url: str
    status_index: int

    def __post_init__(self) -> None:
        rules.check_iri(self.id, "id")
        rules.check_iri(self.credential_id, "credential_id")
        if not self.digest.startswith("uEi"):
            raise DataModelError("digest is not a SHA-256 multihash in base64url")
        _check_language(self.language)
        check_moment(self.decided_at, "decided_at")
        check_place(self.status_list_url, self.status_index)

    @classmethod
    def from_members(cls, members: JsonObject) -> Self:
        """Make the facts again."""
        return cls(**signer_from(members))

    def build(self) -> JsonObject:
        """Return the unsigned EndorsementCredential of the released credential."""
        name, comment = _RELEASES[self.language]
        subject = {
            "id": self.credential_id,
            "type": ["EndorsementSubject"],
            "endorsementComment": comment.format(name=self.signer.name),
            "digestMultibase": self.digest,
        }
        head = _head(self.id, self.signer, name, self.decided_at)
        status = status_entry(list_id=self.status_list_url, index=self.status_index, purpose="revocation")
        return {**head, "credentialSubject": subject, "credentialStatus": status}


def _check_language(language: str) -> None:
    if language not in _NAMES:
        raise DataModelError(f"there are no words in {language[:12]!r}")


def _head(own_id: str, signer: SignerFacts, name: str, moment: str) -> JsonObject:
    return {
        "@context": [CREDENTIALS, OPEN_BADGES],
        "id": own_id,
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": name,
        "issuer": signer.profile(),
        "validFrom": moment,
    }
