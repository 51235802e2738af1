"""`/api/v1/credentials/<id>/correct`: another name, address, number or fact."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from credentials.errors import MalformedError as UnreadableJson
from credentials.strict_json import compact_json, parse_json_object
from integrations.api.authentication import actor_of
from integrations.api.awards import AcceptedOut, credential_address
from integrations.api.descriptions import IDEMPOTENCY_KEY, PROBLEMS
from integrations.api.idempotency import answered_once
from integrations.api.orders import MOST_IDENTIFIERS, IdentifierIn, fact_fields, facts_said, identifiers_said
from integrations.api.parsing import StrictSerializer, Text, body_of, checked
from integrations.api.view import ApiView
from integrations.errors import UnreadableBodyError
from integrations.selectors import revocable_awards
from issuing.errors import CredentialNotFoundError
from issuing.services import Correction, correct_credential
from registry.idempotency import KeptAnswer
from registry.permissions import Scope


class NamedAnewIn(StrictSerializer):
    """What of the recipient is to be different. An empty address or list takes it away."""

    name = Text(max_length=400, required=False)
    email = Text(max_length=254, required=False, allow_blank=True)
    identifier = IdentifierIn(required=False)
    identifiers = serializers.ListField(child=IdentifierIn(), required=False, max_length=MOST_IDENTIFIERS)


class FactsAnewIn(StrictSerializer):
    """What an award may state; null takes a fact away."""

    def get_fields(self) -> dict[str, Any]:
        """Return a field for every fact."""
        return super().get_fields() | fact_fields(allow_null=True)


class CorrectIn(StrictSerializer):
    """`POST /api/v1/credentials/<id>/correct`: only what is different."""

    recipient = NamedAnewIn(required=False)
    facts = FactsAnewIn(required=False)
    reason = Text(max_length=500)


class CorrectionView(ApiView):
    """Correct a credential."""

    scopes = {"POST": Scope.AWARDS_WRITE}

    @extend_schema(
        operation_id="correct",
        summary="Correct a name, an address or a fact; needs awards:write and credentials:revoke",
        request=CorrectIn,
        parameters=[IDEMPOTENCY_KEY],
        responses={202: AcceptedOut, **PROBLEMS},
    )
    def post(self, request: Request, credential_id: uuid.UUID) -> HttpResponse:
        """Answer the id of the credential that takes this one's place; the same id while it waits to be signed."""
        body = body_of(request)
        return answered_once(request, body, lambda: _corrected(request, body, credential_id))


def _corrected(request: Request, body: bytes, credential_id: uuid.UUID) -> KeptAnswer:
    try:
        said = checked(CorrectIn(data=parse_json_object(body))).validated_data
    except UnreadableJson as error:
        raise UnreadableBodyError(reason=error.message) from error
    actor = actor_of(request)
    if not revocable_awards(actor).filter(pk=credential_id).exists():
        raise CredentialNotFoundError
    award = correct_credential(
        credential_id=credential_id, correction=correction_from(said), reason=said["reason"], actor=actor
    )
    shown = {"id": str(award.pk), "state": award.state, "credential": credential_address(award)}
    return KeptAnswer(202, compact_json(shown))


def correction_from(said: Mapping[str, Any]) -> Correction:
    """Return what a valid request wants to be different."""
    person = said.get("recipient", {})
    names_numbers = "identifier" in person or "identifiers" in person
    return Correction(
        name=person.get("name"),
        email=person.get("email"),
        identifiers=identifiers_said(person) if names_numbers else None,
        stated=facts_said(said.get("facts", {})),
    )
