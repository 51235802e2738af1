"""A letter goes to the address that its award names, or to nobody; what cannot be read keeps nobody else waiting."""

import pytest
from django.core import mail

from issuing.models import Award, AwardState, Letter, LetterState
from registry.models import IdentifierType, LearnerIdentifier
from tests.issuing.test_delivery import send_all, signed, with_two_addresses

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_memory(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_award_that_names_bob_is_mailed_to_nobody_else_though_its_learner_is_adas():
    bobs, adas = signed(2)
    Award.objects.filter(pk=bobs.pk).update(learner=adas.learner)

    assert send_all() == 1
    assert mail.outbox[0].to == [adas.learner.identifiers.get(type=IdentifierType.EMAIL).value]
    assert mail.outbox[0].extra_headers["Message-ID"] == adas.letters.get().message_id
    assert bobs.letters.get().last_error == "no-address"


def test_address_that_replaced_the_one_the_award_names_gets_no_mail():
    (award,) = signed()
    LearnerIdentifier.objects.filter(learner=award.learner).update(value="other@example.org")

    assert send_all() == 0
    assert Letter.objects.get().last_error == "no-address"
    assert Award.objects.get().state == AwardState.SIGNED


@pytest.mark.parametrize("facts", ["{", "[]", '{"holder_name": 1}', '{"email_hash": "x"}'])
def test_award_whose_facts_cannot_be_read_keeps_nobody_waiting(facts):
    poison, *_others = signed(3)
    with_two_addresses(poison)
    Award.objects.filter(pk=poison.pk).update(facts=facts)

    assert send_all() == 2
    assert poison.letters.get().state != LetterState.SENT
