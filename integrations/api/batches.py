"""`/api/v1/batches`: many awards of one achievement, as JSON rows or as a CSV file."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
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
from integrations.api.pagination import PAGING, Order, choice_of, page_of
from integrations.api.parsing import StrictSerializer, Text, body_of, checked
from integrations.api.view import ApiView
from integrations.errors import QueryError, UnreadableBodyError
from integrations.selectors import achievement_among
from issuing.errors import BatchRefusedError
from issuing.formats import read_award_file
from issuing.models import Award, AwardState
from issuing.selectors import batches_for
from issuing.services import BatchOutcome, BatchRow, award_batch, file_refusal_of, rows_of_table
from registry.errors import NotFoundError
from registry.models import Role
from registry.permissions import Scope
from registry.refusals import RuleBrokenError
from registry.selectors import link_base_url
from registry.tables import MOST_BYTES

ON_ERROR = ("refuse", "skip")
BY_ROW = Order("row_number", newest_first=False, read=int)
ROWS_TOLD = 1_000
MOST_JSON_ROWS = 5_000


class BatchIn(StrictSerializer):
    """`POST /api/v1/batches` as JSON."""

    achievement = Text(max_length=200, help_text="its id, or issuer-slug/slug")
    on_error = serializers.ChoiceField(
        choices=ON_ERROR, default="refuse", help_text="refuse: one bad row stops all; skip: the good rows are taken"
    )
    rows = serializers.ListField(child=AwardRowIn(), allow_empty=False, max_length=MOST_JSON_ROWS)


class BatchAcceptedOut(serializers.Serializer[Any]):
    """Where to look how it goes on."""

    id = serializers.UUIDField()
    url = serializers.URLField(help_text="the job's address")
    counts = serializers.DictField(child=serializers.IntegerField())
    rows = serializers.ListField(help_text="rows that were not accepted, at most 1,000", child=serializers.DictField())


class BatchRowOut(serializers.Serializer[Award]):
    """What became of an accepted row."""

    row = serializers.IntegerField()
    state = serializers.ChoiceField(choices=AwardState.values)
    id = serializers.UUIDField()
    credential = serializers.URLField()


class BatchOut(serializers.Serializer[Any]):
    """A batch: counts, rows that were refused, and a page of those that were accepted."""

    id = serializers.UUIDField()
    achievement = serializers.CharField()
    state = serializers.CharField()
    counts = serializers.DictField(child=serializers.IntegerField())
    refused = serializers.ListField(child=serializers.DictField())
    rows = page_schema(BatchRowOut, "BatchRowPage")


class BatchCollection(ApiView):
    """Award many."""

    scopes = {"POST": Scope.AWARDS_WRITE}
    parameters: ClassVar[dict[str, Any]] = {"POST": ("achievement", "on_error")}

    @extend_schema(
        operation_id="award_batch",
        summary="Award many at once; the same file sent twice awards nobody twice",
        request={"application/json": BatchIn, "text/csv": OpenApiTypes.STR},
        parameters=[
            parameter("achievement", "for CSV: its id, or issuer-slug/slug"),
            parameter("on_error", "for CSV: refuse or skip", enum=ON_ERROR),
        ],
        responses={202: OpenApiResponse(BatchAcceptedOut), **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Check every row first, then accept; 422 `rows-refused` names each row that stopped it."""
        outcome = _from_csv(request) if _is_csv(request) else _from_json(request)
        if outcome.batch_id is None:
            raise BatchRefusedError(count=outcome.counts.get("refused", 0), counts=outcome.counts, rows=_told(outcome))
        url = f"{link_base_url()}/api/v1/batches/{outcome.batch_id}"
        told = {"id": str(outcome.batch_id), "url": url, "counts": outcome.counts, "rows": _told(outcome)}
        return Response(told, status=202, headers={"Location": url})


def _is_csv(request: Request) -> bool:
    return str(request._request.content_type) == "text/csv"


def _from_csv(request: Request) -> BatchOutcome:
    on_error = choice_of(request, "on_error", ON_ERROR) or "refuse"
    name = request.query_params.get("achievement")
    if name is None:
        raise QueryError(parameter="achievement", reason="a CSV file needs it in the address")
    achievement = _awardable(request, name)
    data = body_of(request, max_bytes=MOST_BYTES)
    try:
        rows = rows_of_table(read_award_file(data), achievement)
    except RuleBrokenError as broken:
        raise file_refusal_of(broken) from broken
    return _accepted(request, achievement, rows, data, on_error)


def _from_json(request: Request) -> BatchOutcome:
    for name in request.query_params:
        raise QueryError(parameter=name, reason="it is for CSV files; here it stands in the body")
    data = body_of(request)
    try:
        said = checked(BatchIn(data=parse_json_object(data))).validated_data
    except UnreadableJson as error:
        raise UnreadableBodyError(reason=error.message) from error
    achievement = _awardable(request, said["achievement"])
    rows = (BatchRow(number, order_from(row, achievement)) for number, row in enumerate(said["rows"], start=1))
    return _accepted(request, achievement, rows, data, said["on_error"])


def _awardable(request: Request, name: str) -> Achievement:
    return achievement_among(achievements_for(actor_of(request), Role.AWARDER), name)


def _accepted(
    request: Request, achievement: Achievement, rows: Iterator[BatchRow], data: bytes, on_error: Any
) -> BatchOutcome:
    return award_batch(
        achievement=achievement,
        rows=rows,
        file_sha=hashlib.sha256(data).hexdigest(),
        actor=actor_of(request),
        on_error=on_error,
    )


def _told(outcome: BatchOutcome) -> list[JsonObject]:
    """Return the rows that need somebody's eye, bounded."""
    bad = [row for row in outcome.rows if row.state in {"refused", "already-awarded"}]
    return [row.told() for row in bad[:ROWS_TOLD]]


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
        batch = batches_for(actor_of(request)).filter(pk=batch_id).first()
        if batch is None:
            raise NotFoundError
        achievement = batch.version.achievement
        shown = {
            "id": str(batch.pk),
            "achievement": f"{achievement.issuer.slug}/{achievement.slug}",
            "state": batch.state,
            "counts": batch.counts,
            "refused": batch.report,
        }
        return Response(shown | {"rows": page_of(request, batch.awards.all(), BY_ROW, _row_json)})


def _row_json(award: Award) -> JsonObject:
    return {
        "row": award.row_number,
        "state": award.state,
        "id": str(award.pk),
        "credential": credential_address(award),
    }
