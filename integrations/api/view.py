"""What every address of the API does before and after its own work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, cast

from django.http import HttpResponseBase
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from integrations.api.authentication import MachineAuthentication, actor_of
from integrations.api.pagination import refuse_other_parameters
from integrations.api.problems import answer_to
from integrations.api.security import MachineSchema
from registry.errors import NotFoundError, ScopeRequiredError, UnauthenticatedError
from registry.permissions import Scope
from registry.throttle import Allowance, count_call, rate_headers


class OnlyJson(BaseContentNegotiation):
    """The API answers JSON whatever is asked for: an answer that says what is wrong beats a 406."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> Any:
        """Return none: bodies are read by `integrations.api.parsing`."""
        return None

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the one renderer there is."""
        renderer = next(iter(renderers))
        return renderer, renderer.media_type or "application/json"


class ApiView(APIView):
    """One address. `scopes` names each method and the scope it needs; None means: open to everybody.

    `parameters` names what may stand in the query string, per method; anything else is refused.
    """

    authentication_classes = [MachineAuthentication]
    permission_classes = ()
    renderer_classes = [JSONRenderer]
    parser_classes = ()
    content_negotiation_class = OnlyJson
    schema: Any = MachineSchema()
    scopes: ClassVar[Mapping[str, Scope | None]] = {}
    parameters: ClassVar[Mapping[str, Sequence[str]]] = {}
    allowance: Allowance | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find out who calls, count the call, and refuse what is not allowed before any work.

        Raises:
            UnauthenticatedError, ScopeRequiredError, LimitError, QueryError
        """
        super().initial(request, *args, **kwargs)
        self.allowance = count_call(actor_of(request), request.META)
        method = str(request.method)
        if method in self.scopes:
            require_scope(request, self.scopes[method])
            refuse_other_parameters(request, self.parameters.get(method, ()))

    def finalize_response(self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any) -> Response:
        """Tell the caller's allowance, and keep answers out of shared caches. Ready answers pass as they are."""
        final: Response = super().finalize_response(request, cast(Response, response), *args, **kwargs)
        for name, value in rate_headers(self.allowance).items():
            final.headers[name] = value
        final.headers.setdefault("Cache-Control", "no-store")
        return final

    def get_exception_handler(self) -> Callable[[Exception, Mapping[str, Any]], Any]:
        """Answer refusals as problem documents, whatever the settings say."""
        return answer_to


def require_scope(request: Request, scope: Scope | None) -> None:
    """Refuse a caller without the scope.

    Raises:
        UnauthenticatedError: a visitor; a session does not count.
        ScopeRequiredError: a machine that was not given it.
    """
    actor = actor_of(request)
    if scope is None:
        return
    if actor.kind == "anonymous":
        raise UnauthenticatedError
    if scope not in actor.scopes:
        raise ScopeRequiredError(scope=str(scope))


class Index(ApiView):
    """`GET /api/v1/`: where everything is."""

    scopes = {"GET": None}
    schema = None

    def get(self, request: Request) -> Response:
        """Return the addresses of the resources."""
        names = ("achievements", "awards", "batches", "verify")
        return Response({name: f"/api/v1/{name}" for name in names} | {"schema": "/api/schema/", "docs": "/api/docs/"})


class Nothing(ApiView):
    """Any other address below `/api/`: a problem document instead of a page."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse before the method is looked at.

        Raises:
            NotFoundError: always.
        """
        raise NotFoundError
