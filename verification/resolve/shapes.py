"""The fast path for our own documents: is the stored text, byte for byte, what its facts say, rightly signed?

Only an accelerator: "no" means nothing but that the general path has to tell.
"""

from __future__ import annotations

import uuid
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from catalogue.models import AchievementVersion
from credentials.documents import AchievementFacts, AwardFacts, IssuerFacts
from credentials.errors import CredentialError
from credentials.multikey import decode_multikey
from credentials.templates import AwardShape, CredentialTemplate, compiled_template, shape_of
from issuing.models import Credential
from issuing.selectors import achievement_facts, issuer_facts
from registry.models import IssuerProfile

Edition = tuple[uuid.UUID, uuid.UUID, str, str]

KEPT = 1_000


def shape_holds(credential: Credential, text: str) -> bool:
    """Tell whether `text` was shown to be signed by the key of its row, saying what the award's facts say."""
    award = credential.award
    issuer = credential.key.issuer
    if issuer is None:
        return False
    try:
        public_key = _public_key(credential.key.public_multibase)
        facts = AwardFacts.from_json(award.facts)
        base_url = facts.credential_id.rpartition("/c/")[0]
        edition = (award.version_id, award.issuer_profile_id, award.language, base_url)
        return _template(edition, shape_of(facts)).verify(
            text,
            facts,
            public_key=public_key,
            verification_method=f"{issuer.did}#{credential.key.public_multibase}",
            created=credential.proof_created,
        )
    except (CredentialError, ValueError, TypeError, KeyError):
        # Rows that no longer fit each other are judged by their bytes alone.
        return False


@lru_cache(maxsize=KEPT)
def _public_key(multibase: str) -> Ed25519PublicKey:
    key = decode_multikey(multibase)
    if not isinstance(key, Ed25519PublicKey):
        raise TypeError("not an Ed25519 key")
    return key


@lru_cache(maxsize=KEPT)
def _template(edition: Edition, shape: AwardShape) -> CredentialTemplate:
    return compiled_template(*_definitions(*edition), shape)


@lru_cache(maxsize=KEPT)
def _definitions(
    version_id: uuid.UUID, profile_id: uuid.UUID, language: str, base_url: str
) -> tuple[IssuerFacts, AchievementFacts]:
    """Published versions and profiles never change, so their facts may be kept as long as the process lives."""
    version = AchievementVersion.objects.select_related("achievement__issuer", "achievement__organisation").get(
        pk=version_id
    )
    profile = IssuerProfile.objects.select_related("issuer__organisation").get(pk=profile_id)
    return issuer_facts(profile, language, base_url=base_url), achievement_facts(version, language, base_url=base_url)
