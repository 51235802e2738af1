"""What the awards of one version, profile, language and host have in common, and the lint that all of them pass.

Accepting and signing apply the same lint, so that nothing is acknowledged which could not be signed.
"""

from __future__ import annotations

import uuid
from functools import lru_cache

from catalogue.documents import achievement_facts, issuer_facts
from catalogue.selectors import versions
from credentials.builders import Builder, Shape, builder_of
from credentials.data_model import check_data_model
from credentials.documents import AchievementFacts, AwardFacts, IssuerFacts
from credentials.schema import check_schema, check_slots
from credentials.stencils import CredentialStencil, compiled_stencil
from registry.models import IssuerProfile

KNOWN_EDITIONS = 1_000


class Edition:
    """What one builder makes of an issuer and an achievement in a language, and what was found out about its shapes."""

    def __init__(self, builder: Builder, issuer: IssuerFacts, achievement: AchievementFacts) -> None:
        self.builder = builder
        self.writer = builder.writer(issuer, achievement)
        self._linted: set[Shape] = set()
        self._stencils: dict[Shape, CredentialStencil] = {}

    def lint(self, facts: AwardFacts, shape: Shape) -> None:
        """Check the first document of a shape as a whole, and of every award the values that fill it.

        Raises:
            DataModelError, SchemaError: it cannot be signed.
        """
        if shape not in self._linted:
            document = self.writer.build(facts)
            check_data_model(document)
            check_schema(document)
            if len(self._linted) >= KNOWN_EDITIONS:
                self._linted.clear()
            self._linted.add(shape)
        check_slots(facts)

    def stencil_for(self, shape: Shape) -> CredentialStencil:
        """Return the stencil of a shape; to sign with it, the shape has to have passed the lint."""
        if shape not in self._stencils:
            if len(self._stencils) >= KNOWN_EDITIONS:
                self._stencils.clear()
            self._stencils[shape] = compiled_stencil(self.writer, shape)
        return self._stencils[shape]


@lru_cache(maxsize=KNOWN_EDITIONS)
def edition_of(version_id: uuid.UUID, profile_id: uuid.UUID, builder: int, language: str, base_url: str) -> Edition:
    """Return an edition; published versions, profiles and builders never change, so it is read once.

    Raises:
        UnknownBuilderError: a later release accepted the award.
        DataModelError: version or profile cannot stand in a signed document.
    """
    version = versions().get(pk=version_id)
    profile = IssuerProfile.objects.select_related("issuer__organisation").get(pk=profile_id)
    made_by = builder_of(builder)
    return Edition(
        made_by,
        issuer_facts(profile, language, base_url=base_url, builder=made_by),
        achievement_facts(version, language, base_url=base_url, builder=made_by),
    )


def lint_award(facts: AwardFacts, *, version_id: uuid.UUID, profile_id: uuid.UUID, builder: int) -> None:
    """Apply to an award's facts what signing will apply.

    Raises:
        DataModelError, SchemaError: it cannot be signed.
    """
    base_url = facts.credential_id.rpartition("/c/")[0]
    edition = edition_of(version_id, profile_id, builder, facts.language, base_url)
    edition.lint(facts, edition.builder.shape_of(facts))
