"""Reading what was awarded and signed. Lists for people and machines start at `*_for(actor)`."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import urlsplit

from django.db.models import Exists, Min, OuterRef, QuerySet
from django.utils import timezone

from catalogue.models import Achievement, AchievementVersion
from credentials import dids
from credentials.dids import PublishedKey
from credentials.documents import AwardFacts
from credentials.multikey import decode_multikey
from credentials.strict_json import JsonObject
from issuing.claim_links import key_in
from issuing.delivery.calendar import link_until
from issuing.errors import ClaimLinkOverError, CredentialNotFoundError, NoSuchEditionError
from issuing.models import (
    Award,
    AwardState,
    Batch,
    Credential,
    LetterKind,
    LetterState,
    PublishedStatusList,
    SigningKey,
    StatusChange,
    StatusList,
    StatusPurpose,
)
from registry.actors import Actor
from registry.keyset import Apart, Cursor, KeysetPage, Sorting, keyset_page
from registry.models import Issuer, Learner, Organisation, Role, User
from registry.permissions import nodes_of
from registry.selectors import first_base_url

PLATFORM_RELATIONSHIPS = ("assertionMethod", "authentication")


def awards_for(actor: Actor, role: Role = Role.VIEWER) -> QuerySet[Award]:
    """Return the awards that `actor` may see from inside, newest first."""
    return (
        Award.objects.filter(version__achievement__issuer__node__in=nodes_of(actor, role))
        .select_related("version__achievement__issuer", "organisation")
        .order_by("-accepted_at", "id")
    )


def award_in(actor: Actor, organisation: str, award_id: uuid.UUID) -> Award:
    """Return an award of the organisation with this slug, with all that a page tells of it.

    Raises:
        CredentialNotFoundError: there is none there, or `actor` may not know of it.
    """
    rows = awards_for(actor).select_related(
        "version__achievement__issuer__node", "organisation", "issuer_profile", "credential", "batch"
    )
    found = rows.filter(pk=award_id, organisation__slug=organisation).first()
    if found is None:
        raise CredentialNotFoundError
    return found


def learner_seen(actor: Actor, organisation: Organisation, learner_id: uuid.UUID) -> Learner | None:
    """Return an organisation's record of a person to whom a place has awarded that `actor` sees; else None."""
    nodes = nodes_of(actor, Role.VIEWER).filter(organisation=organisation)
    awarded = Award.objects.filter(learner=OuterRef("pk"), version__achievement__issuer__node__in=nodes)
    rows = Learner.objects.filter(Exists(awarded), pk=learner_id, organisation=organisation, erased_at=None)
    return rows.first()


NEWEST_ACCEPTED = Sorting("accepted_at")
"""The order of lists of awards."""


def awards_page(
    actor: Actor,
    *,
    organisation: str,
    achievement: Achievement | None = None,
    states: Sequence[str] = (),
    cursor: Cursor | None = None,
    size: int = 50,
) -> KeysetPage[Award]:
    """Return a page of an organisation's awards that `actor` may see, newest first, along the index of each version."""
    versions = awarded_versions_for(actor).filter(achievement__organisation__slug=organisation)
    if achievement is not None:
        versions = versions.filter(achievement=achievement)
    rows = Award.objects.select_related("version__achievement__issuer", "organisation")
    if states:
        rows = rows.filter(state__in=states)
    return keyset_page(rows, NEWEST_ACCEPTED, size=size, cursor=cursor, apart=Apart("version", versions))


def status_of(credential: Credential) -> list[StatusChange]:
    """Return what happened to a credential's status, the newest first."""
    return list(StatusChange.objects.filter(credential=credential).order_by("-id"))


def awarded_versions_for(actor: Actor) -> QuerySet[AchievementVersion]:
    """Return the versions whose awards `actor` may see from inside: lists of awards are read version by version."""
    nodes = nodes_of(actor, Role.VIEWER)
    return AchievementVersion.objects.filter(published_at__isnull=False, achievement__issuer__node__in=nodes)


def batches_for(actor: Actor, role: Role = Role.VIEWER) -> QuerySet[Batch]:
    """Return the files of awards that `actor` may see, or work with in a role."""
    return (
        Batch.objects.filter(version__achievement__issuer__node__in=nodes_of(actor, role))
        .select_related("version__achievement__issuer", "follows")
        .order_by("-created_at", "id")
    )


def credential_by_id(credential_id: uuid.UUID) -> Credential:
    """Return a credential whoever asks: the page decides what is shown of it; one query.

    Raises:
        CredentialNotFoundError: there is none (yet).
    """
    found = (
        Credential.objects.select_related(
            "award__version__achievement__issuer",
            "award__version__achievement__organisation",
            "award__issuer_profile__issuer__organisation",
            "award__status_list",
            "organisation",
            "key",
            "successor",
        )
        .filter(pk=credential_id)
        .first()
    )
    if found is None:
        raise CredentialNotFoundError
    return found


def credentials_held_by(user: User) -> QuerySet[Credential]:
    """Return the credentials of every record that was linked to an account, newest first; erased ones are nobody's.

    Revoked and replaced ones are among them: who held one may see what became of it.
    """
    return (
        Credential.objects.filter(award__learner__user=user, erased_at=None)
        .select_related("award__version__achievement__issuer", "organisation", "successor")
        .order_by("-signed_at", "pk")
    )


class ClaimLinkState(StrEnum):
    """What became of a claim link."""

    OPEN = "open"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class ClaimLink(NamedTuple):
    """A claim link of ours: what it opens, and its last day or when it was withdrawn; None while it never left."""

    award: Award
    state: ClaimLinkState
    until: dt.date | None


def claim_link(token: str, *, at: dt.datetime) -> ClaimLink:
    """Return what a claim link opens, in whatever state its award is.

    Raises:
        CredentialNotFoundError: not one of our tokens.
    """
    key = key_in(token)
    if key is None:
        raise CredentialNotFoundError
    award = Award.objects.select_related("issuer_profile", "organisation").filter(pk=key.award_id).first()
    if award is None:
        raise CredentialNotFoundError
    withdrawn = list(award.claim_link_withdrawals.order_by("id").values_list("at", flat=True))
    if key.number < len(withdrawn):
        return ClaimLink(award, ClaimLinkState.WITHDRAWN, withdrawn[key.number].date())
    until = key.until or _end_of_old_link(award)
    ended = until is not None and at.date() > until
    return ClaimLink(award, ClaimLinkState.ENDED if ended else ClaimLinkState.OPEN, until)


def _end_of_old_link(award: Award) -> dt.date | None:
    """Return the last day of a link whose mail left before links ended."""
    sent = award.letters.filter(kind=LetterKind.CLAIM).aggregate(Min("sent_at"))["sent_at__min"]
    return link_until(sent, award.claim_until) if sent else None


def is_replaced(award: Award) -> bool:
    """Tell whether a newer certificate has taken an award's place."""
    return Credential.objects.filter(award=award, successor__isnull=False).exists()


def opened_award(token: str) -> Award:
    """Return the award that a claim link opens, in whatever state it is; version and profile are loaded.

    Raises:
        CredentialNotFoundError: not one of our tokens.
        ClaimLinkOverError: the link has ended or was withdrawn.
    """
    link = claim_link(token, at=timezone.now())
    if link.state != ClaimLinkState.OPEN:
        raise ClaimLinkOverError
    loaded = Award.objects.select_related(
        "version__achievement__issuer", "version__achievement__organisation", "issuer_profile", "organisation"
    )
    return loaded.get(pk=link.award.pk)


def bearer_of(award: Award) -> Actor:
    """Return who acts by an open claim link of an award: its holder, as far as anybody can tell."""
    return Actor(kind="holder", id=str(award.pk))


def credential_for_claim_token(token: str) -> Credential:
    """Return the credential that a claim link opens, whatever its visibility.

    Raises:
        CredentialNotFoundError: not one of our tokens, or its award is not signed yet.
        ClaimLinkOverError: the link has ended or was withdrawn.
    """
    link = claim_link(token, at=timezone.now())
    if link.state != ClaimLinkState.OPEN:
        raise ClaimLinkOverError
    return credential_by_id(link.award.pk)


def award_facts(award: Award) -> AwardFacts:
    """Return the facts that were fixed when the award was accepted."""
    return AwardFacts.from_json(award.facts)


def keys_of(issuer: Issuer | None) -> QuerySet[SigningKey]:
    """Return an issuer's keys, or the platform's, the newest first; none is ever forgotten."""
    return SigningKey.objects.filter(issuer=issuer).select_related("issuer").order_by("-valid_from", "-pk")


def keys_under(issuer_id: uuid.UUID | None) -> QuerySet[SigningKey]:
    """Return the keys of the issuer with this id, the platform's where it is None."""
    keys = SigningKey.objects.select_related("issuer")
    return keys.filter(issuer=None) if issuer_id is None else keys.filter(issuer_id=issuer_id)


def platform_did() -> str:
    """Return the DID of this installation itself: reports, presentations and audit heads are signed under it."""
    return dids.did_web(urlsplit(first_base_url()).netloc)


def did_of_key(key: SigningKey) -> str:
    """Return the DID in whose document a key stands."""
    return key.issuer.did if key.issuer is not None else platform_did()


def method_of(key: SigningKey) -> str:
    """Return a key's address: the verification method that proofs name."""
    return f"{did_of_key(key)}#{key.public_multibase}"


def issuer_did_document(issuer: Issuer) -> JsonObject:
    """Return an issuer's DID document with the whole history of its keys."""
    return dids.issuer_did_document(issuer.did, [_published(key, ("assertionMethod",)) for key in keys_of(issuer)])


def platform_did_document() -> JsonObject:
    """Return the DID document of this installation."""
    return dids.issuer_did_document(platform_did(), [_published(key, PLATFORM_RELATIONSHIPS) for key in keys_of(None)])


def _published(key: SigningKey, relationships: tuple[str, ...]) -> PublishedKey:
    """Publish a key; a compromised one says since when, and is good for nothing any more.

    A thief can date a signature back. We have a record of what was signed before; others have none, and not
    all of them look at `revoked`.
    """
    return PublishedKey(
        fragment=key.public_multibase,
        public_key=decode_multikey(key.public_multibase),
        relationships=relationships if key.compromised_at is None else (),
        revoked=key.compromised_at,
    )


def newest_status_list(public_id: uuid.UUID) -> PublishedStatusList | None:
    """Return what /status/<public_id> serves: the newest signed version, None where nothing was published."""
    revocation = PublishedStatusList.objects.filter(list_id=public_id, purpose=StatusPurpose.REVOCATION)
    suspension = PublishedStatusList.objects.filter(list__suspension_id=public_id, purpose=StatusPurpose.SUSPENSION)
    return revocation.order_by("-version").first() or suspension.order_by("-version").first()


def published_lists() -> QuerySet[StatusList]:
    """Return the status lists that have been published at least once."""
    return StatusList.objects.filter(published__isnull=False).distinct().order_by("opened_at")


def batch_to_follow(batch_id: uuid.UUID | None, actor: Actor) -> Batch | None:
    """Return the batch of the file that another one corrects, None where none is named.

    Raises:
        NoSuchEditionError: there is none, or `actor` may not award there.
    """
    if batch_id is None:
        return None
    batch = batches_for(actor, Role.AWARDER).filter(pk=batch_id).first()
    if batch is None:
        raise NoSuchEditionError(id=batch_id)
    return batch


def batch_progress(batch_id: uuid.UUID) -> tuple[int, int]:
    """Return how many awards of a file wait to be signed or mailed, and how many are through."""
    awards = Award.objects.filter(batch_id=batch_id)
    signed = awards.filter(state=AwardState.SIGNED, letters__kind=LetterKind.CLAIM, letters__state=LetterState.WAITING)
    waiting = awards.filter(state=AwardState.ACCEPTED).count() + signed.count()
    return waiting, awards.count() - waiting


def states_of(batch_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """Return the state of each award of a file."""
    return dict(Award.objects.filter(batch_id=batch_id).values_list("id", "state"))
