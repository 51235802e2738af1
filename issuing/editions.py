"""What the awards of one version, profile, language and host have in common, and the lint that all of them pass.

Accepting and signing apply the same lint, so that nothing is acknowledged which could not be signed.
"""

from __future__ import annotations

import uuid
from functools import lru_cache

from catalogue.documents import achievement_facts, issuer_facts
from catalogue.selectors import versions
from credentials.data_model import check_data_model
from credentials.documents import AchievementFacts, AwardFacts, CredentialBuilder, IssuerFacts
from credentials.schema import check_schema, check_slots
from credentials.templates import AwardShape, CredentialTemplate, compiled_template, shape_of
from registry.models import IssuerProfile

KNOWN_EDITIONS = 1_000


class Edition:
    """One issuer's and achievement's facts in a language, with what was found out about the shapes of its awards."""

    def __init__(self, issuer: IssuerFacts, achievement: AchievementFacts) -> None:
        self.issuer, self.achievement = issuer, achievement
        self.builder = CredentialBuilder(issuer, achievement)
        self._linted: set[AwardShape] = set()
        self._templates: dict[AwardShape, CredentialTemplate] = {}

    def lint(self, facts: AwardFacts, shape: AwardShape) -> None:
        """Check the first document of a shape as a whole, and of every award the values that fill it.

        Raises:
            DataModelError, SchemaError: it cannot be signed.
        """
        if shape not in self._linted:
            document = self.builder.build(facts)
            check_data_model(document)
            check_schema(document)
            if len(self._linted) >= KNOWN_EDITIONS:
                self._linted.clear()
            self._linted.add(shape)
        check_slots(facts)

    def template_for(self, shape: AwardShape) -> CredentialTemplate:
        """Return the template of a shape that passed the lint."""
        if shape not in self._templates:
            if len(self._templates) >= KNOWN_EDITIONS:
                self._templates.clear()
            self._templates[shape] = compiled_template(self.issuer, self.achievement, shape)
        return self._templates[shape]


@lru_cache(maxsize=KNOWN_EDITIONS)
def edition_of(version_id: uuid.UUID, profile_id: uuid.UUID, language: str, base_url: str) -> Edition:
    """Return an edition; published versions and profiles never change, so it is read once.

    Raises:
        DataModelError: version or profile cannot stand in a signed document.
    """
    version = versions().get(pk=version_id)
    profile = IssuerProfile.objects.select_related("issuer__organisation").get(pk=profile_id)
    return Edition(
        issuer_facts(profile, language, base_url=base_url),
        achievement_facts(version, language, base_url=base_url),
    )


def lint_award(facts: AwardFacts, *, version_id: uuid.UUID, profile_id: uuid.UUID) -> None:
    """Apply to an award's facts what signing will apply.

    Raises:
        DataModelError, SchemaError: it cannot be signed.
    """
    base_url = facts.credential_id.rpartition("/c/")[0]
    edition_of(version_id, profile_id, facts.language, base_url).lint(facts, shape_of(facts))
