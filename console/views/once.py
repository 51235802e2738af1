"""A form that is sent twice does its act once: the second sending is led to what the first one made."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from console.forms import NumberedForm, fresh_once
from registry.actors import Actor
from registry.errors import ConflictError, KeyReusedError
from registry.idempotency import KeptAnswer, answer_once, request_sha


class SheetUsedError(ConflictError):
    """A sheet of a form was sent before with other words: what it made then stands."""

    code = "sheet-used"
    message = _(
        "This was sent before with other words, and what it made stands. Look at it, then send this once more."
    )


def once_for(
    request: HttpRequest, form: NumberedForm, *, organisation_id: uuid.UUID, actor: Actor, act: Callable[[], str]
) -> str:
    """Do an act once for each sheet of a form, and return what it made.

    Args:
        request: the sending, a POST.
        form: the valid sheet; one without a number acts at every sending.
        organisation_id: whose sheets these are.
        actor: who sends it.
        act: does it and returns what to lead to.

    Raises:
        SheetUsedError: the sheet was sent before with other words; it has another number from now on.
        RegistryError: whatever `act` refuses.
    """
    sha = request_sha(actor, "POST", request.path, said_in(request).encode())
    key = f"sheet {form.cleaned_data['once'] or fresh_once()}"
    try:
        answer, _again = answer_once(
            organisation_id=organisation_id, key=key, request_sha=sha, act=lambda: KeptAnswer(302, act())
        )
    except KeyReusedError as error:
        form.begin_anew()
        raise SheetUsedError from error
    return answer.body


def said_in(request: HttpRequest) -> str:
    """Return what a sheet says, the same for the same words."""
    said = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    return urlencode(said, doseq=True)
