"""Check 4: does somebody vouch for the issuer today, and under the name that the document gives it?

Nobody vouches for himself: an unknown issuer's name is a claim, and a recognised one is called what the register
calls it, whatever a document says.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from credentials.trials import says_trial
from verification.checks.materials import Materials, Voucher
from verification.checks.report import Check, Finding, Outcome

TRIAL = "trial"
RESEMBLES = ("looks-like-known", "resembles-known")


def check_issuer_recognised(materials: Materials, at: datetime) -> Finding:
    """Judge whether somebody vouches for the issuer today, under a name that is not another issuer's."""
    if materials.issuer is not None and says_trial(materials.issuer.name):
        # Whatever a register says: nobody vouches for what calls itself worth nothing.
        return Finding(Check.ISSUER_RECOGNISED, Outcome.FAILED, TRIAL)
    if materials.vouchers is None:
        return Finding(Check.ISSUER_RECOGNISED, Outcome.UNKNOWN, "register-unreadable")
    today = at.date()
    valid = [v for v in materials.vouchers if v.since <= today and (v.until is None or today <= v.until)]
    if not valid:
        return _not_known(materials)
    first = valid[0]
    detail = "; ".join(f"{v.vouched_by}, since {v.since.isoformat()} ({v.source})" for v in valid)
    facts = {"issuer": first.name, "vouched_by": first.vouched_by}
    claimed = materials.issuer.name if materials.issuer else ""
    if not claimed or _is_named(claimed, valid):
        return Finding(Check.ISSUER_RECOGNISED, Outcome.PASSED, "vouched", detail, facts)
    facts |= {"claimed_name": claimed}
    if materials.resemblance is not None and materials.resemblance.code in RESEMBLES:
        facts |= _other(materials)
        return Finding(Check.ISSUER_RECOGNISED, Outcome.FAILED, "name-of-another", detail, facts)
    return Finding(Check.ISSUER_RECOGNISED, Outcome.PASSED, "vouched-as-another-name", detail, facts)


def _is_named(claimed: str, vouchers: list[Voucher]) -> bool:
    """Tell whether the register has the issuer under this name, in any language."""
    plain = _plain(claimed)
    return any(plain == _plain(name) for voucher in vouchers for name in (voucher.name, *voucher.names))


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _other(materials: Materials) -> dict[str, Any]:
    other = materials.resemblance
    return {"resembles": other.name, "resembles_vouched_by": other.vouched_by} if other and other.name else {}


def _not_known(materials: Materials) -> Finding:
    reason = materials.resemblance.code if materials.resemblance else "not-known"
    return Finding(Check.ISSUER_RECOGNISED, Outcome.FAILED, reason, "", _other(materials))
