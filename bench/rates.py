"""`bench sign` and `bench verify`: the product's own path beside the limit, raw Ed25519, in the same run."""

from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.measuring import Task, per_second, typical, typical_ratio
from bench.samples import CREATED, VERIFICATION_METHOD, Sample, fixed_sample, rich_sample
from credentials.builders import CURRENT, CredentialWriter
from credentials.canonical import canonical_nquads
from credentials.data_integrity import ProofOptions, add_proof
from credentials.documents import AwardFacts
from credentials.stencils import StencilSigner, check_independently, compiled_stencil
from credentials.strict_json import compact_json

Report = dict[str, Any]

_SIGNED: Final = 64
_RAW_CALLS, _OWN_CALLS, _GENERAL_CALLS = 2_000, 2_000, 20


def bench_sign(rounds: int = 5, richest: Sample | None = None) -> Report:
    """Measure signing by stencil against raw Ed25519 over 64 bytes and against the general path.

    Args:
        rounds: interleaved rounds; figures and ratios are medians.
        richest: the richest achievement to report beside the fixed credential; a built-in one otherwise.

    Returns:
        `{"name", "figures", "ratios"}`: calls per CPU-second, n-quads and bytes of the documents, fallbacks;
        `of_raw_ed25519`, `times_general_path`, `richest_of_raw_ed25519`.
    """
    key, fixed, rich = Ed25519PrivateKey.generate(), fixed_sample(), richest or rich_sample()
    signers = {"fixed": _signer(fixed, key), "richest": _signer(rich, key)}
    measured = per_second(
        {
            "raw_ed25519": Task(key.sign, [bytes([number]) * _SIGNED for number in range(256)], _RAW_CALLS),
            "signed": Task(signers["fixed"].sign, list(fixed.awards), _OWN_CALLS),
            "richest_signed": Task(signers["richest"].sign, list(rich.awards), _OWN_CALLS),
            "general_path": Task(_general_signing(fixed, key), list(fixed.awards), _GENERAL_CALLS),
        },
        rounds,
    )
    names = ("raw_ed25519", "signed", "richest_signed", "general_path")
    figures = {f"{name}_per_second": typical(measured, name) for name in names}
    figures |= _sizes(fixed) | {f"richest_{name}": value for name, value in _sizes(rich).items()}
    figures["fallbacks"] = sum(signer.fills.by_general_path for signer in signers.values())
    ratios = {
        "of_raw_ed25519": typical_ratio(measured, "signed", "raw_ed25519"),
        "times_general_path": typical_ratio(measured, "signed", "general_path"),
        "richest_of_raw_ed25519": typical_ratio(measured, "richest_signed", "raw_ed25519"),
    }
    return {"name": "sign", "figures": figures, "ratios": ratios}


def bench_verify(rounds: int = 5) -> Report:
    """Measure verifying own documents by stencil against raw Ed25519 verification and the general path.

    Returns:
        As `bench_sign`, with the ratios `of_raw_ed25519_verify` and `times_general_path`.
    """
    key, sample = Ed25519PrivateKey.generate(), fixed_sample()
    public_key, raw = key.public_key(), bytes(_SIGNED)
    signature = key.sign(raw)
    signer, writer = _signer(sample, key), _writer(sample)
    signed = [(signer.sign(award).text, award) for award in sample.awards]
    stencil = compiled_stencil(writer, CURRENT.shape_of(sample.awards[0]))

    def verify_own(stored: tuple[str, AwardFacts]) -> None:
        text, award = stored
        if not stencil.verify(
            text, award, public_key=public_key, verification_method=VERIFICATION_METHOD, created=CREATED
        ):
            raise AssertionError("an own document does not verify")

    def verify_generally(stored: tuple[str, AwardFacts]) -> None:
        text, award = stored
        check_independently(text, writer, award, public_key=public_key)

    measured = per_second(
        {
            "raw_ed25519_verify": Task(lambda data: public_key.verify(signature, data), [raw], _RAW_CALLS // 2),
            "verified": Task(verify_own, signed, _OWN_CALLS // 2),
            "general_path": Task(verify_generally, signed, _GENERAL_CALLS),
        },
        rounds,
    )
    names = ("raw_ed25519_verify", "verified", "general_path")
    figures = {f"{name}_per_second": typical(measured, name) for name in names} | _sizes(sample)
    ratios = {
        "of_raw_ed25519_verify": typical_ratio(measured, "verified", "raw_ed25519_verify"),
        "times_general_path": typical_ratio(measured, "verified", "general_path"),
    }
    return {"name": "verify", "figures": figures, "ratios": ratios}


def _signer(sample: Sample, key: Ed25519PrivateKey) -> StencilSigner:
    return StencilSigner(
        _writer(sample),
        private_key=key,
        verification_method=VERIFICATION_METHOD,
        created=CREATED,
    )


def _writer(sample: Sample) -> CredentialWriter:
    return CURRENT.writer(sample.issuer, sample.achievement)


def _general_signing(sample: Sample, key: Ed25519PrivateKey) -> Any:
    options = ProofOptions(VERIFICATION_METHOD, CREATED)

    def sign(award: AwardFacts) -> str:
        document = CURRENT.build(sample.issuer, sample.achievement, award)
        return compact_json(add_proof(document, key, options))

    return sign


def _sizes(sample: Sample) -> dict[str, int]:
    document = CURRENT.build(sample.issuer, sample.achievement, sample.awards[0])
    nquads = canonical_nquads(document)
    return {"quads": nquads.count("\n"), "bytes": len(compact_json(document).encode())}
