"""Choosing a language or an appearance by buttons that set a cookie."""

import pytest
from django.test import RequestFactory

from registry.views import set_preference


def chosen(next: str = "", **choice: str):
    return set_preference(RequestFactory().post("/preferences/", choice, query_params={"next": next}))


def test_choice_is_kept_in_a_cookie_and_the_visitor_returns():
    response = chosen(language="de", next="/catalogue/?q=ki")

    assert (response.status_code, response["Location"]) == (303, "/catalogue/?q=ki")
    assert response.cookies["django_language"].value == "de"
    assert response.cookies["django_language"]["httponly"]
    assert "appearance" not in response.cookies


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_return_never_leads_elsewhere(elsewhere):
    assert chosen(appearance="dark", next=elsewhere)["Location"] == "/"


def test_choice_that_we_do_not_offer_is_left_out():
    response = chosen(language="xx", appearance="pink")

    assert not response.cookies


@pytest.mark.parametrize("method", ["get", "head"])
def test_following_a_link_chooses_nothing(method):
    response = getattr(RequestFactory(), method)("/preferences/", {"language": "de", "next": "/"})

    answer = set_preference(response)

    assert answer.status_code == 405
    assert not answer.cookies


def test_way_back_never_depends_on_the_host_that_a_request_claims():
    request = RequestFactory().post(
        "/preferences/",
        {"language": "de"},
        query_params={"next": "https://localhost/x"},
        headers={"host": "localhost"},
    )

    assert set_preference(request)["Location"] == "/"
