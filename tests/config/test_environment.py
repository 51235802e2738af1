"""`.venv` on a machine that has only Python: made, filled, filled again, or one line with what to type."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.bootstrap.folders import ROOT

BASE_PYTHON = str(Path(sys.base_prefix) / "bin" / "python3")
ENSURE = "from config.bootstrap.environment import ensure_environment; ensure_environment('run.txt')"


@pytest.fixture
def checkout(tmp_path):
    """Return a copy of what runs before anything is installed, with an empty lock and an empty home."""
    folder = tmp_path / "checkout"
    shutil.copytree(ROOT / "config", folder / "config", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", folder)
    (folder / "requirements").mkdir()
    for lock in ("run.txt", "dev.txt"):
        (folder / "requirements" / lock).write_text("# nothing\n")
    (tmp_path / "home").mkdir()
    (tmp_path / "bin").mkdir()
    return folder


def run_in(checkout, *arguments, path="", **environment):
    """Run the base Python in the copy; `path` is the whole PATH."""
    home = checkout.parent / "home"
    env = {"HOME": str(home), "PATH": path or str(checkout.parent / "bin"), **environment}
    return subprocess.run(
        [BASE_PYTHON, *arguments], cwd=checkout, env=env, capture_output=True, text=True, check=False
    )


def without_venv_module(checkout):
    """Return the environment of a Python whose venv module does not work (Debian without python3-venv)."""
    stub = checkout.parent / "stub" / "venv"
    stub.mkdir(parents=True)
    (stub / "__init__.py").write_text("")
    (stub / "__main__.py").write_text("raise SystemExit(1)")
    return {"PYTHONPATH": str(stub.parent)}


def test_machine_with_neither_uv_nor_venv_prints_the_one_command_to_type(checkout):
    done = run_in(checkout, "manage.py", "start", **without_venv_module(checkout))

    lines = (done.stdout + done.stderr).splitlines()
    assert done.returncode == 1
    assert len(lines) == 1
    assert "apt install python3-venv" in lines[0]
    assert not (checkout / ".venv").exists()


def test_machine_with_venv_alone_gets_an_environment(checkout):
    done = run_in(checkout, "-c", ENSURE)

    assert done.returncode == 0, done.stderr
    assert (checkout / ".venv" / "bin" / "python").exists()


def test_machine_with_uv_alone_gets_an_environment(checkout):
    uv = shutil.which("uv") or str(Path(sys.prefix) / "bin" / "uv")
    (checkout.parent / "bin" / "uv").symlink_to(uv)

    done = run_in(checkout, "-c", ENSURE, **without_venv_module(checkout))

    assert done.returncode == 0, done.stderr
    assert "uv = " in (checkout / ".venv" / "pyvenv.cfg").read_text()


def test_second_command_installs_nothing_and_a_changed_lock_installs_again(checkout):
    run_in(checkout, "-c", ENSURE)

    second = run_in(checkout, "-c", ENSURE)
    (checkout / "requirements" / "run.txt").write_text("# changed\n")
    third = run_in(checkout, "-c", ENSURE)

    assert "Installing" not in second.stderr
    assert "Installing" in third.stderr


def test_packages_that_cannot_be_installed_are_told_in_one_line_and_tried_again(checkout):
    (checkout / "requirements" / "run.txt").write_text("not-a-package-of-anyone==1 --hash=sha256:00\n")

    done = run_in(checkout, "manage.py", "version", PIP_NO_INDEX="1")
    again = run_in(checkout, "manage.py", "version", PIP_NO_INDEX="1")

    for answer in (done, again):
        assert answer.returncode == 1
        assert answer.stderr.count("could not be installed") == 1
        assert "Traceback" not in answer.stderr


def test_old_python_gets_a_sentence(checkout):
    pretend = "import sys; sys.version_info = (3, 9, 2); sys.argv = ['manage.py']; exec(open('manage.py').read())"

    done = run_in(checkout, "-c", pretend)

    assert done.returncode == 1
    assert done.stderr == "Testamur needs Python 3.11 or newer; this is Python 3.9.\n"


def test_bootstrap_imports_nothing_but_the_standard_library(checkout):
    done = run_in(checkout, "-I", "-c", "import sys; sys.path.insert(0, '.'); import config.bootstrap.start")

    assert done.returncode == 0, done.stderr


def test_django_runs_as_soon_as_the_environment_stands():
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [BASE_PYTHON, "manage.py", "version"], cwd=ROOT, env=environment, capture_output=True, check=True
    )

    assert done.stdout.startswith(b"5.2")
