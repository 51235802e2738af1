"""How authentication and scopes stand in the OpenAPI description: read from the views themselves."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from registry.permissions import Scope


class MachineSecurity(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The two ways to authenticate."""

    target_class = "integrations.api.authentication.MachineAuthentication"
    name = ["apiKey", "oauth2"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        """Return an API key as bearer secret, and OAuth 2 client credentials."""
        flow = {"tokenUrl": "/identity/o/api/token", "scopes": {str(scope): str(scope) for scope in Scope}}
        return [
            {"type": "http", "scheme": "bearer", "bearerFormat": "tm_…", "description": "An API key."},
            {"type": "oauth2", "flows": {"clientCredentials": flow}},
        ]


class MachineSchema(AutoSchema):
    """An operation's security is its view's scope: one place says it, the same one that enforces it."""

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Return a key or a token with the scope; an open address takes nothing as well."""
        super().get_auth()  # registers the two ways with the description
        scope: Scope | None = getattr(self.view, "scopes", {}).get(self.method)
        either: list[dict[str, list[str]]] = [{"apiKey": []}, {"oauth2": [str(scope)] if scope else []}]
        return either if scope else [{}, *either]

    def map_parsers(self) -> list[str]:
        """Return what bodies are: JSON, read by `integrations.api.parsing` and not by a parser of DRF."""
        return ["application/json"]
