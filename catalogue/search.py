"""Finding entries: what search reads is written at publication, and one function finds in it.

PostgreSQL answers from its full-text index by word beginnings and, only when that finds nothing, looks inside words
(German compounds); SQLite looks inside words at once. Everything is folded by Python on both sides, to lower case and
without accents, so that "Charite" finds Charité on either database.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

from django.db import connection
from django.db.models import BooleanField, Func, Q, QuerySet, Value

from catalogue.models import AchievementVersion, CatalogueSearchText, VocabularyTerm
from registry.language_maps import text_in
from registry.models import IssuerProfile

MOST_WORDS: Final = 8
LONGEST_QUERY: Final = 200
_WORD: Final = re.compile(r"\w+")


def folded(text: str) -> str:
    """Return text as search compares it: case folded, without accents, compatible forms as one (NFKD, then NFKC)."""
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFKC", "".join(sign for sign in parts if not unicodedata.combining(sign)))


def query_words(query: str) -> list[str]:
    """Return the words of a query: letters and digits only, so no sign of any query language gets through."""
    return _WORD.findall(folded(query[:LONGEST_QUERY]))[:MOST_WORDS]


def searchable(version: AchievementVersion, profile: IssuerProfile) -> Iterator[tuple[str, str, str]]:
    """Yield (language, title, body) for each language of the title; the body is folded."""
    for language in version.texts["name"]:
        title = text_in(version.texts["name"], language)
        facts = [fact.get("value", {}) for fact in version.facts.values()]
        parts = [
            *(text_in(texts, language) for texts in version.texts.values()),
            *(text_in(outcome, language) for outcome in version.outcomes),
            *(text_in(value, language) for value in facts if value),
            *(party.name for party in version.parties.all()),
            *(alignment["target_name"] for alignment in version.alignments),
            *(text_in(entry["name"], language) for entry in version.qualifications),
            *(text_in(entry["scheme"], language) for entry in version.funding),
            text_in(version.accessibility, language),
            text_in(profile.name, language),
            version.level_national,
        ]
        yield language, title, folded("\n".join(dict.fromkeys(filter(None, parts))))


def matching_texts(query: str) -> QuerySet[CatalogueSearchText]:
    """Return the texts that hold every word of a query, in any language; an empty query finds all."""
    words = query_words(query)
    texts = CatalogueSearchText.objects.all()
    if query.strip() and not words:
        return texts.none()
    if not words:
        return texts
    if connection.vendor == "postgresql":
        beginnings = Value(" & ".join(f"{word}:*" for word in words))
        by_beginning = texts.annotate(beginnings=_BeginningsMatch("body", beginnings)).filter(beginnings=True)
        if by_beginning.exists():
            return by_beginning
    return texts.filter(_holds_every(words))


def matching_terms(query: str) -> QuerySet[VocabularyTerm]:
    """Return the terms of the vocabularies that have every word of a query in a label; an empty query finds none."""
    words, terms = query_words(query), VocabularyTerm.objects.all()
    if not words:
        return terms.none()
    if connection.vendor == "postgresql":
        beginnings = Value(" & ".join(f"{word}:*" for word in words))
        return terms.annotate(beginnings=_BeginningsMatch("words", beginnings)).filter(beginnings=True)
    every = Q()
    for word in words:
        every &= Q(words__contains=word)
    return terms.filter(every)


def words_of(labels: Mapping[str, str]) -> str:
    """Return the labels of a term as search compares them."""
    return folded("\n".join(dict.fromkeys(labels.values())))


class _BeginningsMatch(Func):
    """PostgreSQL full text without a dictionary, as the index has it: whole words and their beginnings."""

    template = "to_tsvector('simple', %(expressions)s)"
    arg_joiner = ") @@ to_tsquery('simple', "
    output_field = BooleanField()


def _holds_every(words: list[str]) -> Q:
    every = Q()
    for word in words:
        every &= Q(body__contains=word)
    return every
