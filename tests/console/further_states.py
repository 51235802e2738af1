"""Pages of the console that an act leads to, or that stand otherwise in another state of what they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test import Client
from django.urls import reverse

from bench.console_pages import sampled_pages, signed_in
from bench.console_things import SHARED, own_values
from issuing.models import Award, AwardState, Batch, BatchState, BulkChange, ChangeState
from issuing.services import revoke_credential
from registry.actors import SYSTEM
from registry.models import Learner, Node, Organisation, Role, User
from registry.services import add_member
from tests.registry.builders import build_organisation

SLUG = "bench"
SIGNED = (AwardState.SIGNED, AwardState.DELIVERED)
REASON = {"reason_code": "by-mistake", "note": "Minutes 7"}
MACHINE = {"name": "Student system", "kind": "api_key", "scopes": ["awards:read"]}
NOBODY = {"q": "nobody of this name"}


def further(client: Client) -> Iterator[tuple[str, str]]:
    """Yield name and text; what each takes is undone."""
    for name, state in STATES.items():
        with transaction.atomic():
            answer = state(client)
            transaction.set_rollback(True)
        assert answer.status_code in {200, 403}, f"{name}: {answer.status_code}"
        yield name, answer.content.decode()


def operators() -> Iterator[tuple[str, str]]:
    """Yield name and text of the operator's pages, as they stand and in answer to forms that say nothing."""
    User.objects.create(email="root@example.org", is_staff=True, is_superuser=True, password=make_password(None))
    client = signed_in("root@example.org")
    found = sampled_pages(client, SLUG, own_values(), space="operator")
    assert found.unmeasured == {}
    for name, address in found.pages.items():
        if " " in name:
            continue
        yield name, client.get(address).content.decode()
        with transaction.atomic():
            answer = client.post(address, {"once": "6d0d2c8e-9c22-4b8e-9d8f-1f0d3a7b6c11"})
            transaction.set_rollback(True)
        if answer.status_code == 422:
            yield f"{name} with errors", answer.content.decode()


def _at(name: str, **known: object) -> str:
    return reverse(f"console:{name}", kwargs={"slug": SLUG, **known})


def _signed() -> Award:
    awards = Award.objects.filter(organisation__slug=SLUG, state__in=SIGNED)
    return awards.earliest("accepted_at")


def _award(state: AwardState):
    def shown(client: Client):
        award = Award.objects.filter(batch=None, version__achievement__slug=SHARED).get()
        Award.objects.filter(pk=award.pk).update(state=state)
        return client.get(_at("award", award_id=award.pk))

    return shown


def _revoked(client: Client):
    revoke_credential(credential_id=_signed().pk, reason="It was awarded by mistake.", actor=SYSTEM)
    return client.get(_at("award", award_id=_signed().pk))


def _batch(state: BatchState):
    def shown(client: Client):
        batch = Batch.objects.filter(results_file=None, state=BatchState.READY).get()
        Batch.objects.filter(pk=batch.pk).update(state=state)
        return client.get(_at("batch", batch_id=batch.pk))

    return shown


def _change(state: ChangeState):
    def shown(client: Client):
        change = BulkChange.objects.get()
        BulkChange.objects.filter(pk=change.pk).update(state=state)
        return client.get(_at("many_change", change_id=change.pk))

    return shown


def _preview(client: Client):
    achievement = _signed().version.achievement_id
    sheet = {"name": "Ana Beispiel", "email": "ana@example.org", "act": "check", "when": "now", "language": "en"}
    sheet |= {"awarded_on": "2026-01-15", "result": "80"}
    return client.post(_at("award_one", achievement_id=achievement), sheet)


def _both_texts(client: Client):
    return client.post(_at("change_status", award_id=_signed().pk, change="revoke"), REASON)


def _chosen(client: Client):
    return client.get(_at("draft_many", change="correct"), {"award": [str(_signed().pk)]})


def _secret(client: Client):
    return client.post(_at("machines"), MACHINE)


def _printed(client: Client):
    return client.post(_at("print_link", award_id=_signed().pk))


def _letter(client: Client):
    return client.post(_at("mail_identity"), {"show": "claim.en"})


def _other_record(client: Client):
    kept, gone = Learner.objects.filter(awards__organisation__slug=SLUG).distinct()[:2]
    return client.get(_at("merge", learner_id=kept.pk), {"other": str(gone.pk)})


def _second_step(client: Client):
    Organisation.objects.filter(slug=SLUG).update(mfa_required=True)
    return client.get(_at("awards"))


def _two_houses(client: Client):
    user = User.objects.get(pk=client.session["_auth_user_id"])
    add_member(user=user, node=build_organisation().nodes.get(), role=Role.AWARDER, actor=SYSTEM)
    return client.get(reverse("console:home"))


def _stopped(client: Client):
    Organisation.objects.filter(slug=SLUG).update(state="stopped")
    return client.get(_at("organisation"))


def _faculty(client: Client):
    return client.get(
        _at("node", node_id=Node.objects.filter(organisation__slug=SLUG, kind="faculty").latest("pk").pk)
    )


def _searched(name: str, words: str = NOBODY["q"]):
    return lambda client: client.get(_at(name), {"q": words})


STATES: dict[str, Callable[[Client], Any]] = {
    "award_one preview": _preview,
    **{f"award {state}": _award(state) for state in AwardState if state not in SIGNED},
    "award revoked": _revoked,
    **{f"batch {state}": _batch(state) for state in BatchState},
    **{f"change {state}": _change(state) for state in ChangeState},
    "change_status both texts": _both_texts,
    "draft_many chosen": _chosen,
    "machines secret": _secret,
    "print_link": _printed,
    "mail_identity letter": _letter,
    "merge with another": _other_record,
    "second step": _second_step,
    "home": _two_houses,
    "organisation stopped": _stopped,
    "node faculty": _faculty,
    "awards nothing found": _searched("awards"),
    "people nobody found": _searched("people"),
    "people found": _searched("people", "Number"),
    "find nothing": _searched("find"),
}
"""State → what shows it."""
