"""`/api/v1/achievements`: the catalogue for machines. What is published is open to everybody."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue import codes
from catalogue.models import (
    Achievement,
    AchievementKind,
    AchievementState,
    AchievementVersion,
    Audience,
    DuplicatePolicy,
)
from catalogue.said import content_as_said
from catalogue.selectors import achievements_for, content_of
from catalogue.services import AchievementOrder, change_entry, create_achievement, publish_achievement
from credentials.strict_json import JsonObject
from integrations.api.authentication import actor_of
from integrations.api.descriptions import CURSOR, PAGE_SIZE, PROBLEMS, page_schema, parameter
from integrations.api.entries import entry_from, patched
from integrations.api.pagination import PAGING, choice_of, page_of
from integrations.api.parsing import Flag, StrictSerializer, Text, parsed
from integrations.api.view import ApiView
from integrations.selectors import achievement_among, issuer_named, listed_achievements
from registry.keyset import Sorting
from registry.models import Role
from registry.permissions import Scope
from registry.selectors import link_base_url

NEWEST = Sorting("created_at")


class Json(serializers.JSONField):
    """JSON of one kind; what is inside, the catalogue's own rules judge."""

    kind: ClassVar[type[Any]] = dict

    def to_internal_value(self, data: Any) -> Any:
        """Refuse another kind, empty ones included."""
        if not isinstance(data, self.kind):
            self.fail("invalid")
        return data


@extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
class LanguageMap(Json):
    """A text per language: {"en": "Basics", "de": "Grundlagen"}."""


@extend_schema_field({"type": "object", "additionalProperties": {}})
class Object(Json):
    """An object."""


@extend_schema_field({"type": "array", "items": {"type": "object", "additionalProperties": {}}})
class Objects(Json):
    """A list of objects."""

    kind: ClassVar[type[Any]] = list


@extend_schema_field({"type": ["string", "number"]})
class Number(serializers.JSONField):
    """An exact number, best as text."""


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class Codes(Json):
    """A list of codes."""

    kind: ClassVar[type[Any]] = list


class Code(Text):
    """One of a few codes; which, the schema tells and the catalogue's rules judge."""

    def __init__(self, *codes: str) -> None:
        super().__init__(required=False, allow_null=True, help_text=" | ".join(codes))


class ContentIn(StrictSerializer):
    """What an entry says. The rules are the import's (`manage.py import_catalogue`), and told field by field."""

    name = LanguageMap(required=False, allow_null=True)
    short_name = LanguageMap(required=False, allow_null=True)
    description = LanguageMap(required=False, allow_null=True)
    criteria = LanguageMap(required=False, allow_null=True)
    language = Text(required=False, max_length=12)
    outcomes = Objects(required=False, allow_null=True)
    facts = Object(required=False, allow_null=True)
    alignments = Objects(required=False, allow_null=True)
    result_descriptions = Objects(required=False, allow_null=True)
    ects_credits = Number(required=False, allow_null=True)
    national_credits = Number(required=False, allow_null=True)
    national_credit_system = Text(required=False, allow_null=True)
    other_points = Number(required=False, allow_null=True)
    other_points_name = Text(required=False, allow_null=True)
    other_points_body = Text(required=False, allow_null=True)
    workload_hours_min = Number(required=False, allow_null=True)
    workload_hours_max = Number(required=False, allow_null=True)
    workload_text = LanguageMap(required=False, allow_null=True)
    level_eqf = Number(required=False, allow_null=True)
    level_eqf_basis = Text(required=False, allow_null=True)
    level_eqf_source = Text(required=False, allow_null=True)
    level_national = Text(required=False, allow_null=True)
    suspendable = serializers.BooleanField(required=False)
    valid_for_days = Number(required=False, allow_null=True)
    outcome_rule = Object(required=False, allow_null=True)
    parties = Objects(required=False, allow_null=True)
    assessment_kinds = Codes(required=False, allow_null=True, help_text=" | ".join(codes.ASSESSMENT_KINDS))
    summative = Flag(required=False, allow_null=True)
    voluntary = Flag(required=False, allow_null=True)
    supervision_kind = Code(*codes.SUPERVISION_KINDS)
    mode = Code(*codes.MODES)
    period = Code(*codes.PERIODS)
    objective = Code(*codes.OBJECTIVES)
    intended_use = Codes(required=False, allow_null=True, help_text=" | ".join(codes.INTENDED_USES))
    qa_kind = Code(*codes.QA_KINDS)
    credit_bearing = Code(*codes.CREDIT_BEARING)
    qualifications = Objects(required=False, allow_null=True)
    accessibility = LanguageMap(required=False, allow_null=True)
    materials_licence = Text(required=False, allow_null=True, help_text="CC-BY-4.0, …, or an address")
    price_amount = Number(required=False, allow_null=True)
    price_unit = Text(required=False, allow_null=True, help_text="EUR, USD/month")
    price_tax_included = Flag(required=False, allow_null=True)
    funding = Objects(required=False, allow_null=True)
    start = Code(*codes.STARTS)
    access_period = Text(required=False, allow_null=True, help_text="P6M, or unlimited")
    badge = Object(
        required=False, allow_null=True, help_text="foot: a short text; picture: SHA-256 of an uploaded one"
    )
    image_alt = LanguageMap(required=False, allow_null=True, help_text="what the picture shows")
    evidence_required = serializers.BooleanField(required=False)
    result_required = serializers.BooleanField(required=False)
    runs = Objects(required=False, allow_null=True, help_text="of the course; alone they make no new version")
    audience = serializers.ChoiceField(choices=Audience.values, required=False, help_text="who finds the entry")


class AchievementIn(ContentIn):
    """`POST /api/v1/achievements`: a new draft."""

    issuer = Text(max_length=60, help_text="slug of the issuer")
    slug = Text(max_length=80)
    kind = serializers.ChoiceField(choices=AchievementKind.values)
    duplicates = serializers.ChoiceField(choices=DuplicatePolicy.values, required=False)


class AchievementOut(serializers.Serializer[Achievement]):
    """An entry as lists show it."""

    id = serializers.UUIDField()
    issuer = serializers.CharField(help_text="slug")
    slug = serializers.CharField()
    kind = serializers.ChoiceField(choices=AchievementKind.values)
    state = serializers.ChoiceField(choices=AchievementState.values)
    audience = serializers.ChoiceField(choices=Audience.values, help_text="organisation: for its members alone")
    version = serializers.IntegerField(help_text="the newest that may be seen")
    name = LanguageMap()
    language = serializers.CharField()
    url = serializers.URLField()
    content = serializers.DictField(required=False, help_text="of one entry: everything it says, as it is written")


def shown_version(achievement: Achievement) -> AchievementVersion:
    """Return the newest published version, before the first publication the draft; versions are prefetched."""
    rows: list[AchievementVersion] = list(achievement.versions.all())
    return next((row for row in rows if row.published_at is not None), rows[0])


def achievement_json(achievement: Achievement, version: AchievementVersion, base_url: str) -> JsonObject:
    """Return an entry as lists show it."""
    issuer = achievement.issuer.slug
    return {
        "id": str(achievement.pk),
        "issuer": issuer,
        "slug": achievement.slug,
        "kind": achievement.kind,
        "state": achievement.state,
        "audience": achievement.audience,
        "version": version.number,
        "name": version.texts.get("name", {}),
        "language": version.language,
        "url": f"{base_url}/catalogue/{issuer}/{achievement.slug}/",
    }


def whole_entry(version: AchievementVersion) -> JsonObject:
    """Return an entry with everything that one of its versions says."""
    shown = achievement_json(version.achievement, version, link_base_url())
    return shown | {"content": content_as_said(content_of(version))}


class AchievementCollection(ApiView):
    """The catalogue."""

    scopes: ClassVar[dict[str, Scope | None]] = {"GET": None, "POST": Scope.CATALOGUE_WRITE}
    parameters: ClassVar[dict[str, Any]] = {"GET": ("state", "kind", "issuer", *PAGING)}

    @extend_schema(
        operation_id="list_achievements",
        summary="List achievements; published ones without a key, drafts of one's own with catalogue:read",
        parameters=[
            parameter("state", "published unless given", enum=AchievementState.values),
            parameter("kind", "only of this kind", enum=AchievementKind.values),
            parameter("issuer", "only of this issuer (slug)"),
            PAGE_SIZE,
            CURSOR,
        ],
        responses={200: page_schema(AchievementOut, "AchievementPage"), **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """List entries, newest first."""
        state = choice_of(request, "state", AchievementState.values) or AchievementState.PUBLISHED
        rows = listed_achievements(actor_of(request)).filter(state=state)
        if kind := choice_of(request, "kind", AchievementKind.values):
            rows = rows.filter(kind=kind)
        if issuer := request.query_params.get("issuer"):
            rows = rows.filter(issuer__slug=issuer)
        base_url = link_base_url()
        return Response(
            page_of(request, rows, NEWEST, lambda row: achievement_json(row, shown_version(row), base_url))
        )

    @extend_schema(
        operation_id="create_achievement",
        summary="Write a new draft",
        request=AchievementIn,
        responses={201: AchievementOut, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Make an entry with its first draft."""
        actor = actor_of(request)
        said = parsed(AchievementIn, request).initial_data
        row = entry_from(said)
        order = AchievementOrder(
            issuer=issuer_named(row.issuer, actor),
            slug=row.slug,
            kind=AchievementKind(row.kind),
            content=row.content,
            duplicates=DuplicatePolicy(row.duplicates),
            audience=Audience(row.audience or Audience.PUBLIC),
        )
        return Response(whole_entry(create_achievement(order=order, actor=actor)), status=201)


class AchievementDetail(ApiView):
    """One entry."""

    scopes: ClassVar[dict[str, Scope | None]] = {"GET": None, "PATCH": Scope.CATALOGUE_WRITE}

    @extend_schema(
        operation_id="read_achievement",
        summary="Read one achievement with everything it says",
        responses={200: AchievementOut, **PROBLEMS},
    )
    def get(self, request: Request, achievement_id: uuid.UUID) -> Response:
        """Return an entry that everybody, or this caller, may see."""
        found = achievement_among(listed_achievements(actor_of(request)), str(achievement_id))
        return Response(whole_entry(shown_version(found)))

    @extend_schema(
        operation_id="edit_achievement",
        summary="Change a draft; of a published entry this makes the next version, a draft",
        request=ContentIn,
        responses={200: AchievementOut, 201: AchievementOut, **PROBLEMS},
    )
    def patch(self, request: Request, achievement_id: uuid.UUID) -> Response:
        """Replace what the body names; null removes it. Issuer, address, kind and state are not editable.

        What is published never changes: 201 with the number of the next version, which is shown when it is published.
        """
        actor = actor_of(request)
        said = dict(parsed(ContentIn, request).initial_data)
        found = achievement_among(achievements_for(actor, Role.EDITOR), str(achievement_id))
        place = {"issuer": found.issuer.slug, "slug": found.slug, "kind": found.kind}
        audience = said.pop("audience", None)
        version, is_next = change_entry(
            achievement=found,
            revise=(lambda newest: patched(newest, said, place).content) if said or audience is None else None,
            audience=Audience(audience) if audience else None,
            actor=actor,
        )
        return Response(whole_entry(version), status=201 if is_next else 200)


class Publication(ApiView):
    """Publish a draft."""

    scopes = {"POST": Scope.CATALOGUE_WRITE}

    @extend_schema(
        operation_id="publish_achievement",
        summary="Publish the draft: from now on it is shown and can be awarded",
        request=None,
        responses={200: AchievementOut, **PROBLEMS},
    )
    def post(self, request: Request, achievement_id: uuid.UUID) -> Response:
        """Fix the draft for good; 422 names every rule of its kind that it breaks."""
        actor = actor_of(request)
        found = achievement_among(achievements_for(actor, Role.EDITOR), str(achievement_id))
        version = publish_achievement(achievement=found, actor=actor)
        version.achievement.refresh_from_db(fields=["state"])
        return Response(whole_entry(version))
