"""Open Badges 3.0 documents against our own JSON Schemas, and one award's values against their patterns.

The whole document is checked once per stencil and for documents of others; an award that merely fills a
stencil is checked value by value, since jsonschema on every document would cost more than signing it.
"""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from itertools import islice
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from referencing import Registry, Resource

from credentials.documents import AwardFacts
from credentials.errors import SchemaError
from credentials.strict_json import JsonObject
from credentials.timestamps import format_timestamp

MAX_VALUES: Final = 20_000
"""A document with more values is refused unread: checking takes some 25 µs a value."""
_MOST_ERRORS: Final = 20
_MOST_CHARACTERS: Final = 200
_BASE: Final = "https://testamur.invalid/schemas/"
_SCHEMA_OF_TYPE: Final = {
    "AchievementCredential": "achievement_credential.json",
    "OpenBadgeCredential": "achievement_credential.json",
    "EndorsementCredential": "endorsement_credential.json",
    "Achievement": "achievement.json",
    "Profile": "profile.json",
}


def check_schema(document: JsonObject) -> None:
    """Check a document against the schema of its type.

    Args:
        document: an AchievementCredential (or OpenBadgeCredential), EndorsementCredential, Achievement or Profile;
            anything else has to be a VerifiableCredential.

    Raises:
        SchemaError: at `path` (JSONPath), for `reason`; also for a null or an empty array or object anywhere.

    Source: https://www.imsglobal.org/spec/ob/v3p0/#data-models and #serialization
    """
    _check_nothing_empty(document)
    errors = _validator(_schema_name(document)).iter_errors(document)
    if error := best_match(islice(errors, _MOST_ERRORS)):
        raise SchemaError(error.json_path, _reason(error))


def check_slots(award: AwardFacts) -> None:
    """Check the values that one award brings into its document, by the patterns of the same schema.

    Together with `check_schema` on one document of the stencil this says what `check_schema` on the award's own
    document would say.

    Raises:
        SchemaError: a value does not fit; `path` is the fact's name.
    """
    for name, kind, value in _shared_slots(award):
        if not _fits_as_before(kind, value):
            raise SchemaError(name, f"{value[:80]!r} is not a {kind}")
    for name, kind, own in _own_slots(award):
        if own is not None and not _fits(kind, own):
            raise SchemaError(name, f"{own[:80]!r} is not a {kind}")


def _fits(kind: str, value: str) -> bool:
    # A String is anything but empty
    return value != "" if kind == "String" else _pattern(kind).search(value) is not None


_fits_as_before = lru_cache(maxsize=4_096)(_fits)


def _shared_slots(award: AwardFacts) -> Iterator[tuple[str, str, str]]:
    """Yield what the awards of a batch share: looked at once. The place in the list, a number, cannot spoil its address."""
    yield "status_list_url", "URI", award.status_list_url
    yield "valid_from", "DateTime", format_timestamp(award.valid_from)
    if award.valid_until:
        yield "valid_until", "DateTime", format_timestamp(award.valid_until)


def _own_slots(award: AwardFacts) -> Iterator[tuple[str, str, str | None]]:
    yield "credential_id", "URI", award.credential_id
    yield "subject_id", "URI", award.subject_id
    yield "holder_name", "String", award.holder_name
    yield "email_hash", "IdentityHash", award.email_hash
    yield "salt", "String", award.salt
    yield "narrative", "String", award.narrative
    for identifier in award.identifiers:
        yield "identifiers", "IdentityHash", identifier.identity_hash
    for result in award.results:
        yield "results", "String", result.value
    for evidence in award.evidence:
        yield "evidence", "URI", evidence.id
        for text in (evidence.name, evidence.description, evidence.narrative, evidence.genre, evidence.audience):
            yield "evidence", "String", text


@lru_cache(maxsize=16)
def _pattern(kind: str) -> re.Pattern[str]:
    """Return the pattern of one of the schema's simple classes."""
    definition = _load("classes.json")["$defs"][kind]
    return re.compile(definition.get("then", definition)["pattern"])


def _schema_name(document: JsonObject) -> str:
    types = document.get("type")
    for name in types if isinstance(types, list) else [types]:
        if isinstance(name, str) and name in _SCHEMA_OF_TYPE:
            return _SCHEMA_OF_TYPE[name]
    return "verifiable_credential.json"


def _check_nothing_empty(document: JsonObject) -> None:
    """Refuse nulls, empty arrays and empty objects, and more values than can be checked in good time."""
    waiting: list[tuple[str, Any]] = [("$", document)]
    seen = 0
    while waiting:
        path, value = waiting.pop()
        seen += 1
        if value is None or value in ([], {}):
            raise SchemaError(path, "is empty; leave it out instead")
        if seen > MAX_VALUES:
            raise SchemaError("$", f"has more than {MAX_VALUES} values")
        if isinstance(value, dict):
            waiting.extend((f"{path}.{name}", child) for name, child in value.items())
        elif isinstance(value, list):
            waiting.extend((f"{path}[{number}]", child) for number, child in enumerate(value))


def _reason(error: ValidationError) -> str:
    return error.message if len(error.message) <= _MOST_CHARACTERS else f"{error.message[:_MOST_CHARACTERS]} …"


@lru_cache(maxsize=8)
def _validator(name: str) -> Draft202012Validator:
    registry: Registry[Any] = Registry().with_resource(
        f"{_BASE}classes.json", Resource.from_contents(_load("classes.json"))
    )
    return Draft202012Validator(_load(name), registry=registry)


@lru_cache(maxsize=8)
def _load(name: str) -> JsonObject:
    schema: JsonObject = json.loads(files("credentials").joinpath("schemas", name).read_text("utf-8"))
    return schema
