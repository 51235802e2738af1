"""Who and what stands beside an achievement: parties, alignments with a vocabulary, relations to other entries."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from catalogue.models import Achievement, PartyRole, RelationKind, VocabularyTerm
from catalogue.search import matching_terms
from catalogue.selectors import own_relations, titles_of
from console.editor.asks import Ask, Group, ListAsk
from registry.language_maps import text_in

MOST_TERMS = 20
BESIDE: Final = (
    Group(
        code="parties",
        label=_("Who else stands behind it"),
        why=_("Bodies that award jointly have to release each award. The person who signs for a body stands on what is awarded."),
        lists=(
            ListAsk(
                name="parties",
                label=_("Who else stands behind it"),
                one=_("Party"),
                asks=(
                    Ask(name="role", label=_("What it is to the achievement"), kind="choose", words=dict(PartyRole.choices)),
                    Ask(name="name", label=_("Name"), longest=400),
                    Ask(name="organisation", label=_("Its short address here"), help=_("Of an organisation of this installation, so that it can release awards itself"), longest=120),
                    Ask(name="url", label=_("Its page"), longest=1000),
                    Ask(name="signatory_name", label=_("Who signs for it"), longest=400, suggested="signatories"),
                    Ask(name="signatory_role", label=_("As what that person signs"), help=_("For example Dean"), longest=400),
                    Ask(name="valid_from", label=_("From"), kind="day", longest=20),
                    Ask(name="valid_until", label=_("Until"), kind="day", longest=20),
                ),
            ),
        ),
    ),
    Group(
        code="alignments",
        label=_("Alignments"),
        why=_("What a framework or a vocabulary calls what is learned here. Look a term up below, or name any other target by its address."),
        lists=(
            ListAsk(
                name="alignments",
                label=_("Alignments"),
                one=_("Alignment"),
                asks=(
                    Ask(name="target_name", label=_("Name"), longest=600),
                    Ask(name="target_url", label=_("Address of the target"), longest=1000),
                    Ask(name="target_framework", label=_("Framework"), longest=300),
                    Ask(name="target_code", label=_("Code"), longest=100),
                    Ask(name="level", label=_("Level, in that framework"), longest=60),
                ),
            ),
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FoundTerm:
    """A term that a search found, in the reader's language."""

    number: uuid.UUID
    name: str
    vocabulary: str
    address: str


def terms_like(typed: str, language: str) -> list[FoundTerm]:
    """Return the terms with these words in a label, a page of them."""
    rows = matching_terms(typed)[:MOST_TERMS]
    return [FoundTerm(row.pk, text_in(row.labels, language), row.vocabulary, row.uri) for row in rows]


def with_term(rows: Sequence[Any], number: str, language: str) -> list[Any]:
    """Return alignments with one more, that of a term; as they are where there is no such term, or it stands there."""
    term = None
    with suppress(ValueError):
        term = VocabularyTerm.objects.filter(pk=uuid.UUID(number)).first()
    if term is None or any(row.get("target_url") == term.uri for row in rows):
        return list(rows)
    name = text_in(term.labels, language)
    return [*rows, {"target_name": name, "target_url": term.uri, "target_framework": term.vocabulary}]


class RelationForm(forms.Form):
    """How the achievement relates to another one."""

    kind = forms.ChoiceField(label=_("How it relates"))
    other = forms.CharField(
        label=_("To which achievement"),
        help_text=_("The address of its page in the catalogue, or issuer/achievement"),
        max_length=400,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the types
        field.choices = [(kind.value, capfirst(str(kind.label))) for kind in RelationKind]


@dataclass(frozen=True, slots=True)
class StatedRelation:
    """What an achievement states of another one."""

    kind: str
    words: str
    title: str
    other: uuid.UUID


def relations_stated(achievement: Achievement, language: str) -> list[StatedRelation]:
    """Return what an achievement states of others."""
    rows = own_relations(achievement)
    titles = titles_of([row.other_id for row in rows], language)
    return [
        StatedRelation(
            row.kind,
            capfirst(str(RelationKind(row.kind).label)),
            titles[row.other_id].text if row.other_id in titles else row.other.slug,
            row.other_id,
        )
        for row in rows
    ]
