"""Lists as files, of awards or of the audit trail: a short one at once, a long one by the worker; kept for a day."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from catalogue.models import Achievement
from catalogue.selectors import titles_of
from issuing.award_lists import WINDOW, AwardList, award_list_page, standings_of
from issuing.delivery.addresses import addresses_of
from issuing.errors import CredentialNotFoundError
from issuing.models import Award, Export, ExportFormat, ExportPart, ExportState
from issuing.people import awards_like
from issuing.selectors import NEWEST_ACCEPTED, award_facts
from registry.actors import Actor
from registry.audit import record_act
from registry.keyset import read_cursor
from registry.models import Node, Role
from registry.outbox import Topic, publish
from registry.permissions import has_role, require_role
from registry.selectors import actor_again, as_now
from registry.spreadsheets import spreadsheet
from registry.trail import TrailFilter, trail_page, trail_rows
from registry.workbook_writing import write_workbook

KEPT_FOR: Final = dt.timedelta(hours=24)
AT_ONCE: Final = 1_000
"""So many rows are written in a request; more are the worker's."""
MOST_ROWS: Final = 100_000
PART_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOrder:
    """Which list becomes a file: of the awards below a place, narrowed as on the page, or of the audit trail.

    `trail` makes it the trail of the whole organisation; `node` is its topmost place then.
    """

    node: Node
    format: ExportFormat
    narrowing: str = "all"
    achievement: Achievement | None = None
    text: str = ""
    trail: TrailFilter | None = None
    language: str = "en"


@transaction.atomic
def ask_export(*, order: ExportOrder, actor: Actor) -> Export:
    """Ask for a list as a file; the worker writes it unless it is short: then it is there at once.

    Raises:
        CredentialNotFoundError: `actor` may not know of the place.
        RoleRequiredError, ScopeRequiredError: `actor` may not award there, or administer it where it is the trail.
    """
    node, now = order.node, timezone.now()
    if not has_role(actor, node, Role.VIEWER):
        raise CredentialNotFoundError
    require_role(actor, node, Role.ADMIN if order.trail else Role.AWARDER)
    export = Export.objects.create(
        organisation_id=node.organisation_id,
        node=node,
        format=order.format,
        narrowing=order.narrowing,
        achievement=order.achievement,
        text=order.text,
        trail=order.trail.as_json() if order.trail else None,
        language=order.language,
        made_by_kind=actor.kind,
        made_by=actor.id,
        made_at=now,
        expires_at=now + KEPT_FOR,
    )
    record_act(
        actor,
        "audit.exported" if order.trail else "awards.exported",
        export,
        organisation=node.organisation,
        format=order.format,
    )
    if _is_short(export, actor):
        _write(export, actor)
    else:
        publish(Topic.EXPORT_ASKED, {"export_id": str(export.pk)}, tenant=node.organisation_id)
    return export


def write_export(*, export_id: uuid.UUID) -> None:
    """Write a file that was asked for; safe to repeat: what was begun is written anew, what is there stays."""
    export = Export.objects.select_related("organisation", "node", "achievement").filter(pk=export_id).first()
    if export is None or export.state == ExportState.DONE:
        return
    with transaction.atomic():
        _write(export, actor_again(export.made_by_kind, export.made_by))


@transaction.atomic
def take_export(*, export_id: uuid.UUID, actor: Actor) -> IO[bytes]:
    """Hand out a file that is ready, and note that it was taken. It lies on the disk without a name, until it is closed.

    Raises:
        CredentialNotFoundError: there is none (any more), it is not ready, or somebody else asked for it.
        RoleRequiredError, ScopeRequiredError: `actor` may not award, or administer, at its place any more.
    """
    rows = Export.objects.select_for_update(of=("self",)).select_related("organisation", "node")
    own = rows.filter(made_by_kind=actor.kind, made_by=actor.id, expires_at__gt=timezone.now(), state=ExportState.DONE)
    export = own.filter(pk=export_id).first()
    if export is None:
        raise CredentialNotFoundError
    require_role(as_now(actor), export.node, Role.AWARDER if export.trail is None else Role.ADMIN)
    export.taken += 1
    export.save(update_fields=["taken"])
    record_act(actor, "export.taken", export, organisation=export.organisation, rows=export.rows, times=export.taken)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever asked closes it
    for content in export.parts.order_by("number").values_list("content", flat=True).iterator(chunk_size=1):
        file.write(content)
    file.seek(0)
    return file


def forget_exports() -> int:
    """Delete files that were kept long enough; returns how many."""
    over = Export.objects.filter(expires_at__lt=timezone.now())
    ExportPart.objects.filter(export__in=over).delete()
    return over.delete()[0]


def _list_of(export: Export, actor: Actor) -> tuple[AwardList, bool]:
    """Return the list, and whether a search looked up all that it leads to."""
    organisation = export.organisation
    liked = awards_like(actor, organisation=organisation, text=export.text) if export.text else None
    among, whole = (liked.rows, not liked.more) if liked else (None, True)
    return AwardList(actor, organisation, export.achievement, among, export.node), whole


def _is_short(export: Export, actor: Actor) -> bool:
    if export.trail is not None:
        wanted = TrailFilter.of_json(export.trail)
        return trail_page(export.organisation, wanted, before=None, size=AT_ONCE).older is None
    return not award_list_page(_list_of(export, actor)[0], "all", cursor=None, size=AT_ONCE).next


def _write(export: Export, actor: Actor) -> None:
    """Write the file into parts, in the caller's transaction; memory does not grow with its rows."""
    require_role(actor, export.node, Role.AWARDER if export.trail is None else Role.ADMIN)
    ExportPart.objects.filter(export=export).delete()
    count = _Counted()
    with override(export.language), tempfile.TemporaryFile() as file:
        of_list, whole = _rows_of(export, actor)
        rows = count.through(of_list)
        if export.format == ExportFormat.XLSX:
            write_workbook(file, rows)
        else:
            _write_csv(file, rows)
        file.seek(0)
        for number, content in enumerate(iter(lambda: file.read(PART_BYTES), b"")):
            ExportPart.objects.create(export=export, number=number, content=content)
    export.state, export.rows, export.is_cut = ExportState.DONE, count.rows, count.is_cut or not whole
    export.save(update_fields=["state", "rows", "is_cut"])
    record_act(actor, "export.written", export, organisation=export.organisation, rows=export.rows)


def _rows_of(export: Export, actor: Actor) -> tuple[Iterator[list[str]], bool]:
    """Return a list's rows below its heading, and whether they are all of it."""
    if export.trail is not None:
        return trail_rows(export.organisation, TrailFilter.of_json(export.trail)), True
    listed, whole = _list_of(export, actor)
    return _rows(listed, export.narrowing), whole


class _Counted:
    """Counts the rows that go through below the heading; tells whether there were more than a file takes."""

    def __init__(self) -> None:
        self.rows, self.is_cut = 0, False

    def through(self, rows: Iterator[list[str]]) -> Iterator[list[str]]:
        yield next(rows)
        for row in rows:
            if self.rows == MOST_ROWS:
                self.is_cut = True
                return
            self.rows += 1
            yield row


def _write_csv(file: IO[bytes], rows: Iterator[list[str]]) -> None:
    file.write(b"\xef\xbb\xbf")  # spreadsheets tell by it that this is Unicode
    stream = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    for row in rows:
        stream.write(spreadsheet([row]))
    stream.detach()


def _rows(listed: AwardList, narrowing: str) -> Iterator[list[str]]:
    """Yield the heading and a row for each award, newest first, a window at a time."""
    yield [
        _("Person"),
        _("E-mail address"),
        _("Achievement"),
        _("Awarded on"),
        _("Last day of validity"),
        _("Result"),
        _("Credits earned"),
        _("State"),
        _("How"),
        _("Number of the certificate"),
        _("Address of the certificate"),
    ]
    text = ""
    while True:
        cursor = read_cursor(text, NEWEST_ACCEPTED) if text else None
        found = award_list_page(listed, narrowing, cursor=cursor, size=WINDOW)
        yield from _named_rows(list(found.rows))
        text = found.next
        if not text:
            return


def _named_rows(awards: list[Award]) -> Iterator[list[str]]:
    titles = titles_of({award.version.achievement_id for award in awards}, get_language() or "")
    addresses, standings = addresses_of(awards), standings_of(awards)
    for award in awards:
        facts = award_facts(award) if award.facts else None
        standing = standings.get(award.pk)
        known = addresses.get(award.learner_id, []) if award.learner_id else []
        yield [
            facts.holder_name if facts else _("Erased"),
            ", ".join(known),
            str(titles.get(award.version.achievement_id, "")),
            award.awarded_on.isoformat(),
            award.valid_until.date().isoformat() if award.valid_until else "",
            ", ".join(one.value or "" for one in facts.results) if facts else "",
            str(facts.credits_earned) if facts and facts.credits_earned is not None else "",
            str(standing.words) if standing else award.get_state_display(),
            award.get_source_kind_display(),
            str(award.pk),
            facts.credential_id if facts else "",
        ]
