"""A form that is sent twice does its act once: the second sending is led to what the first one made."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest

from console.seen_nodes import SeenNode
from registry.idempotency import KeptAnswer, answer_once, request_sha


def once_for(request: HttpRequest, place: SeenNode, once: uuid.UUID | None, act: Callable[[], str]) -> str:
    """Do an act once for each sheet of a form, and return what it made.

    Args:
        request: the sending, a POST.
        place: where the reader stands.
        once: the number of the sheet; without one every sending acts.
        act: does it and returns what to lead to.

    Raises:
        KeyReusedError: the sheet was sent before with other words.
        RegistryError: whatever `act` refuses.
    """
    said = sorted((name, value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken")
    sha = request_sha(place.actor, "POST", request.path, urlencode(said).encode())
    key = f"sheet {once or uuid.uuid4()}"
    answer, _again = answer_once(
        organisation_id=place.organisation.pk, key=key, request_sha=sha, act=lambda: KeptAnswer(302, act())
    )
    return answer.body
