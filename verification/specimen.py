"""The sample certificate on the start page: a real one of the demonstration, shown only while it is genuine."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.utils import timezone

from catalogue.documents import SAMPLE_NOTICE
from catalogue.pages import small_image_path
from issuing.models import Credential
from registry.models import Organisation, Visibility
from verification.checks import Verdict, verify_credential
from verification.pages import shown_credential
from verification.resolve import gather_own


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """What the start page shows of it."""

    url: str
    title: str
    holder: str
    issuer: str
    image_url: str


def specimen() -> Specimen | None:
    """Return the first certificate of the first sample organisation that has an open one; None where there is none.

    It is checked now like any other: what is not genuine and current is no sample of "genuine and current".
    """
    number = _number()
    if number is None:
        return None
    now = timezone.now()
    gathered = gather_own(number, at=now)
    report = verify_credential(gathered.materials, at=now)
    shown = shown_credential(gathered, report) if report.verdict is Verdict.GENUINE else None
    if shown is None or gathered.credential is None:
        return None
    return Specimen(
        url=f"/c/{number}",
        title=shown.achievement_name.removesuffix(f" ({SAMPLE_NOTICE})"),
        holder=shown.holder_name,
        issuer=shown.issuer_name,
        image_url=small_image_path(gathered.credential.award.version.image_sha),
    )


def _number() -> uuid.UUID | None:
    organisation = Organisation.objects.filter(is_sample=True).order_by("created_at").first()
    if organisation is None:
        return None
    # The index of an organisation's credentials is read from its old end: the first open one is near.
    open_ones = Credential.objects.filter(organisation=organisation, erased_at=None, successor=None).exclude(
        visibility=Visibility.PRIVATE
    )
    return open_ones.order_by("signed_at").values_list("pk", flat=True).first()
