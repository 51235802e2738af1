"""Signed heads of the audit chain, checked against the chain as it stands now."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

import jwt

from credentials.multikey import decode_multikey
from issuing.models import SigningKey
from issuing.selectors import keys_of, method_of, platform_did
from registry.models import AuditHead, AuditSeal

HEAD_TYPE = "audit-head+jwt"
HEAD_CLAIMS = ["iss", "iat", "day", "position", "hash"]


class HeadState(enum.StrEnum):
    """What a kept head says of the audit trail."""

    HOLDS = "holds"
    NOT_IN_CHAIN = "not-in-chain"
    NOT_OURS = "not-ours"


@dataclass(frozen=True, slots=True)
class CheckedHead:
    """A kept head: its day (ISO 8601) and position where it is ours, and whether the chain runs through it."""

    state: HeadState
    day: str = ""
    position: int = 0


def head_claims(head: AuditHead, *, at: dt.datetime) -> dict[str, object]:
    """Return what the token of a head says."""
    return {
        "iss": platform_did(),
        "iat": int(at.timestamp()),
        "day": head.day.isoformat(),
        "position": head.position,
        "hash": head.hash,
    }


def check_head(token: str) -> CheckedHead:
    """Say whether a head that somebody kept was signed here, and whether the chain still runs through it.

    A head of a day that had not ended when its key was compromised does not count as ours.

    Source: RFC 7515 (compact serialisation), RFC 8037 (EdDSA), RFC 8725 (typ, alg from the key).
    """
    try:
        header = jwt.get_unverified_header(token)
        key = next((key for key in keys_of(None) if method_of(key) == header.get("kid")), None)
        if key is None or header.get("typ") != HEAD_TYPE:
            return CheckedHead(HeadState.NOT_OURS)
        claims = jwt.decode(
            token,
            decode_multikey(key.public_multibase),
            algorithms=["EdDSA"],
            issuer=platform_did(),
            options={"require": HEAD_CLAIMS},
        )
    except jwt.InvalidTokenError:
        return CheckedHead(HeadState.NOT_OURS)
    if not _ended_in_time(dt.date.fromisoformat(claims["day"]), key):
        return CheckedHead(HeadState.NOT_OURS)
    holds = AuditSeal.objects.filter(position=claims["position"], hash=claims["hash"]).exists()
    return CheckedHead(HeadState.HOLDS if holds else HeadState.NOT_IN_CHAIN, claims["day"], claims["position"])


def _ended_in_time(day: dt.date, key: SigningKey) -> bool:
    return key.compromised_at is None or end_of_day(day) <= key.compromised_at


def end_of_day(day: dt.date) -> dt.datetime:
    """Return the moment at which a day is over, in UTC."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=dt.UTC)
