"""Open Badges 3.0 documents from typed facts: the facts, their rules, and the builder.

A signed document is a function of issuer facts, achievement facts, award facts and the builder version alone.
"""

from credentials.documents.awards import (
    AwardFacts,
    EvidenceFacts,
    GroundFacts,
    IdentifierFacts,
    ResultFacts,
    facts_text,
    identity_hash,
)
from credentials.documents.building import (
    BUILDER_VERSION,
    CONTEXTS,
    CredentialBuilder,
    achievement_document,
    build_credential,
    profile_document,
)
from credentials.documents.definitions import (
    AchievementFacts,
    AlignmentFacts,
    InformationFacts,
    IssuerFacts,
    LevelFacts,
    RelatedFacts,
    ResultDescriptionFacts,
)

__all__ = [
    "BUILDER_VERSION",
    "CONTEXTS",
    "AchievementFacts",
    "AlignmentFacts",
    "AwardFacts",
    "CredentialBuilder",
    "EvidenceFacts",
    "GroundFacts",
    "IdentifierFacts",
    "InformationFacts",
    "IssuerFacts",
    "LevelFacts",
    "RelatedFacts",
    "ResultDescriptionFacts",
    "ResultFacts",
    "achievement_document",
    "build_credential",
    "facts_text",
    "identity_hash",
    "profile_document",
]
