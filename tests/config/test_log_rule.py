"""The log rule: no component writes down a person, an address or a secret path, whatever happens to it."""

import io
import json
import logging
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import psycopg
import pytest
import yaml

from config.bootstrap.certificate import ensure_certificate
from config.bootstrap.folders import ROOT
from config.bootstrap.servers import free_port, new_postgres
from config.logs import logging_config

CANARY = "mia.canary@example.org"
TOLD = re.compile(r"log_format counts '([^']*)';")
HARMLESS = {
    "$time_iso8601",
    "$request_method",
    "$status",
    "$body_bytes_sent",
    "$request_time",
    "$upstream_response_time",
}


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def lines_of(log_things, level="INFO"):
    """Return what `log_things()` writes under the production configuration."""
    config = logging_config(as_json=True, level=level)
    formatter = config["formatters"]["lines"]
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter.pop("()")(**formatter))
    root, silenced = logging.getLogger(), {name: logging.getLogger(name).level for name in config["loggers"]}
    root.addHandler(handler)
    for name, said in config["loggers"].items():
        logging.getLogger(name).setLevel(said["level"])
    try:
        log_things()
    finally:
        root.removeHandler(handler)
        for name, before in silenced.items():
            logging.getLogger(name).setLevel(before)
    return stream.getvalue()


def refuse(text):
    raise LookupError(text) from ValueError(text)


def test_exception_is_told_by_type_and_place_never_by_what_it_says():
    def log_it():
        try:
            refuse(f"Key (email)=({CANARY}) already exists.")
        except LookupError:
            logging.getLogger("issuing").exception("alarm.chunk_failed")

    (line,) = lines_of(log_it).splitlines()

    told = json.loads(line)
    assert CANARY not in line
    assert "builtins.ValueError" in told["exception"]
    assert told["exception"].endswith("builtins.LookupError")
    assert "in refuse" in told["exception"]


def test_failed_task_is_told_without_what_its_exception_says():
    """A real task in a real trace, as the worker's child runs it."""
    code = (
        "import logging, sys\n"
        "from celery.app.trace import build_tracer\n"
        "from config.celery import app\n"
        "import django; django.setup()\n"
        "@app.task(name='t', throws=())\n"
        f"def task(): raise ValueError('no mailbox {CANARY}')\n"
        "build_tracer('t', task, app=app)('id', (), {}, {})\n"
    )
    secret = "s" * 50
    environment = {
        "TESTAMUR_MODE": "production",
        "SECRET_KEY": secret,
        "PUBLIC_URL": "https://a.example",
        "EMAIL_URL": "smtp://localhost:25",
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert "alarm.task_failed" in done.stderr
    assert "ValueError" in done.stderr
    assert CANARY not in done.stderr + done.stdout


@pytest.mark.parametrize("name", ["urllib3.connectionpool", "celery.app.trace", "django.request"])
def test_libraries_that_quote_addresses_are_silent(name):
    assert CANARY not in lines_of(lambda: logging.getLogger(name).error("Retrying: /%s", CANARY))


def test_database_of_compose_writes_no_row_into_its_log(services):
    """The real server under the flags of the compose file."""
    flags = services["database"]["command"][1:]
    server = new_postgres()
    try:
        server.stop()
        server.command += flags
        server.start()
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE people (email text UNIQUE)")
            insert = f"INSERT INTO people VALUES ('{CANARY}')"
            connection.execute(insert)
            for statement, values in ((insert, None), ("INSERT INTO people VALUES (%s)", [CANARY])):
                with pytest.raises(psycopg.errors.UniqueViolation):
                    connection.execute(statement, values)
        log = (server.folder / "server.log").read_text()
    finally:
        server.remove()
    assert "duplicate key value" in log
    assert CANARY not in log


def test_redis_of_compose_tells_of_no_client_and_no_command(services):
    command = services["redis"]["command"]
    assert command[command.index("--loglevel") + 1] == "notice"


def test_web_server_keeps_no_access_log(services):
    assert "--access-log" not in (ROOT / "Dockerfile").read_text()
    assert "--access-log" not in (ROOT / "config/bootstrap/start.py").read_text()
    assert not [key for key in services["web"]["environment"] if key.startswith("GRANIAN")]


# -- nginx -----------------------------------------------------------------------------------------
def nginx_conf():
    return (ROOT / "deploy/nginx.conf").read_text()


def test_nginx_counts_requests_and_names_nobody():
    blocks = nginx_conf().split("server {")[1:]

    assert set(TOLD.search(nginx_conf())[1].split()) <= HARMLESS
    assert len(blocks) == 2
    assert all("access_log /dev/stdout counts;" in block for block in blocks)
    assert "error_log /dev/stderr emerg;" in nginx_conf()


def test_port_80_sends_to_the_configured_name_alone(services):
    assert "return 308 ${PUBLIC_URL}$request_uri;" in nginx_conf()
    assert "$host$request_uri" not in nginx_conf()
    assert services["nginx"]["environment"]["PUBLIC_URL"].startswith("${PUBLIC_URL")
    assert "./deploy/nginx.conf:/etc/nginx/templates/default.conf.template:ro" in services["nginx"]["volumes"]


def test_nginx_itself_agrees(tmp_path):
    program = shutil.which("nginx")
    if not program:
        pytest.skip("nginx is not on this machine: its file was read, not tried")
    http, https = free_port(), free_port()
    (tmp_path / "secrets").mkdir()
    certificate = ensure_certificate(tmp_path, "https://localhost")
    conf = nginx_conf().replace("${PUBLIC_URL}", "https://good.example").replace("web:8000", "127.0.0.1:9")
    conf = conf.replace("listen 80;", f"listen 127.0.0.1:{http};")
    conf = conf.replace("listen 443 ssl;", f"listen 127.0.0.1:{https} ssl;").replace("http2 on;", "")
    conf = conf.replace("/etc/nginx/tls/certificate.pem", str(certificate.file))
    conf = conf.replace("/etc/nginx/tls/key.pem", str(certificate.key_file))
    (tmp_path / "default.conf").write_text(conf)
    main = (
        f"error_log {tmp_path}/main.log notice; pid {tmp_path}/pid; daemon off; events {{}}\n"
        f"http {{ access_log {tmp_path}/image.log; client_body_temp_path {tmp_path}/b; proxy_temp_path {tmp_path}/p;\n"
        f"fastcgi_temp_path {tmp_path}/f; uwsgi_temp_path {tmp_path}/u; scgi_temp_path {tmp_path}/s;\n"
        f"include {tmp_path}/default.conf; }}\n"
    )
    (tmp_path / "nginx.conf").write_text(main)
    with (tmp_path / "own.log").open("wb") as log:
        nginx = subprocess.Popen([program, "-c", str(tmp_path / "nginx.conf")], stdout=log, stderr=log)
    try:
        moved = redirected(f"http://127.0.0.1:{http}/claim/{CANARY}")
        assert moved == f"https://good.example/claim/{CANARY}"
        subprocess.run(["curl", "-sk", "-m", "5", f"https://127.0.0.1:{https}/claim/{CANARY}"], check=True)
    finally:
        nginx.send_signal(signal.SIGQUIT)
        nginx.wait(10)
    logs = "".join(path.read_text() for path in tmp_path.glob("*.log"))
    assert " GET 308 " in logs
    assert " GET 502 " in logs
    assert "127.0.0.1" not in logs.replace("127.0.0.1:9 failed", "")
    assert CANARY not in logs


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args):
        return None


def redirected(address, within=10):
    """Return where an address is sent to when another host is named."""
    request = urllib.request.Request(address, headers={"Host": "evil.example"})
    limit = time.monotonic() + within
    while True:
        try:
            urllib.request.build_opener(NoRedirect).open(request, timeout=2)
        except urllib.error.HTTPError as answer:
            return answer.headers["Location"]
        except OSError:
            assert time.monotonic() < limit, "nginx did not answer"
            time.sleep(0.1)
