"""Fills an empty installation with an award in every state it can be in, and tells what is in it.

Run by `make_dumps.py` with the code of an older commit, so it uses only what those have. Prints one JSON object:
what has to be found again after the database has moved.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Any

from django.utils import timezone

from catalogue.models import Achievement, DuplicatePolicy
from issuing.delivery.sending import send_waiting
from issuing.models import Award, Credential, Delivery, SignedDocument, SigningKey, StatusChange
from issuing.selectors import platform_did
from issuing.services import (
    AwardOrder,
    BatchRow,
    award_achievement,
    award_batch,
    reinstate_credential,
    release_claimed,
    request_key_rotation,
    revoke_credential,
    supersede_credential,
    suspend_credential,
)
from issuing.signing.making_keys import make_key
from issuing.signing.statements import sign_jwt, sign_statement
from registry.audit import seal_entries
from registry.models import IdentifierType, OutboxMessage, Role, SigningPolicy
from registry.services import IdentifierOrder, Recipient
from tests.issuing.builders import awarder_at, build_achievement, build_issuer, build_order, drain_all, signing_here
from tests.registry.builders import build_member

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"


class _Filling:
    """An organisation that signs at once and one that signs at claim, and the acts on their awards."""

    def __init__(self) -> None:
        self.claimed: dict[str, str] = {}
        self.declined: dict[str, str] = {}
        at_once, at_claim = (
            build_issuer(),
            build_issuer(signing_policy=SigningPolicy.AT_CLAIM, timezone="Europe/Berlin"),
        )
        self.once = build_achievement(at_once)
        self.replacing = build_achievement(at_once, duplicates=DuplicatePolicy.REPLACE)
        self.allowing = build_achievement(at_once, duplicates=DuplicatePolicy.ALLOW)
        self.suspendable = build_achievement(at_once, suspendable=True)
        self.claiming = build_achievement(at_claim)
        self.actors = {line.pk: awarder_at(line) for line in self.lines()}

    def lines(self) -> tuple[Achievement, ...]:
        return (self.once, self.replacing, self.allowing, self.suspendable, self.claiming)

    def award(self, line: Achievement, **stated: Any) -> Award:
        return award_achievement(order=build_order(line, **stated), actor=self.actors[line.pk])

    def correct(self, award: Award, line: Achievement) -> Award:
        learner = award.learner
        assert learner is not None
        address = learner.identifiers.get(type=IdentifierType.EMAIL).value
        order = AwardOrder(
            achievement=line, recipient=Recipient(name="Corrected Example", email=address, language="de")
        )
        return supersede_credential(credential_id=award.pk, order=order, reason="Name.", actor=self.actors[line.pk])

    def sign_and_send(self) -> None:
        drain_all()
        send_waiting(worker="fill", until=timezone.now() + dt.timedelta(minutes=5))

    # -- in this order ------------------------------------------------------------------------------
    def with_the_first_key(self) -> None:
        line, actor = self.suspendable, self.actors[self.suspendable.pk]
        names = (IdentifierOrder(IdentifierType.MATRICULATION, line.organisation.slug, "4711"),)
        both = Recipient(name="Zoë Example", email="zoe@example.org", language="de", identifiers=names)
        self.award(self.once, recipient=both)
        revoked, suspended, back, wrapped = (self.award(line) for _ in range(4))
        self.sign_and_send()
        revoke_credential(credential_id=revoked.pk, reason="Given in error.", actor=actor)
        suspend_credential(credential_id=suspended.pk, reason="Under review.", actor=actor)
        suspend_credential(credential_id=back.pk, reason="Under review.", actor=actor)
        reinstate_credential(credential_id=back.pk, reason="Found in order.", actor=actor)
        sign_jwt(wrapped.pk)
        drain_all()

    def with_the_second_key(self) -> None:
        issuer = self.once.issuer
        request_key_rotation(issuer=issuer, actor=build_member(issuer.node, Role.ADMIN))
        drain_all()
        orders = [BatchRow(row, build_order(self.once)) for row in range(1, 6)]
        award_batch(achievement=self.once, rows=orders, file_sha="ab" * 32, actor=self.actors[self.once.pk])
        first = self.award(self.allowing)
        learner = first.learner
        assert learner is not None
        address = learner.identifiers.get(type=IdentifierType.EMAIL).value
        again = Recipient(name=learner.preferred_name, email=address, language="en")
        self.award(self.allowing, recipient=again, repeat=True)
        corrected, claimed, declined = (self.award(self.replacing) for _ in range(3))
        self.sign_and_send()
        self.correct(corrected, self.replacing)
        for award, told, field in ((claimed, self.claimed, "claimed_at"), (declined, self.declined, "declined_at")):
            at = timezone.now().replace(microsecond=0)
            Credential.objects.filter(pk=award.pk).update(**{field: at})
            told[str(award.pk)] = at.isoformat()
        self.sign_and_send()

    def ended_before_signing(self) -> None:
        unreadable = self.award(self.once)
        Award.objects.filter(pk=unreadable.pk).update(facts='{"credential_id":"nothing that can be signed"}')
        drain_all()
        cancelled = self.award(self.once)  # its list is published again, and tells of the refused one too
        revoke_credential(credential_id=cancelled.pk, reason="Too early.", actor=self.actors[self.once.pk])
        drain_all()

    def at_claim(self) -> None:
        self.award(self.claiming)
        accepted, corrected = self.award(self.claiming), self.award(self.claiming)
        for award in (accepted, corrected):
            release_claimed(award=award, actor=self.actors[self.claiming.pk])
        self.sign_and_send()
        self.correct(corrected, self.claiming)  # waits for its holder

    def statement(self) -> None:
        make_key(issuer_id=None)
        facts = {
            "@context": [CREDENTIALS],
            "type": ["VerifiableCredential"],
            "issuer": platform_did(),
            "credentialSubject": {"id": "urn:uuid:5a5e9c0a-9f6e-4c43-8b7c-0a4e3b7b7a11", "description": "Checked."},
        }
        stated = SignedDocument.objects.create(kind="report", subject_ref="none", facts=json.dumps(facts))
        sign_statement(stated.pk)

    def left_waiting(self) -> None:
        """What nobody has got to: mails, a chunk, and two replacements whose old awards stand in messages."""
        refused, _waiting, old, older = (self.award(self.replacing) for _ in range(4))
        drain_all()
        Delivery.objects.filter(credential_id=refused.pk).update(state="failed", error="recipient-refused")
        seal_entries()
        self.award(self.once)
        rows = [BatchRow(row, build_order(self.once)) for row in range(1, 4)]
        award_batch(achievement=self.once, rows=rows, file_sha="cd" * 32, actor=self.actors[self.once.pk])
        self.correct(old, self.replacing)
        learner = older.learner
        assert learner is not None
        address = learner.identifiers.get(type=IdentifierType.EMAIL).value
        self.award(self.replacing, recipient=Recipient(name="Once More", email=address, language="en"))


def _told(filling: _Filling) -> dict[str, Any]:
    """Return what has to be found again."""
    successors = Credential.objects.exclude(successor=None).values_list("successor_id", "pk")
    replaces = {str(new): str(old) for new, old in successors}
    for payload in OutboxMessage.objects.filter(done_at=None).values_list("payload", flat=True):
        replaces.update(payload.get("replaces", {}))
    return {
        "awards": {str(pk): state for pk, state in Award.objects.values_list("pk", "state")},
        "credentials": {str(pk): sha256 for pk, sha256 in Credential.objects.values_list("pk", "sha256")},
        "replaces": replaces,
        "claimed": filling.claimed,
        "declined": filling.declined,
        "letters": {str(pk): state for pk, state in Delivery.objects.values_list("credential_id", "state")},
        "status_changes": StatusChange.objects.count(),
        "keys": SigningKey.objects.count(),
        "statements": {str(pk): sha256 for pk, sha256 in SignedDocument.objects.values_list("pk", "sha256")},
    }


def main() -> None:
    """Fill the installation whose settings the environment names."""
    filling = _Filling()
    with signing_here():
        drain_all()  # the keys, so that nothing is put off for want of one
        filling.with_the_first_key()
        filling.with_the_second_key()
        filling.ended_before_signing()
        filling.at_claim()
        filling.statement()
        filling.left_waiting()
    json.dump(_told(filling), sys.stdout, indent=1, sort_keys=True)


main()
