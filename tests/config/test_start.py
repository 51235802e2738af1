"""`manage.py start` as a person types it: real processes on a free port, in a folder of its own."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.idle import uses
from config.bootstrap.folders import ROOT
from config.bootstrap.servers import free_port

OWN = ("DATABASE_URL", "REDIS_URL", "TESTAMUR_MODE", "VAR_DIR", "PUBLIC_URL", "DJANGO_SETTINGS_MODULE")
WITHIN_SECONDS = 120  # two seconds on an idle machine


def eventually(statement, within=WITHIN_SECONDS):
    """Wait until `statement()` holds; fail when it does not in time."""
    limit = time.monotonic() + within
    while not (result := statement()):
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.1)
    return result


@contextmanager
def started(var, *arguments, ignoring_ctrl_c=False):
    """Run `start --no-demo` on a new port; yield (process, port, log); stop it as Ctrl-C would."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name not in OWN} | {"VAR_DIR": str(var)}
    command = [sys.executable, "manage.py", "start", "--no-demo", "--port", str(port), *arguments]
    log = var.parent / f"start-{port}.log"
    with log.open("wb") as output:
        ignore = (lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)) if ignoring_ctrl_c else None
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output, preexec_fn=ignore)
    try:
        yield process, port, log
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        finally:
            process.kill()  # nobody is left behind by a test that fails


def children_of(pid):
    """Return {pid: command line} of everything below a process."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            found[int(entry.name)] = (parent, (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    below, grown = {pid}, True
    while grown:
        more = {child for child, (parent, _line) in found.items() if parent in below} - below
        grown, below = bool(more), below | more
    return {child: found[child][1] for child in below - {pid}}


def opened(var, process, log):
    """Wait for `start.json` and return it; fail with the log when the house ended instead."""

    def there():
        assert process.poll() is None, log.read_text()
        return (var / "start.json").exists()

    eventually(there)
    return json.loads((var / "start.json").read_text())


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Return one running house for the tests that leave it as it is."""
    var = tmp_path_factory.mktemp("house") / "var"
    with started(var) as (process, port, log):
        yield {"facts": opened(var, process, log), "var": var, "process": process, "port": port, "log": log}


def test_opening_file_names_address_and_operators_link(house):
    assert house["facts"]["url"] == f"http://localhost:{house['port']}"
    assert house["facts"]["credential_url"] is None
    assert set(house["facts"]["sign_in"]) == {"operator"}
    assert house["facts"]["sign_in"]["operator"].startswith(house["facts"]["url"])


def test_secrets_and_settings_are_for_their_owner_alone(house):
    var = house["var"]
    assert var.stat().st_mode & 0o777 == 0o700
    for name in ("local.env", "start.json", "secrets/secret-key", "secrets/key-encryption-key"):
        assert (var / name).stat().st_mode & 0o777 == 0o600, name


def test_only_the_worker_is_told_where_its_key_comes_from(house):
    key = (house["var"] / "secrets" / "key-encryption-key").read_bytes().strip()
    environments = {
        (child, line): Path(f"/proc/{child}/environ").read_bytes()
        for child, line in children_of(house["process"].pid).items()
        if "granian" in line or "celery" in line
    }
    told = {line for (_child, line), environ in environments.items() if b"KEY_ENCRYPTION_KEY" in environ}

    assert any("granian" in line for _child, line in environments)
    assert told
    assert all(" worker " in line for line in told)
    assert key not in b"".join(environments.values())
    assert key.decode() not in (house["var"] / "local.env").read_text()
    assert "key-encryption-key" not in (house["var"] / "local.env").read_text()


def test_quiet_house_is_quiet(house):
    """`bench idle` measures five minutes; ten seconds tell whether something polls or loads what it does not need."""
    time.sleep(5)
    before = uses(house["process"].pid)
    time.sleep(10)
    after = uses(house["process"].pid)

    assert set(after) == set(before)
    cpu = sum(after[pid].cpu_seconds - before[pid].cpu_seconds for pid in after)
    assert cpu / 10 <= 0.02, {use.what: use.cpu_seconds - before[pid].cpu_seconds for pid, use in after.items()}
    assert sum(use.pss_mb for use in after.values()) <= 400, {use.what: use.pss_mb for use in after.values()}


def fetched(house, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{house['port']}{path}", timeout=20) as answer:
        return answer.headers, answer.read().decode(errors="replace")


def test_static_files_carry_their_content_in_their_name_and_are_kept_for_good(house):
    _headers, page = fetched(house, "/")
    styles = re.findall(r'<link rel="stylesheet" href="(/static/[^"]+)"', page)
    assert styles
    named = []
    for address in styles:
        headers, style = fetched(house, address)
        named += re.findall(r'url\("?(?:\.\./)([^")]+)"?\)', style)
        assert re.search(r"\.[0-9a-f]{12}\.css$", address)
        assert "immutable" in headers["Cache-Control"]
    assert named, "the fonts are named by a style sheet"
    for address in named:
        assert "immutable" in fetched(house, f"/static/{address}")[0]["Cache-Control"]


def test_only_static_files_that_a_page_uses_are_served(house):
    folders = {path.name for path in (house["var"] / "static").iterdir() if path.is_dir()}

    assert folders == {"account", "admin", "css", "fonts", "img", "js", "mfa"}
    with pytest.raises(urllib.error.HTTPError, match="404"):
        fetched(house, "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js.map")


def test_second_start_from_the_same_folder_is_refused_in_one_line(house):
    environment = {name: value for name, value in os.environ.items() if name not in OWN}
    environment["VAR_DIR"] = str(house["var"])
    command = [sys.executable, "manage.py", "start", "--port", str(free_port())]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "already runs" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert (house["var"] / "start.json").exists()


def test_taken_port_is_told_in_one_line(house, tmp_path):
    environment = {name: value for name, value in os.environ.items() if name not in OWN} | {"VAR_DIR": str(tmp_path)}
    command = [sys.executable, "manage.py", "start", "--port", str(house["port"])]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert f"Port {house['port']} cannot be used" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_other_commands_use_what_start_decided(house):
    environment = {name: value for name, value in os.environ.items() if name not in OWN}
    environment["VAR_DIR"] = str(house["var"])
    command = [sys.executable, "manage.py", "sign_in_links"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)

    assert json.loads(done.stdout)["operator"].startswith(house["facts"]["url"])


def test_killed_worker_is_told_and_started_again_and_ctrl_c_ends_everything(tmp_path):
    var = tmp_path / "var"
    with started(var, "--tls") as (process, port, log):
        facts = opened(var, process, log)
        assert facts["url"] == f"https://localhost:{port}"
        (worker,) = [
            child
            for child, line in children_of(process.pid).items()
            if " worker " in line and parent(child) == process.pid
        ]
        os.kill(worker, signal.SIGKILL)
        eventually(lambda: "The worker stopped (killed by SIGKILL)" in log.read_text())
        eventually(lambda: sum(" worker " in line for line in children_of(process.pid).values()) >= 3)
        family = set(children_of(process.pid))

    assert process.returncode == 0
    assert not [child for child in family if Path(f"/proc/{child}").exists()]


def parent(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_start_on_another_port_keeps_the_data_and_says_which_address_stays(tmp_path):
    var = tmp_path / "var"
    with started(var) as (process, _port, log):
        first = opened(var, process, log)
    secrets = {path.name: path.read_bytes() for path in (var / "secrets").iterdir()}

    with started(var) as (process, port, log):
        assert opened(var, process, log)["url"] == f"http://localhost:{port}"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            assert answer.status == 200
        assert f"first reached at {first['url']}" in log.read_text()

    assert {path.name: path.read_bytes() for path in (var / "secrets").iterdir()} == secrets


def test_ctrl_c_is_heard_by_a_house_in_the_background_of_a_shell(tmp_path):
    """A shell starts background commands with SIGINT ignored, and Python then leaves it ignored."""
    with started(tmp_path / "var", ignoring_ctrl_c=True) as (process, _port, log):
        eventually(lambda: "Preparing the database" in log.read_text())

    assert process.returncode == 0
    assert "Stopping." in log.read_text()
