"""Where somebody is signed in, and what keeps strangers out of it: fixation, forged forms, guessing."""

import datetime as dt

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from registry.models import AuditEntry
from registry.services.sign_in_sessions import forget_ended_sessions
from registry.signed_in import browser_named
from tests.registry.builders import build_user
from tests.registry.test_accounts import code_in, signed_in

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0"


@pytest.fixture(autouse=True)
def unspent():
    cache.clear()
    yield
    cache.clear()


def enter(user, **fields) -> Client:
    visitor = Client(**fields)
    visitor.post("/account/login/code/", {"email": user.email})
    visitor.post("/account/login/code/confirm/", {"code": code_in(mail.outbox[-1])})
    assert signed_in(visitor) == str(user.pk)
    return visitor


def test_sign_ins_are_listed_and_ended_one_by_one():
    user = build_user()
    here, there = enter(user), enter(user, headers={"user-agent": FIREFOX})
    page = here.get("/account/sessions/").content.decode()
    number = UserSession.objects.get(session_key=there.session.session_key).pk

    assert "Firefox, Linux" in page
    assert page.count("this browser") == 1
    here.post("/account/sessions/", {"session": str(number)})
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200
    assert AuditEntry.objects.get(act="sessions.ended").object_id == str(user.pk)


def test_everything_but_this_browser_is_ended_at_once():
    user = build_user()
    here, *others = [enter(user) for _ in range(3)]

    here.post("/account/sessions/", {"session": "others"})

    assert [one.get("/account/").status_code for one in (here, *others)] == [200, 302, 302]


@pytest.mark.parametrize("named", ["{number}", "", "x", "9" * 40])
def test_nobody_ends_the_sign_in_of_another(named):
    theirs, mine = enter(build_user()), enter(build_user())
    number = UserSession.objects.get(session_key=theirs.session.session_key).pk

    mine.post("/account/sessions/", {"session": named.format(number=number)})

    assert theirs.get("/account/").status_code == 200
    assert not AuditEntry.objects.filter(act="sessions.ended").exists()


def test_sign_in_that_a_new_password_ended_is_not_listed():
    user = build_user()
    enter(user)
    user.set_password("another long password")
    user.save()
    here = enter(user)

    assert len(here.get("/account/sessions/").context["sessions"]) == 1


def test_what_is_over_is_forgotten():
    here, there = enter(build_user()), enter(build_user())
    Session.objects.filter(pk=there.session.session_key).update(expire_date=timezone.now() - dt.timedelta(days=1))

    forget_ended_sessions()

    assert {one.session_key for one in UserSession.objects.all()} == {here.session.session_key}
    assert not Session.objects.filter(expire_date__lt=timezone.now()).exists()


def test_listing_takes_few_queries_however_many_there_are(django_assert_max_num_queries):
    user = build_user()
    here, *_others = [enter(user) for _ in range(3)]

    with django_assert_max_num_queries(8):
        here.get("/account/sessions/")


def test_session_that_somebody_else_chose_is_not_the_one_that_is_signed_in():
    user, visitor = build_user(), Client()
    visitor.post("/account/login/code/", {"email": user.email})
    before = visitor.session.session_key

    visitor.post("/account/login/code/confirm/", {"code": code_in(mail.outbox[-1])})

    assert visitor.session.session_key != before
    assert not Session.objects.filter(pk=before).exists()


@pytest.mark.parametrize(
    "address",
    [
        "login/",
        "login/code/",
        "login/code/confirm/",
        "2fa/authenticate/",
        "2fa/webauthn/login/",
        "sessions/",
        "logout/",
    ],
)
def test_form_of_another_site_changes_nothing(address):
    assert Client(enforce_csrf_checks=True).post(f"/account/{address}").status_code == 403


def test_eleventh_guess_of_a_network_is_refused_from_whatever_of_its_addresses():
    user = build_user(password="a long and unusual password")
    for number in range(10):
        guess = {"login": f"nobody{number}@example.org", "password": "wrong"}
        Client(REMOTE_ADDR=f"2001:db8:1:2::{number:x}").post("/account/login/", guess)
    right = {"login": user.email, "password": "a long and unusual password"}

    same = Client(REMOTE_ADDR="2001:db8:1:2:ffff::1")
    answer = same.post("/account/login/", right)
    elsewhere = Client(REMOTE_ADDR="2001:db8:1:3::1")
    elsewhere.post("/account/login/", right)

    assert signed_in(same) is None
    assert "Too many tries" in answer.content.decode()
    assert signed_in(elsewhere) == str(user.pk) or elsewhere.session.get("account_login")


@pytest.mark.parametrize("sent", ["", "x", "[]", "{}", '{"response": {"userHandle": "AAAA"}}', '{"id": null}'])
def test_passkey_that_is_none_gets_a_sentence(client, sent):
    answer = client.post("/account/2fa/webauthn/login/", {"credential": sent}, follow=True)

    assert "This passkey opens no account here" in answer.content.decode()
    assert signed_in(client) is None


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Version/26.0 Safari/604.1", "Safari, iPhone"),
        ("", "Unknown browser"),
    ],
)
def test_browser_is_named_as_people_know_it(agent, words):
    assert browser_named(agent) == words
