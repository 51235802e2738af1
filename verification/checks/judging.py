"""The ten checks. Pure: materials and the moment go in, a report comes out, always with all ten.

The plan:

1. the document can be read and follows its standard;
2. its signature holds, by a key that was in force when it signed;
3. that key belongs to the issuer whom the document names;
4. the issuer stands in our register;
5. the moment lies within its dates;
6. it is neither revoked nor suspended: our own record decides at once, and a published list must cover it;
7. nothing newer replaces it;
8. it belongs to the person whom the visitor asked about;
9. endorsements; 10. public log.

Where 1, 2 or 3 did not pass, 4 to 10 are not applicable: what an unproven document says is not looked up.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from credentials.timestamps import parse_timestamp
from verification.checks.materials import HeldProof, Identity, IssuerReading, Materials, Reading
from verification.checks.reasons import IN_THE_FUTURE, stable_reason
from verification.checks.recognition import check_issuer_recognised
from verification.checks.report import Check, Finding, Outcome, Report, Verdict
from verification.checks.status import check_status
from verification.checks.verdict import states_of, verdict_of

UNPROVEN = "unproven"
CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far two honest clocks may differ: for the first moment of validity and the time of a signature."""


def verify_credential(materials: Materials, *, at: datetime) -> Report:
    """Judge what was gathered, as of `at` (an aware time), and return the whole report."""
    if materials.erased_at is not None:
        return _without_document(Verdict.ERASED, at, erased_at=materials.erased_at)
    if not materials.visible:
        return _without_document(Verdict.PRIVATE_OR_UNKNOWN, at)
    base = (check_format(materials), check_proof(materials, at), check_issuer_identity(materials, at))
    if _all_passed(base):
        findings = (*base, *_later_findings(materials, at))
    else:
        findings = (*base, *(Finding(check, Outcome.NOT_APPLICABLE, UNPROVEN) for check in list(Check)[len(base) :]))
    verdict = verdict_of(findings)
    reason = stable_reason(findings) if verdict is Verdict.COULD_NOT_CONFIRM else ""
    return Report(verdict, findings, at, _facts(materials, findings), reason)


def _all_passed(findings: tuple[Finding, ...]) -> bool:
    return all(finding.outcome is Outcome.PASSED for finding in findings)


def _later_findings(materials: Materials, at: datetime) -> tuple[Finding, ...]:
    return (
        check_issuer_recognised(materials, at),
        check_validity(materials, at),
        check_status(materials),
        check_superseded(materials),
        check_holder(materials),
        check_endorsements(materials),
        check_logged(),
    )


def _without_document(verdict: Verdict, at: datetime, **facts: Any) -> Report:
    return Report(verdict, tuple(Finding(check, Outcome.NOT_APPLICABLE, str(verdict)) for check in Check), at, facts)


def _facts(materials: Materials, findings: tuple[Finding, ...]) -> dict[str, Any]:
    """Collect what the checks found out; of a document that is not proven only what it claims to be, and by whom."""
    facts = {name: value for finding in findings for name, value in finding.facts.items()}
    if materials.issuer is not None:
        facts["issuer_id"] = materials.issuer.did
        if "issuer" not in facts:
            facts["claimed_name"] = materials.issuer.name
    return facts | {"states": states_of(findings)}


# 1
def check_format(materials: Materials) -> Finding:
    """Judge whether the input can be read in one way, and is a credential that follows its standard."""
    reading = materials.reading
    facts = {"kind": str(reading.kind)}
    if reading.problem is not None:
        return Finding(Check.FORMAT, Outcome.FAILED, reading.problem.code, reading.problem.detail)
    if reading.unfinished is not None:
        why = reading.unfinished
        return Finding(Check.FORMAT, Outcome.UNKNOWN, why.code, why.detail, facts)
    if reading.document is None:
        return Finding(Check.FORMAT, Outcome.FAILED, "empty")
    return Finding(Check.FORMAT, Outcome.PASSED, reading.wrapping, "", facts | {"standard": reading.standard})


# 2
def check_proof(materials: Materials, at: datetime) -> Finding:
    """Judge the signatures: unchanged since signing, by a key in force at that time."""
    proof = materials.proof
    if not materials.reading.signed:
        return Finding(Check.PROOF, Outcome.FAILED, "unsigned")
    if proof is not None and proof.problem is not None:
        return Finding(Check.PROOF, Outcome.FAILED, proof.problem.code, proof.problem.detail)
    if not _is_read(materials.reading):
        return Finding(Check.PROOF, Outcome.NOT_APPLICABLE, UNPROVEN)
    if proof is None:
        return Finding(Check.PROOF, Outcome.UNKNOWN, "not-checked")
    if proof.unfinished is not None or not proof.proofs:
        why = proof.unfinished
        return Finding(Check.PROOF, Outcome.UNKNOWN, why.code if why else "not-checked", why.detail if why else "")
    return _weighed_proof(materials, proof.proofs, at)


def _is_read(reading: Reading) -> bool:
    return reading.document is not None and reading.problem is None and reading.unfinished is None


def _weighed_proof(materials: Materials, proofs: tuple[HeldProof, ...], at: datetime) -> Finding:
    """The signature fits; say whether the key may have made it, and whether we issued this very text."""
    detail = "; ".join(f"{proof.suite} by {proof.method}{_when(proof.created)}" for proof in proofs)
    for proof in proofs:
        if reason := _key_problem(materials, proof):
            return Finding(Check.PROOF, Outcome.FAILED, reason, detail)
    if materials.own is not None and not materials.own.same_as_issued:
        return Finding(Check.PROOF, Outcome.FAILED, "not-as-issued", detail)
    if any(proof.created is not None and proof.created > at + CLOCK_TOLERANCE for proof in proofs):
        return Finding(Check.PROOF, Outcome.UNKNOWN, IN_THE_FUTURE, detail)
    created = next((proof.created for proof in proofs if proof.created), None)
    return Finding(Check.PROOF, Outcome.PASSED, "unchanged", detail, {"signed_at": created} if created else {})


def _when(created: datetime | None) -> str:
    return f", {created.isoformat()}" if created else ""


def _key_problem(materials: Materials, proof: HeldProof) -> str:
    """Return why a key of ours may not have made this signature, or the empty string."""
    issuer = materials.issuer
    if issuer is None or not issuer.ours:
        return ""
    life = issuer.keys.get(proof.method)
    if life is None:
        return "key-not-ours"
    # Documents carry whole seconds: a key made half a second into the second of its first signature is in force.
    if proof.created is not None and proof.created < life.valid_from.replace(microsecond=0):
        return "before-key"
    if proof.created is not None and life.retired_at is not None and proof.created > life.retired_at:
        return "after-key"
    if life.compromised_at is not None and not _recorded_before(materials, life.compromised_at):
        return "key-compromised"
    return ""


def _recorded_before(materials: Materials, moment: datetime) -> bool:
    """The thief of a key writes any date into a proof; only our own record of the signing proves one."""
    own = materials.own
    return own is not None and own.signed_at is not None and own.signed_at < moment


# 3
def check_issuer_identity(materials: Materials, at: datetime) -> Finding:
    """Judge whether the key belongs to the issuer that the document names."""
    issuer = materials.issuer
    if issuer is None:
        return Finding(Check.ISSUER_IDENTITY, Outcome.NOT_APPLICABLE, UNPROVEN)
    outcome = IDENTITY_OUTCOMES[issuer.identity]
    if issuer.identity is Identity.NOT_LISTED and issuer.ours:
        # We know every key that an issuer of ours has ever had; of others we know those of today.
        outcome = Outcome.FAILED
    if outcome is Outcome.PASSED and check_proof(materials, at).outcome is not Outcome.PASSED:
        return Finding(Check.ISSUER_IDENTITY, Outcome.NOT_APPLICABLE, UNPROVEN)
    return Finding(Check.ISSUER_IDENTITY, outcome, str(issuer.identity), issuer.detail or issuer.did, _signer(issuer))


IDENTITY_OUTCOMES = {
    Identity.CONFIRMED: Outcome.PASSED,
    Identity.ANOTHER_SIGNER: Outcome.FAILED,
    Identity.NOT_LISTED: Outcome.UNKNOWN,
    Identity.NO_METHOD: Outcome.UNKNOWN,
    Identity.UNREACHABLE: Outcome.UNKNOWN,
    Identity.UNSUPPORTED: Outcome.UNKNOWN,
    Identity.WITHDRAWN: Outcome.UNKNOWN,
    Identity.UNTRIED: Outcome.NOT_APPLICABLE,
}
SHOWN_OF_A_KEY = 12


def _signer(issuer: IssuerReading) -> dict[str, str]:
    """Say who the issuer is without believing any name: by its host, or by its key; `installation` is our own host."""
    if issuer.did.startswith("did:web:"):
        host = issuer.did.removeprefix("did:web:").split(":")[0].replace("%3A", ":")
        return {"issuer_host": host} | ({"installation": host} if issuer.platform else {})
    if issuer.did.startswith("did:key:"):
        key = issuer.did.removeprefix("did:key:")
        return {"issuer_key": f"{key[:SHOWN_OF_A_KEY]}…{key[-4:]}"}
    return {}


# 5
def check_validity(materials: Materials, at: datetime) -> Finding:
    """Judge whether `at` lies within the credential's dates (VCDM 2.0 §4.9; 1.1 names them differently), and its signature's."""
    document = materials.reading.document or {}
    try:
        start = _time(document, "validFrom", "issuanceDate")
        end = _time(document, "validUntil", "expirationDate")
    except ValueError as error:
        return Finding(Check.VALIDITY, Outcome.UNKNOWN, "unreadable-time", str(error))
    proofs = materials.proof.proofs if materials.proof else ()
    begins = max((proof.begins for proof in proofs if proof.begins), default=None)
    ends = min((proof.ends for proof in proofs if proof.ends), default=None)
    # The certificate is good where both it and its signature are: from the later first moment to the earlier end.
    first = max((moment for moment in (start, begins) if moment), default=None)
    last = min((moment for moment in (end, ends) if moment), default=None)
    facts = {name: value for name, value in (("valid_from", first), ("valid_until", last)) if value}
    if first is not None and first > at + CLOCK_TOLERANCE:
        return Finding(Check.VALIDITY, Outcome.FAILED, "not-yet-valid", "", facts)
    if end is not None and at > end:
        return Finding(Check.VALIDITY, Outcome.FAILED, "expired", "", facts)
    if ends is not None and at >= ends:
        return Finding(Check.VALIDITY, Outcome.FAILED, "signature-ended", "", facts | {"signature_ended": ends})
    return Finding(Check.VALIDITY, Outcome.PASSED, "until" if end else "no-end", "", facts)


def _time(document: dict[str, Any], *names: str) -> datetime | None:
    present = [document[name] for name in names if name in document]
    return parse_timestamp(present[0]) if present else None


# 7
def check_superseded(materials: Materials) -> Finding:
    """Judge whether a newer version replaces it; only the place that issued it knows."""
    own = materials.own
    if own is None:
        return Finding(Check.SUPERSEDED, Outcome.NOT_APPLICABLE, "not-ours")
    if own.superseded:
        return Finding(
            Check.SUPERSEDED,
            Outcome.FAILED,
            "replaced",
            "",
            {"successor_url": own.successor_url} if own.successor_url else {},
        )
    if not own.recorded:
        return Finding(Check.SUPERSEDED, Outcome.UNKNOWN, "no-record")
    return Finding(Check.SUPERSEDED, Outcome.PASSED, "newest")


# 8
def check_holder(materials: Materials) -> Finding:
    """Judge whether what the visitor typed belongs to the holder."""
    if materials.asked is None:
        return Finding(Check.HOLDER, Outcome.NOT_APPLICABLE, "not-asked")
    if materials.asked.matches is None:
        return Finding(Check.HOLDER, Outcome.UNKNOWN, materials.asked.reason)
    return Finding(Check.HOLDER, Outcome.PASSED if materials.asked.matches else Outcome.FAILED, "compared")


# 9
def check_endorsements(materials: Materials) -> Finding:
    """Say whether other organisations' signatures are attached; they are not judged here."""
    places = _endorsed_places(materials.reading.document or {})
    if not any(place.get("endorsement") or place.get("endorsementJwt") for place in places):
        return Finding(Check.ENDORSEMENTS, Outcome.NOT_APPLICABLE, "none")
    return Finding(Check.ENDORSEMENTS, Outcome.UNKNOWN, "not-checked")


def _endorsed_places(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Open Badges 3.0 lets the credential, its issuer, its achievement and that one's creator carry endorsements."""
    subject = document.get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    creator = achievement.get("creator") if isinstance(achievement, dict) else None
    return [place for place in (document, document.get("issuer"), achievement, creator) if isinstance(place, dict)]


# 10
def check_logged() -> Finding:
    """Say that no public log is named: none of the accepted formats carries such an entry."""
    return Finding(Check.LOGGED, Outcome.NOT_APPLICABLE, "no-log")
