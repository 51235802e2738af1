"""`POST /api/v1/verify`: check any credential, with or without a key."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from credentials.errors import MalformedError as UnreadableJson
from credentials.strict_json import JsonObject, compact_json, parse_json_object
from integrations.api.descriptions import PROBLEMS
from integrations.api.parsing import json_body
from integrations.api.problems import answer_to
from integrations.api.view import ApiView
from integrations.errors import FieldsError, UnreadableBodyError
from registry.errors import MalformedError
from registry.refusals import Refusal, gettext_noop
from verification.formats import sniff
from verification.resolve import verify_source

LONGEST_ADDRESS = 2_000
# An address with its scheme, or the bare number of a credential of ours; nothing that could be read as a document.
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x1f\x7f]+|[0-9A-Fa-f-]{32,36}")


class VerifyIn(serializers.Serializer[Any]):
    """One of the two; `credential` is the document as object, or its text (JSON or a JWT)."""

    credential = serializers.JSONField(required=False)
    url = serializers.CharField(required=False, max_length=LONGEST_ADDRESS)


class CheckOut(serializers.Serializer[Any]):
    """One of the ten checks."""

    check = serializers.CharField()
    outcome = serializers.ChoiceField(choices=["passed", "failed", "unknown", "not_applicable"])
    reason = serializers.CharField(help_text="stable code")
    sentence = serializers.CharField(help_text="for people, in their language")
    detail = serializers.CharField(help_text="for experts")


class ReportOut(serializers.Serializer[Any]):
    """The whole report."""

    verdict = serializers.CharField(help_text="genuine, revoked, expired … (see /api/docs/)")
    reason = serializers.CharField(required=False, help_text="stable code; only with the verdict could-not-confirm")
    headline = serializers.CharField(help_text="the verdict for people, in their language")
    sentence = serializers.CharField(help_text="what it means, for people, in their language")
    checked_at = serializers.DateTimeField()
    checks = CheckOut(many=True)
    facts = serializers.DictField()


class Verify(ApiView):
    """Check a credential."""

    scopes = {"POST": None}

    @extend_schema(
        operation_id="verify",
        summary="Check any credential: every check with its outcome, and one verdict",
        request=VerifyIn,
        responses={200: OpenApiResponse(ReportOut), **PROBLEMS},
    )
    def post(self, request: Request) -> HttpResponse:
        """Answer 200 with the report for anything that can be read, 422 with verdict `malformed` otherwise."""
        report = verify_source(source_in(json_body(request)), at=timezone.now())
        return HttpResponse(report.as_json(), content_type="application/json")

    def get_exception_handler(self) -> Callable[[Exception, Mapping[str, Any]], Any]:
        """Give every refusal of a body the verdict that says the same."""

        def with_verdict(error: Exception, context: Mapping[str, Any]) -> Any:
            if isinstance(error, MalformedError):
                error.facts["verdict"] = "malformed"
            return answer_to(error, context)

        return with_verdict


def source_in(body: JsonObject) -> str:
    """Return what is to be checked, as text.

    Raises:
        FieldsError: not exactly one of `credential` and `url`, or of the wrong kind.
        UnreadableBodyError: the credential is JSON text that no two readers need understand alike.
    """
    if unknown := sorted(set(body) - {"credential", "url"}):
        raise _refused(unknown[0], "unknown")
    if len(body) != 1:
        raise _refused("credential", "one-of-two")
    if "url" in body:
        return _address(body["url"])
    credential = body["credential"]
    if isinstance(credential, dict):
        return compact_json(credential)
    if not isinstance(credential, str) or not credential.strip():
        raise _refused("credential", "object-or-text")
    return _checked_text(credential)


def _address(url: Any) -> str:
    if not isinstance(url, str) or len(url) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(url):
        raise _refused("url", "not-an-address")
    return url


def _checked_text(text: str) -> str:
    """Return a text that is a document at least in form; a word, a typing error or half a number is none."""
    if sniff(text).is_nothing:
        raise _refused("credential", "not-a-document")
    if text.lstrip().startswith(("{", "[")):
        try:
            parse_json_object(text.strip())
        except UnreadableJson as error:
            raise UnreadableBodyError(reason=error.message) from error
    return text


_REMEDIES: Final = {
    "unknown": gettext_noop("Leave this field out: it is not known here."),
    "one-of-two": gettext_noop("Send either the credential or its url."),
    "object-or-text": gettext_noop("Send the credential as an object or as text."),
    "not-an-address": gettext_noop("Send an address that begins with http:// or https://."),
    "not-a-document": gettext_noop("Send a whole credential: this text is none."),
}


def _refused(field: str, code: str) -> FieldsError:
    told = field[:80]
    refusals = [Refusal(told, code, _REMEDIES[code])]
    return FieldsError(code="unknown-fields" if code == "unknown" else None, fields=told, refusals=refusals)
