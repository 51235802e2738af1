"""Revoking and keys from the shell."""

import io
import json
from contextlib import suppress

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from issuing.fsck import Breach
from issuing.models import Letter, SigningKey, StatusChange
from issuing.services import award_achievement
from registry.actors import SYSTEM
from tests.issuing.builders import build_achievement, build_issuer, build_order, drain_all, signing_here

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> list[str]:
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue().splitlines()


def signed_id() -> str:
    award = award_achievement(order=build_order(build_achievement()), actor=SYSTEM)
    with signing_here():
        drain_all()
    return str(award.pk)


def test_credential_is_revoked_by_its_id_or_its_address():
    one, two = signed_id(), signed_id()

    assert json.loads(run("revoke", one, "--reason", "Error", "--json")[0]) == {"id": one, "state": "revoked"}
    run("revoke", f"http://localhost:8000/c/{two}", "--reason", "Error")

    assert StatusChange.objects.count() == 2
    with pytest.raises(CommandError, match="before"):
        run("revoke", one, "--reason", "again")


def test_credential_is_suspended_and_reinstated():
    award = award_achievement(order=build_order(build_achievement(suspendable=True)), actor=SYSTEM)
    with signing_here():
        drain_all()
    number = str(award.pk)

    for act, state in (("suspend", "suspended"), ("reinstate", "reinstated")):
        assert json.loads(run(act, number, "--reason", "Review", "--json")[0]) == {"id": number, "state": state}
        out = io.StringIO()
        with pytest.raises(CommandError, match="already has this status"):
            call_command(act, number, "--reason", "Review", "--json", stdout=out)
        told = json.loads(out.getvalue())
        assert (told["id"], told["state"], told["code"]) == (number, "refused", "status-unchanged")
    assert [change.value for change in StatusChange.objects.order_by("id")] == [True, False]


@pytest.mark.parametrize("act", ["revoke", "suspend", "reinstate"])
@pytest.mark.parametrize("name", ["nothing", "00000000-0000-4000-8000-000000000000"])
def test_unknown_credential_is_refused(name, act):
    with pytest.raises(CommandError):
        run(act, name, "--reason", "Error")


def test_keys_are_asked_for_here_and_made_by_the_worker():
    issuer = build_issuer()
    with signing_here():
        drain_all()
    run("keys", "rotate", issuer.slug)
    assert SigningKey.objects.filter(issuer=issuer).count() == 1, "the shell makes none"
    with signing_here():
        drain_all()

    told = [json.loads(line) for line in run("keys", "list", issuer.slug, "--json")]
    assert [key["state"] for key in told] == ["current", "retired"]
    assert told[0]["method"].startswith(f"{issuer.did}#z")


def test_compromised_key_is_marked_without_the_worker():
    issuer = build_issuer()
    with signing_here():
        drain_all()

    told = run("keys", "compromised", issuer.slug, "--at", "2026-01-01")

    assert told[0].startswith("compromised")
    assert SigningKey.objects.get(issuer=issuer).compromised_at.year == 2026


def test_keys_of_nobody_are_refused():
    with pytest.raises(CommandError, match="no issuer"):
        run("keys", "list", "nobody")


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (["N1", "N6", "N6", "N1"], "4 breaches of N1, N6."),
        (["N8"], "1 breach of N8."),
        ([], "N1-N8 hold."),
    ],
)
def test_fsck_names_the_invariants_that_broke_and_no_other(monkeypatch, broken, says):
    found = [Breach(name, "something", 1, ("id",)) for name in broken]
    monkeypatch.setattr("issuing.management.commands.fsck.check_everything", lambda *, full: found)
    out = io.StringIO()
    with suppress(SystemExit):
        call_command("fsck", stdout=out)

    assert out.getvalue().splitlines()[-1] == says


def test_links_are_withdrawn_and_sent_from_the_shell():
    number = signed_id()

    assert json.loads(run("claim_links", "withdraw", number, "--json")[0]) == {"id": number, "state": "withdrawn"}
    for state in ("queued", "unchanged"):
        assert json.loads(run("claim_links", "send", number, "--json")[0]) == {"id": number, "state": state}
    with pytest.raises(CommandError, match="no such credential"):
        run("claim_links", "withdraw", "00000000-0000-4000-8000-000000000000")


def test_mail_that_came_back_is_noted_from_the_shell():
    letter = Letter.objects.get(award_id=signed_id())
    with pytest.raises(CommandError, match="No letter left"):
        run("bounces", "record", letter.message_id)

    Letter.objects.update(sent_at=timezone.now())
    assert run("bounces", "record", letter.message_id) == [f"{letter.message_id} is noted as returned."]
    letter.refresh_from_db()
    assert letter.bounce_kind == "returned"
