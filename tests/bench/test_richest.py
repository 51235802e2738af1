"""`bench sign` reports the richest entry of the catalogue at hand."""

import pytest

from bench.richest import richest_published
from tests.issuing.builders import build_achievement

pytestmark = pytest.mark.django_db


def test_richest_published_entry_is_the_one_with_most_statements():
    build_achievement()
    rich = build_achievement(alignments=({"target_name": "Data literacy", "target_url": "https://esco.example/1"},))
    build_achievement(publish=False, alignments=({"target_name": "X", "target_url": "https://esco.example/2"},) * 9)

    sample = richest_published()

    assert sample is not None
    assert sample.name == rich.slug
    assert len({award.credential_id for award in sample.awards}) > 1


def test_empty_catalogue_has_no_richest_entry():
    assert richest_published() is None
