"""`/api/v1/awards`: award an achievement, and see what became of it."""

from __future__ import annotations

import json
import uuid

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.selectors import achievements_for
from credentials.errors import MalformedError as UnreadableJson
from credentials.strict_json import JsonObject, compact_json, parse_json_object
from integrations.api.authentication import actor_of
from integrations.api.descriptions import CURSOR, IDEMPOTENCY_KEY, PAGE_SIZE, PROBLEMS, page_schema, parameter
from integrations.api.idempotency import answered_once
from integrations.api.orders import AwardIn, order_from
from integrations.api.pagination import PAGING, choice_of, moment_of, page_of
from integrations.api.parsing import body_of, checked
from integrations.api.view import ApiView
from integrations.errors import UnreadableBodyError
from integrations.selectors import achievement_among
from issuing.models import Award, AwardState
from issuing.selectors import NEWEST_ACCEPTED, awarded_versions_for, awards_for
from issuing.services import award_achievement
from registry.errors import NotFoundError
from registry.idempotency import KeptAnswer
from registry.keyset import Apart
from registry.models import Role
from registry.permissions import Scope


class AwardOut(serializers.Serializer[Award]):
    """An award as machines see it; names and addresses stay out."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=AwardState.values)
    credential = serializers.URLField(help_text="absolute address, the id of the signed document")
    achievement = serializers.CharField(help_text="issuer-slug/slug")
    version = serializers.IntegerField()
    awarded_on = serializers.DateField()
    accepted_at = serializers.DateTimeField()
    learner = serializers.UUIDField(allow_null=True, help_text="your record of the person, to name them by")
    refused_code = serializers.CharField(required=False)


class AcceptedOut(serializers.Serializer[Award]):
    """The answer to an accepted award."""

    id = serializers.UUIDField(help_text="of the award, and of its credential")
    state = serializers.ChoiceField(choices=AwardState.values)
    credential = serializers.URLField()


def award_json(award: Award) -> JsonObject:
    """Return an award; its version, achievement and issuer must be loaded."""
    achievement = award.version.achievement
    shown = {
        "id": str(award.pk),
        "state": award.state,
        "credential": credential_address(award),
        "achievement": f"{achievement.issuer.slug}/{achievement.slug}",
        "version": award.version.number,
        "awarded_on": award.awarded_on.isoformat(),
        "accepted_at": award.accepted_at.isoformat().replace("+00:00", "Z"),
        "learner": award.learner_id and str(award.learner_id),
    }
    return shown | ({"refused_code": award.refused_code} if award.refused_code else {})


def credential_address(award: Award) -> str:
    """Return the address that was fixed when the award was accepted; an erased award has none any more."""
    return str(json.loads(award.facts)["credential_id"]) if award.facts else ""


class AwardCollection(ApiView):
    """Award an achievement, and list awards."""

    scopes = {"GET": Scope.AWARDS_READ, "POST": Scope.AWARDS_WRITE}
    parameters = {"GET": ("state", "achievement", "since", *PAGING)}

    @extend_schema(
        operation_id="award",
        summary="Award an achievement; it is signed a moment later",
        request=AwardIn,
        parameters=[IDEMPOTENCY_KEY],
        responses={202: AcceptedOut, **PROBLEMS},
    )
    def post(self, request: Request) -> HttpResponse:
        """Accept one award: 202 at once, 409 `already-awarded` with the id of the one that stands."""
        body = body_of(request)
        return answered_once(request, body, lambda: _accepted(request, body))

    @extend_schema(
        operation_id="list_awards",
        summary="List awards, newest first",
        parameters=[
            parameter("state", "only in this state", enum=AwardState.values),
            parameter("achievement", "only of this one: its id, or issuer-slug/slug"),
            parameter("since", "only accepted at or after this time, with a zone"),
            PAGE_SIZE,
            CURSOR,
        ],
        responses={200: page_schema(AwardOut, "AwardPage"), **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """List the caller's awards."""
        actor = actor_of(request)
        rows = Award.objects.select_related("version__achievement__issuer", "organisation")
        versions = awarded_versions_for(actor)
        if state := choice_of(request, "state", AwardState.values):
            rows = rows.filter(state=state)
        if since := moment_of(request, "since"):
            rows = rows.filter(accepted_at__gte=since)
        if name := request.query_params.get("achievement"):
            versions = versions.filter(achievement=achievement_among(achievements_for(actor), name))
        return Response(page_of(request, rows, NEWEST_ACCEPTED, award_json, apart=Apart("version", versions)))


def _accepted(request: Request, body: bytes) -> KeptAnswer:
    try:
        said = checked(AwardIn(data=parse_json_object(body))).validated_data
    except UnreadableJson as error:
        raise UnreadableBodyError(reason=error.message) from error
    actor = actor_of(request)
    achievement = achievement_among(achievements_for(actor, Role.AWARDER), said["achievement"])
    award = award_achievement(order=order_from(said, achievement), actor=actor)
    shown = {"id": str(award.pk), "state": award.state, "credential": credential_address(award)}
    return KeptAnswer(202, compact_json(shown))


class AwardDetail(ApiView):
    """One award."""

    scopes = {"GET": Scope.AWARDS_READ}

    @extend_schema(
        operation_id="read_award", summary="See what became of an award", responses={200: AwardOut, **PROBLEMS}
    )
    def get(self, request: Request, award_id: uuid.UUID) -> Response:
        """Return one of the caller's awards."""
        award = (
            awards_for(actor_of(request)).select_related("version__achievement__issuer").filter(pk=award_id).first()
        )
        if award is None:
            raise NotFoundError
        return Response(award_json(award))
