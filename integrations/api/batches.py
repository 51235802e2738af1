"""`/api/v1/batches`: many awards of one achievement, as JSON rows, CSV or XLSX."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.models import Achievement
from catalogue.selectors import achievements_for
from credentials.errors import MalformedError as UnreadableJson
from credentials.strict_json import JsonObject, parse_json_object
from integrations.api.authentication import actor_of
from integrations.api.awards import credential_address
from integrations.api.descriptions import CURSOR, PAGE_SIZE, PROBLEMS, page_schema, parameter
from integrations.api.orders import AwardRowIn, order_from
from integrations.api.pagination import PAGING, Sorting, choice_of, page_of
from integrations.api.parsing import Flag, StrictSerializer, Text, body_of, checked
from integrations.api.view import ApiView
from integrations.errors import QueryError, UnreadableBodyError
from integrations.selectors import achievement_among
from issuing.errors import BatchRefusedError
from issuing.formats import read_award_file, rows_up_to
from issuing.models import FIRST_ROW_OF_FILES, Award, AwardState, Batch, BatchState
from issuing.selectors import batches_for
from issuing.services import (
    BatchOrder,
    BatchOutcome,
    BatchRow,
    FileKind,
    award_batch,
    cancel_batch,
    confirm_batch,
    dump_rows,
    file_refusal_of,
    make_batch,
    read_as,
    reported_groups,
    reported_rows,
    rows_of_table,
)
from registry.errors import NotFoundError
from registry.models import Role
from registry.permissions import Scope
from registry.refusals import RuleBrokenError
from registry.selectors import link_base_url
from registry.tables import MOST_BYTES
from registry.workbooks import check_workbook, is_workbook

ON_ERROR = ("refuse", "skip")
BY_ROW = Sorting("row_number", newest_first=False, read=int)
ROWS_TOLD = 1_000
MOST_JSON_ROWS = 5_000
MOST_AT_ONCE = 100
"""What is awarded before the answer; more is the worker's."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES = ("text/csv", XLSX)


class BatchIn(StrictSerializer):
    """`POST /api/v1/batches` as JSON."""

    achievement = Text(max_length=200, help_text="its id, or issuer-slug/slug")
    on_error = serializers.ChoiceField(
        choices=ON_ERROR, default="refuse", help_text="refuse: one bad row stops all; skip: the good rows are taken"
    )
    confirm = Flag(default=True, help_text="false: only check, and wait for `confirm`")
    rows = serializers.ListField(child=AwardRowIn(), allow_empty=False, max_length=MOST_JSON_ROWS)


class ConfirmationIn(StrictSerializer):
    """`POST /api/v1/batches/<id>/confirm`."""

    on_error = serializers.ChoiceField(
        choices=ON_ERROR, required=False, help_text="skip: award the good rows, leave out the others"
    )


class ReadAsOut(serializers.Serializer[Any]):
    """How a file was read: look whether ü, ł and α stand in its first rows as they should."""

    encoding = serializers.CharField(help_text="empty for a workbook")
    delimiter = serializers.CharField()
    notes = serializers.ListField(child=serializers.CharField())
    first_rows = serializers.ListField(
        required=False, help_text="of a checked CSV, for who may award it", child=serializers.DictField()
    )


class BatchAcceptedOut(serializers.Serializer[Any]):
    """Where to look how it goes on."""

    id = serializers.UUIDField()
    url = serializers.URLField(help_text="the job's address")
    state = serializers.ChoiceField(choices=BatchState.values)
    counts = serializers.DictField(child=serializers.IntegerField())
    rows = serializers.ListField(help_text="rows that were not accepted, at most 1,000", child=serializers.DictField())
    read_as = ReadAsOut(required=False)


class BatchRowOut(serializers.Serializer[Award]):
    """What became of an accepted row."""

    row = serializers.IntegerField()
    state = serializers.ChoiceField(choices=AwardState.values)
    id = serializers.UUIDField()
    credential = serializers.URLField()


class ProgressOut(serializers.Serializer[Any]):
    """How far the step is that goes on."""

    done = serializers.IntegerField()
    total = serializers.IntegerField()


class BatchJobOut(serializers.Serializer[Any]):
    """How a batch stands: counts, faults by group, and the first 1,000 rows that were refused, with all their faults."""

    id = serializers.UUIDField()
    achievement = serializers.CharField()
    state = serializers.ChoiceField(choices=BatchState.values)
    progress = ProgressOut()
    counts = serializers.DictField(child=serializers.IntegerField())
    groups = serializers.ListField(child=serializers.DictField(), help_text="faults by column and code")
    refused = serializers.ListField(child=serializers.DictField())
    read_as = ReadAsOut(required=False, help_text="how a file was read")
    ended_code = serializers.CharField(required=False, help_text="why it was cancelled")


class BatchOut(BatchJobOut):
    """A batch, and a page of its accepted rows."""

    rows = page_schema(BatchRowOut, "BatchRowPage")


class BatchCollection(ApiView):
    """Award many."""

    scopes = {"POST": Scope.AWARDS_WRITE}
    parameters: ClassVar[dict[str, Any]] = {"POST": ("achievement", "on_error", "confirm", "encoding")}

    @extend_schema(
        operation_id="award_batch",
        summary="Award many at once; the same file sent twice awards nobody twice",
        request={"application/json": BatchIn, "text/csv": OpenApiTypes.STR, XLSX: OpenApiTypes.BINARY},
        parameters=[
            parameter("achievement", "for a file: its id, or issuer-slug/slug"),
            parameter("on_error", "for a file: refuse or skip", enum=ON_ERROR),
            parameter(
                "encoding", "of a CSV that is not Unicode, such as windows-1250; or `charset` of its Content-Type"
            ),
            parameter("confirm", "for a file: false only checks it, and waits for `confirm`", enum=("true", "false")),
        ],
        responses={202: OpenApiResponse(BatchAcceptedOut), **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Up to 100 rows are checked and accepted at once; 422 `rows-refused` names each row that stopped it.

        More rows, a workbook, or `confirm` false: 202 at once, and the job's address tells how it goes on.
        """
        asked = _from_file(request) if _content_type(request) in FILES else _from_json(request)
        if not asked.confirm or asked.is_long:
            return _kept(request, asked)
        outcome = award_batch(
            achievement=asked.achievement,
            rows=asked.rows(),
            file_sha=hashlib.sha256(asked.sent).hexdigest(),
            actor=actor_of(request),
            on_error=asked.on_error,
            first_row=1 if asked.kind == "orders" else FIRST_ROW_OF_FILES,
        )
        bad_rows = _bad_rows(outcome)
        if outcome.batch_id is None:
            raise BatchRefusedError(count=outcome.counts.get("refused", 0), counts=outcome.counts, rows=bad_rows)
        members = {"counts": outcome.counts, "rows": bad_rows} | ({"read_as": asked.read_as} if asked.read_as else {})
        return _accepted(outcome.batch_id, state="done", **members)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a request asks for, before any row of it was checked."""

    achievement: Achievement
    kind: FileKind
    sent: bytes
    rows: Callable[[], Iterable[BatchRow]]
    on_error: Any
    confirm: bool
    is_long: bool
    encoding: str = ""
    read_as: JsonObject = field(default_factory=dict)


def _content_type(request: Request) -> str:
    return str(request._request.content_type)


def _from_file(request: Request) -> _Asked:
    on_error = choice_of(request, "on_error", ON_ERROR) or "refuse"
    confirm = choice_of(request, "confirm", ("true", "false")) != "false"
    name = request.query_params.get("achievement")
    if name is None:
        raise QueryError(parameter="achievement", reason="a file needs it in the address")
    achievement = _awardable(request, name)
    data = body_of(request, max_bytes=MOST_BYTES)
    workbook = is_workbook(data)
    encoding = request.query_params.get("encoding") or (request._request.content_params or {}).get("charset", "")
    try:
        if workbook:
            check_workbook(data)
        is_long = workbook or rows_up_to(data, MOST_AT_ONCE + 1, encoding=encoding) > MOST_AT_ONCE
        table = None if is_long else read_award_file(data, encoding=encoding)
    except RuleBrokenError as broken:
        raise file_refusal_of(broken) from broken
    return _Asked(
        achievement=achievement,
        kind="xlsx" if workbook else "csv",
        sent=data,
        rows=lambda: rows_of_table(table, achievement) if table else (),
        on_error=on_error,
        confirm=confirm,
        is_long=is_long,
        encoding=encoding,
        read_as=table.read_as if table else {},
    )


def _from_json(request: Request) -> _Asked:
    for name in request.query_params:
        raise QueryError(parameter=name, reason="it is for files; here it stands in the body")
    data = body_of(request)
    try:
        said = checked(BatchIn(data=parse_json_object(data))).validated_data
    except UnreadableJson as error:
        raise UnreadableBodyError(reason=error.message) from error
    achievement = _awardable(request, said["achievement"])
    return _Asked(
        achievement=achievement,
        kind="orders",
        sent=data,
        rows=lambda: (BatchRow(row, order_from(one, achievement)) for row, one in enumerate(said["rows"], start=1)),
        on_error=said["on_error"],
        confirm=said["confirm"],
        is_long=len(said["rows"]) > MOST_AT_ONCE,
    )


def _awardable(request: Request, name: str) -> Achievement:
    return achievement_among(achievements_for(actor_of(request), Role.AWARDER), name)


def _kept(request: Request, asked: _Asked) -> Response:
    """Keep what was sent; the worker checks it and, if confirmed, awards."""
    order = BatchOrder(
        achievement=asked.achievement,
        content=dump_rows(asked.rows()) if asked.kind == "orders" else asked.sent,
        kind=asked.kind,
        on_error=asked.on_error,
        confirm=asked.confirm,
        sent=asked.sent,
        encoding=asked.encoding,
    )
    batch = make_batch(order=order, actor=actor_of(request))
    return _accepted(batch.pk, state=batch.state, counts={}, rows=[])


def _accepted(batch_id: uuid.UUID, **members: Any) -> Response:
    url = f"{link_base_url()}/api/v1/batches/{batch_id}"
    return Response({"id": str(batch_id), "url": url, **members}, status=202, headers={"Location": url})


def _bad_rows(outcome: BatchOutcome) -> list[dict[str, object]]:
    """Return the rows that need somebody's eye, bounded."""
    bad = [row for row in outcome.rows if row.state in {"refused", "already-awarded"}]
    return [row.as_json() for row in bad[:ROWS_TOLD]]


class BatchDetail(ApiView):
    """One batch."""

    scopes = {"GET": Scope.AWARDS_READ}
    parameters: ClassVar[dict[str, Any]] = {"GET": PAGING}

    @extend_schema(
        operation_id="read_batch",
        summary="See how a batch goes on",
        parameters=[PAGE_SIZE, CURSOR],
        responses={200: BatchOut, **PROBLEMS},
    )
    def get(self, request: Request, batch_id: uuid.UUID) -> Response:
        """Return counts and a page of rows of one of the caller's batches."""
        batch = _batch_of(request, batch_id, Role.VIEWER)
        may_award = batches_for(actor_of(request), Role.AWARDER).filter(pk=batch_id).exists()
        return Response(
            batch_json(batch, with_rows=may_award) | {"rows": page_of(request, batch.awards.all(), BY_ROW, _row_json)}
        )


class Confirmation(ApiView):
    """A batch that was checked is awarded."""

    scopes = {"POST": Scope.AWARDS_WRITE}

    @extend_schema(
        operation_id="confirm_batch",
        summary="Award a batch that was only checked",
        request=ConfirmationIn,
        responses={202: OpenApiResponse(BatchJobOut), **PROBLEMS},
    )
    def post(self, request: Request, batch_id: uuid.UUID) -> Response:
        """Let the worker award it; 409 `state-does-not-allow` names the state that is in the way."""
        data = body_of(request) or b"{}"
        try:
            said = checked(ConfirmationIn(data=parse_json_object(data))).validated_data
        except UnreadableJson as error:
            raise UnreadableBodyError(reason=error.message) from error
        batch = _batch_of(request, batch_id, Role.AWARDER)
        return Response(batch_json(confirm_batch(batch=batch, actor=actor_of(request), **said)), status=202)


class Cancellation(ApiView):
    """A batch is ended before it is done."""

    scopes = {"POST": Scope.AWARDS_WRITE}

    @extend_schema(
        operation_id="cancel_batch",
        summary="End a batch; its file is deleted, what was accepted of it stays",
        request=None,
        responses={202: OpenApiResponse(BatchJobOut), **PROBLEMS},
    )
    def post(self, request: Request, batch_id: uuid.UUID) -> Response:
        """Cancel it; 409 `state-does-not-allow` when it is done."""
        batch = _batch_of(request, batch_id, Role.AWARDER)
        return Response(batch_json(cancel_batch(batch=batch, actor=actor_of(request))), status=202)


def _batch_of(request: Request, batch_id: uuid.UUID, role: Role) -> Batch:
    batch = batches_for(actor_of(request), role).filter(pk=batch_id).first()
    if batch is None:
        raise NotFoundError
    return batch


def batch_json(batch: Batch, *, with_rows: bool = False) -> JsonObject:
    """Return how a batch stands; its version, achievement and issuer must be loaded. `with_rows`: for who may award."""
    achievement = batch.version.achievement
    shown: JsonObject = {
        "id": str(batch.pk),
        "achievement": f"{achievement.issuer.slug}/{achievement.slug}",
        "state": batch.state,
        "progress": {"done": batch.rows_done, "total": batch.rows_total},
        "counts": batch.counts,
        "groups": reported_groups(batch),
        "refused": reported_rows(batch, "refused"),
    }
    read = read_as(batch, with_rows=with_rows)
    shown |= {"read_as": read} if read else {}
    return shown | ({"ended_code": batch.ended_code} if batch.ended_code else {})


def _row_json(award: Award) -> JsonObject:
    return {
        "row": award.row_number,
        "state": award.state,
        "id": str(award.pk),
        "credential": credential_address(award),
    }
