"""Nobody awards to themselves, by hand, by file, by correction or behind a key; an award to a superior is marked."""

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.models import Achievement
from issuing.errors import FactsRefusedError
from issuing.models import Award
from issuing.services import (
    AwardOrder,
    Correction,
    award_achievement,
    correct_credential,
    preview_award,
)
from issuing.services.oneself import oneself
from issuing.superiors import goes_to_superior
from registry.actors import SYSTEM, Actor, actor_for_machine
from registry.models import ApiKey, IdentifierType, Learner, LearnerIdentifier, Role, User
from registry.permissions import Scope
from registry.services import IdentifierOrder, Recipient, create_api_key, learners_for
from tests.console.houses import signed_in
from tests.issuing.builders import build_achievement, build_issuer
from tests.registry.builders import build_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> Achievement:
    return build_achievement(build_issuer())


@pytest.fixture
def awarder(entry) -> Actor:
    return build_member(entry.issuer.node, Role.AWARDER)


def user_of(actor: Actor) -> User:
    return User.objects.get(pk=actor.user_id)


def order(entry: Achievement, email: str = "", **recipient: object) -> AwardOrder:
    return AwardOrder(achievement=entry, recipient=Recipient(name="Ana", email=email, **recipient))  # type: ignore[arg-type]


def key_at(entry: Achievement) -> Actor:
    admin = build_member(entry.issuer.node, Role.ADMIN)
    key, _secret = create_api_key(node=entry.issuer.node, name="key", scopes=list(Scope), actor=admin)
    return actor_for_machine(key, kind="api_key", scopes=frozenset(key.scopes))


def told(act) -> str:
    with pytest.raises(FactsRefusedError) as refused:
        act()
    return refused.value.code


def test_own_address_is_refused_in_a_preview_and_an_award(entry, awarder):
    own = order(entry, user_of(awarder).email.upper())

    assert told(lambda: preview_award(order=own, actor=awarder)) == "award-to-oneself"
    assert told(lambda: award_achievement(order=own, actor=awarder)) == "award-to-oneself"
    assert not Award.objects.exists()
    assert not Learner.objects.exists()


def test_another_confirmed_address_of_ones_own_is_refused_and_an_unconfirmed_one_is_nobodys(entry, awarder):
    for email, verified in (("other@example.org", True), ("not-mine@example.org", False)):
        EmailAddress.objects.create(user=user_of(awarder), email=email, verified=verified)

    assert (
        told(lambda: award_achievement(order=order(entry, "other@example.org"), actor=awarder)) == "award-to-oneself"
    )
    award_achievement(order=order(entry, "not-mine@example.org"), actor=awarder)


def test_own_number_is_refused_where_the_record_is_known_to_be_ones_own(entry, awarder):
    number = (IdentifierOrder(IdentifierType.MATRICULATION, "", "4711"),)
    award_achievement(order=order(entry, user_of(awarder).email, identifiers=number), actor=SYSTEM)
    other = build_achievement(entry.issuer)

    assert told(lambda: award_achievement(order=order(other, identifiers=number), actor=awarder)) == "award-to-oneself"


def test_key_awards_nothing_to_who_made_it(entry):
    key = key_at(entry)
    maker = ApiKey.objects.get(pk=key.id).created_by

    assert told(lambda: award_achievement(order=order(entry, maker.email), actor=key)) == "award-to-oneself"


def test_award_is_not_corrected_to_oneself(entry, awarder):
    award = award_achievement(order=order(entry, "ana@example.org"), actor=awarder)

    def correct() -> None:
        correct_credential(
            credential_id=award.pk,
            correction=Correction(email=user_of(awarder).email),
            reason="mine",
            actor=awarder,
        )

    assert told(correct) == "award-to-oneself"


def test_award_to_who_one_reports_to_is_marked(entry, awarder):
    boss = user_of(build_member(entry.issuer.node, Role.ADMIN))
    marked = award_achievement(order=order(entry, boss.email), actor=awarder)
    plain = award_achievement(order=order(entry, "ana@example.org"), actor=awarder)
    rows = Award.objects.select_related("version__achievement__issuer__node", "learner")

    assert goes_to_superior(rows.get(pk=marked.pk))
    page = signed_in(boss).get(f"/console/{entry.organisation.slug}/awards/{marked.pk}/").content.decode()
    assert "look twice" in page
    assert not goes_to_superior(rows.get(pk=plain.pk))


def test_who_acts_is_found_without_reading_everybody_else(entry, awarder):
    crowd = [Recipient(name=f"Somebody {n}", email=f"somebody{n}@example.org") for n in range(3_000)]
    learners_for(crowd, organisation=entry.organisation)
    with connection.cursor() as cursor:
        for model in (Learner, LearnerIdentifier):
            cursor.execute(f"ANALYZE {model._meta.db_table}")

    with CaptureQueriesContext(connection) as asked:
        oneself(awarder, entry.organisation)

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {asked[-1]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan" not in plan, plan
    assert plan.count("Index Cond") == 2, plan
