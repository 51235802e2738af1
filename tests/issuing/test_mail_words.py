"""What a claim mail says: what is true now, and nothing that its sender did not say."""

import pytest
from django.core import mail

from catalogue.content import PartyContent
from issuing.models import Award
from issuing.services import award_achievement
from registry.actors import SYSTEM
from registry.errors import MalformedError
from registry.models import IdentifierType, Issuer, Organisation
from registry.services import IdentifierOrder, ProfileOrder, Recipient, revise_issuer_profile
from tests.issuing.builders import build_achievement, build_issuer, build_order, drain_all, signing_here
from tests.issuing.test_delivery import mailed_url
from tests.issuing.test_mail_fates import send_all

pytestmark = pytest.mark.django_db
NUMBER = (IdentifierOrder(IdentifierType.MATRICULATION, "college", "4711"),)


@pytest.fixture(autouse=True)
def _in_memory(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def build_issuer_with(**profile) -> Issuer:
    issuer = build_issuer()
    revise_issuer_profile(issuer=issuer, profile=ProfileOrder(name={"en": "Example College"}, **profile), actor=SYSTEM)
    return issuer


def mails_of(achievement, **recipient) -> tuple[Award, str, str]:
    """Award somebody; returns the award and the mail's two texts."""
    order = build_order(achievement, recipient=Recipient(**recipient))
    award = award_achievement(order=order, actor=SYSTEM)
    with signing_here():
        drain_all()
    send_all()
    message = mail.outbox[-1]
    return award, message.body, message.alternatives[0][0]


@pytest.mark.parametrize("language", ["en", "de"])
def test_both_parts_name_the_issuers_contact(language):
    achievement = build_achievement(build_issuer_with(email="office@college.example.org"))
    _award, *texts = mails_of(achievement, name="Gerda Grün", email="g@example.org", language=language)

    message = mail.outbox[-1]
    assert message.reply_to == ["office@college.example.org"]
    assert message.extra_headers["List-Unsubscribe"] == "<mailto:office@college.example.org?subject=unsubscribe>"
    for text in texts:
        assert text.count("office@college.example.org") == 2, "name wrong, and the rights over what is kept"


@pytest.mark.parametrize("language", ["en", "de"])
def test_issuer_without_contact_promises_none(language):
    _award, *texts = mails_of(build_achievement(), name="Gerda Grün", email="g@example.org", language=language)

    message = mail.outbox[-1]
    assert message.reply_to == []
    assert "List-Unsubscribe" not in message.extra_headers
    for text in texts:
        assert "no-reply" not in text
        assert "@" not in text.replace("@media", "")


@pytest.mark.parametrize(("stated", "told"), [({"de": "Eine Welle"}, "Eine Welle"), ({}, "Badge: ")])
def test_picture_is_told_by_what_its_issuer_says_that_it_shows(stated, told):
    achievement = build_achievement(image_alt=stated)
    _award, _text, html = mails_of(achievement, name="Gerda Grün", email="g@example.org", language="de")

    assert f'alt="{told}' in html


def test_german_greeting_is_german():
    _award, text, _html = mails_of(build_achievement(), name="Gerda Grün", email="g@example.org", language="de")

    assert text.startswith("Guten Tag Gerda Grün,\n")


def test_mail_warns_of_the_secret_link_and_calls_nothing_else_a_link_to_share():
    award, *texts = mails_of(build_achievement(), name="Ada", email="ada@example.org")

    for text in texts:
        assert mailed_url(award) in text
        assert "The link is secret" in text
        assert "Share a link" not in text


def test_joint_award_names_every_body():
    parties = (
        PartyContent(name="Example College", role="awards"),
        PartyContent(name="City Hospital", role="co-awards"),
        PartyContent(name="Academy", role="delivers"),
        PartyContent(name="Example College", role="assesses"),
        PartyContent(name="Campus", role="platform"),
    )
    _award, *texts = mails_of(build_achievement(parties=parties), name="Ada", email="ada@example.org")

    for words in ("together with City Hospital", "Delivered by: Academy", "Platform: Campus"):
        assert all(words in text for text in texts)
    assert not any("Assessed by" in text for text in texts), "the issuer is named as such"


def test_sample_says_so_before_anything_else():
    achievement = build_achievement()
    Organisation.objects.filter(pk=achievement.organisation_id).update(is_sample=True)
    _award, text, html = mails_of(achievement, name="Ada", email="ada@example.org")

    assert text.startswith("Sample - not issued by this institution.")
    assert html.index("Sample - not issued") < html.index("Hello Ada")


def test_mail_to_an_address_that_an_awarder_chose_holds_nothing_of_the_learners_record():
    """Whoever knows a student's number and gives an address of their own must not learn the student's name."""
    first = build_achievement(texts={"name": {"en": "One"}, "description": {"en": "One."}})
    mails_of(first, name="Greta Geheim", email="greta@example.org", language="de", identifiers=NUMBER)
    second = build_achievement(first.issuer)
    _award, *texts = mails_of(second, name="Student", email="me@attacker.example", identifiers=NUMBER)

    assert mail.outbox[-1].to == ["me@attacker.example"]
    for text in (mail.outbox[-1].subject, *texts):
        assert "Greta" not in text
        assert "Guten Tag" not in text
    assert "Hello Student," in texts[0]


@pytest.mark.parametrize(
    "profile", [{"email": "a@\u00ad.example"}, {"url": "not an address"}, {"description": {"en": "\x07"}}]
)
def test_profile_that_no_document_or_mail_can_carry_is_refused(profile):
    with pytest.raises(MalformedError):
        build_issuer_with(**profile)
