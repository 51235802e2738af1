"""All invariants, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.conf import settings
from django.utils.module_loading import import_string

from issuing.fsck.awards import authorised, nothing_lost, one_credential_each, places_used_once
from issuing.fsck.breaches import Breach
from issuing.fsck.counts import counts_agree
from issuing.fsck.documents import documents_hold
from issuing.fsck.ends import ends_told
from issuing.fsck.letters import letters_fit_their_awards
from issuing.fsck.statements import statements_hold
from issuing.fsck.status_lists import lists_agree
from issuing.fsck.tenants import nothing_points_nowhere, rows_stay_inside
from issuing.fsck.trail import chain_unbroken, heads_hold
from issuing.fsck.trials import trials_stay_apart

INVARIANTS = ("N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8")


def check_everything(*, full: bool = False) -> Iterator[Breach]:
    """Yield every breach of N1-N8; nothing is changed.

    Args:
        full: check every signature by the independent decoder instead of 1,000 at random.
    """
    checks: tuple[Callable[[], Iterator[Breach]], ...] = (
        nothing_points_nowhere,
        one_credential_each,
        ends_told,
        places_used_once,
        nothing_lost,
        counts_agree,
        lambda: documents_hold(full=full),
        statements_hold,
        trials_stay_apart,
        lists_agree,
        authorised,
        chain_unbroken,
        heads_hold,
        rows_stay_inside,
        letters_fit_their_awards,
        *map(import_string, settings.FSCK_OF_FURTHER_ROOMS),
    )
    for check in checks:
        yield from check()
