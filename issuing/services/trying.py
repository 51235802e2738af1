"""Trials: a credential as an award would be, worth nothing, made out to the member who tries it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from catalogue.documents import RESULT_KEY, stated_entry
from credentials.builders import CURRENT
from credentials.data_model import check_data_model
from credentials.documents import AwardFacts, IssuerFacts
from credentials.errors import DataModelError, SchemaError
from credentials.schema import check_schema
from credentials.strict_json import JsonObject, compact_json
from credentials.trials import trial_did, trial_name
from issuing.errors import FactsRefusedError, TooManyTrialsError, TrialForPeopleError, TrialNotFoundError
from issuing.models import Trial, TrialIssuer
from issuing.services.awarding import refusal_of
from issuing.services.basis import Basis, basis_of
from issuing.services.facts import CheckedOrder, Place, check_order, fix_facts
from issuing.services.offsets import counted_in
from issuing.services.orders import AwardOrder
from registry.actors import Actor
from registry.audit import record_act
from registry.language_maps import text_in
from registry.models import Issuer, Role, User
from registry.outbox import Topic, publish
from registry.permissions import require_role
from registry.refusals import RuleBrokenError
from registry.selectors import as_now
from registry.services import Recipient, require_open

KEPT_FOR: Final = dt.timedelta(days=30)
MOST_STANDING: Final = 200
"""So many trials of an issuer stand at a time: more are no trials any more."""
FORGOTTEN_AT_ONCE: Final = 1_000
_NOWHERE: Final = Place(uuid.UUID(int=0), 0, "urn:trial:none", "urn:trial:none")
"""Builders write a place in a status list; a trial has none, and the member is taken out again."""
_WORKER: Final = Actor(kind="system", id="worker")


@transaction.atomic
def try_award(*, order: AwardOrder, trial_id: uuid.UUID, actor: Actor) -> Trial:
    """Fix a trial of an order and have it signed: what it states, made out to `actor` alone, whomever the order names.

    Nothing of an award is made: no learner, no line, no place in a status list, no approval is asked, no claim, no
    count. `trial_id` is that of the sheet: sent twice, it makes one.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not award at this achievement's place.
        TrialForPeopleError: a machine asks, or the shell: nobody would read it.
        TooManyTrialsError: so many of the issuer stand already.
        NotPublishedError, FactsRefusedError, and what else `award_achievement` refuses of the order itself.
    """
    issuer = order.achievement.issuer
    require_role(actor, issuer.node, Role.AWARDER)
    Issuer.objects.select_for_update(of=("self",), no_key=True).get(pk=issuer.pk)
    require_role(as_now(actor), issuer.node, Role.AWARDER)
    member = User.objects.filter(pk=actor.user_id, is_active=True).first() if actor.user_id else None
    if member is None:
        raise TrialForPeopleError
    made = Trial.objects.filter(pk=trial_id).first()
    if made is not None:
        return _same(made, issuer)
    if Trial.objects.filter(issuer=issuer.pk).count() >= MOST_STANDING:
        raise TooManyTrialsError(most=MOST_STANDING)
    # Nothing is awarded by it: whether somebody has to apply first is no question.
    basis = basis_of(order.achievement, on_request=True)
    checked = _checked(order, member, basis)
    trial = _kept(trial_id, checked, basis, member)
    record_act(actor, "trial.made", trial, organisation=basis.organisation)
    publish(Topic.TRIAL_ASKED, {"trial_id": str(trial.pk)}, tenant=basis.organisation.pk)
    return trial


def _same(made: Trial, issuer: Issuer) -> Trial:
    """Return the trial that a sheet has made; a number of somebody else's is as good as none."""
    if made.issuer_id != issuer.pk:
        raise TrialNotFoundError
    require_open(issuer.organisation)
    return made


def _checked(order: AwardOrder, member: User, basis: Basis) -> CheckedOrder:
    """Return the order made out to the member, by every rule of an award; it ends when it is deleted, or before."""
    language = order.recipient.language
    meant = order.naming(Recipient(name=member.name or member.email, email=member.email, language=language))
    meant.send_at = None
    keys = [RESULT_KEY, *(entry["key"] for entry in basis.version.result_descriptions)]
    # Results point into the document that describes them, and this one describes them under an id of its own.
    basis.addresses.update({key: f"{_achievement_id(basis)}#{key}" for key in keys})
    try:
        checked = check_order(meant, basis)
    except RuleBrokenError as broken:
        raise refusal_of(broken) from broken
    over = counted_in(basis.organisation.timezone, basis.at + KEPT_FOR)
    end = checked.stated["valid_until"]
    return checked._replace(stated=checked.stated | {"valid_until": min(end, over) if end else over})


def _achievement_id(basis: Basis) -> str:
    """Name the version without its address: what stands at that is not what a trial is of."""
    return f"urn:uuid:{basis.version.pk}"


def _kept(trial_id: uuid.UUID, checked: CheckedOrder, basis: Basis, member: User) -> Trial:
    issuer = basis.version.achievement.issuer
    did = trial_did(urlsplit(basis.base_url).netloc, issuer.slug)
    signer, _made = TrialIssuer.objects.get_or_create(
        issuer=issuer, defaults={"organisation": basis.organisation, "did": did}
    )
    return Trial.objects.create(
        id=trial_id,
        organisation=basis.organisation,
        issuer=signer,
        version=basis.version,
        issuer_profile=basis.profile,
        language=checked.stated["language"],
        made_by=member.pk,
        made_at=basis.at,
        ends_at=basis.at + KEPT_FOR,
        unsigned=compact_json(_document(trial_id, checked, basis, signer.did)),
    )


def _document(trial_id: uuid.UUID, checked: CheckedOrder, basis: Basis, did: str) -> JsonObject:
    """Return what will be signed: the achievement's content under names that say what it is, and no issuer of anybody.

    Raises:
        FactsRefusedError: it could not be signed as an award either.
    """
    language = checked.stated["language"]
    entry = stated_entry(basis.version, language, base_url=basis.base_url)
    # No badge: a picture travels without the names around it. No way to what a real award is of.
    entry = replace(entry, url=_achievement_id(basis), name=trial_name(entry.name), image_url=None, earlier_url=None)
    issuer = IssuerFacts(id=did, name=trial_name(text_in(basis.profile.name, language)))
    text = fix_facts(checked, basis, _NOWHERE, award_id=trial_id)[1]
    try:
        facts = replace(AwardFacts.from_json(text), credential_id=f"{basis.base_url}/trials/{trial_id}")
        document = dict(CURRENT.writer(issuer, CURRENT.achievement_facts(entry)).build(facts))
        del document["credentialStatus"]
        check_data_model(document)
        check_schema(document)
    except (DataModelError, SchemaError) as error:
        raise FactsRefusedError(reason=error.message, column="") from error
    return document


def forget_trials() -> int:
    """Delete the trials whose time is over, and say so in the audit trail of each organisation; returns how many.

    Safe to run twice at once: whoever finds a row gone has nothing to say of it.
    """
    over = Trial.objects.filter(ends_at__lte=timezone.now()).order_by("ends_at")
    gone = 0
    for trial in list(over.select_related("organisation").defer("unsigned", "document")[:FORGOTTEN_AT_ONCE]):
        with transaction.atomic():
            if Trial.objects.filter(pk=trial.pk).delete()[0]:
                record_act(_WORKER, "trial.removed", trial, organisation=trial.organisation)
                gone += 1
    return gone
