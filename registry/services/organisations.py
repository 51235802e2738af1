"""Acts on organisations, their tree and their issuers."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from credentials.dids import did_web
from credentials.documents.rules import check_iri, check_line, check_prose
from credentials.errors import DataModelError
from registry.actors import Actor
from registry.addresses import normal_address
from registry.audit import record_act
from registry.errors import OrderRefusedError, PlaceClosedError, TakenError
from registry.language_maps import LanguageMap
from registry.models import (
    Issuer,
    IssuerProfile,
    Membership,
    Node,
    NodeKind,
    Organisation,
    OrganisationKind,
    Role,
    SigningPolicy,
    User,
    Visibility,
)
from registry.outbox import Topic, publish
from registry.permissions import require_operator, require_role, require_role_or_operator
from registry.refusals import Refusal, gettext_noop
from registry.selectors import canonical_base_url
from registry.services.members import BAD_EMAIL
from registry.services.official_numbers import (
    Whereabouts,
    kept_whereabouts,
    refusals_of_whereabouts,
    write_whereabouts,
)
from registry.services.tree import insert_node, refusals_of_name

LONGEST_NAME: Final = 200
M = TypeVar("M", Organisation, Issuer)
_SLUG: Final = re.compile(r"(?=.{1,60}\Z)[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationOrder:
    """What a new organisation is made from; `id` is given where a form that is sent twice has to find it again."""

    slug: str
    name: LanguageMap
    kind: OrganisationKind = OrganisationKind.FORMAL
    timezone: str = "UTC"
    default_visibility: Visibility = Visibility.PRIVATE
    signing_policy: SigningPolicy = SigningPolicy.AT_AWARD
    mfa_required: bool = False
    undo_minutes: int = 10
    is_sample: bool = False
    whereabouts: Whereabouts = field(default_factory=Whereabouts)
    id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileOrder:
    """What an issuer says of itself; one version of its profile."""

    name: LanguageMap
    short_name: str = ""
    description: LanguageMap = field(default_factory=dict)
    url: str = ""
    email: str = ""
    image_sha: str = ""
    ink: int | None = None


@transaction.atomic
def create_organisation(*, order: OrganisationOrder, owner: User | None, actor: Actor) -> Organisation:
    """Create a tenant with the root of its tree and, where there is one, its first owner.

    Raises:
        OperatorRequiredError: `actor` does not run this installation.
        TakenError: the slug is in use.
        OrderRefusedError, NumberTakenError: something of the order cannot be used; every fault is told.
    """
    require_operator(actor)
    _check_organisation(order)
    organisation = _unless_taken(
        Organisation,
        slug=order.slug,
        id=order.id or uuid.uuid4(),
        name=dict(order.name),
        kind=order.kind,
        timezone=order.timezone,
        default_visibility=order.default_visibility,
        signing_policy=order.signing_policy,
        mfa_required=order.mfa_required,
        undo_minutes=order.undo_minutes,
        is_sample=order.is_sample,
    )
    if order.whereabouts != Whereabouts():
        write_whereabouts(organisation, order.whereabouts)
    root = insert_node(organisation, None, NodeKind.ORGANISATION, order.name)
    if owner is not None:
        Membership.objects.create(user=owner, node=root, role=Role.OWNER)
    record_act(actor, "organisation.created", organisation, organisation=organisation)
    return organisation


def _unless_taken(model: type[M], *, slug: str, **columns: Any) -> M:
    """Make a row whose slug nobody has, nor is just taking.

    Raises:
        TakenError: somebody has it.
    """
    if not model._default_manager.filter(slug=slug).exists():
        with suppress(IntegrityError), transaction.atomic():
            return model._default_manager.create(slug=slug, **columns)
    raise TakenError(value=slug)


def _check_organisation(order: OrganisationOrder) -> None:
    refusals = [*_refusals_of_names(order.slug, order.name), *refusals_of_whereabouts(order.whereabouts)]
    if refusals := [*refusals, *refusals_of_timezone(order.timezone)]:
        raise OrderRefusedError("organisation-refused", refusals)


def refusals_of_timezone(timezone: str) -> Iterator[Refusal]:
    """Tell that there is no such time zone, at `timezone`."""
    if timezone not in available_timezones():
        none_such = _("There is no time zone “{timezone}”: write one such as Europe/Berlin.")
        yield Refusal("timezone", "time-zone", none_such.format(timezone=timezone))


def _refusals_of_names(slug: str, names: LanguageMap) -> Iterator[Refusal]:
    if not _SLUG.fullmatch(slug):
        no_slug = _(
            "“{slug}” cannot stand in an address: use at most 60 small letters and digits, with single hyphens."
        )
        yield Refusal("slug", "slug", no_slug.format(slug=slug))
    yield from refusals_of_name(names)


@transaction.atomic
def create_issuer(*, node: Node, slug: str, profile: ProfileOrder, actor: Actor) -> Issuer:
    """Create an issuer with its DID and first profile, and ask the worker for its key.

    Raises:
        RoleRequiredError: `actor` is not an administrator at `node`, nor the operator.
        TakenError: the slug is in use anywhere in this installation (it is part of the DID).
        OrderRefusedError: slug, names or profile could not stand in addresses, documents or mails.
        PlaceClosedError: the faculty is closed.
    """
    require_role_or_operator(actor, node, Role.ADMIN)
    if Node.objects.filter(pk=node.pk).exclude(closed_at=None).exists():
        raise PlaceClosedError
    if refusals := [*_refusals_of_names(slug, profile.name), *_refusals_of_profile(profile)]:
        raise OrderRefusedError("issuer-refused", refusals)
    did = did_web(urlsplit(canonical_base_url()).netloc, "issuers", slug)
    issuer = _unless_taken(Issuer, organisation=node.organisation, node=node, slug=slug, did=did)
    _insert_profile(issuer, 1, profile)
    record_act(actor, "issuer.created", issuer, organisation=node.organisation)
    publish(Topic.KEY_REQUESTED, {"issuer_id": str(issuer.id)}, tenant=node.organisation_id)
    return issuer


@transaction.atomic
def revise_issuer_profile(*, issuer: Issuer, profile: ProfileOrder, actor: Actor) -> IssuerProfile:
    """Write the next version of an issuer's profile; credentials keep the one they were made with.

    Raises:
        RoleRequiredError: `actor` is not an administrator at the issuer's node.
        OrderRefusedError: the profile could not stand in documents or mails.
    """
    Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
    require_role(actor, issuer.node, Role.ADMIN)
    if refusals := [*refusals_of_name(profile.name), *_refusals_of_profile(profile)]:
        raise OrderRefusedError("issuer-refused", refusals)
    latest = IssuerProfile.objects.filter(issuer=issuer).order_by("-version").first()
    revised = _insert_profile(issuer, latest.version + 1 if latest else 1, profile)
    record_act(
        actor,
        "issuer.profile_revised",
        issuer,
        organisation=issuer.organisation,
        version=revised.version,
    )
    return revised


def _insert_profile(issuer: Issuer, version: int, profile: ProfileOrder) -> IssuerProfile:
    return IssuerProfile.objects.create(
        issuer=issuer,
        version=version,
        name=dict(profile.name),
        short_name=profile.short_name,
        description=dict(profile.description),
        url=profile.url,
        email=profile.email,
        image_sha=profile.image_sha,
        ink=profile.ink,
        whereabouts=kept_whereabouts(issuer.organisation),
    )


def _refusals_of_profile(profile: ProfileOrder) -> Iterator[Refusal]:
    """Tell what could not stand in documents (`IssuerFacts`) or mails: it would stop everything that is awarded."""
    if profile.email and not _is_address(profile.email):
        yield Refusal("email", "bad-email", BAD_EMAIL)
    checks = [
        *((f"name.{tag}", "bad-text", check_line, name) for tag, name in profile.name.items()),
        *((f"description.{tag}", "bad-text", check_prose, text) for tag, text in profile.description.items() if text),
        ("url", "bad-address", check_iri, profile.url or None),
    ]
    for place, code, check, value in checks:
        try:
            check(value, place)
        except DataModelError:
            yield Refusal(place, code, _STANDS_NOWHERE)


def _is_address(email: str) -> bool:
    try:
        normal_address(email)
    except ValueError:
        return False
    return True


_STANDS_NOWHERE: Final = gettext_noop(
    "This cannot stand in a document: addresses are absolute, texts are not empty and have no control characters."
)
