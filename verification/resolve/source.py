"""Anything that can be checked: an address, a number, text or a file."""

from __future__ import annotations

from datetime import datetime

from credentials.baking import extract_png, extract_svg
from credentials.errors import CredentialError
from credentials.jose import parse_token
from credentials.strict_json import parse_json_object
from registry.fetch import Budget, NotFetchedError, safe_fetch
from registry.selectors import own_base_urls
from verification.checks import Materials, Problem, Reading, Report, verify_credential
from verification.formats import Kind, Sniffed, credential_number, own_credential_number, short_number_digits, sniff
from verification.resolve.foreign import gather_foreign
from verification.resolve.own import HIDDEN, Gathered, gather_own
from verification.selectors import visible_number
from verification.telling import told

CREDENTIAL_ACCEPT = "application/vc, application/vc+ld+json, application/ld+json, application/json, application/jwt, image/png, image/svg+xml"


def verify_source(source: bytes | str, *, at: datetime, asked: str = "", by_operator: bool = False) -> Report:
    """Verify whatever somebody has: the report alone, in the reader's language. Never raises for any input.

    Args:
        source: one of our addresses or numbers, a foreign https address, JSON, a JWT, a baked PNG or SVG.
        at: the moment of checking.
        asked: a name, e-mail address or number to compare with the holder's.
        by_operator: private credentials of ours are judged too (the operator's shell).
    """
    return check_source(source, at=at, asked=asked, by_operator=by_operator)[1]


def check_source(
    source: bytes | str, *, at: datetime, asked: str = "", by_operator: bool = False
) -> tuple[Gathered, Report]:
    """Verify whatever somebody has, and return what was gathered beside the report."""
    gathered = _gather(sniff(source), at=at, asked=asked, by_operator=by_operator, budget=Budget())
    return gathered, told(verify_credential(gathered.materials, at=at))


def _gather(sniffed: Sniffed, *, at: datetime, asked: str, by_operator: bool, budget: Budget) -> Gathered:
    if sniffed.problem is not None:
        return Gathered(Materials(reading=Reading(None, problem=sniffed.problem)))
    if sniffed.kind is Kind.NUMBER:
        number = credential_number(sniffed.text)
        return (
            gather_own(number, at=at, by_bearer=by_operator, asked=asked) if number else _unreadable("not-recognised")
        )
    if sniffed.kind is Kind.SHORT_NUMBER:
        number = visible_number(short_number_digits(sniffed.text))
        return gather_own(number, at=at, asked=asked) if number else Gathered(HIDDEN)
    if sniffed.kind is Kind.ADDRESS:
        return _gather_address(sniffed.text, at=at, asked=asked, by_operator=by_operator, budget=budget)
    return _gather_document(sniffed, at=at, asked=asked, budget=budget)


def _gather_address(address: str, *, at: datetime, asked: str, by_operator: bool, budget: Budget) -> Gathered:
    ours, number = own_credential_number(address, own_base_urls())
    if number is not None:
        return gather_own(number, at=at, by_bearer=by_operator, asked=asked)
    if ours:
        return _unreadable("not-a-credential", "this address of ours is not a credential's")
    try:
        fetched = safe_fetch(address.strip(), budget=budget, accept=CREDENTIAL_ACCEPT)
    except NotFetchedError:
        return Gathered(
            Materials(reading=Reading(None, unfinished=Problem("not-fetched", "the address could not be fetched")))
        )
    found = sniff(fetched.body)
    if found.kind in (Kind.ADDRESS, Kind.NUMBER, Kind.SHORT_NUMBER):
        return _unreadable("not-recognised", "the address does not lead to a credential")
    return _gather(found, at=at, asked=asked, by_operator=False, budget=budget)


def _gather_document(sniffed: Sniffed, *, at: datetime, asked: str, budget: Budget) -> Gathered:
    try:
        text = _credential_text(sniffed)
        if text.lstrip().startswith("{"):
            return gather_foreign(parse_json_object(text.strip()), at=at, budget=budget, asked=asked)
        token = parse_token(text.strip())
    except CredentialError as error:
        return _unreadable(error.code, error.message)
    return gather_foreign(token.document, at=at, token=token, budget=budget, asked=asked)


def _credential_text(sniffed: Sniffed) -> str:
    if sniffed.kind is Kind.PNG:
        return extract_png(sniffed.data)
    if sniffed.kind is Kind.SVG:
        return extract_svg(sniffed.data)
    if sniffed.kind is Kind.JSON:
        # Strictly: a byte that is not UTF-8 must not become a character that nobody wrote.
        parse_json_object(sniffed.data)
    return sniffed.text


def _unreadable(code: str, detail: str = "") -> Gathered:
    return Gathered(Materials(reading=Reading(None, problem=Problem(code, detail))))
