"""The audit trail: append-only, chained, and told when it was touched."""

import pytest
from django.db import DatabaseError, transaction

from registry.actors import SYSTEM
from registry.audit import entry_hash, record_act, seal_entries
from registry.models import AuditEntry, AuditSeal
from tests.registry.builders import build_organisation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "change",
    ["UPDATE registry_auditentry SET act = 'x'", "DELETE FROM registry_auditentry"],
)
def test_entry_changed_by_sql_is_refused_by_the_database(change):
    build_organisation()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.raw(change)[0]

    assert AuditEntry.objects.filter(act="organisation.created").exists()


def test_sealing_chains_every_entry_once_in_order():
    organisation = build_organisation()
    seal_entries()
    record_act(SYSTEM, "organisation.renamed", organisation)

    assert seal_entries() == 1
    assert seal_entries() == 0

    seals = list(AuditSeal.objects.select_related("entry").order_by("position"))
    assert [seal.position for seal in seals] == list(range(1, len(seals) + 1))
    for before, seal in zip([None, *seals], seals, strict=False):
        previous = before.hash if before else "0" * 64
        assert (seal.previous, seal.hash) == (
            previous,
            entry_hash(seal.entry, previous),
        )


def test_entry_read_back_from_the_database_hashes_the_same():
    entry = record_act(SYSTEM, "test.done", build_organisation(), count=3)

    assert entry_hash(AuditEntry.objects.get(pk=entry.pk), "0" * 64) == entry_hash(entry, "0" * 64)
