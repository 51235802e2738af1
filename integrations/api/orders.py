"""What an award request says, field by field, and the order it becomes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NoReturn, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from catalogue.models import Achievement
from integrations.api.parsing import Flag, StrictSerializer, Text
from issuing.rules import read_day_or_moment
from issuing.services import AwardOrder, EvidenceOrder, GroundOrder, ResultOrder
from issuing.stated import FACTS, FactKind, Stated
from registry.dates import DayOutOfRangeError, read_day
from registry.models import IdentifierType
from registry.services import IdentifierOrder, Recipient

LONGEST_PROSE = 50_000
MOST_ENTRIES = 50
MOST_IDENTIFIERS = 10


class Day(serializers.Field[Any, Any, Any, Any]):
    """A day that can be meant."""

    wanted = "Write a date as year-month-day."

    def to_internal_value(self, data: Any) -> dt.date:
        """Read `2030-12-31`, and what a field further down reads."""
        try:
            return self.read(data) if isinstance(data, str) else self.fail_as(self.wanted, "invalid")
        except DayOutOfRangeError:
            return self.fail_as("This lies before 1900, or more than a hundred years away.", "date-out-of-range")
        except ValueError:
            return self.fail_as(self.wanted, "invalid")

    def read(self, text: str) -> dt.date:
        """Read the text; raises ValueError."""
        return read_day(text)

    def fail_as(self, sentence: str, code: str) -> NoReturn:
        """Refuse the field."""
        raise serializers.ValidationError(sentence, code=code)

    def to_representation(self, value: Any) -> str:
        """Write it as it is read."""
        return str(value)


class DayOrTime(Day):
    """A day, or a time with a zone."""

    wanted = "Write a date, or a time with its zone."

    def read(self, text: str) -> dt.date:
        """Read `2030-12-31` or `2030-12-31T12:00:00Z`."""
        return read_day_or_moment(text)


SendAt = extend_schema_field(OpenApiTypes.STR)(DayOrTime)


class Value(Text):
    """A result's value: text, or a number that is kept as it was written."""

    def to_internal_value(self, data: Any) -> str:
        """Take a number for its text; true and false are neither."""
        is_number = isinstance(data, int | float) and not isinstance(data, bool)
        return super().to_internal_value(str(data) if is_number else data)


class IdentifierIn(StrictSerializer):
    """A number that identifies the person, and who gives it out."""

    type = serializers.ChoiceField(choices=[str(kind) for kind in IdentifierType if kind != IdentifierType.EMAIL])
    scope = Text(max_length=255, help_text="who gives the number out, best an address")
    value = Text(max_length=255)


class RecipientIn(StrictSerializer):
    """The person who receives the award."""

    name = Text(max_length=400, help_text="as it shall stand on the award")
    email = Text(max_length=254, required=False)
    learner = serializers.UUIDField(required=False, help_text="id of a record of yours, as awards tell it")
    identifier = IdentifierIn(required=False)
    identifiers = serializers.ListField(child=IdentifierIn(), required=False, max_length=MOST_IDENTIFIERS)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Want at least one thing that says who the person is; a name does not."""
        if not any(attrs.get(name) for name in ("email", "learner", "identifier", "identifiers")):
            told = ErrorDetail("Give the e-mail address, an identifier, or the id of a learner.", code="required")
            raise serializers.ValidationError({"email": [told]})
        return attrs


class EvidenceIn(StrictSerializer):
    """One piece of evidence."""

    url = Text(max_length=2000, required=False)
    name = Text(max_length=1000, required=False)
    description = Text(max_length=LONGEST_PROSE, required=False)
    narrative = Text(max_length=LONGEST_PROSE, required=False)
    genre = Text(max_length=1000, required=False)
    audience = Text(max_length=1000, required=False)


class ResultIn(StrictSerializer):
    """One result; without `description` it is the one that the achievement's outcome rule measures."""

    value = Value(max_length=100, required=False)
    description = Text(max_length=100, required=False, help_text="key of a result description of the achievement")
    status = Text(max_length=40, required=False, help_text="Open Badges ResultStatusType")
    level = Text(max_length=100, required=False)


class GroundIn(StrictSerializer):
    """Why an award is made without a course taken."""

    body = Text(max_length=1000)
    date = extend_schema_field(OpenApiTypes.DATE)(Day)(required=False)
    reference = Text(max_length=1000, required=False)


_FIELDS: Mapping[FactKind, Callable[..., serializers.Field[Any, Any, Any, Any]]] = {
    FactKind.DAY: extend_schema_field(OpenApiTypes.DATE)(Day),
    FactKind.END: SendAt,
    FactKind.WHEN: partial(Text, max_length=100),
    FactKind.LINE: partial(Text, max_length=1000),
    FactKind.NUMBER: partial(serializers.DecimalField, max_digits=6, decimal_places=2),
    FactKind.LANGUAGE: partial(Text, max_length=35),
    FactKind.RESULTS: lambda **said: serializers.ListField(child=ResultIn(), max_length=MOST_ENTRIES, **said),
    FactKind.EVIDENCE: lambda **said: serializers.ListField(child=EvidenceIn(), max_length=MOST_ENTRIES, **said),
    FactKind.PROSE: partial(Text, max_length=LONGEST_PROSE),
    FactKind.GROUND: GroundIn,
}


def fact_fields(**options: bool) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
    """Return a field for each fact that an award may state; `options` are those of every field."""
    return {
        name: _FIELDS[fact.kind](required=False, help_text=fact.help or None, **options)
        for name, fact in FACTS.items()
    }


class AwardRowIn(StrictSerializer):
    """One award, without the achievement: the recipient, and what an award may state (`issuing.stated`)."""

    recipient = RecipientIn()
    repeat = Flag(required=False, help_text="award again what the learner holds, where the achievement allows it")
    send_at = SendAt(required=False, help_text="a day or a time with a zone until which it waits, to be signed then")

    def get_fields(self) -> dict[str, Any]:
        """Add a field for every fact."""
        return super().get_fields() | fact_fields()


class AwardIn(AwardRowIn):
    """`POST /api/v1/awards`. Unknown fields are refused."""

    achievement = Text(max_length=200, help_text="its id, or issuer-slug/slug")


def order_from(said: Mapping[str, Any], achievement: Achievement) -> AwardOrder:
    """Return the order that a valid request asks for."""
    return AwardOrder(
        achievement=achievement,
        recipient=_recipient(said),
        repeat=said.get("repeat", False),
        send_at=said.get("send_at"),
        **cast(Stated, facts_said(said)),
    )


def facts_said(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts among valid fields, typed; a null stays one."""
    return {name: _typed(FACTS[name].kind, said[name]) for name in FACTS if name in said}


def _typed(kind: FactKind, value: Any) -> Any:
    if value is None:
        return None
    if kind is FactKind.RESULTS:
        return tuple(ResultOrder(**entry) for entry in value)
    if kind is FactKind.EVIDENCE:
        return tuple(EvidenceOrder(**entry) for entry in value)
    return GroundOrder(**value) if kind is FactKind.GROUND else value


def _recipient(said: Mapping[str, Any]) -> Recipient:
    person = said["recipient"]
    return Recipient(
        name=person["name"],
        email=person.get("email", ""),
        learner=person.get("learner"),
        language=said.get("language", "en"),
        identifiers=identifiers_said(person),
    )


def identifiers_said(person: Mapping[str, Any]) -> tuple[IdentifierOrder, ...]:
    """Return the numbers of `identifier` and `identifiers`, each once."""
    numbers = [person["identifier"]] if "identifier" in person else []
    orders = [
        IdentifierOrder(IdentifierType(one["type"]), one["scope"], one["value"])
        for one in numbers + person.get("identifiers", [])
    ]
    return tuple(dict.fromkeys(orders))
