import json
import logging

from django.test import Client

from config.logs import drop_personal_facts, logging_config
from config.request_log import RequestLog


def test_request_is_logged_by_its_pattern_never_by_its_path(rf):
    request = rf.get("/claim/secret-token?q=Mia")
    request.resolver_match = type("Match", (), {"route": "claim/<str:token>"})()

    assert RequestLog.format_request(request) == "GET /claim/<str:token>"


def test_unresolved_request_is_logged_without_its_path(rf):
    assert RequestLog.format_request(rf.get("/someone@example.org")) == "GET"


def test_personal_facts_leave_the_line():
    line = {"event": "x", "ip": "10.0.0.1", "user_agent": "y", "email": "m@example.org", "code": 200}

    assert drop_personal_facts(None, "info", line) == {"event": "x", "code": 200}


def test_production_writes_one_json_object_a_line():
    config = logging_config(as_json=True, level="INFO")["formatters"]["lines"]
    formatter = config.pop("()")(**config)
    record = logging.LogRecord("issuing", logging.INFO, __file__, 1, "signed", None, None)

    line = json.loads(formatter.format(record))

    assert (line["event"], line["level"], line["logger"]) == ("signed", "info", "issuing")


def test_refused_form_leaves_no_path_in_the_log(caplog):
    """A mail program that posts to a claim link must not write the link down."""
    with caplog.at_level("INFO"):
        assert Client(enforce_csrf_checks=True).post("/claim/secret-token").status_code == 403

    assert "secret-token" not in caplog.text


def test_no_address_that_a_visitor_had_us_fetch_is_logged(caplog):
    with caplog.at_level("DEBUG"):
        logging.getLogger("urllib3.connection").warning("Failed to parse headers (url=%s)", "https://x.example/secret")
        logging.getLogger("urllib3.connectionpool").debug("GET /secret")

    assert "secret" not in caplog.text
