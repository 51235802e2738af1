"""`/api/v1/credentials/<id>/revoke`: take a credential back."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integrations.api.authentication import actor_of
from integrations.api.descriptions import PROBLEMS
from integrations.api.parsing import StrictSerializer, Text, parsed
from integrations.api.view import ApiView
from integrations.selectors import revocable_awards
from issuing.errors import CredentialNotFoundError
from issuing.services import revoke_credential
from registry.permissions import Scope


class RevokeIn(StrictSerializer):
    """Why; the reason is shown to those who check."""

    reason = Text(max_length=500)


class RevokedOut(serializers.Serializer[object]):
    """The credential's status now."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=["revoked"])


class Revocation(ApiView):
    """Revoke a credential; revocation is final."""

    scopes = {"POST": Scope.CREDENTIALS_REVOKE}

    @extend_schema(
        operation_id="revoke",
        summary="Revoke a credential for good",
        request=RevokeIn,
        responses={200: RevokedOut, **PROBLEMS},
    )
    def post(self, request: Request, credential_id: uuid.UUID) -> Response:
        """Set the status; its page tells it at once, the status list within ten seconds."""
        actor = actor_of(request)
        reason = parsed(RevokeIn, request).validated_data["reason"]
        if not revocable_awards(actor).filter(pk=credential_id).exists():
            raise CredentialNotFoundError
        revoke_credential(credential_id=credential_id, reason=reason, actor=actor)
        return Response({"id": str(credential_id), "status": "revoked"})
