"""The OpenAPI description: valid, complete, and its page shows it without help from elsewhere."""

import re

import jsonschema
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, settings

from config.wsgi import application
from integrations.api.docs_page import operations
from integrations.api.openapi import EXAMPLES, description
from integrations.urls import urlpatterns
from tests.integrations.builders import build_key, build_tenant

pytestmark = pytest.mark.django_db
REQUESTS = 15


def test_description_is_valid_openapi_3_1(client):
    document = client.get("/api/schema/").json()

    assert document["openapi"] == "3.1.0"
    validate_schema(document)


def test_every_resource_of_the_api_is_described():
    described = {re.sub(r"{\w+}", "<>", path) for path in description()["paths"]}
    routes = {re.sub(r"<[^>]+>", "<>", f"/{entry.pattern}") for entry in urlpatterns}

    assert described == {route for route in routes if route.startswith("/api/v1/") and route != "/api/v1/"}


def test_every_method_declares_its_scope():
    for entry in urlpatterns:
        view = getattr(entry.callback, "cls", None)
        if view is not None and view.__name__ != "Nothing":
            offered = {name.upper() for name in view.http_method_names if hasattr(view, name)} - {"OPTIONS", "HEAD"}
            assert offered == set(view.scopes), view


def test_security_in_the_description_is_what_the_view_enforces():
    operations = {o["operationId"]: o["security"] for item in description()["paths"].values() for o in item.values()}

    assert operations["award"] == [{"apiKey": []}, {"oauth2": ["awards:write"]}]
    assert operations["verify"] == [{}, {"apiKey": []}, {"oauth2": []}]
    assert set(description()["components"]["securitySchemes"]) == {"apiKey", "oauth2"}


def test_bodies_are_described():
    with_body = {
        o["operationId"] for item in description()["paths"].values() for o in item.values() if "requestBody" in o
    }

    status = {"correct", "revoke", "suspend", "reinstate", "approve", "refuse", "cancel"}
    assert with_body == status | {
        "award",
        "award_batch",
        "confirm_batch",
        "create_achievement",
        "edit_achievement",
        "verify",
    }


def test_page_of_the_api_shows_every_operation_and_needs_no_script(client):
    answer = client.get("/api/docs/")

    page = answer.content.decode()
    assert answer.status_code == 200
    for path in description()["paths"]:
        assert path in page
    assert "ects_credits" in page
    assert "<script" not in page
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_every_example_is_what_the_description_promises():
    """Of requests and answers alike; nothing goes without one."""
    document = description()
    shown = operations(document)

    assert {operation["operationId"] for item in document["paths"].values() for operation in item.values()} == set(
        EXAMPLES
    )
    assert all(operation["answer"] for operation in shown)
    assert [o["path"] for o in shown if o["fields"] and not o["example"]] == []
    for item in document["paths"].values():
        for operation in item.values():
            answers = [answer for code, answer in operation["responses"].items() if code.startswith("2")]
            for place in [*answers, *filter(None, [operation.get("requestBody")])]:
                content = place["content"]["application/json"]
                jsonschema.validate(content["example"], content["schema"] | {"components": document["components"]})


def test_page_speaks_of_fields_as_people_do(client):
    page = client.get("/api/docs/").content.decode()
    award = next(o for o in operations(description()) if o["method"] == "POST" and o["path"] == "/api/v1/awards")
    kinds = {field["name"]: field["kind"] for field in award["fields"]}

    assert kinds["recipient.email"] == "text"
    assert kinds["results[].value"] == "text"
    assert kinds["awarded_on"] == "day, such as 2026-11-20"
    assert "object | null" not in page
    assert "`" not in re.sub("<pre.*?</pre>", "", page, flags=re.DOTALL)
    assert "<code>next</code>" in page
    assert "<code>achievement_id</code>" in page
    assert "one of: draft, planned, published, retired" in page


def test_unknown_address_below_the_api_is_a_problem_document(client):
    for address in ("/api/v1/nothing", "/api/", "/api/v2/awards", "/api/v1/awards/not-an-id"):
        answer = client.post(address)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@schemathesis.serializer("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
def bytes_as_they_are(_context, value):
    """Send what was generated for a workbook as it is."""
    return value if isinstance(value, bytes) else str(value).encode()


schema = schemathesis.openapi.from_dict(description())


@pytest.fixture
def headers():
    """Give a key of an organisation with all scopes, and keep the test's own connection open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield {"Authorization": f"Bearer {build_key(build_tenant().root)[1]}"}
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(max_examples=REQUESTS, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_generated_request_brings_the_server_down(case, headers):
    answer = case.call(app=application, base_url="http://localhost", headers=headers)

    assert answer.status_code < 500
    assert answer.headers["content-type"][0].startswith("application/")


def test_description_is_made_without_a_warning_on_the_terminal(capfd):
    SchemaGenerator().get_schema(request=None, public=True)

    assert "arning" not in "".join(capfd.readouterr())
