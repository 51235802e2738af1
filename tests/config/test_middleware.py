from django.http import HttpResponse

from config.middleware import CONTENT_SECURITY_POLICY, ContentSecurityPolicy, VisitorBehindProxy


def test_every_answer_forbids_what_is_not_ours(client):
    answer = client.get("/static/nothing.css")

    assert answer["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "unsafe" not in CONTENT_SECURITY_POLICY


def test_view_with_a_policy_of_its_own_keeps_it(rf):
    own = HttpResponse(headers={"Content-Security-Policy": "sandbox"})

    assert ContentSecurityPolicy(lambda _request: own)(rf.get("/"))["Content-Security-Policy"] == "sandbox"


def address_seen(rf, headers):
    seen = []
    answer = VisitorBehindProxy(lambda request: seen.append(request.META["REMOTE_ADDR"]) or HttpResponse())
    answer(rf.get("/", headers=headers, REMOTE_ADDR="172.18.0.5"))
    return seen[0]


def test_visitor_is_who_the_nearest_proxy_named(rf):
    assert address_seen(rf, {"x-forwarded-for": "1.2.3.4, 203.0.113.9"}) == "203.0.113.9"


def test_without_the_header_the_connection_names_the_visitor(rf):
    assert address_seen(rf, {}) == "172.18.0.5"


def test_header_is_believed_only_where_a_proxy_was_declared(settings):
    assert "config.middleware.VisitorBehindProxy" not in settings.MIDDLEWARE
