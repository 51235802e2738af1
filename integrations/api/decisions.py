"""`/api/v1/awards/<id>/approve|refuse|cancel`: what becomes of an award before it is signed."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integrations.api.authentication import actor_of
from integrations.api.descriptions import PROBLEMS
from integrations.api.orders import Day
from integrations.api.parsing import StrictSerializer, Text, parsed
from integrations.api.view import ApiView
from issuing.errors import CredentialNotFoundError
from issuing.models import Award, AwardState
from issuing.services import RecordedDecision, approve_awards, cancel_award, refuse_awards
from registry.permissions import Scope

LONGEST_LINE = 1_000


class RecordedIn(StrictSerializer):
    """What a body without an organisation here decided; pages say that the issuer states it."""

    ground = Text(max_length=LONGEST_LINE, help_text="on what it rests: minutes, a letter")
    date = extend_schema_field(OpenApiTypes.DATE)(Day)()
    reference = Text(max_length=LONGEST_LINE)


class ApproveIn(StrictSerializer):
    """For whom; without a party it is a second person's approval."""

    party = Text(max_length=100, required=False, help_text="a body that awards it jointly")
    recorded = RecordedIn(required=False)


class RefuseIn(ApproveIn):
    """Why, and for whom."""

    reason = Text(max_length=500)


class CancelIn(StrictSerializer):
    """Nothing needs to be said."""

    reason = Text(max_length=500, required=False)


class StateOut(serializers.Serializer[Award]):
    """Where the award stands now."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=AwardState.values)


def _told(award_id: uuid.UUID) -> Response:
    return Response({"id": str(award_id), "state": Award.objects.values_list("state", flat=True).get(pk=award_id)})


def _known(award_id: uuid.UUID) -> uuid.UUID:
    """Batches are decided on by themselves: here an id is that of an award."""
    if not Award.objects.filter(pk=award_id).exists():
        raise CredentialNotFoundError
    return award_id


def _decision(said: dict[str, Any]) -> dict[str, Any]:
    recorded = said.get("recorded")
    return {
        "party": said.get("party", ""),
        "recorded": recorded
        and RecordedDecision(ground=recorded["ground"], decided_on=recorded["date"], reference=recorded["reference"]),
    }


class Approve(ApiView):
    """Approve an award that waits for that."""

    scopes = {"POST": Scope.AWARDS_APPROVE}

    @extend_schema(
        operation_id="approve",
        summary="Approve an award, as a second person or for a body that awards it jointly",
        request=ApproveIn,
        responses={200: StateOut, **PROBLEMS},
    )
    def post(self, request: Request, award_id: uuid.UUID) -> Response:
        """Let it go on once nothing is missing; 409 `state-does-not-allow` names the state of one that does not wait."""
        said = parsed(ApproveIn, request).validated_data
        approve_awards(subject_id=_known(award_id), actor=actor_of(request), **_decision(said))
        return _told(award_id)


class Refuse(ApiView):
    """Refuse an award that waits for approval."""

    scopes = {"POST": Scope.AWARDS_APPROVE}

    @extend_schema(
        operation_id="refuse",
        summary="Refuse an award that waits for approval: it ends unsigned",
        request=RefuseIn,
        responses={200: StateOut, **PROBLEMS},
    )
    def post(self, request: Request, award_id: uuid.UUID) -> Response:
        """End it; one body that refuses is enough."""
        said = parsed(RefuseIn, request).validated_data
        refuse_awards(subject_id=_known(award_id), actor=actor_of(request), reason=said["reason"], **_decision(said))
        return _told(award_id)


class Cancel(ApiView):
    """Cancel an award that is not signed yet."""

    scopes = {"POST": Scope.AWARDS_WRITE}

    @extend_schema(
        operation_id="cancel",
        summary="Cancel an award before it is signed",
        request=CancelIn,
        responses={200: StateOut, **PROBLEMS},
    )
    def post(self, request: Request, award_id: uuid.UUID) -> Response:
        """End it; 409 `state-does-not-allow` for one that is signed (revoke it) or has ended."""
        parsed(CancelIn, request)
        cancel_award(award_id=award_id, actor=actor_of(request))
        return _told(award_id)
