"""The words that builder 2 adds to what an entry of the catalogue states, in each language that it can label."""

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
    "participation": {"en": "Mode of participation, as offered", "de": "Form der Teilnahme laut Angebot"},
    "credits": {"en": "Credits", "de": "Leistungspunkte"},
    "workload": {"en": "Workload", "de": "Arbeitsaufwand"},
    "level": {"en": "Level", "de": "Niveau"},
    "learning_period": {"en": "Period of learning, as offered", "de": "Lernzeitraum laut Angebot"},
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
    "delivers": {"en": "Delivered by", "de": "Durchgeführt von"},
    "assesses": {"en": "Assessed by", "de": "Geprüft von"},
    "platform": {"en": "Platform", "de": "Plattform"},
    "alignment_levels": {"en": "Levels in their own frameworks", "de": "Niveaus in ihren eigenen Rahmen"},
    "objective": {"en": "Objective", "de": "Ziel"},
    "intended_use": {"en": "Intended use", "de": "Verwendungszweck"},
    "accessibility": {"en": "Accessibility", "de": "Barrierefreiheit"},
    "materials_licence": {"en": "Licence of the materials", "de": "Lizenz der Materialien"},
    "funding": {"en": "Funding", "de": "Förderung"},
    "start": {"en": "Start", "de": "Beginn"},
    "access_period": {"en": "Access to the course", "de": "Zugang zum Kurs"},
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


ASSESSMENT_KINDS: Final[Mapping[str, Words]] = {
    "attendance": {"en": "attendance", "de": "Anwesenheit"},
    "quiz": {"en": "quiz", "de": "Quiz"},
    "assignment": {"en": "assignment", "de": "Aufgabe"},
    "written-exam": {"en": "written examination", "de": "Klausur"},
    "oral-exam": {"en": "oral examination", "de": "mündliche Prüfung"},
    "practical-task": {"en": "practical task", "de": "praktische Aufgabe"},
    "project": {"en": "project", "de": "Projekt"},
    "portfolio": {"en": "portfolio", "de": "Portfolio"},
    "observation": {"en": "observation", "de": "Beobachtung"},
    "peer-assessment": {"en": "assessment by fellow learners", "de": "Bewertung durch Mitlernende"},
    "evidence-of-prior-learning": {"en": "evidence of prior learning", "de": "Nachweis früheren Lernens"},
    "other": {"en": "another kind of assessment", "de": "eine andere Prüfungsform"},
}
SUMMATIVE: Final[Mapping[bool, Words]] = {
    True: {"en": "counts towards the result", "de": "zählt für das Ergebnis"},
    False: {"en": "does not count towards the result", "de": "zählt nicht für das Ergebnis"},
}
VOLUNTARY: Final[Mapping[bool, Words]] = {
    True: {"en": "voluntary", "de": "freiwillig"},
    False: {"en": "required", "de": "verpflichtend"},
}
SUPERVISION_KINDS: Final[Mapping[str, Words]] = {
    "none-no-id": {"en": "unsupervised, identity not checked", "de": "ohne Aufsicht, Identität nicht geprüft"},
    "supervised-no-id": {"en": "supervised, identity not checked", "de": "mit Aufsicht, Identität nicht geprüft"},
    "supervised-online-id": {
        "en": "supervised online, identity checked",
        "de": "online beaufsichtigt, Identität geprüft",
    },
    "supervised-onsite-id": {
        "en": "supervised on site, identity checked",
        "de": "vor Ort beaufsichtigt, Identität geprüft",
    },
}
MODES: Final[Mapping[str, Words]] = {
    "online": {"en": "online", "de": "online"},
    "on-site": {"en": "on site", "de": "vor Ort"},
    "blended": {"en": "blended: online and on site", "de": "gemischt: online und vor Ort"},
    "workplace": {"en": "at the workplace", "de": "am Arbeitsplatz"},
}
PERIODS: Final[Mapping[str, Words]] = {
    "self-paced": {"en": "self-paced", "de": "im eigenen Tempo"},
    "fixed": {"en": "one fixed period", "de": "ein fester Zeitraum"},
    "several-fixed": {"en": "several fixed periods", "de": "mehrere feste Zeiträume"},
}
OBJECTIVES: Final[Mapping[str, Words]] = {
    "recognise": {
        "en": "recognises what somebody can do already",
        "de": "anerkennen, was jemand schon kann",
    },
    "acquire": {"en": "to learn something new", "de": "Neues lernen"},
}
INTENDED_USES: Final[Mapping[str, Words]] = {
    "continuing-education": {"en": "continuing education", "de": "Weiterbildung"},
    "upskilling": {"en": "upskilling", "de": "Höherqualifizierung"},
    "reskilling": {"en": "reskilling", "de": "Umschulung"},
    "access": {"en": "access to further study", "de": "Zugang zu weiterem Studium"},
}
QA_KINDS: Final[Mapping[str, Words]] = {
    "internal-under-external-review": {
        "en": "the institution's own, under external institutional review",
        "de": "die eigene der Einrichtung, unter externer institutioneller Überprüfung",
    },
    "programme-external": {"en": "external, of the programme", "de": "extern, des Programms"},
    "external-provider-series": {
        "en": "external, of the provider's series of offers",
        "de": "extern, der Angebotsreihe des Anbieters",
    },
    "other": {"en": "another kind of quality assurance", "de": "eine andere Art der Qualitätssicherung"},
    "none": {"en": "no quality assurance", "de": "keine Qualitätssicherung"},
}
CREDIT_BEARING: Final[Mapping[str, Words]] = {
    "admission": {
        "en": "credit-bearing: earns admission to a formal qualification",
        "de": "anrechenbar: eröffnet den Zugang zu einem formalen Abschluss",
    },
    "credit": {
        "en": "credit-bearing: earns credit towards a formal qualification",
        "de": "anrechenbar: zählt für einen formalen Abschluss",
    },
    "both": {
        "en": "credit-bearing: earns admission to, and credit towards, a formal qualification",
        "de": "anrechenbar: eröffnet den Zugang zu einem formalen Abschluss und zählt für ihn",
    },
    "no": {"en": "not credit-bearing", "de": "nicht anrechenbar"},
}
ONLY_STACKED: Final[Words] = {"en": "only when stacked with others", "de": "nur zusammen mit anderen"}
STARTS: Final[Mapping[str, Words]] = {
    "any-time": {"en": "at any time", "de": "jederzeit"},
    "runs": {"en": "on fixed dates", "de": "zu festen Terminen"},
}
ALL_RIGHTS_RESERVED: Final[Words] = {"en": "all rights reserved", "de": "alle Rechte vorbehalten"}
UNLIMITED: Final[Words] = {"en": "unlimited", "de": "unbegrenzt"}
DURATIONS: Final[Mapping[str, tuple[Words, Words]]] = {
    "D": ({"en": "{n} day", "de": "{n} Tag"}, {"en": "{n} days", "de": "{n} Tage"}),
    "W": ({"en": "{n} week", "de": "{n} Woche"}, {"en": "{n} weeks", "de": "{n} Wochen"}),
    "M": ({"en": "{n} month", "de": "{n} Monat"}, {"en": "{n} months", "de": "{n} Monate"}),
    "Y": ({"en": "{n} year", "de": "{n} Jahr"}, {"en": "{n} years", "de": "{n} Jahre"}),
}
FREE: Final[Words] = {"en": "free of charge", "de": "kostenlos"}
PER: Final[Mapping[str, Words]] = {
    "": {"en": "{price}"},
    "month": {"en": "{price} a month", "de": "{price} im Monat"},
    "year": {"en": "{price} a year", "de": "{price} im Jahr"},
    "course": {"en": "{price} a course", "de": "{price} je Kurs"},
    "module": {"en": "{price} a module", "de": "{price} je Modul"},
}
TAXES: Final[Mapping[bool, Words]] = {
    True: {"en": "{price}, taxes included", "de": "{price}, inklusive Steuern"},
    False: {"en": "{price}, plus taxes", "de": "{price}, zuzüglich Steuern"},
}
ELIGIBLE: Final[Words] = {"en": "who may get it: {people}", "de": "wer sie bekommen kann: {people}"}
UNTIL: Final[Words] = {"en": "until {day}", "de": "bis {day}"}
EQF_LEVEL: Final[Words] = {"en": "EQF level {level}", "de": "EQR-Niveau {level}"}
EQF: Final[Words] = {"en": "European Qualifications Framework", "de": "Europäischer Qualifikationsrahmen"}
JOINTLY: Final[Words] = {"en": "Awarded jointly by {bodies}.", "de": "Gemeinsam verliehen von {bodies}."}
AND: Final[Words] = {"en": "and", "de": "und"}


def in_language(words: Words, language: str) -> str:
    """Return one of these words in a BCP 47 language, English where it is not there."""
    return words.get(language.split("-", maxsplit=1)[0], words["en"])
