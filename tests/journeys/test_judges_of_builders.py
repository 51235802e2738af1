"""Every builder's documents before other people's verifiers: with offsets in their times, and with every typed value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from credentials.builders import v1, v2
from credentials.data_integrity import ProofOptions, add_proof
from credentials.dids import PublishedKey, issuer_did_document
from credentials.multikey import encode_multikey
from credentials.status_lists import MIN_ENTRIES, encode_bits, status_list_credential
from tests.credentials import frozen_facts_1, frozen_facts_2
from tests.journeys.judges import dcc, digitalbazaar, openbadges_lib, openvc_core, oracle_folder

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
CREATED = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
CASES = {
    "builder 1": (v1.BUILDER, frozen_facts_1),
    "builder 2": (v2.BUILDER, frozen_facts_2),
}


def signed(document: dict[str, Any], method: str) -> dict[str, Any]:
    return add_proof(document, KEY, ProofOptions(method, CREATED))


def listed(url: str, purpose: str, issuer: str, method: str) -> dict[str, Any]:
    document = status_list_credential(
        list_id=url,
        issuer=issuer,
        purpose=purpose,
        encoded_list=encode_bits(bytearray(MIN_ENTRIES // 8)),
        valid_from=CREATED,
        valid_until=CREATED + timedelta(days=7),
        ttl_seconds=60,
    )
    return signed(document, method)


@pytest.fixture(autouse=True)
def _needs_the_judges(missing: Callable[[str], NoReturn]) -> None:
    if oracle_folder() is None:
        missing("the JavaScript judges are not installed: set ORACLE_DIR (CONTRIBUTING.md)")


@pytest.mark.parametrize("case", CASES)
def test_all_four_judges_accept_it(case: str, tmp_path: Path) -> None:
    builder, facts = CASES[case]
    # The fullest entry of all, with whatever else a document may hold.
    issuer = builder.issuer_facts(next(facts.stated_issuers()))
    typed = builder.achievement_facts(list(facts.stated_entries())[-8])
    _, full = facts.full_definitions()
    # The schema of the frozen facts is nowhere, and a judge may want to fetch it.
    achievement = replace(full, schema_url=None, information=typed.information, alignments=typed.alignments)
    *_, award = facts.awards("de")
    public = encode_multikey(KEY.public_key())
    method = f"{issuer.id}#{public}"
    published = PublishedKey(fragment=public, public_key=KEY.public_key(), relationships=("assertionMethod",))
    lists = {award.status_list_url: "revocation", award.suspension_list_url or "": "suspension"}
    documents = {
        issuer.id: issuer_did_document(issuer.id, [published]),
        **{url: listed(url, purpose, issuer.id, method) for url, purpose in lists.items()},
    }
    document = signed(builder.build(issuer, achievement, award), method)

    ruled = {
        judge.__name__: judge(document, documents, *rest)
        for judge, rest in ((digitalbazaar, [tmp_path]), (dcc, [tmp_path]), (openvc_core, []), (openbadges_lib, []))
    }

    for judge, ruling in ruled.items():
        print(f"{case:12} | {document['validFrom']} | {judge:15} | accepted {ruling.accepted} | {ruling.words}")
    assert all(ruling.accepted for ruling in ruled.values()), ruled
