"""Anything that can be checked: an address, a number, text or a file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from credentials.baking import extract_png, extract_svg
from credentials.errors import CredentialError, NoCredentialError, OversizeError
from credentials.jose import parse_token
from credentials.strict_json import parse_json
from issuing.trials import signed_trial
from registry.fetch import Budget, NotFetchedError, safe_fetch
from registry.selectors import own_base_urls
from verification.access import Access
from verification.checks import DocumentKind, Materials, Problem, Reading, Report, verify_credential
from verification.checks.reasons import KIND, TOO_LARGE
from verification.formats import (
    InputKind,
    Sniffed,
    Understood,
    own_trial_number,
    short_number_digits,
    sniff,
    understand,
)
from verification.kinds import kind_of, token_in
from verification.resolve.foreign import gather_foreign
from verification.resolve.own import HIDDEN, Gathered, gather_own
from verification.selectors import visible_number
from verification.sentences import worded

CREDENTIAL_ACCEPT = "application/vc, application/vc+ld+json, application/ld+json, application/json, application/jwt, image/png, image/svg+xml"


def verify_source(source: bytes | str, *, at: datetime, asked: str = "", access: Access = Access.STRANGER) -> Report:
    """Verify whatever somebody has: the report alone, in the reader's language. Never raises for any input.

    Args:
        source: one of our addresses or numbers, a foreign https address, JSON, a JWT, a baked PNG or SVG.
        at: the moment of checking.
        asked: a name, e-mail address or number to compare with the holder's.
        access: who asks; to the operator private credentials of ours are judged too.
    """
    return check_source(source, at=at, asked=asked, access=access)[1]


def check_source(
    source: bytes | str, *, at: datetime, asked: str = "", access: Access = Access.STRANGER
) -> tuple[Gathered, Report]:
    """Verify whatever somebody has, and return what was gathered beside the report."""
    inquiry = Inquiry(at, asked, access, Budget())
    gathered = _gather(understand(source, own_base_urls()), inquiry)
    return gathered, worded(verify_credential(gathered.materials, at=at))


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One question to the desk: when, about whom, by whom, and what it may cost."""

    at: datetime
    asked: str
    access: Access
    budget: Budget


def _gather(understood: Understood, inquiry: Inquiry) -> Gathered:
    sniffed = understood.sniffed
    if understood.number is not None:
        return gather_own(understood.number, at=inquiry.at, access=inquiry.access, asked=inquiry.asked)
    if understood.ours:
        return _gather_trial(sniffed.text, inquiry) or _of_kind(
            DocumentKind.PAGE, "this address of ours is not a credential's"
        )
    if sniffed.problem is not None:
        return _refused(sniffed)
    if sniffed.kind is InputKind.SHORT_NUMBER:
        number = visible_number(short_number_digits(sniffed.text))
        return gather_own(number, at=inquiry.at, asked=inquiry.asked) if number else Gathered(HIDDEN)
    if sniffed.kind is InputKind.ADDRESS:
        return _gather_address(sniffed.text, inquiry)
    return _gather_document(sniffed, inquiry)


def _gather_trial(address: str, inquiry: Inquiry) -> Gathered | None:
    """Gather about a trial of ours as about anybody's document; None where the address names none that stands."""
    number = own_trial_number(address, own_base_urls())
    trial = signed_trial(number) if number else None
    return _gather_text(trial.document, inquiry) if trial else None


def _refused(sniffed: Sniffed) -> Gathered:
    problem = sniffed.problem
    if sniffed.not_read is not None:
        return _of_kind(sniffed.not_read, problem.detail if problem else "")
    if problem is not None and problem.code == TOO_LARGE:
        return Gathered(Materials(reading=Reading(None, unfinished=problem)))
    return Gathered(Materials(reading=Reading(None, problem=problem)))


def _gather_address(address: str, inquiry: Inquiry) -> Gathered:
    try:
        fetched = safe_fetch(address, budget=inquiry.budget, accept=CREDENTIAL_ACCEPT)
    except NotFetchedError:
        return Gathered(
            Materials(reading=Reading(None, unfinished=Problem("not-fetched", "the address could not be fetched")))
        )
    found = sniff(fetched.body)
    if found.is_nothing or found.kind in (InputKind.ADDRESS, InputKind.NUMBER, InputKind.SHORT_NUMBER):
        return _of_kind(DocumentKind.PAGE, "the address does not lead to a credential")
    return _gather(Understood(found), replace(inquiry, access=Access.STRANGER))


def _gather_document(sniffed: Sniffed, inquiry: Inquiry) -> Gathered:
    try:
        gathered = _gather_text(_credential_text(sniffed), inquiry)
    except NoCredentialError as error:
        return _of_kind(DocumentKind.PICTURE, error.message)
    except OversizeError as error:
        return Gathered(Materials(reading=Reading(None, unfinished=Problem(TOO_LARGE, error.message))))
    except CredentialError as error:
        return _unreadable(error.code, error.message)
    proof = gathered.materials.proof
    if sniffed.guessed and proof is not None and proof.problem is not None:
        # Its bytes were read as one of several encodings: that is no proof that somebody changed a word.
        return _unreadable("encoding", "the encoding of the text is not told, and its signature fits no guess")
    return gathered


def _gather_text(text: str, inquiry: Inquiry) -> Gathered:
    """Gather about the text of a credential: JSON, an envelope around a token, or a token. Raises CredentialError."""
    given = text.strip()
    if given.startswith(("{", "[")):
        document = parse_json(given)
        if not isinstance(document, dict):
            return _of_kind(DocumentKind.OTHER, "JSON, but not an object")
        if kind_of(document) is not DocumentKind.ENVELOPE:
            return gather_foreign(document, at=inquiry.at, budget=inquiry.budget, asked=inquiry.asked)
        given = token_in(document)
        if not given:
            return _of_kind(DocumentKind.ENVELOPE, "the envelope holds no token of a kind that is read")
    token = parse_token(given)
    return gather_foreign(token.document, at=inquiry.at, token=token, budget=inquiry.budget, asked=inquiry.asked)


def _credential_text(sniffed: Sniffed) -> str:
    if sniffed.kind is InputKind.PNG:
        return extract_png(sniffed.data)
    if sniffed.kind is InputKind.SVG:
        return extract_svg(sniffed.data)
    return sniffed.text


def _unreadable(code: str, detail: str = "") -> Gathered:
    return Gathered(Materials(reading=Reading(None, problem=Problem(code, detail))))


def _of_kind(kind: DocumentKind, detail: str) -> Gathered:
    return Gathered(Materials(reading=Reading(None, unfinished=Problem(KIND, detail), kind=kind)))
