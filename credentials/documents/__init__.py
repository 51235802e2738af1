"""What Open Badges 3.0 documents are made from: typed facts and the rules that they keep.

A signed document is a function of issuer facts, achievement facts, award facts and the builder alone
(`credentials.builders`). Facts that were fixed are read again for ever: members are added here, never changed.
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
from credentials.documents.definitions import (
    AchievementFacts,
    AlignmentFacts,
    InformationFacts,
    IssuerFacts,
    LevelFacts,
    OfficialNumberFacts,
    OrganisationFacts,
    RelatedFacts,
    ResultDescriptionFacts,
)
from credentials.documents.stated import (
    StatedEntry,
    StatedFunding,
    StatedIssuer,
    StatedItem,
    StatedLevel,
    StatedNumber,
    StatedOrganisation,
    StatedParty,
    StatedQualification,
    StatedResult,
)

__all__ = [
    "AchievementFacts",
    "AlignmentFacts",
    "AwardFacts",
    "EvidenceFacts",
    "GroundFacts",
    "IdentifierFacts",
    "InformationFacts",
    "IssuerFacts",
    "LevelFacts",
    "OfficialNumberFacts",
    "OrganisationFacts",
    "RelatedFacts",
    "ResultDescriptionFacts",
    "ResultFacts",
    "StatedEntry",
    "StatedFunding",
    "StatedIssuer",
    "StatedItem",
    "StatedLevel",
    "StatedNumber",
    "StatedOrganisation",
    "StatedParty",
    "StatedQualification",
    "StatedResult",
    "facts_text",
    "identity_hash",
]
