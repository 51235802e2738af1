"""Expected refusals of pages: the right status, a page of ours, and never a trace. Broken things: no detail."""

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from config.middleware import Refusals
from registry import errors
from registry.problems import STATUS_OF, status_of
from tests.integrations.builders import Machine, build_machine, build_tenant

pytestmark = pytest.mark.django_db


def refused(error):
    return Refusals(lambda _request: HttpResponse()).process_exception(RequestFactory().get("/console/"), error)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.NotFoundError(), 404),
        (errors.RoleRequiredError(role="owner"), 403),
        (errors.LastOwnerError(), 409),
        (errors.ErasedError(), 410),
        (errors.MalformedError(reason="<script>"), 422),
        (errors.LimitError(retry_after=7), 429),
        (errors.UnavailableError(), 503),
        (OperationalError("secret host"), 503),
    ],
)
def test_refusal_of_a_page_has_its_status_and_words(error, status):
    response = refused(error)

    assert response.status_code == status
    assert "<main" in response.content.decode()
    assert b"Traceback" not in response.content
    assert b"<script>" not in response.content
    assert b"secret host" not in response.content
    assert response.get("Retry-After") == {429: "7", 503: "5"}.get(status)


def test_what_nobody_expected_is_not_a_refusal():
    assert refused(RuntimeError("broken invariant")) is None


def test_every_kind_of_refusal_has_a_status():
    kinds = errors.RegistryError.__subclasses__()

    assert all(any(issubclass(kind, listed) for listed in STATUS_OF) for kind in kinds)
    assert status_of(errors.RegistryError()) == 400


def test_broken_invariant_in_the_api_is_a_problem_without_detail(monkeypatch):
    def broken(*_anything, **_named):
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr("integrations.api.verify.verify_source", broken)

    answer = Machine().post("/api/v1/verify", {"url": "https://example.org/"})

    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "secret of the house" not in answer.content.decode()
    assert answer.json()["reference"]


def test_every_parameter_that_is_not_known_is_told():
    answer = Machine().post("/api/v1/verify?colour=red&verify=a&verify=b&size=1", {"url": "https://example.org/"})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-parameter")
    assert [one["column"] for one in answer.json()["problems"]] == ["colour", "verify", "size"]


def test_a_body_tells_everything_that_is_wrong_with_its_fields():
    tenant = build_tenant()
    body = {
        "achievement": 7,
        "recipient": {"name": "x" * 1_001, "email": ["a"], "shoe": 44, "identifiers": [{"type": "shoe", "value": ""}]},
        "awarded_on": "31.01.2026",
        "credits_earned": "many",
        "colour": "red",
    }
    answer = build_machine(tenant).post("/api/v1/awards", body)

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-fields")
    told = {one["column"]: one["code"] for one in answer.json()["problems"]}
    assert {"colour", "recipient.shoe"} == {place for place, code in told.items() if code == "unknown"}
    assert set(told) >= {
        "achievement", "recipient.email", "recipient.identifiers.0.type", "awarded_on", "credits_earned", "colour",
        "recipient.shoe",
    }, told  # fmt: skip
    assert [one["field"] for one in answer.json()["errors"]] == [one["column"] for one in answer.json()["problems"]]


def test_facts_of_a_refusal_never_hide_the_standard_members():
    error = errors.ConflictError(status="x", title="y")
    from integrations.api.problems import refusal

    assert b'"status":409' in refusal(error).content
