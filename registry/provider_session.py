"""How we ask identity providers: allauth's `requests` over the one guarded way out."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import urlencode

from allauth.socialaccount.providers.oauth2.client import OAuth2Error

from registry.fetch import Budget, Fetched, NotFetchedError, safe_fetch

SECONDS = 5.0
"""For all that one sign-in asks of a provider: the person waits for it."""


class ProviderAnswer:
    """What a provider answered, as much of `requests.Response` as allauth reads; it was a 200."""

    status_code = 200

    def __init__(self, fetched: Fetched) -> None:
        self.content, self.headers = fetched.body, {"content-type": fetched.content_type}

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the object in the body. Raises OAuth2Error: it holds none."""
        try:
            found = json.loads(self.content)
        except ValueError as error:
            raise OAuth2Error("no JSON") from error
        if not isinstance(found, dict):
            raise OAuth2Error("no JSON object")
        return found

    def raise_for_status(self) -> None:
        """Do nothing: anything but 200 was refused before."""


class ProviderSession:
    """Asks one provider; as much of `requests.Session` as allauth uses."""

    def __init__(self) -> None:
        self._budget = Budget(SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        return None

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> ProviderAnswer:
        """Ask for a document. Raises OAuth2Error: refused, unreachable, too slow, or not a 200."""
        return self.request("GET", url, headers=headers)

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: Any = None,
    ) -> ProviderAnswer:
        """Send a form, or ask for a document. Raises OAuth2Error, as `get` does."""
        authorization = (headers or {}).get("Authorization", "")
        if auth is not None:
            pair = f"{auth.username}:{auth.password}".encode()
            authorization = f"Basic {base64.b64encode(pair).decode('ascii')}"
        if params:
            url = f"{url}?{urlencode(params)}"
        form = dict(data or {}) if method == "POST" else None
        try:
            return ProviderAnswer(safe_fetch(url, budget=self._budget, authorization=authorization, form=form))
        except NotFetchedError as error:
            raise OAuth2Error("the provider did not answer") from error
