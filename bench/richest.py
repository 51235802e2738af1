"""The richest entry of the catalogue at hand, for `bench sign`: its figure stands beside the fixed yardstick's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.db import DatabaseError

from bench.samples import Sample, fixed_sample
from catalogue.documents import achievement_facts, issuer_facts, signed_language
from catalogue.selectors import versions
from credentials.builders import CURRENT
from credentials.canonical import canonical_nquads
from registry.selectors import canonical_base_url, latest_profile

AWARDS = 1_000


def richest_published() -> Sample | None:
    """Return a sample of the published version whose documents have most statements; None without a catalogue."""
    try:
        found = [(_quads(sample), sample) for sample in _samples()]
    except DatabaseError:
        return None
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _samples() -> Iterator[Sample]:
    base_url = canonical_base_url()
    for version in versions().filter(published_at__isnull=False):
        language = signed_language(version, "en")
        profile = latest_profile(version.achievement.issuer)
        # The yardstick's results belong to its own achievement; everything else of its awards fits any.
        awards = [replace(award, language=language, results=()) for award in fixed_sample(AWARDS).awards]
        issuer = issuer_facts(profile, language, base_url=base_url)
        yield Sample(version.achievement.slug, issuer, achievement_facts(version, language, base_url=base_url), awards)


def _quads(sample: Sample) -> int:
    return canonical_nquads(CURRENT.build(sample.issuer, sample.achievement, sample.awards[0])).count("\n")
