"""How the results of a row decide whether an achievement is awarded: exactly, by the outcome rules. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from catalogue.rules import meets_outcome_rule
from issuing.file_layouts import MEASURES
from issuing.formats import TableRow
from issuing.rules import exact_number
from issuing.services.orders import BatchRow
from issuing.stated import ResultOrder
from registry.refusals import Faults, Refusal, gettext_noop

NO_OUTCOME: Final = "no-outcome"
OTHER_OUTCOME: Final = "other-outcome"
_MISSING: Final = gettext_noop("Enter the result in percent, 0 where nothing was reached.")

Rule = Mapping[str, str]


class Deciding(NamedTuple):
    """An achievement's outcome rule, and those of the others about which the same file decides.

    `gives_way`: it is awarded to those alone who reach none of the others (a confirmation of participation).
    """

    rule: Rule
    others: tuple[Rule, ...] = ()
    gives_way: bool = False

    @property
    def measure(self) -> str:
        """The column whose value is the result."""
        return self.rule.get("measure") or MEASURES[0]

    def decided(self, row: TableRow, read: BatchRow) -> BatchRow:
        """Return a row with its result stated, or passed over where its results decide so."""
        if read.order is None:
            return read
        if not self.others:
            value = row.measures.get(self.measure, "")
            return read._replace(order=read.order.stating(results=(ResultOrder(value=value),))) if value else read
        values, faults = self._values(row)
        if len(values) < len(self.measures):
            return read._replace(faults=(*read.faults, *faults))
        reached = _meets(self.rule, values)
        others = any(_meets(rule, values) for rule in self.others)
        if reached and not (others and self.gives_way):
            result = ResultOrder(value=row.measures[self.measure])
            return read._replace(order=read.order.stating(results=(result,)))
        return read._replace(passed=OTHER_OUTCOME if reached or others else NO_OUTCOME)

    @property
    def measures(self) -> set[str]:
        """The columns that the rules ask for."""
        return {rule["measure"] for rule in (self.rule, *self.others)}

    def _values(self, row: TableRow) -> tuple[dict[str, Decimal], list[Refusal]]:
        """Return the results that the rules ask for, exactly, and what is wrong with the others that was not told yet."""
        told, faults = {fault.place for fault in row.faults}, Faults()
        values: dict[str, Decimal] = {}
        for measure in sorted(self.measures - told):
            text = row.measures.get(measure, "")
            if not text:
                faults.add(measure, "result-missing", _MISSING)
                continue
            with faults:
                values[measure] = exact_number(text, measure)
        return values, faults.refusals


def _meets(rule: Rule, values: Mapping[str, Decimal]) -> bool:
    return meets_outcome_rule(rule, values[rule["measure"]])
