"""The fast path for our own documents: is the stored text, byte for byte, what its facts say, rightly signed?

Only an accelerator: "no" means nothing but that the general path has to tell.
"""

from __future__ import annotations

from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from credentials.documents import AwardFacts
from credentials.errors import CredentialError
from credentials.multikey import decode_multikey
from issuing.editions import edition_of
from issuing.models import Credential

KEPT = 1_000


def shape_holds(credential: Credential, text: str) -> bool:
    """Tell whether `text` was shown to be signed by the key of its row, saying what the award's facts say.

    The award's builder says how they are said.
    """
    award = credential.award
    issuer = credential.key.issuer
    if issuer is None:
        return False
    try:
        public_key = _public_key(credential.key.public_multibase)
        facts = AwardFacts.from_json(award.facts)
        base_url = facts.credential_id.rpartition("/c/")[0]
        edition = edition_of(
            award.version_id, award.issuer_profile_id, award.builder_version, award.language, base_url
        )
        return edition.stencil_for(edition.builder.shape_of(facts)).verify(
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
