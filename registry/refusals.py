"""One value for whatever a person has to correct: in a rule, a row, a file, a field of the API or of a form. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import NamedTuple, Self

from django.utils.translation import gettext


def gettext_noop(text: str) -> str:
    """Mark a text for the message catalogue; who shows it translates it."""
    return text


class Refusal(NamedTuple):
    """Where something is wrong, a stable code, and what to do about it (a text for the message catalogue).

    `place` is a column, a field, or a path to one with dots; empty where the whole is meant. `row` is counted as a
    spreadsheet counts, its heading being row 1; 0 means the file, or no file.
    """

    place: str
    code: str
    remedy: str
    row: int = 0

    def in_row(self, row: int) -> Refusal:
        """Return the same refusal as that of a row."""
        return self._replace(row=row)

    def as_json(self) -> dict[str, str]:
        """Return it for machines, in the reader's language: `column`, `code`, `remedy`."""
        return {"column": self.place, "code": self.code, "remedy": self.sentence()}

    def as_row_json(self) -> dict[str, str | int]:
        """Return it for machines, with its row."""
        return {"row": self.row, **self.as_json()}

    def sentence(self) -> str:
        """Return the remedy in the reader's language."""
        return gettext(self.remedy) if self.remedy else ""

    def line(self) -> str:
        """Return it as one line for people: which row and column, what to do, and the code."""
        return f"Row {self.row}, {self.place or 'file'}: {self.sentence()} ({self.code})"


class RuleBrokenError(ValueError):
    """What was given breaks rules: one refusal for each, never none. The first one's members are the error's own."""

    def __init__(self, place: str, code: str, remedy: str) -> None:
        super().__init__(f"{place}: {code}")
        self.refusals: tuple[Refusal, ...] = (Refusal(place, code, remedy),)

    @classmethod
    def of(cls, refusals: Iterable[Refusal]) -> Self:
        """Return the error that tells all of these, each once; there must be one."""
        first, *rest = dict.fromkeys(refusals)
        error = cls(first.place, first.code, first.remedy)
        error.refusals = (first, *rest)
        return error

    @property
    def column(self) -> str:
        """The place of the first."""
        return self.refusals[0].place

    @property
    def code(self) -> str:
        """The code of the first."""
        return self.refusals[0].code

    @property
    def remedy(self) -> str:
        """What to do about the first."""
        return self.refusals[0].remedy


class Faults:
    """Collects refusals: what is read or checked `with` it goes on to the next part when one is refused."""

    def __init__(self, refusals: Iterable[Refusal] = ()) -> None:
        self.refusals = list(refusals)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, RuleBrokenError):
            return False
        self.refusals.extend(error.refusals)
        return True

    def add(self, place: str, code: str, remedy: str) -> None:
        """Note one."""
        self.refusals.append(Refusal(place, code, remedy))

    def tell(self) -> None:
        """Raise if there are any.

        Raises:
            RuleBrokenError: with everything.
        """
        if self.refusals:
            raise RuleBrokenError.of(self.refusals)
