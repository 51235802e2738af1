"""What a request for a batch asks for: as JSON with its rows, or as a file with parameters in the address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from catalogue.models import Achievement
from catalogue.selectors import achievements_for
from credentials.errors import MalformedError as UnreadableJson
from credentials.strict_json import JsonObject, parse_json_object
from integrations.api.authentication import actor_of
from integrations.api.descriptions import parameter
from integrations.api.orders import AwardRowIn, SendAt, order_from
from integrations.api.parsing import Flag, StrictSerializer, Text, body_of, checked
from integrations.errors import QueryError, UnreadableBodyError
from integrations.selectors import achievement_among
from issuing.formats import read_award_file, rows_up_to
from issuing.models import Batch
from issuing.selectors import batch_to_follow
from issuing.services import (
    DUPLICATES,
    ON_ERROR,
    BatchOptions,
    BatchRow,
    FileKind,
    file_refusal_of,
    mapping_for,
    rows_of_table,
)
from registry.models import Role
from registry.refusals import RuleBrokenError
from registry.tables import MOST_BYTES
from registry.workbooks import check_workbook, is_workbook

MOST_JSON_ROWS = 5_000
MOST_AT_ONCE = 100
"""What is awarded before the answer; more is the worker's."""
MOST_HEADINGS = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES = ("text/csv", XLSX)
OPTIONS = ("on_error", "duplicates", "send_at", "valid_until", "encoding")


class _AskedIn(StrictSerializer):
    """What is asked for beside the rows."""

    achievement = Text(max_length=200, help_text="its id, or issuer-slug/slug")
    on_error = serializers.ChoiceField(
        choices=ON_ERROR, default="refuse", help_text="refuse: one bad row stops all; skip: the good rows are taken"
    )
    duplicates = serializers.ChoiceField(
        choices=DUPLICATES,
        default="policy",
        help_text="people who hold the award: as the achievement says, left alone, refused, awarded again, or replaced "
        "where the row says something else",
    )
    send_at = SendAt(required=False, help_text="the day that awards wait for whose row names none")
    valid_until = SendAt(required=False, help_text="the end of validity for rows that name none")
    follows = serializers.UUIDField(required=False, help_text="the batch of the file that this one corrects")
    confirm = Flag(default=True, help_text="false: only check, and wait for `confirm`")


class BatchIn(_AskedIn):
    """`POST /api/v1/batches` as JSON."""

    rows = serializers.ListField(child=AwardRowIn(), allow_empty=False, max_length=MOST_JSON_ROWS)


class FileIn(_AskedIn):
    """The parameters in the address of a file."""

    encoding = Text(required=False, allow_blank=True, max_length=40)
    mapping = serializers.DictField(child=Text(allow_blank=True, max_length=100), default=dict)

    def validate_mapping(self, mapping: dict[str, str]) -> dict[str, str]:
        """Refuse more headings than a file of awards can mean."""
        if len(mapping) > MOST_HEADINGS:
            raise serializers.ValidationError(f"At most {MOST_HEADINGS} headings.")
        return mapping


FILE_PARAMETERS = {
    "achievement": parameter("achievement", "for a file: its id, or issuer-slug/slug"),
    "on_error": parameter("on_error", "for a file: refuse or skip", enum=ON_ERROR),
    "duplicates": parameter("duplicates", "for a file: what becomes of people who hold the award", enum=DUPLICATES),
    "send_at": parameter("send_at", "for a file: the day that awards wait for whose row names none"),
    "valid_until": parameter("valid_until", "for a file: the end of validity for rows that name none"),
    "follows": parameter("follows", "for a file: the batch of the file that this one corrects"),
    "mapping": parameter("mapping", 'for a file: heading → column as JSON, "" leaves one out: {"E-Mail": "email"}'),
    "encoding": parameter(
        "encoding", "of a CSV that is not Unicode, such as windows-1250; or `charset` of its Content-Type"
    ),
    "confirm": parameter(
        "confirm", "for a file: false only checks it, and waits for `confirm`", enum=("true", "false")
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedBatch:
    """What a request asks for, before any row of it was checked."""

    achievement: Achievement
    kind: FileKind
    sent: bytes
    rows: Callable[[], Iterable[BatchRow]]
    options: BatchOptions
    confirm: bool
    is_long: bool
    follows: Batch | None
    mapping: Mapping[str, str]
    read_as: JsonObject = field(default_factory=dict)


def asked_of(request: Request) -> AskedBatch:
    """Read a request.

    Raises:
        BodyTooLargeError, UnreadableBodyError, FieldsError, QueryError, FileRefusedError: it cannot be read.
        NotFoundError: there is no such achievement for whoever asks.
        NoSuchEditionError: nor such a file to follow.
    """
    return _from_file(request) if str(request._request.content_type) in FILES else _from_json(request)


def _from_file(request: Request) -> AskedBatch:
    if "achievement" not in request.query_params:
        raise QueryError(parameter="achievement", reason="a file needs it in the address")
    said = checked(FileIn(data=_said_in_address(request))).validated_data
    achievement, mapping = _awardable(request, said["achievement"]), said["mapping"]
    data = body_of(request, max_bytes=MOST_BYTES)
    workbook, encoding = is_workbook(data), said.get("encoding", "")
    try:
        if workbook:
            check_workbook(data)
        # A workbook is opened by the worker alone, which looks for what is remembered as well.
        used = mapping if workbook else mapping_for(achievement.organisation, data, mapping=mapping, encoding=encoding)
        is_long = workbook or rows_up_to(data, MOST_AT_ONCE + 1, mapping=used, encoding=encoding) > MOST_AT_ONCE
        table = None if is_long else read_award_file(data, mapping=used, encoding=encoding)
    except RuleBrokenError as broken:
        raise file_refusal_of(broken) from broken
    return AskedBatch(
        achievement=achievement,
        kind="xlsx" if workbook else "csv",
        sent=data,
        rows=lambda: rows_of_table(table, achievement) if table else (),
        options=_options(said),
        confirm=said["confirm"],
        is_long=is_long,
        follows=batch_to_follow(said.get("follows"), actor_of(request)),
        mapping=used if table and said["confirm"] else mapping,
        read_as=table.read_as if table else {},
    )


def _said_in_address(request: Request) -> JsonObject:
    """Return the parameters as a body would say them."""
    said: dict[str, Any] = request.query_params.dict()
    said |= (
        {"confirm": {"true": True, "false": False}.get(said["confirm"], said["confirm"])} if "confirm" in said else {}
    )
    charset = (request._request.content_params or {}).get("charset", "")
    said |= {} if said.get("encoding") or not charset else {"encoding": charset}
    if "send_at" in said:
        # a + in an address is read as a blank
        said["send_at"] = said["send_at"].replace(" ", "+")
    if "mapping" in said:
        try:
            said["mapping"] = parse_json_object(said["mapping"].encode())
        except UnreadableJson as error:
            raise QueryError(parameter="mapping", reason="it is a JSON object: heading → column") from error
    return said


def _from_json(request: Request) -> AskedBatch:
    for name in request.query_params:
        raise QueryError(parameter=name, reason="it is for files; here it stands in the body")
    data = body_of(request)
    try:
        said = checked(BatchIn(data=parse_json_object(data))).validated_data
    except UnreadableJson as error:
        raise UnreadableBodyError(reason=error.message) from error
    achievement = _awardable(request, said["achievement"])
    return AskedBatch(
        achievement=achievement,
        kind="orders",
        sent=data,
        rows=lambda: (BatchRow(row, order_from(one, achievement)) for row, one in enumerate(said["rows"], start=1)),
        options=_options(said),
        confirm=said["confirm"],
        is_long=len(said["rows"]) > MOST_AT_ONCE,
        follows=batch_to_follow(said.get("follows"), actor_of(request)),
        mapping={},
    )


def _options(said: Mapping[str, Any]) -> BatchOptions:
    return BatchOptions(**{name: said[name] for name in OPTIONS if name in said})


def _awardable(request: Request, name: str) -> Achievement:
    return achievement_among(achievements_for(actor_of(request), Role.AWARDER), name)
