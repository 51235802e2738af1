"""Second factors at rest (finding M2)."""

import json
from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.core.management import CommandError, call_command

from registry.sealing import MARK, SealBrokenError, seal, unseal
from tests.registry.builders import build_user

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def test_seal_opens_under_its_key_and_an_older_one_alone():
    sealed = seal(SECRET, secret_key="old")

    assert unseal(sealed, secret_keys=["new", "old"]) == SECRET
    assert SECRET not in sealed
    assert seal(SECRET, secret_key="old") != sealed
    with pytest.raises(SealBrokenError):
        unseal(sealed, secret_keys=["new"])


@pytest.mark.parametrize("planted", [SECRET, "", MARK, f"{MARK}AAAA", f"{MARK}ü", f"{MARK}{'A' * 80}"])
def test_what_was_not_sealed_is_refused(planted):
    with pytest.raises(SealBrokenError):
        unseal(planted, secret_keys=["key"])


def test_any_changed_character_breaks_the_seal():
    sealed = seal(SECRET, secret_key="key")
    for place in range(len(MARK), len(sealed), 7):
        changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        with pytest.raises(SealBrokenError):
            unseal(changed, secret_keys=["key"])


@pytest.fixture
def user(db):
    user = build_user()
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    return user


def kept() -> str:
    return json.dumps(list(Authenticator.objects.values_list("data", flat=True)))


def test_database_holds_no_secret_in_clear(user):
    seed = Authenticator.objects.get(type="recovery_codes").wrap()

    assert SECRET not in kept()
    assert kept().count(MARK) == 2
    assert not [code for code in seed.generate_codes() if code in kept()]
    assert TOTP(Authenticator.objects.get(type="totp")).validate_code("000000") is False


def test_migration_seals_what_was_kept_in_clear(user, settings):
    migration = import_module("registry.migrations.0007_second_factors_sealed")
    codes = Authenticator.objects.get(type="recovery_codes").wrap().generate_codes()

    migration.open_them(apps, None)
    assert SECRET in kept()
    migration.seal_them(apps, None)
    migration.seal_them(apps, None)  # again, as after a broken upgrade

    assert SECRET not in kept()
    assert Authenticator.objects.get(type="recovery_codes").wrap().generate_codes() == codes


def test_resealing_lets_the_old_key_go(user, settings, capsys):
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-of-this-installation-entirely"
    settings.SECRET_KEY_FALLBACKS = [old]
    call_command("second_step", "reseal")
    settings.SECRET_KEY_FALLBACKS = []

    assert len(Authenticator.objects.get(type="recovery_codes").wrap().generate_codes()) == 10
    assert capsys.readouterr().out == "2 sealed.\n"


def test_lost_key_is_told_and_nothing_is_changed(user, settings):
    before, settings.SECRET_KEY = kept(), "another-key-of-this-installation-entirely"

    with pytest.raises(CommandError, match="can no longer be read"):
        call_command("second_step", "reseal")

    assert kept() == before


@pytest.mark.django_db
def test_unknown_address_is_told():
    with pytest.raises(CommandError, match="No active account"):
        call_command("second_step", "remove", "nobody@example.org")
