"""Finding achievements from inside, by typing: those of an organisation that somebody may see, drafts included."""

from __future__ import annotations

from django.db.models import Q, TextField
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast

from catalogue.models import Achievement, AchievementVersion
from catalogue.search import matching_texts, query_words
from catalogue.selectors import achievements_for
from registry.actors import Actor


def achievements_matching(actor: Actor, organisation: str, query: str, *, most: int) -> list[Achievement]:
    """Return the achievements of an organisation (slug) that hold every word of a query, the oldest first.

    What is published is found as in the public register; a draft by its title or the name in its address.
    """
    words = query_words(query)
    if not words:
        return []
    entries = achievements_for(actor).filter(organisation__slug=organisation)
    named = Q()
    for word in words:
        named &= Q(title__icontains=word) | Q(achievement__slug__icontains=word)
    drafts = AchievementVersion.objects.filter(published_at=None, achievement__organisation__slug=organisation)
    title = Cast(KeyTransform("name", "texts"), TextField())
    found = Q(pk__in=drafts.annotate(title=title).filter(named).values("achievement"))
    found |= Q(pk__in=matching_texts(query).values("version__achievement"))
    return list(entries.filter(found).order_by("created_at", "pk")[:most])
