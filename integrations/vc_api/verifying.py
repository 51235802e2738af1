"""Verifying for conformance suites: what a request asks for is judged in the reading process, as at the desk."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from credentials.errors import CredentialError
from credentials.strict_json import JsonObject
from integrations.vc_api.known import STATUS_PURPOSES, list_address, status_list
from integrations.vc_api.ours import own_dids_in, own_lists_in
from verification.checks import Problem
from verification.conformance import CHECKS
from verification.isolated import WorkBound, problem_in

JudgedAs = Literal["unsigned", "credential", "presentation"]


class RequestError(CredentialError):
    """The request's options cannot be used."""

    code = "option"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the request asks to be checked, and what a holder was asked to sign."""

    checks: tuple[str, ...]
    challenge: str | None
    domain: str | None
    at: dt.datetime


def wanted_by(options: JsonObject, *, at: dt.datetime) -> Wanted:
    """Read a request's options; without `checks` the proof is checked.

    Raises:
        RequestError: an unknown check, or texts that are none.
    """
    checks = options.get("checks", ["proof"])
    if not isinstance(checks, list) or not all(name in CHECKS for name in checks if isinstance(name, str)):
        raise RequestError(f"checks: a list of {', '.join(CHECKS)}")
    texts = {name: options.get(name) for name in ("challenge", "domain")}
    if not all(isinstance(item, str) for item in checks) or not all(
        text is None or isinstance(text, str) for text in texts.values()
    ):
        raise RequestError("checks, challenge and domain are texts")
    return Wanted(tuple(checks), texts["challenge"], texts["domain"], at)


def problem_of(document: JsonObject, kind: JudgedAs, wanted: Wanted) -> Problem | None:
    """Have a document judged; None when everything asked for holds. Raises UnfinishedError."""
    readable = STATUS_PURPOSES if "credentialStatus" in wanted.checks else ()
    request = {
        "op": "judge",
        "as": kind,
        "document": document,
        "checks": list(wanted.checks),
        "challenge": wanted.challenge,
        "domain": wanted.domain,
        "at": wanted.at.isoformat(),
        "lists": {list_address(purpose): status_list(purpose, at=wanted.at) for purpose in readable}
        | (own_lists_in(document) if readable else {}),
        "dids": own_dids_in(document),
    }
    return problem_in(WorkBound().spend(request))
