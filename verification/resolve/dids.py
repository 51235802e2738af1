"""Where an issuer's keys come from, by its DID."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from credentials.dids import did_key_document, did_web_url
from credentials.errors import CredentialError, MalformedError
from credentials.strict_json import parse_json_object
from issuing.selectors import platform_did_document
from issuing.trials import trial_did_document
from registry.errors import RegistryError
from registry.fetch import Budget, NotFetchedError, safe_fetch
from registry.selectors import own_base_urls
from verification.checks import KeyLife
from verification.resolve.keys import own_did_document
from verification.selectors import is_own_issuer, key_lives

DID_ACCEPT = "application/did+ld+json, application/did+json, application/json"


class KeysUnreachableError(Exception):
    """The issuer's keys could not be fetched now."""


class UnusableDidError(Exception):
    """The issuer is no DID of a kind that we can follow: nothing is known about its keys."""


class NoSuchIssuerError(Exception):
    """The DID is under our own host, and no issuer of ours has it."""


@dataclass(frozen=True, slots=True)
class Keys:
    """An issuer's keys: its DID document, and for one of ours their history; `platform` is this installation itself."""

    document: dict[str, Any]
    ours: bool = False
    platform: bool = False
    lives: Mapping[str, KeyLife] = field(default_factory=dict)


def find_keys(did: str, budget: Budget) -> Keys:
    """Return the keys of an issuer.

    Raises:
        KeysUnreachableError: its host did not answer with its document.
        UnusableDidError: another method, or a key of a kind that is not checked.
        NoSuchIssuerError: a DID of ours that nobody has.
    """
    if is_own_issuer(did):
        lives = key_lives(did)
        return Keys(own_did_document(did, lives), ours=True, lives=lives)
    try:
        if did.startswith("did:key:"):
            return Keys(did_key_document(did))
        return _of_web(did, budget)
    except CredentialError as error:
        raise UnusableDidError(error.message) from error


def _of_web(did: str, budget: Budget) -> Keys:
    url = did_web_url(did)
    if is_on_our_host(url):
        # Asking ourselves would wait for ourselves; and an issuer that is not in the tables is not one of ours.
        if (of_trials := trial_did_document(did)) is not None:
            return Keys(of_trials)
        return Keys(_own_platform(did), platform=True)
    try:
        document = parse_json_object(safe_fetch(url, budget=budget, accept=DID_ACCEPT).body)
    except (NotFetchedError, MalformedError) as error:
        # A page in place of the document is an outage more often than a fraud: nothing is known about the key.
        raise KeysUnreachableError(f"{url} did not answer with a DID document") from error
    if document.get("id") != did:
        raise KeysUnreachableError("the document at the issuer's address is not this DID's")
    return Keys(document)


def _own_platform(did: str) -> dict[str, Any]:
    try:
        document = platform_did_document()
    except RegistryError as error:
        raise NoSuchIssuerError("no issuer of this name here") from error
    if document.get("id") != did:
        raise NoSuchIssuerError("no issuer of this name here")
    return document


def is_on_our_host(url: str) -> bool:
    """Tell whether an address leads to this installation, under any of its hosts and with http or https."""
    host = urlsplit(url).netloc.lower().removesuffix(":443")
    return host in {urlsplit(base).netloc.lower().removesuffix(":443").removesuffix(":80") for base in own_base_urls()}
