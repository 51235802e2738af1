"""What production refuses to start with; asked of a real process."""

import os
import subprocess
import sys

import pytest

from config.bootstrap.folders import ROOT

GOOD = {
    "TESTAMUR_MODE": "production",
    "SECRET_KEY": "k" * 50,
    "PUBLIC_URL": "https://credentials.example.edu",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.edu:587",
    "DATABASE_URL": "postgres://user:password@db/testamur",
    "VAR_DIR": "/nonexistent",
}


def settings_in_a_process(**changes):
    """Import the settings in a process with the good environment and these changes; None unsets."""
    environment = {name: value for name, value in (GOOD | changes).items() if value is not None}
    program = "import config.settings as s; print(s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS, s.ALLOWED_HOSTS)"
    command = [sys.executable, "-c", program]
    environment["PATH"] = os.environ["PATH"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_good_installation_starts_with_secure_cookies_and_its_own_host_alone():
    done = settings_in_a_process()

    assert done.returncode == 0, done.stderr
    assert done.stdout == "True 31536000 ['credentials.example.edu']\n"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"DEBUG": "on"}, "DEBUG"),
        ({"SECRET_KEY": None}, "SECRET_KEY"),
        ({"SECRET_KEY": "insecure-key-of-the-test-mode-that-is-long"}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": "a.example,*"}, "ALLOWED_HOSTS"),
        ({"PUBLIC_URL": "http://credentials.example.edu"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": None}, "PUBLIC_URL"),
        ({"VC_API": "on"}, "VC_API"),
        ({"EMAIL_URL": None}, "EMAIL_URL"),
        ({"EMAIL_URL": "filemail:///var/mail"}, "EMAIL_URL"),
        ({"EMAIL_URL": "consolemail://"}, "EMAIL_URL"),
        ({"TESTAMUR_MODE": "staging"}, "TESTAMUR_MODE"),
    ],
)
def test_unsafe_installation_is_refused_by_name(changes, word):
    done = settings_in_a_process(**changes)

    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert "ImproperlyConfigured" in last
    assert word in last


def test_command_without_any_setting_is_production_and_says_so_in_one_line(tmp_path):
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path)}
    command = [sys.executable, "manage.py", "migrate"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "SECRET_KEY" in done.stderr


def test_local_env_is_read_and_the_real_environment_wins(tmp_path):
    (tmp_path / "local.env").write_text("TESTAMUR_MODE=demo\nPUBLIC_URL=http://localhost:8111\nSECRET_KEY=from-file\n")
    program = "import config.settings as s; print(s.TESTAMUR_MODE, s.PUBLIC_URL, s.SECRET_KEY, s.DEMO_MAIL_DIR)"
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "PUBLIC_URL": "http://localhost:9222"}
    command = [sys.executable, "-c", program]

    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)

    assert done.stdout == f"demo http://localhost:9222 from-file {tmp_path}/mail\n"
