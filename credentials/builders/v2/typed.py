"""The typed values of an entry in the words of builder 2: each code has its standard words, beside a text or instead of it."""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from credentials.builders.v2 import entry_words as words
from credentials.documents import StatedEntry, StatedFunding, StatedQualification

_DURATION: Final = re.compile("P([1-9][0-9]{0,3})([DWMY])")
_UNLIMITED: Final = "unlimited"


def plain(number: Decimal) -> str:
    """Write a stored decimal without the zeros of its column: 5, 2.5, 40."""
    return f"{number.normalize():f}"


def typed_words(stated: StatedEntry, item: str) -> str:
    """Return what is typed for an information item, in words; empty where nothing is."""
    return ", ".join(_OF_ITEM[item](stated)) if item in _OF_ITEM else ""


def further_typed(stated: StatedEntry) -> Iterator[tuple[str, str]]:
    """Yield (label, words) of what is typed beside the information items; what is not stated is left out."""
    yield from _coded(stated, "objective", words.OBJECTIVES, stated.objective)
    if stated.intended_use:
        yield "intended_use", ", ".join(_own(stated, words.INTENDED_USES[use]) for use in stated.intended_use)
    yield from _coded(stated, "start", words.STARTS, stated.start)
    if stated.access_period:
        yield "access_period", _duration(stated)
    if stated.accessibility:
        yield "accessibility", stated.accessibility
    if stated.materials_licence == "all-rights-reserved":
        yield "materials_licence", _own(stated, words.ALL_RIGHTS_RESERVED)
    elif stated.materials_licence:
        # A licence's identifier or address is its name in every language
        yield "materials_licence", stated.materials_licence
    for funding in stated.funding:
        yield "funding", _funding(stated, funding)
    if stated.alignment_levels:
        yield "alignment_levels", "; ".join(f"{name}: {level}" for name, level in stated.alignment_levels)


def _own(stated: StatedEntry, texts: words.Words) -> str:
    return words.in_language(texts, stated.language)


def _coded(stated: StatedEntry, label: str, table: Mapping[str, words.Words], code: str) -> Iterator[tuple[str, str]]:
    if code:
        yield label, _own(stated, table[code])


def _assessment(stated: StatedEntry) -> Iterator[str]:
    yield from (_own(stated, words.ASSESSMENT_KINDS[kind]) for kind in stated.assessment_kinds)
    if stated.summative is not None:
        yield _own(stated, words.SUMMATIVE[stated.summative])
    if stated.voluntary is not None:
        yield _own(stated, words.VOLUNTARY[stated.voluntary])


def _supervision(stated: StatedEntry) -> Iterator[str]:
    if stated.supervision_kind:
        yield _own(stated, words.SUPERVISION_KINDS[stated.supervision_kind])


def _mode(stated: StatedEntry) -> Iterator[str]:
    if stated.mode:
        yield _own(stated, words.MODES[stated.mode])


def _period(stated: StatedEntry) -> Iterator[str]:
    if stated.period:
        yield _own(stated, words.PERIODS[stated.period])


def _quality_assurance(stated: StatedEntry) -> Iterator[str]:
    if stated.qa_kind:
        yield _own(stated, words.QA_KINDS[stated.qa_kind])


def _outcome(stated: StatedEntry) -> Iterator[str]:
    """Say whether it is credit-bearing, and towards what: as stated, never derived from credits."""
    said = _own(stated, words.CREDIT_BEARING[stated.credit_bearing]) if stated.credit_bearing else ""
    named = "; ".join(_qualification(stated, entry) for entry in stated.qualifications)
    if said or named:
        yield ": ".join(filter(None, [said, named]))


def _qualification(stated: StatedEntry, entry: StatedQualification) -> str:
    only = _own(stated, words.ONLY_STACKED) if entry.only_stacked else ""
    return ", ".join(filter(None, [entry.name, entry.provider, entry.level, entry.url, only]))


def _price(stated: StatedEntry) -> Iterator[str]:
    amount = stated.price_amount
    if amount is None:
        return
    if not amount:
        yield _own(stated, words.FREE)
        return
    currency, _slash, per = stated.price_unit.partition("/")
    number = plain(amount) if amount == amount.to_integral_value() else f"{amount:.2f}"
    price = _own(stated, words.PER[per]).format(price=f"{number} {currency}".strip())
    if stated.price_tax_included is not None:
        price = _own(stated, words.TAXES[stated.price_tax_included]).format(price=price)
    yield price


_OF_ITEM: Final[Mapping[str, Callable[[StatedEntry], Iterator[str]]]] = {
    "assessment": _assessment,
    "supervision": _supervision,
    "participation": _mode,
    "learning_period": _period,
    "quality_assurance": _quality_assurance,
    "outcome": _outcome,
    "price": _price,
}


def _duration(stated: StatedEntry) -> str:
    """Say a duration of one unit, such as P6M, in words: 6 months."""
    if stated.access_period == _UNLIMITED:
        return _own(stated, words.UNLIMITED)
    found = _DURATION.fullmatch(stated.access_period)
    if found is None:
        return stated.access_period
    one, many = words.DURATIONS[found[2]]
    return _own(stated, one if found[1] == "1" else many).format(n=found[1])


def _funding(stated: StatedEntry, funding: StatedFunding) -> str:
    """Say who pays for whom, how much and until when."""
    parts = [
        funding.scheme,
        _own(stated, words.ELIGIBLE).format(people=funding.eligible) if funding.eligible else "",
        funding.amount,
        _own(stated, words.UNTIL).format(day=funding.until) if funding.until else "",
    ]
    return "; ".join(filter(None, parts))
