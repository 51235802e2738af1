"""`manage.py help` knows every command, ours beside Django's."""

import subprocess
import sys

import pytest

from config.bootstrap.folders import ROOT


def told(*arguments):
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_help_lists_the_two_commands_that_come_first():
    listed = told("help").splitlines()

    assert [line.split()[0] for line in listed if line.startswith("    ")][:2] == ["start", "test"]
    for command in ("fsck", "organisations", "issuers", "members", "oauth_clients", "correct", "learners"):
        assert f"    {command}" in listed
    assert told("help", "--commands").splitlines()[:2] == ["start", "test"]


@pytest.mark.parametrize(("command", "says"), [("start", "--port"), ("test", "pytest"), ("fsck", "--full")])
def test_help_of_a_command(command, says):
    assert says in told("help", command)
