"""The benches say what they claim to, on the credential that they claim to measure."""

import json
from importlib.resources import files

import pytest

from bench.rates import bench_sign, bench_verify
from bench.samples import Sample, fixed_sample, rich_sample
from credentials.builders import CURRENT
from credentials.canonical import canonical_nquads


def document(sample: Sample) -> dict[str, object]:
    return CURRENT.build(sample.issuer, sample.achievement, sample.awards[0])


def test_fixed_credential_is_the_one_on_file_and_has_93_quads() -> None:
    kept = json.loads(files("bench").joinpath("credential.json").read_text("utf-8"))

    assert document(fixed_sample(1)) == kept
    assert canonical_nquads(kept).count("\n") == 93


def test_awards_of_a_sample_differ_and_share_one_shape() -> None:
    for sample in (fixed_sample(50), rich_sample(50)):
        assert len({award.to_json() for award in sample.awards}) == 50
        assert len({CURRENT.shape_of(award) for award in sample.awards}) == 1


def test_sign_report_holds_figures_and_ratios_of_one_run() -> None:
    report = bench_sign(rounds=1, richest=fixed_sample(10))
    figures, ratios = report["figures"], report["ratios"]

    assert report["name"] == "sign"
    assert (figures["quads"], figures["richest_quads"], figures["fallbacks"]) == (93, 93, 0)
    assert ratios["of_raw_ed25519"] == pytest.approx(
        figures["signed_per_second"] / figures["raw_ed25519_per_second"], rel=0.01
    )
    # Far below the floor that the bench itself is held to: tests run on busy machines.
    assert ratios["of_raw_ed25519"] > 0.15
    assert ratios["times_general_path"] > 20
    assert json.dumps(report)


def test_verify_report_holds_figures_and_ratios_of_one_run() -> None:
    report = bench_verify(rounds=1)

    assert report["name"] == "verify"
    assert report["ratios"]["of_raw_ed25519_verify"] > 0.25
    assert report["ratios"]["times_general_path"] > 10
