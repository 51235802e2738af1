"""An entry as linked data for search engines: schema.org inside the page.

Source: https://schema.org/EducationalOccupationalCredential
"""

from __future__ import annotations

from typing import Any

from catalogue.documents import achievement_url, image_url, signed_name, version_url
from catalogue.models import AchievementVersion
from catalogue.parties import parties_of
from catalogue.wording import level_text
from credentials.strict_json import JsonObject
from registry.language_maps import text_in
from registry.models import IssuerProfile

_SCHEMA_ORG = "https://schema.org"


def schema_org(version: AchievementVersion, profile: IssuerProfile, language: str, *, base_url: str) -> JsonObject:
    """Return an entry as an EducationalOccupationalCredential; what is not stated leaves no trace."""
    level, _known = level_text(version)
    values: dict[str, Any] = {
        "@context": _SCHEMA_ORG,
        "@type": "EducationalOccupationalCredential",
        "@id": version_url(version, base_url),
        "url": achievement_url(version, base_url),
        "name": signed_name(version, language),
        "description": text_in(version.texts.get("description", {}), language),
        "credentialCategory": version.achievement.kind,
        "educationalLevel": level,
        "competencyRequired": [text_in(outcome, language) for outcome in version.outcomes],
        "image": image_url(version.image_sha, base_url),
        "version": str(version.number),
        "datePublished": version.published_at and version.published_at.date().isoformat(),
        "creator": _organisation(version, profile, language, base_url),
        "recognizedBy": [
            {"@type": "Organization", "name": party.name}
            for party in parties_of(version)
            if party.role in {"certifies", "endorses"}
        ],
        "about": [_term(entry) for entry in version.alignments],
    }
    return {name: value for name, value in values.items() if value}


def _organisation(version: AchievementVersion, profile: IssuerProfile, language: str, base_url: str) -> JsonObject:
    """Describe the issuer; where it is by its country's code (https://schema.org/addressCountry)."""
    organisation = version.achievement.organisation
    place = {"addressCountry": organisation.country, "addressRegion": organisation.region}
    values: dict[str, Any] = {
        "@type": "Organization",
        "name": text_in(profile.name, language),
        "url": f"{base_url}/issuers/{version.achievement.issuer.slug}/",
    }
    if organisation.country:
        values["address"] = {"@type": "PostalAddress", **{name: text for name, text in place.items() if text}}
    return values


def _term(entry: dict[str, str]) -> JsonObject:
    term = {"@type": "DefinedTerm", "name": entry["target_name"], "url": entry["target_url"]}
    framework = entry.get("target_framework")
    return {**term, "inDefinedTermSet": framework} if framework else term
