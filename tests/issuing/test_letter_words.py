"""What letters say: every kind in both languages, the same in both of a mail's parts."""

import datetime as dt

import pytest
from django.utils import translation

from issuing.delivery.words import WRITERS, Matter, Names, Words, words_of

DAY = dt.date(2027, 3, 14)
NAMES = {"issuer": "Xyz", "title": "Qqq", "holder": "Ada", "awarded_on": DAY, "facts": ()}
MATTERS = [
    Matter(kind=kind, link_until=DAY, changed_on=DAY, valid_until=end, accept_by=end, reason=reason, **{flag: True})
    for kind in WRITERS
    for end in (DAY, None)
    for reason in ("", "Www")
    for flag in ("waiting", "renamed", "readdressed")
]


def sentences(words: Words) -> set[str]:
    steps = [step for heading, steps in words.steps for step in (heading, *steps)]
    found = {words.subject, words.glance, words.lead, words.button, words.warning, *words.card, *words.foot, *steps}
    return {part for sentence in found for part in sentence.replace("? ", "?|").replace(". ", ".|").split("|")}


@pytest.mark.parametrize("contact", ["office@example.org", ""], ids=["contact", "none"])
def test_no_sentence_of_a_letter_is_the_same_in_english_and_german(contact):
    """One that is was forgotten: its source is not seen by what gathers the texts, say."""
    names = Names(contact=contact, **NAMES)
    for matter in MATTERS:
        with translation.override("en"):
            english = sentences(words_of(matter, names))
        with translation.override("de"):
            german = sentences(words_of(matter, names))
        assert not english & german


def test_subjects_of_kinds_differ():
    names = Names(contact="", **NAMES)
    for language in ("en", "de"):
        with translation.override(language):
            subjects = {
                words_of(Matter(kind=kind, link_until=DAY, valid_until=DAY), names).subject for kind in WRITERS
            }
        assert len(subjects) == len(WRITERS)
