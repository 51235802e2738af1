"""Taking a file of entries over: all of it or nothing, the same file twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from django.db import transaction

from catalogue.content import AchievementContent
from catalogue.errors import ContentRefusedError
from catalogue.formats import CatalogueFile, CatalogueRow
from catalogue.models import Achievement, AchievementKind, AchievementState, Audience, DuplicatePolicy, RelationKind
from catalogue.selectors import achievement_named, content_of
from catalogue.services.editing import (
    AchievementOrder,
    check_identity,
    create_achievement,
    edit_achievement,
    newest_version,
    relate_achievements,
)
from catalogue.services.publishing import plan_achievement, publish_achievement, set_audience
from catalogue.services.vocabularies import with_term_names
from registry.actors import Actor
from registry.errors import NotFoundError, RegistryError
from registry.models import Issuer
from registry.refusals import Refusal


@dataclass(frozen=True, slots=True)
class EntryOutcome:
    """What became of one row: created, changed, unchanged, refused or not-accepted."""

    row: int
    entry: str
    state: str
    version: int | None = None


@dataclass(slots=True)
class ImportOutcome:
    """What became of a file; with a refusal nothing of it was taken."""

    rows: list[EntryOutcome] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def import_entries(*, file: CatalogueFile, actor: Actor) -> ImportOutcome:
    """Take a file of entries over in one transaction. A changed entry that was published becomes the next version.

    Never raises for what the file holds: a refused file comes back with every refusal and nothing taken.
    """
    taking = _Taking(actor=actor, refusals=list(file.refusals))
    if not file.refusals:
        with transaction.atomic():
            for act in (taking.write, taking.relate, taking.show):
                taking.each(file.rows, act)
            transaction.set_rollback(bool(taking.refusals))
    if taking.refusals:
        return taking.refused(file)
    return ImportOutcome(rows=[taking.outcomes[row.row] for row in file.rows])


@dataclass(slots=True)
class _Taking:
    """One run over a file."""

    actor: Actor
    refusals: list[Refusal] = field(default_factory=list)
    outcomes: dict[int, EntryOutcome] = field(default_factory=dict)
    entries: dict[int, Achievement] = field(default_factory=dict)

    def each(self, rows: list[CatalogueRow], act: Callable[[CatalogueRow], None]) -> None:
        """Do one step with each row that was not refused so far."""
        refused = {refusal.row for refusal in self.refusals}
        for row in rows:
            if row.row not in refused:
                with self._refusals_of(row):
                    act(row)

    def write(self, row: CatalogueRow) -> None:
        """Create the entry, or edit it if what it says differs."""
        row = replace(row, content=with_term_names(row.content))
        issuer = Issuer.objects.select_related("organisation", "node").filter(slug=row.issuer).first()
        if issuer is None:
            raise NotFoundError(code="issuer-unknown")
        known = Achievement.objects.filter(issuer=issuer, slug=row.slug).first()
        if known is None:
            version = create_achievement(order=_order(row, issuer), actor=self.actor)
            self._note(row, "created", version.number)
        else:
            check_identity(known, issuer=issuer, kind=row.kind)
            version = newest_version(known)
            self._note(row, "unchanged", version.number)
            if _differs(row, content_of(version)):
                version = edit_achievement(achievement=known, content=row.content, actor=self.actor)
                self._note(row, "changed", version.number)
            if row.audience and row.audience != known.audience:
                set_audience(achievement=known, audience=Audience(row.audience), actor=self.actor)
                self._note(row, "changed", version.number)
        self.entries[row.row] = version.achievement

    def relate(self, row: CatalogueRow) -> None:
        """State the relations, once every entry of the file is there."""
        for kind, issuer, slug in row.relations:
            other = achievement_named(f"{issuer}/{slug}")
            relate_achievements(
                achievement=self.entries[row.row], kind=RelationKind(kind), other=other, actor=self.actor
            )

    def show(self, row: CatalogueRow) -> None:
        """Publish or plan what the file wants published or planned and is not yet."""
        entry = self.entries[row.row]
        version = newest_version(entry)
        if row.state == AchievementState.PUBLISHED and version.published_at is None:
            publish_achievement(achievement=entry, actor=self.actor)
        elif row.state == AchievementState.PLANNED and self._must_plan(row, entry):
            plan_achievement(achievement=entry, actor=self.actor)
        else:
            return
        if self.outcomes[row.row].state == "unchanged":
            self._note(row, "changed", version.number)

    def refused(self, file: CatalogueFile) -> ImportOutcome:
        """Tell every row's fate when nothing is taken."""
        refused = {refusal.row for refusal in self.refusals}
        rows = [
            EntryOutcome(row.row, f"{row.issuer}/{row.slug}", "refused" if row.row in refused else "not-accepted")
            for row in file.rows
        ]
        return ImportOutcome(rows=rows, refusals=sorted(self.refusals, key=lambda refusal: refusal.row))

    def _must_plan(self, row: CatalogueRow, entry: Achievement) -> bool:
        return entry.state != AchievementState.PLANNED or self.outcomes[row.row].state == "changed"

    def _note(self, row: CatalogueRow, state: str, version: int) -> None:
        self.outcomes[row.row] = EntryOutcome(row.row, f"{row.issuer}/{row.slug}", state, version)

    @contextmanager
    def _refusals_of(self, row: CatalogueRow) -> Iterator[None]:
        """Turn refusals into lines of the report; what the row wrote until then is undone."""
        try:
            with transaction.atomic():
                yield
        except ContentRefusedError as error:
            self.refusals.extend(one.in_row(row.row) for one in error.refusals)
        except RegistryError as error:
            self.refusals.append(Refusal(_column(error.code), error.code, error.sentence(), row.row))


def _order(row: CatalogueRow, issuer: Issuer) -> AchievementOrder:
    return AchievementOrder(
        issuer=issuer,
        slug=row.slug,
        kind=AchievementKind(row.kind),
        content=row.content,
        duplicates=DuplicatePolicy(row.duplicates),
        audience=Audience(row.audience or Audience.PUBLIC),
    )


def _differs(row: CatalogueRow, known: AchievementContent) -> bool:
    said, kept = ((one.columns(), one.parties, one.runs) for one in (row.content, known))
    return said != kept


def _column(code: str) -> str:
    return {"issuer-unknown": "issuer", "achievement-unknown": "relations", "fixed": "kind"}.get(code, "")
