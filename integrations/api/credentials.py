"""`/api/v1/credentials/<id>/revoke|suspend|reinstate`: the status of a credential."""

from __future__ import annotations

import uuid
from collections.abc import Callable

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
from issuing.services import reinstate_credential, revoke_credential, suspend_credential
from registry.permissions import Scope


class ReasonIn(StrictSerializer):
    """Why; the reason is shown to those who check."""

    reason = Text(max_length=500)


class StatusOut(serializers.Serializer[object]):
    """The credential's status now."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=["revoked", "suspended", "reinstated"])


def _changed(request: Request, credential_id: uuid.UUID, act: Callable[..., None], status: str) -> Response:
    """Change the status of one of the caller's credentials; another organisation's is told like one that is not there."""
    actor = actor_of(request)
    reason = parsed(ReasonIn, request).validated_data["reason"]
    if not revocable_awards(actor).filter(pk=credential_id).exists():
        raise CredentialNotFoundError
    act(credential_id=credential_id, reason=reason, actor=actor)
    return Response({"id": str(credential_id), "status": status})


class Revocation(ApiView):
    """Revoke a credential; revocation is final."""

    scopes = {"POST": Scope.CREDENTIALS_REVOKE}

    @extend_schema(
        operation_id="revoke",
        summary="Revoke a credential for good",
        request=ReasonIn,
        responses={200: StatusOut, **PROBLEMS},
    )
    def post(self, request: Request, credential_id: uuid.UUID) -> Response:
        """Set the status; its page tells it at once, the status list within ten seconds."""
        return _changed(request, credential_id, revoke_credential, "revoked")


class Suspension(ApiView):
    """Suspend a credential for now."""

    scopes = {"POST": Scope.CREDENTIALS_REVOKE}

    @extend_schema(
        operation_id="suspend",
        summary="Suspend a credential until it is reinstated, where its achievement provides for that",
        request=ReasonIn,
        responses={200: StatusOut, **PROBLEMS},
    )
    def post(self, request: Request, credential_id: uuid.UUID) -> Response:
        """Set the status; 409 `not-suspendable` where the achievement does not provide for it."""
        return _changed(request, credential_id, suspend_credential, "suspended")


class Reinstatement(ApiView):
    """End a suspension."""

    scopes = {"POST": Scope.CREDENTIALS_REVOKE}

    @extend_schema(
        operation_id="reinstate",
        summary="End the suspension of a credential",
        request=ReasonIn,
        responses={200: StatusOut, **PROBLEMS},
    )
    def post(self, request: Request, credential_id: uuid.UUID) -> Response:
        """Clear the status; 409 `status-unchanged` where it is not suspended."""
        return _changed(request, credential_id, reinstate_credential, "reinstated")
