"""Signed heads: one a day, and they tell when somebody chained the audit trail anew."""

import datetime as dt
import io
import json

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from config.nudges import EVERY_SECONDS
from credentials.multikey import decode_multikey
from issuing.audit_heads import CheckedHead, HeadState, check_head
from issuing.errors import NoKeyYetError
from issuing.fsck import check_everything
from issuing.fsck.trail import heads_hold
from issuing.models import SigningKey
from issuing.selectors import method_of, platform_did, platform_did_document
from issuing.services import mark_key_compromised
from issuing.signing.heads import sign_head
from issuing.signing.making_keys import make_key
from registry.actors import SYSTEM
from registry.audit import GENESIS, entry_hash, record_act, seal_entries
from registry.models import AuditEntry, AuditHead, AuditSeal
from tests.issuing.builders import signing_here
from tests.registry.builders import build_organisation

pytestmark = pytest.mark.django_db

MONDAY = dt.datetime(2026, 11, 16, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def signed_head():
    """Let something happen on Monday and on Tuesday, and sign Monday's head on Tuesday."""
    with time_machine.travel(MONDAY, tick=False), signing_here():
        organisation = build_organisation()
        make_key(issuer_id=None)
        seal_entries()
    with time_machine.travel(MONDAY + DAY, tick=False), signing_here():
        record_act(SYSTEM, "organisation.renamed", organisation)
        seal_entries()
        sign_head()
    return AuditHead.objects.get()


def chain_anew():
    """Change the first entry and every seal after it, as whoever owns the database can."""
    with connection.cursor() as cursor:
        for table in ("registry_auditentry", "registry_auditseal"):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    AuditEntry.objects.filter(pk=AuditEntry.objects.order_by("pk").first().pk).update(act="nothing.happened")
    previous = GENESIS
    for seal in AuditSeal.objects.select_related("entry").order_by("position"):
        seal.previous, seal.hash = previous, entry_hash(seal.entry, previous)
        seal.save()
        previous = seal.hash


def run(*arguments):
    out, error = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("audit_heads", *arguments, stdout=out, stderr=error)
    except SystemExit as exit_:
        code = exit_.code
    return code, out.getvalue(), error.getvalue()


def problems():
    return {breach.problem for breach in check_everything()}


def test_the_head_of_a_day_is_its_last_seal_signed_with_the_platforms_key():
    head = signed_head()
    key = SigningKey.objects.get(issuer=None)
    before = AuditSeal.objects.filter(entry__at__lt=MONDAY + DAY / 2).order_by("-position").first()

    assert (head.day, head.position, head.hash) == (MONDAY.date(), before.position, before.hash)
    assert AuditSeal.objects.filter(position__gt=head.position).exists()
    header = jwt.get_unverified_header(head.signature)
    assert header == {"alg": "EdDSA", "typ": "audit-head+jwt", "kid": method_of(key)}
    assert header["kid"] in platform_did_document()["assertionMethod"]
    claims = jwt.decode(head.signature, decode_multikey(key.public_multibase), algorithms=["EdDSA"])
    assert claims == {
        "iss": platform_did(),
        "iat": int((MONDAY + DAY).timestamp()),
        "day": "2026-11-16",
        "position": head.position,
        "hash": head.hash,
    }
    assert problems() == set()


def test_a_head_is_signed_once_and_never_changed():
    head = signed_head()
    with time_machine.travel(MONDAY + DAY + dt.timedelta(hours=1), tick=False), signing_here():
        sign_head()

    assert AuditHead.objects.get().signature == head.signature
    for change in ("UPDATE registry_audithead SET hash = ''", "DELETE FROM registry_audithead"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_no_head_before_the_sealer_came_nor_for_a_day_before_the_first_act():
    with time_machine.travel(MONDAY, tick=False), signing_here():
        make_key(issuer_id=None)
        seal_entries()
        sign_head()
        assert not AuditHead.objects.exists()
        record_act(SYSTEM, "organisation.renamed", build_organisation())
    with time_machine.travel(MONDAY + DAY, tick=False), signing_here():
        sign_head()
        assert not AuditHead.objects.exists()
        seal_entries()
        sign_head()
        assert AuditHead.objects.exists()


def test_without_a_key_the_head_waits():
    with time_machine.travel(MONDAY, tick=False):
        build_organisation()
        seal_entries()
    with time_machine.travel(MONDAY + DAY, tick=False), signing_here(), pytest.raises(NoKeyYetError):
        sign_head()


def test_a_trail_that_was_chained_anew_is_told_by_fsck_and_by_a_head_kept_elsewhere(tmp_path):
    head = signed_head()
    kept = tmp_path / "heads"
    kept.write_text(run()[1])
    assert run("--check", str(kept)) == (
        0,
        f"head 1: 2026-11-16, position {head.position}, holds: the audit trail still runs through it.\n",
        "",
    )

    chain_anew()

    assert problems() == {"audit chain does not run through the signed head of this day"}
    code, told, _ = run("--check", str(kept), "--json")
    assert (code, json.loads(told)) == (1, {"state": "not-in-chain", "day": "2026-11-16", "position": head.position})


def test_a_head_that_somebody_else_signed_is_told_by_fsck():
    seal_entries()
    head = signed_head()
    said = {"day": "2026-11-15", "position": head.position, "hash": head.hash}
    other = jwt.encode(said, Ed25519PrivateKey.generate(), algorithm="EdDSA")
    AuditHead.objects.create(day=MONDAY - DAY, position=head.position, hash=head.hash, signature=other)
    AuditHead.objects.create(day=MONDAY - 2 * DAY, position=head.position, hash=head.hash, signature=head.signature)

    assert {(breach.problem, breach.count) for breach in heads_hold()} == {
        ("head of the audit chain is not what was signed", 2)
    }


@pytest.mark.parametrize("token", ["", "x", "ä.ö.ü", "a.b.c", "e30.e30.AA", "\x00"])
def test_what_is_no_token_is_not_ours(token):
    assert check_head(token) == CheckedHead(HeadState.NOT_OURS)


def test_another_type_another_key_and_a_changed_letter_are_not_ours():
    head = signed_head()
    key = SigningKey.objects.get(issuer=None)
    claims = jwt.decode(head.signature, options={"verify_signature": False})
    with signing_here():
        from issuing.keys import open_key

        private, kid = open_key(key), method_of(key)
    good = {"typ": "audit-head+jwt", "kid": kid}

    def signed(claims=claims, **header):
        return jwt.encode(claims, private, algorithm="EdDSA", headers=good | header)

    first, middle, last = head.signature.split(".")
    assert check_head(signed()).state is HeadState.HOLDS
    for token in (
        signed(typ="JWT"),
        signed(kid="did:web:elsewhere.example#key"),
        signed(claims=claims | {"iss": "did:web:elsewhere.example"}),
        signed(claims={name: value for name, value in claims.items() if name != "hash"}),
        f"{first}.{middle[:-2]}AA.{last}",
        f"{first}.{middle}.{last[:-4]}AAAA",
        jwt.encode(claims, "secret" * 8, algorithm="HS256", headers=good),
    ):
        assert check_head(token).state is HeadState.NOT_OURS


@pytest.mark.parametrize(("after", "state"), [(DAY / 2, HeadState.HOLDS), (DAY / 4, HeadState.NOT_OURS)])
def test_a_head_counts_when_its_day_was_over_before_its_key_was_compromised(after, state):
    head = signed_head()
    mark_key_compromised(issuer=None, actor=SYSTEM, at=MONDAY + after)

    assert check_head(head.signature).state is state


def test_no_head_and_no_file_are_told_in_one_sentence(tmp_path):
    (tmp_path / "empty").write_text("\n")

    assert run() == (
        0,
        "",
        "No head yet: the worker signs one when a day (UTC) is over on which something happened.\n",
    )
    with pytest.raises(CommandError, match="There is no head in this file"):
        run("--check", str(tmp_path / "empty"))
    with pytest.raises(CommandError, match="cannot be read"):
        run("--check", str(tmp_path / "missing"))


def test_the_worker_is_asked_every_minute():
    assert EVERY_SECONDS["issuing.sign_audit_head"] == 60
