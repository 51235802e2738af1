"""`/api/v1/batches`: many awards of one achievement, as JSON rows, CSV or XLSX."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from credentials.errors import MalformedError as UnreadableJson
from credentials.strict_json import JsonObject, parse_json_object
from integrations.api.authentication import actor_of
from integrations.api.awards import credential_address
from integrations.api.batch_requests import FILE_PARAMETERS, XLSX, AskedBatch, BatchIn, asked_of
from integrations.api.descriptions import CURSOR, PAGE_SIZE, PROBLEMS, page_schema
from integrations.api.orders import SendAt
from integrations.api.pagination import PAGING, page_of
from integrations.api.parsing import StrictSerializer, body_of, checked
from integrations.api.view import ApiView
from integrations.errors import UnreadableBodyError
from issuing.errors import BatchRefusedError
from issuing.models import FIRST_ROW_OF_FILES, Award, AwardState, Batch, BatchState
from issuing.selectors import batches_for
from issuing.services import (
    DUPLICATES,
    ON_ERROR,
    BatchOptions,
    BatchOrder,
    BatchOutcome,
    award_batch,
    cancel_batch,
    confirm_batch,
    dump_rows,
    make_batch,
    read_as,
    reported_groups,
    reported_rows,
)
from registry.errors import NotFoundError
from registry.keyset import Sorting
from registry.models import Role
from registry.permissions import Scope
from registry.selectors import link_base_url

BY_ROW = Sorting("row_number", newest_first=False, read=int)
ROWS_TOLD = 1_000


class ConfirmationIn(StrictSerializer):
    """`POST /api/v1/batches/<id>/confirm`."""

    on_error = serializers.ChoiceField(
        choices=ON_ERROR, required=False, help_text="skip: award the good rows, leave out the others"
    )
    send_at = SendAt(required=False, help_text="another day than the draft's, for rows that name none")


class ReadAsOut(serializers.Serializer[Any]):
    """How a file was read: look whether ü, ł and α stand in its first rows as they should."""

    encoding = serializers.CharField(help_text="empty for a workbook")
    delimiter = serializers.CharField()
    notes = serializers.ListField(child=serializers.CharField())
    first_rows = serializers.ListField(
        required=False, help_text="of a checked file, for who may award it", child=serializers.DictField()
    )
    layout = serializers.CharField(
        required=False, help_text="the other system whose file it is: Credly, Canvas, edubadges"
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


class BatchOptionsOut(serializers.Serializer[Any]):
    """How a file is awarded."""

    on_error = serializers.ChoiceField(choices=ON_ERROR)
    duplicates = serializers.ChoiceField(choices=DUPLICATES)
    send_at = serializers.CharField(required=False)
    valid_until = serializers.CharField(required=False)
    encoding = serializers.CharField(required=False)


class BatchJobOut(serializers.Serializer[Any]):
    """How a batch stands: counts, faults by group, and the first 1,000 rows that were refused, with all their faults."""

    id = serializers.UUIDField()
    achievement = serializers.CharField()
    state = serializers.ChoiceField(choices=BatchState.values)
    options = BatchOptionsOut()
    mapping = serializers.DictField(child=serializers.CharField(), help_text="of a file: heading → column")
    edition = serializers.IntegerField(help_text="1 for a file that follows none")
    follows = serializers.UUIDField(allow_null=True, help_text="the batch of the file that this one corrects")
    progress = ProgressOut()
    counts = serializers.DictField(child=serializers.IntegerField())
    groups = serializers.ListField(
        child=serializers.DictField(), help_text="what was found, by state, column and code"
    )
    refused = serializers.ListField(child=serializers.DictField())
    already_awarded = serializers.ListField(
        child=serializers.DictField(), help_text="with `changed`: the columns in which the row says something else"
    )
    read_as = ReadAsOut(required=False, help_text="how a file was read")
    ended_code = serializers.CharField(required=False, help_text="why it was cancelled")


class BatchOut(BatchJobOut):
    """A batch, and a page of its accepted rows."""

    rows = page_schema(BatchRowOut, "BatchRowPage")


class BatchCollection(ApiView):
    """Award many."""

    scopes = {"POST": Scope.AWARDS_WRITE}
    parameters: ClassVar[dict[str, Any]] = {"POST": tuple(FILE_PARAMETERS)}

    @extend_schema(
        operation_id="award_batch",
        summary="Award many at once; the same file sent twice awards nobody twice",
        request={"application/json": BatchIn, "text/csv": OpenApiTypes.STR, XLSX: OpenApiTypes.BINARY},
        parameters=list(FILE_PARAMETERS.values()),
        responses={202: OpenApiResponse(BatchAcceptedOut), **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Up to 100 rows are checked and accepted at once; 422 `rows-refused` names each row that stopped it.

        More rows, a workbook, or `confirm` false: 202 at once, and the job's address tells how it goes on.
        """
        asked = asked_of(request)
        if not asked.confirm or asked.is_long:
            return _kept(request, asked)
        outcome = award_batch(
            achievement=asked.achievement,
            rows=asked.rows(),
            file_sha=hashlib.sha256(asked.sent).hexdigest(),
            actor=actor_of(request),
            options=asked.options,
            mapping=asked.mapping,
            follows=asked.follows,
            first_row=1 if asked.kind == "orders" else FIRST_ROW_OF_FILES,
        )
        bad_rows = _bad_rows(outcome)
        if outcome.batch_id is None:
            raise BatchRefusedError(count=outcome.counts.get("refused", 0), counts=outcome.counts, rows=bad_rows)
        members = {"counts": outcome.counts, "rows": bad_rows} | ({"read_as": asked.read_as} if asked.read_as else {})
        return _accepted(outcome.batch_id, state="done", **members)


def _kept(request: Request, asked: AskedBatch) -> Response:
    """Keep what was sent; the worker checks it and, if confirmed, awards."""
    order = BatchOrder(
        achievement=asked.achievement,
        content=dump_rows(asked.rows()) if asked.kind == "orders" else asked.sent,
        kind=asked.kind,
        options=asked.options,
        mapping=asked.mapping,
        follows=asked.follows,
        confirm=asked.confirm,
        sent=asked.sent,
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
        "options": BatchOptions.of(batch).kept(),
        "mapping": batch.mapping,
        "edition": batch.edition,
        "follows": batch.follows_id and str(batch.follows_id),
        "progress": {"done": batch.rows_done, "total": batch.rows_total},
        "counts": batch.counts,
        "groups": reported_groups(batch),
        "refused": reported_rows(batch, "refused"),
        "already_awarded": reported_rows(batch, "already-awarded"),
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
