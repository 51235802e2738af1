from django.http import HttpResponse

from config.middleware import CONTENT_SECURITY_POLICY, ContentSecurityPolicy


def test_every_answer_forbids_what_is_not_ours(client):
    answer = client.get("/static/nothing.css")

    assert answer["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "unsafe" not in CONTENT_SECURITY_POLICY


def test_view_with_a_policy_of_its_own_keeps_it(rf):
    own = HttpResponse(headers={"Content-Security-Policy": "sandbox"})

    assert ContentSecurityPolicy(lambda _request: own)(rf.get("/"))["Content-Security-Policy"] == "sandbox"
