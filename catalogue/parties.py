"""The parties of a version, in order and in words that pages and documents share."""

from __future__ import annotations

from catalogue.models import AchievementVersion, Party


def parties_of(version: AchievementVersion) -> list[Party]:
    """Return the parties in their order."""
    return sorted(version.parties.all(), key=lambda party: party.position)


def party_text(party: Party) -> str:
    """Name a party with the person who signs for it."""
    signatory = ", ".join(filter(None, [party.signatory_name, party.signatory_role]))
    return f"{party.name} ({signatory})" if signatory else party.name
