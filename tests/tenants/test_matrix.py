"""No role of one organisation reaches another one's object by any route."""

import logging

import pytest

from issuing.models import Award, Batch
from tests.tenants.matrix import build_callers, public_routes, run_matrix
from tests.tenants.routes import Route, all_routes
from tests.tenants.victim import build_victim

pytestmark = pytest.mark.django_db


@pytest.fixture
def victim(settings, tmp_path):
    settings.DEMO_MAIL_DIR = tmp_path / "mail"
    settings.VAR_DIR = tmp_path
    settings.VC_API = True
    return build_victim(settings.DEMO_MAIL_DIR)


@pytest.fixture(autouse=True)
def quiet():
    """Thousands of refusals are expected here: their log lines help nobody."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def callers():
    return build_callers()[1]


def routes_named(*starts):
    return [route for route in all_routes() if route.pattern.startswith(starts)]


def test_no_route_gives_any_role_another_organisations_object(victim, callers, capsys):
    found = run_matrix(victim, callers)

    with capsys.disabled():
        print(f"\n{found.summary()}")
    assert found.breaches == [], "\n".join(found.breaches[:40])
    assert found.callers >= 13
    assert found.requests >= found.routes * found.callers


def test_every_public_route_exists_and_has_a_reason():
    listed = public_routes()

    assert set(listed) <= {route.pattern for route in all_routes()}
    assert all(len(entry.reason) > 10 for entry in listed.values())


def test_unlisted_route_turns_the_matrix_red(victim, callers):
    def everything(request):
        from django.http import HttpResponse

        return HttpResponse("all of it")

    class Planted(Route):
        def address(self, values):
            return "/healthz"

    found = run_matrix(victim, callers[:1], [Planted("planted/", everything)])

    assert any("not listed as public" in breach for breach in found.breaches)


def test_route_with_a_parameter_nobody_thought_of_turns_the_matrix_red(victim, callers):
    found = run_matrix(victim, callers[:1], [Route("console/<uuid:wheelbarrow>/", lambda request: None)])

    assert any("no address" in breach for breach in found.breaches)


@pytest.mark.parametrize(
    ("selector", "unscoped"),
    [
        ("integrations.api.awards.awards_for", lambda _actor: Award.objects.order_by("-accepted_at")),
        ("integrations.api.batches.batches_for", lambda _actor, _role=None: Batch.objects.all()),
    ],
)
def test_planted_unscoped_selector_turns_the_matrix_red(victim, callers, monkeypatch, selector, unscoped):
    machine = [caller for caller in callers if caller.secret]
    routes = routes_named("api/v1/awards", "api/v1/batches")
    assert run_matrix(victim, machine, routes).breaches == []

    monkeypatch.setattr(selector, unscoped)

    assert run_matrix(victim, machine, routes).breaches != []
