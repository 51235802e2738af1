"""Vocabularies: taking one over, and naming the terms that entries are aligned to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from catalogue.content import AchievementContent
from catalogue.errors import ContentRefusedError
from catalogue.models import VocabularyTerm
from catalogue.search import words_of
from catalogue.vocabularies import Term, VocabularyFile
from registry.actors import Actor
from registry.audit import record_act
from registry.language_maps import text_in
from registry.refusals import Refusal

ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class VocabularyOutcome:
    """How many terms are new, say something else now, or say what they said; with a refusal all are zero."""

    vocabulary: str
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refusals: list[Refusal] = field(default_factory=list)


@transaction.atomic
def import_terms(*, file: VocabularyFile, actor: Actor) -> VocabularyOutcome:
    """Take a file of terms over: all or nothing. Labels in further languages are added; no term is ever removed.

    Never raises for what the file holds: a refused file comes back with every refusal and nothing taken.
    """
    if file.refusals:
        return VocabularyOutcome(file.vocabulary, refusals=file.refusals)
    known = {term.uri: term for term in VocabularyTerm.objects.filter(vocabulary=file.vocabulary)}
    new = [_row(file.vocabulary, term) for term in file.terms if term.uri not in known]
    changed = [known[term.uri] for term in file.terms if term.uri in known and _renew(known[term.uri], term)]
    VocabularyTerm.objects.bulk_create(new, batch_size=ROWS_AT_ONCE)
    fields = ["kind", "labels", "reuse_level", "broader", "words"]
    VocabularyTerm.objects.bulk_update(changed, fields, batch_size=ROWS_AT_ONCE)
    for first in (new or changed)[:1]:
        record_act(actor, "vocabulary.imported", first, created=len(new), changed=len(changed))
    return VocabularyOutcome(
        file.vocabulary, len(new), len(changed), unchanged=len(file.terms) - len(new) - len(changed)
    )


def _row(vocabulary: str, term: Term) -> VocabularyTerm:
    return VocabularyTerm(
        vocabulary=vocabulary,
        uri=term.uri,
        kind=term.kind,
        labels=term.labels,
        reuse_level=term.reuse_level,
        broader=term.broader,
        words=words_of(term.labels),
    )


def _renew(known: VocabularyTerm, term: Term) -> bool:
    """Bring a kept term up to what the file states; what it leaves open stays. Returns whether anything changed."""
    before = (known.kind, known.labels, known.reuse_level, known.broader)
    known.kind = term.kind
    known.labels = {**known.labels, **term.labels}
    known.reuse_level = term.reuse_level or known.reuse_level
    known.broader = term.broader or known.broader
    known.words = words_of(known.labels)
    return before != (known.kind, known.labels, known.reuse_level, known.broader)


def with_term_names(content: AchievementContent) -> AchievementContent:
    """Return an entry whose alignments all have a name; one given by its address alone gets its term's.

    The name is the label in the entry's language, else the English one; the vocabulary becomes the framework.

    Raises:
        ContentRefusedError: an address stands in no vocabulary; `.refusals` lists all.
    """
    nameless = [str(entry["target_url"]) for entry in content.alignments if not entry.get("target_name")]
    if not nameless:
        return content
    terms = {term.uri: term for term in VocabularyTerm.objects.filter(uri__in=nameless).order_by("-vocabulary")}
    remedy = gettext_noop("Name the target, or take over the vocabulary that has its address (import_vocabulary).")
    if unknown := [address for address in nameless if address not in terms]:
        raise ContentRefusedError([Refusal(f"alignments.{one}", "unknown-term", remedy) for one in unknown])
    return replace(content, alignments=tuple(_named(one, terms, content.language) for one in content.alignments))


def _named(alignment: Mapping[str, str], terms: Mapping[str, VocabularyTerm], language: str) -> Mapping[str, str]:
    if alignment.get("target_name"):
        return alignment
    term = terms[alignment["target_url"]]
    named: dict[str, Any] = {"target_framework": term.vocabulary, **alignment}
    return named | {"target_name": text_in(term.labels, language)}
