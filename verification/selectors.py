"""Reading what verification needs of the rooms to its left. Few queries, all by primary key or index."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import get_language

from issuing.models import (
    Award,
    Credential,
    PublishedStatusList,
    SignedDocument,
    SigningKey,
    StatementKind,
    StatementState,
    StatusChange,
    Wrapping,
)
from registry.language_maps import text_in
from registry.models import Issuer, Organisation, TrustedIssuer, Visibility
from registry.selectors import own_base_urls, trust_in
from verification.access import Access
from verification.checks import KeyLife, StatusEvent, Voucher
from verification.formats import own_statement_number
from verification.prepared import PreparedQuery

T = TypeVar("T", bound=Model)

MAX_REGISTER_NAMES = 5_000
NOBODY = uuid.UUID("f3b1c7a0-0000-4000-8000-5e9a1d0c2b4f")
SOME_DID = "did:example:placeholder"
SOME_DAY = date(1812, 2, 29)
_FIELDS = (
    "document",
    "sha256",
    "signed_at",
    "visibility",
    "revision",
    "successor_id",
    "erased_at",
    "proof_created",
    "organisation_id",
    "organisation__state",
    "organisation__state_since",
    "organisation__successor_name",
    "organisation__successor_url",
    "key_id",
    "key__public_multibase",
    "key__valid_from",
    "key__retired_at",
    "key__compromised_at",
    "key__issuer_id",
    "key__issuer__did",
    "key__issuer__slug",
    "award__facts",
    "award__language",
    "award__builder_version",
    "award__version_id",
    "award__issuer_profile_id",
    "award__status_list_id",
    "award__status_index",
)


@dataclass(frozen=True, slots=True)
class NewestList:
    """The newest published list of a purpose: its row, its ETag, its time; its text is read where it is needed."""

    row: int
    etag: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OwnRow:
    """One credential of ours as the page needs it: one query."""

    credential: Credential
    has_events: bool
    revocation_list: NewestList | None


def _own_rows() -> QuerySet[Credential, tuple[Any, ...]]:
    lists = PublishedStatusList.objects.filter(list_id=OuterRef("award__status_list_id"), purpose="revocation")
    newest = lists.order_by("-version")
    changes = StatusChange.objects.filter(credential_id=OuterRef("pk"))
    found = Credential.objects.filter(pk=NOBODY).annotate(
        has_events=Exists(changes),
        list_row=Subquery(newest.values("id")[:1]),
    )
    return found.values_list(*_FIELDS, "has_events", "list_row")


_OWN = PreparedQuery(_own_rows, number=NOBODY)


def own_row(number: uuid.UUID) -> OwnRow | None:
    """Return a credential that we issued, with key, issuer, award, organisation and newest revocation list; one query."""
    rows = _OWN.rows(number=number)
    if not rows:
        return None
    *columns, has_events, list_row = rows[0]
    newest = _published(list_row) if list_row is not None else None
    return OwnRow(_credential(number, dict(zip(_FIELDS, columns, strict=True))), bool(has_events), newest)


@lru_cache(maxsize=1_000)
def _published(row: int) -> NewestList:
    """Published versions are only ever added, so what one says may be kept; that it is there was just asked."""
    etag, at = PublishedStatusList.objects.values_list("etag", "at").get(pk=row)
    return NewestList(row, etag, at)


def _credential(number: uuid.UUID, values: dict[str, Any]) -> Credential:
    """Build the objects of one row; what was not read is deferred, and nothing of it is ever saved."""
    key = _key(*(values[name] for name in _FIELDS if name.startswith("key_")))
    award = _built(Award, {"id": number} | _of(values, "award__"))
    own = {name: value for name, value in values.items() if "__" not in name}
    credential = _built(Credential, {"award_id": number} | own)
    credential.award, credential.key = award, key
    house = {"id": values["organisation_id"]} | _of(values, "organisation__")
    credential.organisation = _built(Organisation, house)
    return credential


@lru_cache(maxsize=1_000)
def _key(*values: Any) -> SigningKey:
    """Build a key with its issuer; kept, since most rows of a day have the same one."""
    columns = dict(zip((name for name in _FIELDS if name.startswith("key_")), values, strict=True))
    key = _built(SigningKey, {"id": columns["key_id"]} | _of(columns, "key__"))
    if key.issuer_id is not None:
        key.issuer = _built(Issuer, {"id": key.issuer_id} | _of(columns, "key__issuer__"))
    return key


def _built(model: type[T], values: dict[str, Any]) -> T:
    fields = [field.attname for field in model._meta.concrete_fields if field.attname in values]
    return model.from_db(None, fields, [values[name] for name in fields])


def _of(values: dict[str, Any], prefix: str) -> dict[str, Any]:
    names = {name: name.removeprefix(prefix) for name in values if name.startswith(prefix)}
    return {short: values[name] for name, short in names.items() if "__" not in short}


def own_credential(number: uuid.UUID) -> Credential | None:
    """Return a credential that we issued, with key, issuer and award."""
    row = own_row(number)
    return row.credential if row else None


def own_statement(address: object) -> SignedDocument | None:
    """Return the signed statement of ours that an address names, None where it names none that has an address."""
    number = own_statement_number(address, own_base_urls()) if isinstance(address, str) else None
    return public_statement(number) if number is not None else None


def public_statement(number: uuid.UUID) -> SignedDocument | None:
    """Return a signed statement by its number; presentations are for one recipient and have no address."""
    rows = SignedDocument.objects.exclude(kind=StatementKind.PRESENTATION)
    return rows.filter(pk=number, state=StatementState.SIGNED).first()


def visible_number(digits: str) -> uuid.UUID | None:
    """Return the number that begins with these digits, among those whose address answers a stranger; None unless one.

    A private number is as good as none: what is found here is no more than its address would show.
    """
    first, last = uuid.UUID(digits.ljust(32, "0")), uuid.UUID(digits.ljust(32, "f"))
    answering = ~Q(visibility=Visibility.PRIVATE) | Q(erased_at__isnull=False)
    found = list(Credential.objects.filter(answering, pk__gte=first, pk__lte=last).values_list("pk", flat=True)[:2])
    return found[0] if len(found) == 1 else None


def status_events(credential: Credential) -> tuple[StatusEvent, ...]:
    """Return the recorded status changes of a credential, oldest first."""
    rows = StatusChange.objects.filter(credential_id=credential.pk).order_by("id")
    return tuple(StatusEvent(*row) for row in rows.values_list("purpose", "value", "reason", "at"))


def newest_list(list_id: uuid.UUID, purpose: str) -> NewestList | None:
    """Return the newest published list of a purpose; None where there is none."""
    rows = PublishedStatusList.objects.filter(list_id=list_id, purpose=purpose).order_by("-version")
    found = rows.values_list("id", "etag", "at").first()
    return NewestList(*found) if found else None


def list_text(published_id: int) -> str | None:
    """Return the text of one published list."""
    return PublishedStatusList.objects.filter(pk=published_id).values_list("document", flat=True).first()


def key_lives(did: str) -> dict[str, KeyLife]:
    """Return the key history of an issuer of ours by address of the key; empty where the DID is not ours."""
    rows = SigningKey.objects.filter(issuer__did=did)
    return {f"{did}#{key.public_multibase}": key_life(key) for key in rows.defer("private_sealed", "nonce")}


def is_own_issuer(did: str) -> bool:
    """Tell whether a DID belongs to an issuer of this installation."""
    return Issuer.objects.filter(did=did).exists()


def key_life(key: SigningKey) -> KeyLife:
    """Return when a key signed."""
    return KeyLife(key.valid_from, key.retired_at, key.compromised_at)


def _vouchers() -> QuerySet[TrustedIssuer, tuple[Any, ...]]:
    return trust_in(SOME_DID, on=SOME_DAY).values_list("name", "vouched_by", "since", "until", "source")


_VOUCHERS = PreparedQuery(_vouchers, did=SOME_DID, on=SOME_DAY)


def vouchers_for(did: str, *, on: date) -> tuple[Voucher, ...]:
    """Return who vouches for an issuer, the longest-standing first; the name in the reader's language."""
    language = get_language() or "en"
    rows = _VOUCHERS.rows(did=did, on=on)
    return tuple(
        Voucher(text_in(name, language), vouched_by, since, until, source, tuple(name.values()))
        for name, vouched_by, since, until, source in rows
    )


def registered_names(*, but: str) -> list[tuple[str, str]]:
    """Return (name, who vouches) of every issuer in the register but one, in all languages of each name."""
    rows = TrustedIssuer.objects.exclude(did=but).values_list("name", "vouched_by")[:MAX_REGISTER_NAMES]
    return sorted({(text, vouched_by) for name, vouched_by in rows for text in name.values()})


def successor_address(credential: Credential) -> str | None:
    """Return the address of the newer version; None where that one is not open to strangers."""
    successor = Credential.objects.filter(pk=credential.successor_id).select_related("award").first()
    if successor is None or not Access.STRANGER.opens(successor) or successor.erased_at is not None:
        return None
    return str(json.loads(successor.award.facts)["credential_id"])


def wrapping(credential: Credential, kind: str) -> bytes | None:
    """Return a stored wrapping's bytes, None where it was not made yet."""
    content = Wrapping.objects.filter(credential_id=credential.pk, kind=kind).values_list("content", flat=True).first()
    return None if content is None else bytes(content)
