"""What the awards of one act rest on: the version, the profile, and the moment."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass, field

from django.db.models import F
from django.utils import timezone

from catalogue.documents import result_id, signed_language
from catalogue.models import Achievement, AchievementVersion, Party, PartyRole
from catalogue.parties import acted_for
from catalogue.selectors import published_version
from credentials.documents import (
    ResultFacts,
)
from issuing.errors import AwardingClosedError, MandateMissingError, MandateOverError, OnlyOnRequestError
from issuing.models import ApprovalKind, Award, AwardState
from issuing.rules import (
    checked_language,
)
from issuing.services.offsets import counted_in
from issuing.services.oneself import NOBODY, Oneself, oneself
from issuing.services.policies import kinds_asked
from issuing.stated import ResultOrder
from registry.actors import Actor
from registry.mandated import mandated_bodies
from registry.models import IssuerProfile, IssuerState, Organisation
from registry.selectors import canonical_base_url, latest_profile
from registry.services import require_open


@dataclass(frozen=True, slots=True)
class Basis:
    """What all awards of one act share: version, profile, the addresses' base, and the moment.

    `asked_on`: the day on which somebody asked for what is done now; the same day unless given. `oneself`: who acts.
    """

    version: AchievementVersion
    organisation: Organisation
    profile: IssuerProfile
    base_url: str
    at: dt.datetime
    today: dt.date
    asked_on: dt.date | None = None
    oneself: Oneself = NOBODY
    languages: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    results: dict[ResultOrder, ResultFacts] = field(default_factory=dict)

    def language_for(self, wanted: str) -> str:
        """Return the language of an award for a reader of `wanted`.

        Raises:
            RuleBrokenError: that is no language tag.
        """
        if wanted not in self.languages:
            self.languages[wanted] = signed_language(self.version, checked_language(wanted))
        return self.languages[wanted]

    def result_address(self, key: str) -> str:
        """Return the address of one of the version's result descriptions."""
        if key not in self.addresses:
            self.addresses[key] = result_id(self.version, key, self.base_url)
        return self.addresses[key]

    def dedupe_key(self, learner_id: uuid.UUID) -> uuid.UUID:
        """Return the key under which a learner holds this achievement line, all versions together."""
        return line_key(self.version.achievement_id, learner_id)


def line_key(achievement_id: uuid.UUID, learner_id: uuid.UUID) -> uuid.UUID:
    """Return the key under which a learner holds an achievement line, all its versions together."""
    digest = hashlib.blake2b(learner_id.bytes, key=achievement_id.bytes, digest_size=16)
    return uuid.UUID(bytes=digest.digest())


def basis_of(achievement: Achievement, actor: Actor | None = None, *, on_request: bool = False) -> Basis:
    """Return what an award made now by `actor` rests on; `on_request`: its learner has applied for it.

    Raises:
        NotPublishedError, PlannedError, RetiredError: there is no version to award.
        AwardingClosedError: the last award date has passed, or the issuer is closed.
        MandateMissingError: it is awarded in the name of an organisation that has not mandated the issuer now.
        OrganisationStoppedError, OrganisationClosedError: nothing is awarded in the organisation's name.
        PlaceClosedError: nor in the faculty's.
        OnlyOnRequestError: only who has applied is awarded this.
    """
    organisation = achievement.organisation
    require_open(organisation, at=achievement.issuer.node)
    now = counted_in(organisation.timezone, timezone.now().replace(microsecond=0))
    today = now.date()
    version = published_version(achievement, on=today)
    last = achievement.last_award_on
    if achievement.issuer.state == IssuerState.CLOSED or (last is not None and today > last):
        raise AwardingClosedError
    require_mandates(version, on=today)
    if not on_request and ApprovalKind.ONLY_ON_REQUEST in kinds_asked(achievement):
        raise OnlyOnRequestError
    profile = latest_profile(achievement.issuer)
    return Basis(
        version, organisation, profile, canonical_base_url(), now, today, oneself=oneself(actor, organisation)
    )


def require_mandates(version: AchievementVersion, *, on: dt.date) -> None:
    """Refuse to award in the name of another organisation here that has not mandated the issuer for a day.

    A query only where a version names one; samples are nobody's words.

    Raises:
        MandateMissingError: it has not, or the mandate is over.
    """
    if missing := _bodies_without(version, on=on):
        raise MandateMissingError(body=missing)


def _bodies_without(version: AchievementVersion, *, on: dt.date) -> str:
    """Name the bodies in whose name a version is awarded and who mandate its issuer for no such day."""
    others = acted_for(version)
    if not others or version.achievement.organisation.is_sample:
        return ""
    bodies = {one.organisation_id: one.name for one in others if one.organisation_id is not None}
    missing = bodies.keys() - mandated_bodies(version.achievement.issuer_id, bodies, on=on)
    return ", ".join(sorted(bodies[pk] for pk in missing))


def require_mandates_today(version: AchievementVersion) -> None:
    """Refuse to let an award go on towards its signature in the name of an organisation that mandates its issuer no more.

    Raises:
        MandateMissingError: as `require_mandates`, for the day that it is at the organisation.
    """
    if missing := bodies_without_mandate(version):
        raise MandateMissingError(body=missing)


def bodies_without_mandate(version: AchievementVersion) -> str:
    """Name the bodies in whose name a version is awarded and who mandate its issuer not today; empty where all do."""
    return _bodies_without(version, on=counted_in(version.achievement.organisation.timezone, timezone.now()).date())


def unmandated_bodies(award: Award) -> str:
    """Name the bodies in whose name an award would be signed and who mandate its issuer not today; empty where all do.

    What stands in place of an older certificate needs nobody: that was awarded under a mandate.
    """
    return "" if award.replaces_id is not None else bodies_without_mandate(award.version)


def require_mandates_for_signing(version_id: uuid.UUID) -> None:
    """Refuse to sign in the name of an organisation that mandates the issuer no more; one query where none is named.

    Raises:
        MandateOverError: what waits for it is put off, and goes on under another mandate.
    """
    named = Party.objects.filter(version=version_id, role=PartyRole.AWARDS, organisation__isnull=False)
    if not named.exclude(organisation=F("version__achievement__organisation")).exists():
        return
    version = AchievementVersion.objects.select_related("achievement__organisation").get(pk=version_id)
    if bodies_without_mandate(version):
        raise MandateOverError


def mandate_missing(award: Award) -> str:
    """Say why an award waits on where no mandate holds for it now; empty where nothing is missing."""
    scheduled = award.state == AwardState.SCHEDULED
    missing = bodies_without_mandate(award.version) if scheduled else unmandated_bodies(award)
    return MandateMissingError(body=missing).sentence() if missing else ""


def basis_of_award(award: Award, actor: Actor | None = None) -> Basis:
    """Return what an award that waits rests on, for facts that are fixed anew: its own version, profile and address.

    Its version, profile, status list and organisation must be loaded.
    """
    now = counted_in(award.organisation.timezone, timezone.now().replace(microsecond=0))
    base_url = award.status_list.base_url
    who = oneself(actor, award.organisation)
    return Basis(award.version, award.organisation, award.issuer_profile, base_url, now, now.date(), oneself=who)


def basis_of_correction(award: Award, actor: Actor | None = None) -> Basis:
    """Return what the correction of a signed award rests on: its own version, whatever has followed it since.

    Raises:
        AwardingClosedError: the issuer is closed.
        OrganisationStoppedError, OrganisationClosedError: a correction is a new credential too.
    """
    organisation, issuer = award.organisation, award.version.achievement.issuer
    require_open(organisation)
    if issuer.state == IssuerState.CLOSED:
        raise AwardingClosedError
    now = counted_in(organisation.timezone, timezone.now().replace(microsecond=0))
    who = oneself(actor, organisation)
    return Basis(
        award.version, organisation, latest_profile(issuer), canonical_base_url(), now, now.date(), oneself=who
    )
