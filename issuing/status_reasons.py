"""Reasons that issuers give for a change of status, to choose from: the holder and whoever checks read them as a quote. Pure."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override


class Reason(StrEnum):
    """Why a credential is revoked, suspended or valid again; `OTHER` is told in one's own words."""

    BY_MISTAKE = "by-mistake"
    NOT_MET = "requirements-not-met"
    DECISION_CHANGED = "decision-changed"
    INTEGRITY = "academic-integrity"
    HOLDER_ASKED = "holder-asked"
    EXAMINED = "being-examined"
    CLEARED = "cleared"
    OTHER = "other"


WORDS: dict[Reason, str | Promise] = {
    Reason.BY_MISTAKE: _("It was awarded by mistake."),
    Reason.NOT_MET: _("Its requirements were not met."),
    Reason.DECISION_CHANGED: _("The decision on which it rests was changed."),
    Reason.INTEGRITY: _("The rules of examinations were broken."),
    Reason.HOLDER_ASKED: _("The holder asked for it."),
    Reason.EXAMINED: _("Its award is being examined."),
    Reason.CLEARED: _("The examination found nothing against it."),
}

FOR_REVOKING = (
    Reason.BY_MISTAKE,
    Reason.NOT_MET,
    Reason.DECISION_CHANGED,
    Reason.INTEGRITY,
    Reason.HOLDER_ASKED,
    Reason.OTHER,
)
FOR_SUSPENDING = (Reason.EXAMINED, Reason.OTHER)
FOR_REINSTATING = (Reason.CLEARED, Reason.OTHER)


def reason_in(reason: Reason, language: str) -> str:
    """Return the words of a reason in a language; empty for one that is told in one's own words."""
    with override(language):
        return str(WORDS.get(reason, ""))
