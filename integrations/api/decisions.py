"""`/api/v1/awards/<id>/approve|refuse|cancel`: what becomes of an award before it is signed.

And `/api/v1/awards/waiting`: what waits for the caller's organisation as a body that awards jointly.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.models import AchievementVersion
from integrations.api.authentication import actor_of
from integrations.api.descriptions import CURSOR, PAGE_SIZE, PROBLEMS, page_schema
from integrations.api.orders import Day
from integrations.api.pagination import PAGING, page_of
from integrations.api.parsing import StrictSerializer, Text, parsed
from integrations.api.view import ApiView
from issuing.errors import CredentialNotFoundError
from issuing.models import Award, AwardState
from issuing.services import RecordedDecision, approve_awards, cancel_award, refuse_awards
from issuing.waiting import told_for_release, versions_released_by, waiting_for
from registry.errors import ScopeRequiredError
from registry.keyset import Apart, Sorting
from registry.models import Organisation
from registry.permissions import Scope

LONGEST_LINE = 1_000
OLDEST_ACCEPTED = Sorting("accepted_at", newest_first=False)


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


class ResultOut(serializers.Serializer[Any]):
    """One result."""

    value = serializers.CharField(required=False)
    status = serializers.CharField(required=False)
    achieved_level = serializers.CharField(required=False)


class WaitingOut(serializers.Serializer[Award]):
    """An award of others as the body reads it whose release it waits for: what the certificate will say."""

    id = serializers.UUIDField(help_text="to approve or refuse it with, naming your organisation as `party`")
    achievement = serializers.CharField(help_text="issuer-slug/slug")
    version = serializers.IntegerField()
    name = serializers.CharField(help_text="of the person, as it will stand on the certificate")
    awarded_on = serializers.DateField()
    accepted_at = serializers.DateTimeField()
    valid_until = serializers.DateTimeField(required=False)
    learning_from = serializers.CharField(required=False)
    learning_to = serializers.CharField(required=False)
    participation = serializers.CharField(required=False)
    supervision = serializers.CharField(required=False)
    credits_earned = serializers.CharField(required=False)
    results = ResultOut(many=True)


class StateOut(serializers.Serializer[Award]):
    """Where the award stands now."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=AwardState.values)


def _state_of(award_id: uuid.UUID) -> Response:
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


class Waiting(ApiView):
    """What waits for the caller's organisation as a body that awards jointly."""

    scopes = {"GET": Scope.AWARDS_APPROVE}
    parameters: ClassVar[dict[str, Any]] = {"GET": PAGING}

    @extend_schema(
        operation_id="list_awards_to_release",
        summary="List the awards of others that wait for your organisation's release, oldest first",
        parameters=[PAGE_SIZE, CURSOR],
        responses={200: page_schema(WaitingOut, "WaitingPage"), **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """List them until they are decided; the key has to be one of the whole organisation, not of a part of it."""
        actor = actor_of(request)
        if actor.organisation_id is None:
            raise ScopeRequiredError(scope=Scope.AWARDS_APPROVE)
        body = Organisation.objects.get(pk=actor.organisation_id)
        apart = Apart("version", AchievementVersion.objects.filter(pk__in=versions_released_by(body, actor)))
        return Response(page_of(request, waiting_for(body), OLDEST_ACCEPTED, told_for_release, apart=apart))


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
        return _state_of(award_id)


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
        return _state_of(award_id)


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
        return _state_of(award_id)
