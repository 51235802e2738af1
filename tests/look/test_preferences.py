"""Choosing a language or an appearance by plain links."""

import pytest
from django.test import RequestFactory

from registry.views import set_preference


def chosen(**query: str):
    return set_preference(RequestFactory().get("/preferences/", query))


def test_choice_is_kept_in_a_cookie_and_the_visitor_returns():
    response = chosen(language="de", next="/catalogue/?q=ki")

    assert (response.status_code, response["Location"]) == (302, "/catalogue/?q=ki")
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


def test_choosing_by_post_is_refused():
    assert set_preference(RequestFactory().post("/preferences/")).status_code == 405
