import socket

import pytest
from django.http import HttpResponse

from config.bounds import REFUSED
from config.middleware import CONTENT_SECURITY_POLICY, ContentSecurityPolicy, NothingKept, VisitorBehindProxy
from tests.registry.builders import build_user


def test_every_answer_forbids_what_is_not_ours(client):
    answer = client.get("/static/nothing.css")

    assert answer["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "unsafe" not in CONTENT_SECURITY_POLICY


def test_view_with_a_policy_of_its_own_keeps_it(rf):
    own = HttpResponse(headers={"Content-Security-Policy": "sandbox"})

    assert ContentSecurityPolicy(lambda _request: own)(rf.get("/"))["Content-Security-Policy"] == "sandbox"


@pytest.fixture
def behind_proxy(settings):
    settings.BEHIND_PROXY = True


def address_seen(rf, headers):
    seen = []
    answer = VisitorBehindProxy(lambda request: seen.append(request.META["REMOTE_ADDR"]) or HttpResponse())
    answer(rf.get("/", headers=headers, REMOTE_ADDR="172.18.0.5"))
    return seen[0]


@pytest.mark.usefixtures("behind_proxy")
def test_visitor_is_who_the_nearest_proxy_named(rf):
    assert address_seen(rf, {"x-forwarded-for": "1.2.3.4, 203.0.113.9"}) == "203.0.113.9"


@pytest.mark.usefixtures("behind_proxy")
def test_without_the_header_the_connection_names_the_visitor(rf):
    assert address_seen(rf, {}) == "172.18.0.5"


def test_header_is_believed_only_where_a_proxy_was_declared(settings):
    assert "config.middleware.VisitorBehindProxy" not in settings.MIDDLEWARE


FORM = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff\r\n--x--\r\n'


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["base64", "idna", "punycode", "undefined", "zlib", "no-such"])
def test_form_in_a_character_set_that_is_none_is_read_as_utf_8(client, charset):
    answer = client.generic("POST", "/verify", FORM, f"multipart/form-data; boundary=x; charset={charset}")

    # It is no certificate, and no error of ours.
    assert answer.status_code == 422


@pytest.mark.django_db
def test_cookie_with_a_nul_counts_as_none(client):
    answer = client.get("/account/login/", HTTP_COOKIE=r'sessionid="\000aaaaaaaaaaaa"; appearance=dark')

    assert answer.status_code == 200
    assert 'data-appearance="dark"' in answer.content.decode()


@pytest.mark.django_db
def test_admin_has_no_sign_in_of_its_own(client):
    """The form of the accounts counts attempts and asks for the second factor."""
    for address in ("/admin/", "/admin/login/"):
        answer = client.get(address, follow=True)
        assert answer.redirect_chain[-1][0].startswith("/account/login/"), address
    answer = client.post("/admin/login/", {"username": "a@example.org", "password": "guess"})
    assert (answer.status_code, answer["Location"].startswith("/account/login/")) == (302, True)


def signed_in(client):
    client.force_login(build_user(), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/catalogue/", "/issuers/", "/verify", "/account/", "/account/email/"])
def test_answer_to_a_session_is_kept_by_nobody(client, address):
    """After signing out on a shared machine, the back button shows no account (finding L4)."""
    assert signed_in(client).get(address).headers.get("Cache-Control") == "no-store"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/account/login/", "/account/sign-in/x", "/account/", "/admin/", "/account/logout/"]
)
def test_page_of_signing_in_is_kept_by_nobody_before_either(client, address):
    assert client.get(address).headers.get("Cache-Control") == "no-store"


@pytest.mark.django_db
def test_public_document_stays_public_for_whoever_is_signed_in(rf, client):
    """What was read without the session was not made for it."""
    public = HttpResponse(headers={"Cache-Control": "public, max-age=60"})
    request = rf.get("/status/x")
    request.session = signed_in(client).session.__class__(client.session.session_key)

    assert NothingKept(lambda _request: public)(request)["Cache-Control"] == "public, max-age=60"
    assert NothingKept(lambda request: request.session.get("x") or public)(request)["Cache-Control"] == "no-store"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("program", "goes_out"), [("Testamur", False), ("Testamur/2.0", False), ("Mozilla/5.0", True)]
)
def test_request_of_another_installations_fetch_starts_no_fetch(client, monkeypatch, program, goes_out):
    """Two installations could otherwise ask each other without end."""
    resolved = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: resolved.append(1) or [])

    client.post("/verify", {"text": "https://example.com/badge.json"}, headers={"user-agent": program})
    body = '{"url": "https://example.com/badge.json"}'
    client.post("/api/v1/verify", body, content_type="application/json", headers={"user-agent": program})

    assert len(resolved) == (2 if goes_out else 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("site", "headers", "status"),
    [
        ("cross-site", {}, 403),
        ("same-origin", {}, 200),
        ("none", {}, 200),
        ("cross-site", {"authorization": "Bearer tm_no.key"}, 401),
    ],
)
def test_a_page_elsewhere_cannot_have_a_visitors_browser_check(client, site, headers, status):
    sent = {"sec-fetch-site": site} | headers
    answer = client.post("/api/v1/verify", '{"credential": {"a": 1}}', content_type="text/plain", headers=sent)

    assert answer.status_code == status
    assert (answer.json().get("code") == "cross-site") == (status == 403)


@pytest.mark.django_db
def test_a_link_from_elsewhere_shows_the_form(client):
    assert client.get("/verify", headers={"sec-fetch-site": "cross-site"}).status_code == 200


REFUSALS = [("busy", 503), ("too-slow", 408), ("cut-off", 408), ("length-required", 411), ("too-large", 413)]


@pytest.mark.parametrize(("reason", "status"), REFUSALS)
def test_refusal_at_the_door_is_a_page_or_a_problem_document(client, reason, status):
    page = client.post("/verify", **{REFUSED: reason})
    problem = client.post("/api/v1/verify", "{", content_type="application/json", **{REFUSED: reason})

    assert (page.status_code, problem.status_code) == (status, status)
    assert problem["Content-Type"] == "application/problem+json"
    assert ("Retry-After" in page, "Retry-After" in problem) == (reason == "busy",) * 2
    assert ('data-reason="busy"' in page.content.decode()) == (reason == "busy")
    verdict = problem.json().get("verdict"), problem.json().get("reason")
    assert verdict == (("could-not-confirm", "busy") if reason == "busy" else (None, None))
