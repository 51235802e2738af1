"""The parties of a version, in order and in words that pages and documents share."""

from __future__ import annotations

from django.utils.text import capfirst

from catalogue.models import AchievementVersion, Party, PartyRole


def parties_of(version: AchievementVersion) -> list[Party]:
    """Return the parties in their order."""
    return sorted(version.parties.all(), key=lambda party: party.position)


def party_text(party: Party) -> str:
    """Name a party with the person who signs for it."""
    signatory = ", ".join(filter(None, [party.signatory_name, party.signatory_role]))
    return f"{party.name} ({signatory})" if signatory else party.name


def roles_beside(version: AchievementVersion, issuer_name: str) -> list[tuple[str, str]]:
    """Return who delivers, assesses or runs the platform beside the issuer: a label and the names; bodies are `bodies_beside`."""
    return [
        (capfirst(str(PartyRole(role).label)), names)
        for role in (PartyRole.DELIVERS, PartyRole.ASSESSES, PartyRole.PLATFORM)
        if (names := _names(version, role, issuer_name))
    ]


def bodies_beside(version: AchievementVersion, issuer_name: str) -> str:
    """Name the bodies that award jointly with the issuer; empty where it awards alone."""
    return _names(version, PartyRole.CO_AWARDS, issuer_name)


def acted_for(version: AchievementVersion) -> list[Party]:
    """Return the bodies of this installation, other than the issuer's own, in whose name a version is awarded.

    Where the body stands by its name alone, that is as the issuer says; it has nobody here who could mandate it.
    """
    own = version.achievement.organisation_id
    return [
        party
        for party in parties_of(version)
        if party.role == PartyRole.AWARDS and party.organisation_id not in {None, own}
    ]


def _names(version: AchievementVersion, role: PartyRole, issuer_name: str) -> str:
    names = (party.name for party in parties_of(version) if party.role == role)
    return ", ".join(name for name in names if name != issuer_name)
