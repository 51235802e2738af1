"""Trial credentials: what their signed names say, and the DIDs that sign them. Nothing else tells them from others."""

from typing import Final

from credentials.dids import did_web

TRIAL_NOTICE: Final = "Trial - worth nothing"
"""Begins the names of issuer and achievement in every trial credential, in this wording in every language."""
TRIAL_PATH: Final = ("trials", "issuers")
"""Where the DIDs that sign trials lie on their host; issuers lie elsewhere."""


def trial_name(name: str) -> str:
    """Return a name as a trial credential says it; what would be too long for a line is cut."""
    return f"{TRIAL_NOTICE}: {name}"[:1_000]


def says_trial(name: str) -> bool:
    """Return whether an issuer calls its credential a trial. Whoever says so of himself is believed: it only costs trust."""
    return " ".join(name.split()).casefold().startswith(TRIAL_NOTICE.casefold())


def trial_did(host: str, slug: str) -> str:
    """Return the DID that signs an issuer's trials; raises DidError as `did_web`."""
    return did_web(host, *TRIAL_PATH, slug)


def is_trial_did(did: str) -> bool:
    """Return whether a DID is one that signs trials, of this installation or of another one."""
    _host, *path = did.removeprefix("did:web:").split(":")
    return did.startswith("did:web:") and tuple(path[:-1]) == TRIAL_PATH
