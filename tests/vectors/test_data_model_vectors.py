"""Every input of the W3C test suite for the data model is judged right."""

from pathlib import Path
from typing import Any

import pytest

from credentials.data_model import check_data_model, check_presentation, check_self_asserted
from credentials.errors import CredentialError, DataModelError
from tests.vectors.vectors import DATA_MODEL, EXAMPLES, Missing, read_vector, vector_paths

ISSUER = "did:example:issuer"
TIMES = {"PAST DATE": "2020-01-01T00:00:00Z", "FUTURE DATE": "2100-01-01T00:00:00Z"}
# VCDM 2.0, Presentations Including Holder Claims: not a rule for documents but for what secures them. The suite's
# names say neither ok nor fail; whoever verifies a presentation asks `check_self_asserted` as well.
SELF_ASSERTED = {
    "presentation-self-asserted-vc-ok": True,
    "presentation-self-asserted-vc-holder-mismatch": False,
    "presentation-self-asserted-vc-issuer-mismatch": False,
    "presentation-self-asserted-vc-no-holder": False,
}
PATHS = vector_paths(DATA_MODEL, "*.json")


def as_the_suite_sends_it(name: str, document: dict[str, Any]) -> dict[str, Any]:
    """Put in what the suite's own runner puts in: the issuer's id and the times."""
    document = {member: TIMES.get(str(value), value) for member, value in document.items()}
    if name.startswith("presentation") or name == "credential-no-issuer-fail":
        return document
    issuer = document.get("issuer", ISSUER)
    if isinstance(issuer, dict):
        issuer = {"id": ISSUER, **issuer}
    return {**document, "issuer": issuer}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_input_is_judged_as_its_name_says(path: Path, missing: Missing) -> None:
    document = as_the_suite_sends_it(path.stem, read_vector(path, missing))
    check = check_presentation if path.stem.startswith("presentation") else check_data_model

    if "fail" in path.stem:
        with pytest.raises(CredentialError):
            check(document, EXAMPLES)
    else:
        check(document, EXAMPLES)


@pytest.mark.parametrize(("name", "accepted"), SELF_ASSERTED.items())
def test_self_asserted_credential_counts_only_from_the_holder(name: str, missing: Missing, *, accepted: bool) -> None:
    document = read_vector(DATA_MODEL / f"{name}.json", missing)

    if accepted:
        check_self_asserted(document)
    else:
        with pytest.raises(DataModelError):
            check_self_asserted(document)


def test_input_without_an_issuer_fails_for_want_of_an_issuer(missing: Missing) -> None:
    # its subject is empty as well: with a subject it must still fail
    document = read_vector(DATA_MODEL / "credential-no-issuer-fail.json", missing)

    with pytest.raises(DataModelError, match="issuer"):
        check_data_model({**document, "credentialSubject": {"id": "did:example:subject"}}, EXAMPLES)
