"""Putting letters into their queue: rows of their own, written in the transaction of the act that they tell of."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from django.utils import timezone

from issuing.delivery.words import WRITERS
from issuing.models import Addressee, Application, Award, Letter, LetterKind
from registry.bulk import insert_values
from registry.selectors import link_base_url


def queue_letters(
    award_ids: Sequence[uuid.UUID], *, kind: LetterKind, not_before: dt.datetime, occasion: str = ""
) -> int:
    """Queue a letter for each award, in the caller's transaction; one that is queued already stays as it is.

    Args:
        award_ids: of any organisations.
        kind: what it tells.
        not_before: when it leaves at the earliest. Whether it is still wanted then is asked then.
        occasion: tells letters of one kind apart, at most 40 characters.

    Returns:
        How many were added.

    Raises:
        KeyError: nobody has written what letters of this kind say.
    """
    if kind not in WRITERS:
        raise KeyError(kind)
    known = Letter.objects.filter(award_id__any_of=award_ids, kind=kind, occasion=occasion)
    awards = Award.objects.filter(id__any_of=award_ids).exclude(id__in=known.values("award_id"))
    by_organisation: dict[uuid.UUID, list[tuple[uuid.UUID, str]]] = {}
    for organisation_id, award_id, language in awards.values_list("organisation_id", "id", "language"):
        by_organisation.setdefault(organisation_id, []).append((award_id, language))
    for organisation_id, rows in by_organisation.items():
        insert_letters(rows, organisation_id=organisation_id, kind=kind, not_before=not_before, occasion=occasion)
    return sum(map(len, by_organisation.values()))


def insert_letters(
    awards: Iterable[tuple[uuid.UUID, str]],
    *,
    organisation_id: uuid.UUID,
    kind: LetterKind,
    not_before: dt.datetime,
    occasion: str = "",
) -> None:
    """Insert letters that are known to be new, in the caller's transaction and without a query: the bulk way.

    Args:
        awards: id and language of each.
        organisation_id: whose awards they are.
        kind: as `queue_letters`.
        not_before: as `queue_letters`.
        occasion: as `queue_letters`.

    Raises:
        IntegrityError: one was queued already.
    """
    ending = f"{message_id_ending(kind, occasion)}>"
    insert_values(
        Letter,
        ("award_id", "language", "message_id"),
        [(award_id, language, f"<{award_id}{ending}") for award_id, language in awards],
        shared={"organisation_id": organisation_id, "kind": kind, "occasion": occasion, "not_before": not_before},
    )


ABOUT_APPLICATION = "application"


def queue_answer(application: Application) -> None:
    """Queue the letter that tells an applicant what was decided, in the caller's transaction: to their account's address."""
    kind = LetterKind.APPLICATION_ANSWERED
    Letter.objects.create(
        organisation_id=application.organisation_id,
        about_kind=ABOUT_APPLICATION,
        about_id=application.pk,
        addressee=Addressee.USER,
        user_id=application.user_id,
        kind=kind,
        language=application.language,
        message_id=f"<{application.pk}{message_id_ending(kind, '')}>",
        not_before=timezone.now(),
    )


def message_id_ending(kind: LetterKind, occasion: str) -> str:
    """Return what follows the award's id in a Message-ID: always the same, so that a repeat is recognised."""
    name = f"{kind}.{occasion}" if occasion else kind
    return f".{name}@{urlsplit(link_base_url()).hostname}"
