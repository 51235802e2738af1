"""A signed, published, recognised credential, made the way the house makes them."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from issuing.models import Award, Credential
from issuing.services import award_achievement
from registry.actors import SYSTEM
from registry.models import Visibility
from registry.services import TrustOrder, register_host, trust_issuer
from tests.issuing.builders import awarder_at, build_achievement, build_issuer, build_order, drain_all, signing_here

BASE_URL = "http://localhost:8000"


def signed_credential(
    *, visibility: str = Visibility.UNLISTED, trusted: bool = True, sample: bool = False, **content: Any
) -> Credential:
    """Award, sign and publish one credential of a new issuer; `content` goes into the achievement."""
    register_host(base_url=BASE_URL, actor=SYSTEM)
    stated = content.pop("stated", {})
    issuer = build_issuer(default_visibility=visibility, is_sample=sample)
    achievement = build_achievement(issuer, **content)
    if trusted:
        vouch_for(issuer.did)
    award = award_achievement(order=build_order(achievement, **stated), actor=awarder_at(achievement))
    with signing_here():
        drain_all()
    return Credential.objects.select_related("award", "key").get(pk=award.pk)


def another_of(credential: Credential, **stated: Any) -> Award:
    """Award the same achievement to somebody else, and sign it."""
    achievement = credential.award.version.achievement
    award = award_achievement(order=build_order(achievement, **stated), actor=awarder_at(achievement))
    with signing_here():
        drain_all()
    return award


def vouch_for(did: str, name: str = "Example College", *, since: dt.date = dt.date(2020, 1, 1)) -> None:
    """Enter an issuer into the register."""
    order = TrustOrder(did=did, name={"en": name}, vouched_by="Example Ministry", since=since, source="test list")
    trust_issuer(order=order, actor=SYSTEM)


def document_of(credential: Credential) -> dict[str, Any]:
    """Return the stored document, parsed."""
    parsed = json.loads(credential.document or "")
    assert isinstance(parsed, dict)
    return parsed
