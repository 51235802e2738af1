"""Signed statements beside credentials: from facts to an unsigned document, schema by schema.

A schema is frozen as soon as a statement was signed by it: other words or members are a new one, with the next number.
The document is a function of the facts alone, so a stored statement can be told again at any time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from credentials.errors import CredentialError, DataModelError
from credentials.statements.endorsements import EndorsementFacts, ReleaseFacts
from credentials.statements.facts import SignerFacts, StatementFacts, digest_of, unsigned
from credentials.statements.presentations import PresentationFacts, PresentedCredential
from credentials.statements.reports import FindingFacts, ReportFacts
from credentials.strict_json import parse_json_object

SCHEMAS: Final[Mapping[str, type[StatementFacts]]] = {
    facts.SCHEMA: facts for facts in (EndorsementFacts, ReleaseFacts, ReportFacts, PresentationFacts)
}


def facts_of(schema: str, text: str) -> StatementFacts:
    """Read the facts of a statement again.

    Raises:
        DataModelError: an unknown schema, or not the facts of it.
    """
    if schema not in SCHEMAS:
        raise DataModelError(f"the schema {schema[:40]!r} is not known")
    try:
        return SCHEMAS[schema].from_members(parse_json_object(text))
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise DataModelError("the facts of a statement cannot be read") from error
    except CredentialError as error:
        raise DataModelError(error.message) from error


def facts_text(facts: StatementFacts) -> str:
    """Return facts as they are stored: JSON, members sorted, nothing absent written."""
    return json.dumps(facts.members(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


__all__ = [
    "SCHEMAS",
    "EndorsementFacts",
    "FindingFacts",
    "PresentationFacts",
    "PresentedCredential",
    "ReleaseFacts",
    "ReportFacts",
    "SignerFacts",
    "StatementFacts",
    "digest_of",
    "facts_of",
    "facts_text",
    "unsigned",
]
