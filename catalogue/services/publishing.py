"""Acts that change what the public sees: publish, plan, retire."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from catalogue.badges import INKS, BadgeFacts, badge_png, badge_svg, small_picture
from catalogue.documents import achievement_facts, languages_of, plain_number
from catalogue.errors import ContentRefusedError, EntryStateError, NothingToPublishError
from catalogue.models import (
    Achievement,
    AchievementState,
    AchievementVersion,
    Audience,
    CatalogueSearchText,
    DuplicatePolicy,
    PartyRole,
    StoredImage,
)
from catalogue.rules import content_refusals
from catalogue.search import searchable
from catalogue.selectors import content_of, mandate_refusals, newest_published, publication_findings
from catalogue.services.editing import Revision, held_achievement, newest_version, revise_achievement
from credentials.errors import DataModelError
from registry.actors import Actor
from registry.audit import record_act
from registry.language_maps import text_in
from registry.models import IssuerProfile, Role
from registry.permissions import require_role
from registry.refusals import Refusal
from registry.selectors import canonical_base_url, latest_profile


@transaction.atomic
def publish_achievement(*, achievement: Achievement, actor: Actor) -> AchievementVersion:
    """Fix the draft for good: from now on it is shown, found and can be awarded.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not edit at the issuer's node.
        EntryStateError: the entry was withdrawn.
        NothingToPublishError: there is no draft.
        ContentRefusedError: the draft breaks a rule of its kind; `.refusals` lists all.
    """
    require_role(actor, achievement.issuer.node, Role.EDITOR)
    held = held_achievement(achievement)
    _check_state(held, AchievementState.DRAFT, AchievementState.PLANNED, AchievementState.PUBLISHED)
    version = newest_version(held)
    if version.published_at is not None:
        raise NothingToPublishError
    _refuse(publication_findings(version, content_of(version)))
    _check_documents(version)
    version.image_sha = _picture(version).sha256
    version.published_at = timezone.now()
    version.published_by = actor.id
    version.save()
    _show(held, AchievementState.PUBLISHED, version)
    record_act(actor, "achievement.published", held, organisation=held.organisation, version=version.number)
    return version


@transaction.atomic
def plan_achievement(*, achievement: Achievement, actor: Actor) -> AchievementVersion:
    """Show a draft as planned: it may stand in a pathway and cannot be awarded.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not edit at the issuer's node.
        EntryStateError: the entry is published or withdrawn.
        ContentRefusedError: the draft breaks a rule; `.refusals` lists all.
    """
    require_role(actor, achievement.issuer.node, Role.EDITOR)
    held = held_achievement(achievement)
    _check_state(held, AchievementState.DRAFT, AchievementState.PLANNED)
    version = newest_version(held)
    content = content_of(version)
    _refuse([*content_refusals(content), *mandate_refusals(version, content)])
    AchievementVersion.objects.filter(pk=version.pk).update(image_sha=_picture(version).sha256)
    _show(held, AchievementState.PLANNED, version)
    record_act(actor, "achievement.planned", held, organisation=held.organisation, version=version.number)
    return version


@transaction.atomic
def retire_achievement(*, achievement: Achievement, last_award_on: dt.date, actor: Actor) -> Achievement:
    """Withdraw an entry from the register. Running courses finish: awards are accepted until `last_award_on`.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not edit at the issuer's node.
        EntryStateError: the entry is not published.
    """
    require_role(actor, achievement.issuer.node, Role.EDITOR)
    held = held_achievement(achievement)
    _check_state(held, AchievementState.PUBLISHED, AchievementState.RETIRED)
    held.state, held.last_award_on = AchievementState.RETIRED, last_award_on
    held.save(update_fields=["state", "last_award_on"])
    CatalogueSearchText.objects.filter(version__achievement=held).delete()
    record_act(actor, "achievement.retired", held, organisation=held.organisation, last_award_on=str(last_award_on))
    return held


@transaction.atomic
def set_audience(*, achievement: Achievement, audience: Audience, actor: Actor) -> Achievement:
    """Say who finds an entry: everybody, or its organisation's members alone. Its credentials' pages stay as they are.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not edit at the issuer's node.
    """
    require_role(actor, achievement.issuer.node, Role.EDITOR)
    held = held_achievement(achievement)
    if held.audience == audience:
        return held
    held.audience = audience
    held.save(update_fields=["audience"])
    if held.state in {AchievementState.PUBLISHED, AchievementState.PLANNED}:
        let_search_read(held, newest_published(held) or newest_version(held))
    record_act(actor, "achievement.audience_set", held, organisation=held.organisation, audience=str(audience))
    return held


@transaction.atomic
def set_policies(
    *, achievement: Achievement, duplicates: DuplicatePolicy, audience: Audience, actor: Actor
) -> Achievement:
    """Say what a second award of the same person does, and who finds the entry; awards that stand are left as they are.

    Raises:
        RoleRequiredError, ScopeRequiredError: `actor` may not edit at the issuer's node.
    """
    held = set_audience(achievement=achievement, audience=audience, actor=actor)
    if held.duplicates == duplicates:
        return held
    held.duplicates = duplicates
    held.save(update_fields=["duplicates"])
    record_act(actor, "achievement.duplicates_set", held, organisation=held.organisation, duplicates=str(duplicates))
    return held


def _is_listed(achievement: Achievement) -> bool:
    return achievement.audience == Audience.PUBLIC


@transaction.atomic
def change_entry(
    *, achievement: Achievement, revise: Revision | None, audience: Audience | None, actor: Actor
) -> tuple[AchievementVersion, bool]:
    """Change who finds an entry, what its draft says, or both; return the newest version, and whether it is new.

    Raises:
        What `set_audience` and `revise_achievement` raise; then neither is changed.
    """
    if audience is not None:
        set_audience(achievement=achievement, audience=audience, actor=actor)
    if revise is not None:
        return revise_achievement(achievement=achievement, revise=revise, actor=actor)
    return newest_version(achievement), False


def badge_facts(version: AchievementVersion) -> BadgeFacts:
    """Return what the badge of a version shows, in the language of instruction."""
    achievement = version.achievement
    titles = version.texts.get("short_name") or version.texts["name"]
    profile = latest_profile(achievement.issuer)
    own = profile.short_name or text_in(profile.name, version.language)
    others = [party.name for party in version.parties.all() if party.role == PartyRole.CO_AWARDS]
    ink = ink_of(profile)
    return BadgeFacts(
        kind="joint" if others else achievement.kind,
        title=text_in(titles, version.language),
        issuers=(own, *others),
        foot=version.badge.get("foot") or _badge_foot(version),
        ink=ink,
        second_ink=(ink + 3) % len(INKS),
        sample=achievement.organisation.is_sample,
    )


def ink_of(profile: IssuerProfile) -> int:
    """Return the colour of an issuer's badges, a position in INKS: the one that it chose, else one by its slug."""
    if profile.ink is not None:
        return profile.ink % len(INKS)
    return hashlib.sha256(profile.issuer.slug.encode()).digest()[0] % len(INKS)


def store_image(facts: BadgeFacts) -> StoredImage:
    """Draw a badge and keep it under the SHA-256 of its PNG bytes; the same picture is kept once."""
    png = badge_png(facts)
    sha256 = hashlib.sha256(png).hexdigest()
    known = StoredImage.objects.filter(pk=sha256).first()
    if known is not None:
        return known
    drawn = {"png": png, "small": small_picture(png), "svg": badge_svg(facts)}
    return StoredImage.objects.get_or_create(sha256=sha256, defaults=drawn)[0]


def _picture(version: AchievementVersion) -> StoredImage:
    """Return the picture of a version: the uploaded one, else its badge, drawn now.

    Raises:
        ContentRefusedError: the uploaded one is not here, as after taking over a file of another installation.
    """
    uploaded = version.badge.get("picture")
    if not uploaded:
        return store_image(badge_facts(version))
    found = StoredImage.objects.filter(pk=uploaded).first()
    if found is None:
        remedy = gettext_noop("Upload the picture again, or let the badge be drawn: it is not stored here.")
        raise ContentRefusedError([Refusal("badge", "picture-unknown", remedy)])
    return found


def _badge_foot(version: AchievementVersion) -> str:
    if version.ects_credits:
        return f"{plain_number(version.ects_credits)} ECTS"
    if version.national_credits is not None:
        return f"{plain_number(version.national_credits)} {version.national_credit_system}"
    return ""


def _refuse(refusals: list[Refusal]) -> None:
    if refusals:
        raise ContentRefusedError(refusals)


def _check_state(achievement: Achievement, *allowed: AchievementState) -> None:
    if achievement.state not in allowed:
        raise EntryStateError(achievement=achievement.slug, state=achievement.get_state_display())


def _check_documents(version: AchievementVersion) -> None:
    """Build what awards will carry, in each language, so that signing never meets a text it must refuse."""
    base_url = canonical_base_url()
    try:
        for language in languages_of(version):
            achievement_facts(version, language, base_url=base_url)
    except (DataModelError, TypeError) as error:
        remedy = gettext_noop(
            "A text cannot stand in a signed document: control characters, an address or a type is wrong."
        )
        raise ContentRefusedError([Refusal("texts", "unsignable", remedy)]) from error


def _show(achievement: Achievement, state: AchievementState, version: AchievementVersion) -> None:
    """Move the entry to its state and let search read this version and no other."""
    achievement.state = state
    achievement.save(update_fields=["state"])
    let_search_read(achievement, version)


def let_search_read(achievement: Achievement, version: AchievementVersion) -> None:
    """Write what lists and search read of an entry: nothing of one that is for members alone."""
    CatalogueSearchText.objects.filter(version__achievement=achievement).delete()
    if not _is_listed(achievement):
        return
    CatalogueSearchText.objects.bulk_create(
        CatalogueSearchText(version=version, language=language, title=title, body=body)
        for language, title, body in searchable(version, latest_profile(achievement.issuer))
    )
