"""What an order would become, with nothing done: every fault told, what would be signed, and what would be written."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.utils.translation import gettext

from credentials.builders import CURRENT
from credentials.documents import AwardFacts, GroundFacts
from credentials.strict_json import JsonObject
from issuing.delivery.calendar import link_until
from issuing.delivery.identity import styles_of
from issuing.delivery.messages import LINK_MARK, NAME_MARK, Mailing, RenderedMail, rendered_mail
from issuing.delivery.words import Matter
from issuing.editions import edition_of
from issuing.errors import AlreadyAwardedError
from issuing.models import LetterKind
from issuing.services.advancing import end_of_claim
from issuing.services.awarding import lint_facts, may_repeat, refusal_of, standing_awards
from issuing.services.basis import Basis, basis_of
from issuing.services.facts import Place, check_order, fix_facts
from issuing.services.oneself import TO_ONESELF
from issuing.services.orders import AwardOrder
from issuing.services.places import list_url
from issuing.services.policies import approvals_needed
from registry.actors import Actor
from registry.models import Role, SigningPolicy
from registry.permissions import require_role
from registry.refusals import RuleBrokenError
from registry.selectors import link_base_url
from registry.services import learner_known

NOBODY = uuid.UUID(int=0)
"""Stands for what is given only when it is awarded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardPreview:
    """An award that nobody has made yet.

    `facts` and `document` are what would be signed, but for id, holder's number, salt and place in the status list, which
    are given with the award; `ground` is kept for the file. `subject` and `letter` are those of the letter that follows, its secret link left out. `replaces`: the award that it
    would take the place of; `beside`: the one that its person would keep beside it. `learner`: the record that the order
    names, if there is one. `waits_for`: whom its approval would wait for, values of `ApprovalKind`.
    """

    facts: AwardFacts
    awarded_on: dt.date
    ground: GroundFacts | None
    document: JsonObject
    subject: str
    letter: str
    replaces: uuid.UUID | None
    beside: uuid.UUID | None
    learner: uuid.UUID | None
    waits_for: frozenset[str]
    asks_holder: bool


def preview_award(*, order: AwardOrder, actor: Actor) -> AwardPreview:
    """Return what `award_achievement` would make of an order; nothing is written.

    Raises:
        As `award_achievement`.
    """
    require_role(actor, order.achievement.issuer.node, Role.AWARDER)
    basis = basis_of(order.achievement, actor)
    try:
        checked = check_order(order, basis)
    except RuleBrokenError as broken:
        raise refusal_of(broken) from broken
    learner = learner_known(checked.recipient, organisation=basis.organisation)
    if learner in basis.oneself.learners:
        raise refusal_of(RuleBrokenError.of([TO_ONESELF]))
    standing = next(iter(standing_awards([learner], basis).values()), None) if learner else None
    if standing and not may_repeat(checked, basis.version.achievement.duplicates):
        raise AlreadyAwardedError(id=standing)
    place = Place(NOBODY, 0, *(list_url(basis.base_url, NOBODY) for _purpose in range(2)))
    text = fix_facts(checked, basis, place, award_id=NOBODY)[1]
    lint_facts(text, basis)
    facts = AwardFacts.from_json(text)
    asks_holder = basis.organisation.signing_policy == SigningPolicy.AT_CLAIM
    mail = _mail(facts, basis, asks_holder=asks_holder)
    return AwardPreview(
        facts=facts,
        awarded_on=checked.stated["awarded_on"],
        ground=checked.ground,
        document=_document(facts, basis),
        subject=mail.subject,
        letter=mail.text.replace(NAME_MARK, facts.holder_name).replace(LINK_MARK, gettext("(the secret link)")),
        replaces=standing if not checked.repeat else None,
        beside=standing if checked.repeat else None,
        learner=learner,
        waits_for=frozenset(kind.value for kind in approvals_needed(basis.version)),
        asks_holder=asks_holder,
    )


def _document(facts: AwardFacts, basis: Basis) -> JsonObject:
    edition = edition_of(basis.version.pk, basis.profile.pk, CURRENT.version, facts.language, basis.base_url)
    return edition.writer.build(facts)


def _mail(facts: AwardFacts, basis: Basis, *, asks_holder: bool) -> RenderedMail:
    until = end_of_claim(basis.at) if asks_holder else None
    matter = Matter(
        kind=LetterKind.CLAIM,
        link_until=link_until(basis.at, until),
        waiting=asks_holder,
        accept_by=until.date() if until else None,
        valid_until=facts.valid_until.date() if facts.valid_until else None,
    )
    organisation_id = basis.organisation.pk
    style = styles_of([organisation_id]).of(organisation_id, matter.kind, facts.language)
    mailing = Mailing(basis.version.pk, basis.profile.pk, facts.language, facts.awarded_on, link_base_url(), style)
    return rendered_mail(mailing, matter)
