"""Making an account, where the operator opened it: an address, proven by a code, and no password (finding L7)."""

import re
from importlib import reload

import pytest
from django.core import mail
from django.test import Client

from registry import account_urls
from registry.models import User
from tests.look.account_pages import Visitor
from tests.look.test_account_pages import DU, OURS, STOCK, words_of
from tests.registry.builders import build_user

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.registry.open_sign_up")]


@pytest.fixture(autouse=True)
def opened(settings):
    settings.SIGN_UP_OPEN = True


def test_setting_decides_whether_the_address_is_there(settings):
    assert "signup/" in {str(entry.pattern) for entry in reload(account_urls).urlpatterns}
    settings.SIGN_UP_OPEN = False
    assert "signup/" not in {str(entry.pattern) for entry in reload(account_urls).urlpatterns}


def test_code_proves_the_address_and_signs_in(client):
    assert client.post("/account/signup/", {"email": "new@example.org"})["Location"] == "/account/confirm-email/"
    assert "_auth_user_id" not in client.session
    code = re.search(r"\d{4}-\d{4}", str(mail.outbox[-1].body))[0]

    assert client.post("/account/confirm-email/", {"code": code})["Location"] == "/account/"
    user = User.objects.get(email="new@example.org")
    assert (client.session["_auth_user_id"], user.has_usable_password()) == (str(user.pk), False)


def test_squatted_address_is_no_obstacle_for_whom_it_belongs_to(client):
    """Somebody else entered it and cannot prove it; there is no password of theirs to wait behind."""
    Client().post("/account/signup/", {"email": "registrar@example.org"})
    client.post("/account/login/code/", {"email": "registrar@example.org"})
    code = re.search(r"\d{4}-\d{4}", str(mail.outbox[-1].body))[0]

    assert client.post("/account/login/code/confirm/", {"code": code})["Location"] == "/account/"


@pytest.mark.parametrize("language", ["en", "de"])
def test_its_page_and_mails_are_ours(language):
    visitor = Visitor(language)
    page = visitor.page("/account/signup/")
    visitor.page("/account/signup/", email=build_user().email)

    assert not [path for path in visitor.templates if not path.startswith(OURS) and "/forms/" not in path]
    text = words_of(page) + mail.outbox[-1].subject + str(mail.outbox[-1].body)
    assert not STOCK.findall(text)
    assert not (DU.findall(text) if language == "de" else [])
    assert "/account/signup/" in Visitor(language).page("/account/login/")
