"""The words that builder 1 adds to what an entry of the catalogue states, in each language that it can label."""

from collections.abc import Mapping
from typing import Final

Words = Mapping[str, str]
"""{language: text}; English is always there."""

LANGUAGES: Final = ("en", "de")
"""Languages in which a document can be labelled; an award in another one gets the first."""

SAMPLE_NOTICE: Final = "Sample - not issued by this institution"
"""Stands in the name of everything that a demonstration awards, in this wording in every language."""

LABELS: Final[Mapping[str, Words]] = {
    "kind": {"en": "Kind", "de": "Art"},
    "provider": {"en": "Provider", "de": "Anbieter"},
    "learning_outcomes": {"en": "Learning outcomes", "de": "Lernergebnisse"},
    "participation": {"en": "Mode of participation", "de": "Art der Teilnahme"},
    "credits": {"en": "Credits", "de": "Leistungspunkte"},
    "workload": {"en": "Workload", "de": "Arbeitsaufwand"},
    "level": {"en": "Level", "de": "Niveau"},
    "learning_period": {"en": "Period of learning", "de": "Lernzeitraum"},
    "prerequisites": {"en": "Prerequisites", "de": "Voraussetzungen"},
    "resources": {"en": "Learning resources", "de": "Lernmaterialien"},
    "assessment": {"en": "Type of assessment", "de": "Prüfungsform"},
    "supervision": {"en": "Supervision and identity check", "de": "Aufsicht und Identitätsprüfung"},
    "quality_assurance": {"en": "Quality assurance", "de": "Qualitätssicherung"},
    "outcome": {"en": "Outcome for the learner", "de": "Ergebnis für die Lernenden"},
    "stackability": {"en": "Integration and stackability", "de": "Einbindung und Kombinierbarkeit"},
    "type": {"en": "Type, as published", "de": "Art, wie veröffentlicht"},
    "price": {"en": "Price", "de": "Preis"},
    "approved": {"en": "Approved", "de": "Zugelassen"},
    "review": {"en": "Review", "de": "Überprüfung"},
    "awards": {"en": "Awarding body", "de": "Verleihende Einrichtung"},
    "co-awards": {"en": "Co-awarding body", "de": "Mitverleihende Einrichtung"},
    "certifies": {"en": "Certified by", "de": "Anerkannt durch"},
    "partners": {"en": "Partner", "de": "Partner"},
    "endorses": {"en": "Endorsed by", "de": "Empfohlen von"},
    "owns_definition": {"en": "Owner of the definition", "de": "Eigentümerin der Definition"},
}
KINDS: Final[Mapping[str, Words]] = {
    "micro-credential": {"en": "Micro-credential", "de": "Micro-Credential"},
    "micro-degree": {"en": "Micro-degree", "de": "Micro-Degree"},
    "participation": {"en": "Confirmation of participation", "de": "Teilnahmebestätigung"},
    "document": {"en": "Document", "de": "Dokument"},
    "equivalence": {"en": "Equivalence statement", "de": "Gleichwertigkeitsbescheinigung"},
}
STATES: Final[Mapping[str, Words]] = {
    "not_stated": {"en": "not stated", "de": "keine Angabe"},
    "none": {"en": "none", "de": "keine"},
    "not_applicable": {"en": "not applicable", "de": "nicht zutreffend"},
}
HOURS: Final[Words] = {"en": "{hours} hours", "de": "{hours} Stunden"}
BASES: Final[Mapping[str, Words]] = {
    "referenced": {"en": "referenced", "de": "zugeordnet"},
    "compared": {"en": "compared", "de": "verglichen"},
    "provider_claim": {"en": "provider's claim", "de": "Angabe des Anbieters"},
}
MEASURES: Final[Mapping[str, Words]] = {
    "score": {"en": "At least {least} % of the total score.", "de": "Mindestens {least} % der Gesamtpunktzahl."},
    "content": {"en": "At least {least} % of the content.", "de": "Mindestens {least} % der Inhalte."},
}
RESULT_NAMES: Final[Mapping[str, Words]] = {
    "score": {"en": "Share of the total score", "de": "Anteil an der Gesamtpunktzahl"},
    "content": {"en": "Share of the content", "de": "Anteil der Inhalte"},
}
CRITERIA_UNSTATED: Final[Words] = {"en": "Criteria: not stated.", "de": "Kriterien: keine Angabe."}


def in_language(words: Words, language: str) -> str:
    """Return one of these words in a BCP 47 language, English where it is not there."""
    return words.get(language.split("-", maxsplit=1)[0], words["en"])
