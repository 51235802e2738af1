"""From facts to an unsigned Open Badges 3.0 document. Absent facts leave no trace: no null, no empty array.

Source: https://www.imsglobal.org/spec/ob/v3p0/ (tables of the data model), with the terms of context 3.0.3.
"""

from decimal import Decimal
from typing import Any, Final

import orjson

from credentials.builders.v2 import entry_words
from credentials.builders.v2.award_words import wording_for
from credentials.builders.v2.times import first_moment, moment
from credentials.documents import (
    AchievementFacts,
    AlignmentFacts,
    AwardFacts,
    EvidenceFacts,
    GroundFacts,
    IssuerFacts,
    LevelFacts,
    OfficialNumberFacts,
    OrganisationFacts,
    RelatedFacts,
    ResultDescriptionFacts,
    ResultFacts,
)
from credentials.errors import DataModelError
from credentials.strict_json import JsonObject, compact_json

VERSION: Final = 2
CONTEXTS: Final = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
_TYPES: Final = ("VerifiableCredential", "OpenBadgeCredential")
"""The specification allows this or its alias AchievementCredential; both are one IRI. Only this spelling is the compacted
form, which openvc-core demands of whatever a Data Integrity proof covers."""
_EXTENSIONS_CONTEXT: Final = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"


class CredentialWriter:
    """Writes the documents of one issuer and achievement; what all awards share is made once.

    The documents share these parts: whoever changes one has to copy it first.
    """

    version: Final = VERSION

    def __init__(self, issuer: IssuerFacts, achievement: AchievementFacts) -> None:
        self.issuer, self.achievement = issuer, achievement
        self._profile = profile_document(issuer)
        self._achievement = _achievement(issuer, achievement)
        self._source = profile_document(achievement.assessor) if achievement.assessor else None
        self._head = self._shared_members(self._profile)
        # As bytes that were written once
        self._written_head = self._shared_members(orjson.Fragment(compact_json(self._profile)))
        self._written_achievement = orjson.Fragment(compact_json(self._achievement))
        descriptions = achievement.result_descriptions
        self._results = frozenset(entry.id for entry in descriptions)
        self._levels = frozenset(level.id for entry in descriptions for level in entry.levels)

    def build(self, award: AwardFacts) -> JsonObject:
        """Return the unsigned document of one award; raises DataModelError where the facts do not go together."""
        return self._document(award, self._head, self._achievement)

    def text(self, award: AwardFacts) -> str:
        """Return `compact_json(build(award))`, without writing again what all awards share."""
        return orjson.dumps(self._document(award, self._written_head, self._written_achievement)).decode()

    def _shared_members(self, profile: Any) -> JsonObject:
        """Return the members that come first, in their order; the id is each award's own."""
        return _present(
            {
                "@context": _contexts(self.achievement),
                "id": "",
                "type": list(_TYPES),
                "name": self.achievement.name,
                "description": _description(self.issuer, self.achievement),
                "image": _image(self.achievement.image_url),
                "issuer": profile,
            }
        )

    def _document(self, award: AwardFacts, head: JsonObject, achievement: Any) -> JsonObject:
        self._check_together(award)
        document = {**head, "id": award.credential_id, "validFrom": moment(award.valid_from)}
        if award.valid_until is not None:
            document["validUntil"] = moment(award.valid_until)
        document["awardedDate"] = first_moment(award.awarded_on)
        document["credentialSubject"] = _subject(achievement, self._source, award)
        if award.evidence:
            document["evidence"] = [_evidence(entry) for entry in award.evidence]
        document["credentialStatus"] = _status(award)
        if self.achievement.schema_url is not None:
            document["credentialSchema"] = _schema(self.achievement.schema_url)
        return document

    def _check_together(self, award: AwardFacts) -> None:
        language = self.achievement.language
        if award.language != language:
            raise DataModelError(f"the award is in {award.language}, its achievement's text in {language}")
        for result in award.results:
            if result.description_id is not None and result.description_id not in self._results:
                raise DataModelError(f"result.description_id is not of this achievement: {result.description_id}")
            if result.achieved_level is not None and result.achieved_level not in self._levels:
                raise DataModelError(f"result.achieved_level is not of this achievement: {result.achieved_level}")


def achievement_document(issuer: IssuerFacts, achievement: AchievementFacts) -> JsonObject:
    """Return the Achievement by itself, with its contexts: what stands at the version's permanent address."""
    return {"@context": list(CONTEXTS), **_achievement(issuer, achievement)}


def profile_document(profile: IssuerFacts) -> JsonObject:
    """Return an Open Badges Profile object (without a context of its own)."""
    return _present(
        {
            "id": profile.id,
            "type": ["Profile"],
            "name": profile.name,
            "url": profile.url,
            "description": profile.description,
            "image": _image(profile.image_url),
            "email": profile.email,
            "official": profile.official,
            "otherIdentifier": [_number(entry) for entry in profile.numbers],
            "parentOrg": profile.organisation and _organisation(profile.organisation),
        }
    )


def _number(number: OfficialNumberFacts) -> JsonObject:
    return {"type": "IdentifierEntry", "identifier": number.value, "identifierType": number.type}


def _organisation(organisation: OrganisationFacts) -> JsonObject:
    place = {
        "addressCountry": organisation.country,
        "addressCountryCode": organisation.country_code,
        "addressRegion": organisation.region,
    }
    address = {"type": ["Address"], **_present(place)} if any(place.values()) else None
    return _present({"id": organisation.id, "type": ["Profile"], "name": organisation.name, "address": address})


def _description(issuer: IssuerFacts, achievement: AchievementFacts) -> str:
    """Describe the award: what the achievement is, and who awards it jointly, for a credential has one issuer.

    Open Badges 3.0 has no member for a second awarding body, and what it endorses it signs itself.
    """
    bodies = list(dict.fromkeys([achievement.awarding_body or issuer.name, *achievement.co_awarding_bodies]))
    if len(bodies) == 1:
        return achievement.description
    language = achievement.language
    named = f"{', '.join(bodies[:-1])} {entry_words.in_language(entry_words.AND, language)} {bodies[-1]}"
    jointly = entry_words.in_language(entry_words.JOINTLY, language).format(bodies=named)
    return f"{achievement.description}\n\n{jointly}"


def full_narrative(award: AwardFacts) -> str | None:
    """Return the subject's narrative: the award's own, then a labelled line per fact without a field."""
    words = wording_for(award.language)
    lines = [
        f"* {label}: {value}"
        for label, value in (
            (words.learning_period, award.learning_period),
            (words.participation, award.participation),
            (words.supervision, award.supervision),
            (words.language_of_assessment, award.language_of_assessment),
            (words.ground, award.ground and _ground(award.ground)),
        )
        if value
    ]
    if award.narrative:
        lines[:1] = [f"{award.narrative}\n\n{lines[0]}" if lines else award.narrative]
    return "\n".join(lines) or None


def _ground(ground: GroundFacts) -> str:
    parts = (ground.body, ground.decided_on, ground.reference)
    return ", ".join(str(part) for part in parts if part)


def number(value: Decimal | None) -> int | float | None:
    """Return credits as a JSON number, a whole one without a fraction."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _present(values: JsonObject) -> JsonObject:
    return {name: value for name, value in values.items() if value is not None and value != []}


def _contexts(achievement: AchievementFacts) -> list[str]:
    """Return the contexts; the type of `credentialSchema` is defined by the third one alone."""
    return [*CONTEXTS, _EXTENSIONS_CONTEXT] if achievement.schema_url else list(CONTEXTS)


def _schema(address: str) -> list[JsonObject]:
    return [{"id": address, "type": "1EdTechJsonSchemaValidator2019"}]


def _image(address: str | None) -> JsonObject | None:
    return None if address is None else {"id": address, "type": "Image"}


def _subject(achievement: Any, source: JsonObject | None, award: AwardFacts) -> JsonObject:
    return _present(
        {
            "id": award.subject_id,
            "type": ["AchievementSubject"],
            "identifier": _identities(award),
            "activityStartDate": award.learning_from and first_moment(award.learning_from),
            "activityEndDate": award.learning_to and first_moment(award.learning_to),
            "creditsEarned": number(award.credits_earned),
            "narrative": full_narrative(award),
            "result": [_result(entry) for entry in award.results],
            "source": source,
            "achievement": achievement,
        }
    )


def _identities(award: AwardFacts) -> list[JsonObject]:
    hashed = [(entry.identity_type, entry.identity_hash) for entry in award.identifiers]
    if award.email_hash is not None:
        hashed.insert(0, ("emailAddress", award.email_hash))
    named = {"type": "IdentityObject", "hashed": False, "identityHash": award.holder_name, "identityType": "name"}
    return [
        named,
        *(
            {"type": "IdentityObject", "hashed": True, "identityHash": hash_, "identityType": kind, "salt": award.salt}
            for kind, hash_ in hashed
        ),
    ]


def _status(award: AwardFacts) -> JsonObject | list[JsonObject]:
    """Return one entry, or two of the same index where the award can be suspended."""
    revocation = _status_entry(award.status_list_url, award.status_index, "revocation")
    if award.suspension_list_url is None:
        return revocation
    return [revocation, _status_entry(award.suspension_list_url, award.status_index, "suspension")]


def _status_entry(status_list: str, index: int, purpose: str) -> JsonObject:
    return {
        "id": f"{status_list}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": status_list,
    }


def _result(result: ResultFacts) -> JsonObject:
    return _present(
        {
            "type": ["Result"],
            "resultDescription": result.description_id,
            "achievedLevel": result.achieved_level,
            "status": result.status,
            "value": result.value,
        }
    )


def _evidence(evidence: EvidenceFacts) -> JsonObject:
    return _present(
        {
            "id": evidence.id,
            "type": ["Evidence"],
            "name": evidence.name,
            "description": evidence.description,
            "narrative": evidence.narrative,
            "genre": evidence.genre,
            "audience": evidence.audience,
        }
    )


def _achievement(issuer: IssuerFacts, achievement: AchievementFacts) -> JsonObject:
    # The issuer's own profile stands in full above; here it is named, so that the achievement can stand alone.
    creator = achievement.creator or IssuerFacts(id=issuer.id, name=issuer.name)
    return _present(
        {
            "id": achievement.id,
            "type": ["Achievement"],
            "achievementType": achievement.achievement_type,
            "name": achievement.name,
            "description": achievement.description,
            "criteria": _criteria(achievement),
            "image": _image(achievement.image_url),
            "inLanguage": achievement.language,
            "version": achievement.version,
            "humanCode": achievement.human_code,
            "fieldOfStudy": achievement.field_of_study,
            "specialization": achievement.specialization,
            "creditsAvailable": number(achievement.credits_available),
            "tag": list(achievement.tags),
            "creator": profile_document(creator),
            "alignment": [_alignment(entry) for entry in achievement.alignments],
            "resultDescription": [_result_description(entry) for entry in achievement.result_descriptions],
            "related": [_related(entry) for entry in achievement.related],
        }
    )


def _criteria(achievement: AchievementFacts) -> JsonObject:
    items = "\n".join(f"* {item.label}: {item.text}" for item in achievement.information)
    narrative = "\n\n".join(part for part in (achievement.criteria, items) if part)
    return _present({"id": achievement.criteria_url, "narrative": narrative})


def _alignment(alignment: AlignmentFacts) -> JsonObject:
    return _present(
        {
            "type": ["Alignment"],
            "targetName": alignment.target_name,
            "targetUrl": alignment.target_url,
            "targetCode": alignment.target_code,
            "targetDescription": alignment.target_description,
            "targetFramework": alignment.target_framework,
            "targetType": alignment.target_type,
        }
    )


def _result_description(entry: ResultDescriptionFacts) -> JsonObject:
    return _present(
        {
            "id": entry.id,
            "type": ["ResultDescription"],
            "name": entry.name,
            "resultType": entry.result_type,
            "allowedValue": list(entry.allowed_values),
            "requiredValue": entry.required_value,
            "requiredLevel": entry.required_level,
            "valueMin": entry.value_min,
            "valueMax": entry.value_max,
            "rubricCriterionLevel": [_level(level) for level in entry.levels],
            "alignment": [_alignment(alignment) for alignment in entry.alignments],
        }
    )


def _level(level: LevelFacts) -> JsonObject:
    return _present(
        {
            "id": level.id,
            "type": ["RubricCriterionLevel"],
            "name": level.name,
            "level": level.level,
            "description": level.description,
            "points": level.points,
        }
    )


def _related(related: RelatedFacts) -> JsonObject:
    return _present(
        {"id": related.id, "type": ["Related"], "inLanguage": related.language, "version": related.version}
    )
