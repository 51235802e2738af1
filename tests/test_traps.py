"""The list of traps is whole, and its prover tells a guard that nobody would miss."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from credentials.errors import MalformedError
from credentials.strict_json import parse_json
from tests.trap_plugin import in_a_fork, judged, red_already
from tests.traps import ALL_TRAPS, Proof, disable, guard_named, part_of, read_traps

TRAPS = read_traps()
GUARD = "credentials/strict_json.py:_refuse_constant"


def proof(*tests):
    return Proof(1, "", {GUARD: "None"}, tests)


def test_every_trap_has_a_proof_or_a_reason_to_have_none():
    proven = {entry.trap for entry in TRAPS.proofs}

    assert set(ALL_TRAPS) <= proven | set(TRAPS.excused)
    assert all(len(reason) > 20 for reason in TRAPS.excused.values())
    assert all(entry.guards and entry.tests and entry.without for entry in TRAPS.proofs)


def test_every_guard_is_a_function_of_its_file():
    for entry in TRAPS.proofs:
        for name, instead in entry.guards.items():
            assert guard_named(name).__code__.co_freevars == ()
            compile(instead, name, "eval")


def test_parts_are_together_the_whole_and_none_is_in_two():
    halves = [part_of(TRAPS, part).proofs for part in ("1/2", "2/2")]

    assert len(halves[0]) + len(halves[1]) == len(TRAPS.proofs)
    assert all(entry in [*halves[0], *halves[1]] for entry in TRAPS.proofs)
    for asked in ("0/2", "3/2", "2", "x/y", "-1/2"):
        with pytest.raises(ValueError, match="for example 1/2"):
            part_of(TRAPS, asked)


@pytest.mark.parametrize(
    "name",
    ["credentials/strict_json.py:no_such", "credentials/no_such.py:f", "credentials/jose.py:did_of", "a:b", "a"],
)
def test_guard_that_is_not_there_is_refused(name):
    with pytest.raises(LookupError):
        guard_named(name)


def test_every_listed_test_is_found():
    names = sorted({test for entry in TRAPS.proofs for test in entry.tests})
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *names]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}

    outcome = subprocess.run(
        command, cwd=Path(__file__).parent.parent, env=environment, capture_output=True, text=True, check=False
    )

    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_disabled_guard_is_disabled_everywhere_in_its_fork_and_nowhere_else():
    def without() -> dict[str, str]:
        disable(GUARD, "None")
        return {"read": str(parse_json('{"a": NaN}'))}

    assert in_a_fork(without) == {"read": "{'a': None}"}
    with pytest.raises(MalformedError):
        parse_json('{"a": NaN}')


def test_stand_in_may_ask_the_guard_itself():
    def without() -> dict[str, str]:
        disable("credentials/strict_json.py:_integer", "undisabled(digits) + 1")
        return {"read": str(parse_json("[1]"))}

    assert in_a_fork(without) == {"read": "[2]"}


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        ({"t::a": "Failed", "t::b[1]": "", "t::b[2]": "AssertionError"}, ""),
        ({"t::a": "ProofError", "t::b[1]": "ProofError"}, ""),
        ({"t::a": "Failed", "t::b[1]": "", "t::b[2]": ""}, "t::b stays green"),
        ({"t::a": "Failed"}, "t::b stays green"),
        ({"t::a": "Failed", "t::b": "TypeError"}, "t::b only crashes: TypeError"),
        ({}, "the tests did not finish"),
    ],
)
def test_removal_is_noticed_only_when_each_test_fails_without_crashing(outcomes, verdict):
    assert judged(proof("t::a", "t::b"), outcomes) == verdict


def test_test_that_is_red_with_every_guard_in_place_is_told():
    assert red_already({"t::a": "", "t::b": ""}) == []
    assert red_already({"t::a": "", "t::b": "AssertionError"}) == [
        "red with every guard in place (AssertionError): t::b"
    ]
    assert red_already({}) != []


def test_process_that_dies_has_found_out_nothing():
    assert in_a_fork(lambda: os._exit(1)) == {}
