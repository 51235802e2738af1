"""Acts of the operator on identity providers: where people of an institution sign in, and for what they are trusted."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cryptography.x509 import load_pem_x509_certificate
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction

from registry.actors import Actor
from registry.audit import record_act
from registry.errors import NotFoundError, OrderRefusedError
from registry.models import IdentityProvider, Organisation, ProviderKind, Role
from registry.permissions import require_operator
from registry.refusals import Faults, Refusal, gettext_noop
from registry.sealing import seal, unseal
from registry.sign_in_providers import SAML_IS_INSTALLED

LONGEST_NAME, LONGEST_SLUG, LONGEST_ADDRESS = 100, 50, 500
TAKEN = gettext_noop("This short name is in use. Choose another one.")
PROPOSABLE = tuple(role for role in Role if role != Role.OWNER)
"""Roles that an attribute may propose; owners are named by owners."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRule:
    """Whoever has this attribute with this value is proposed for the role at the organisation (its slug)."""

    attribute: str
    value: str
    organisation: str
    role: str

    def as_json(self) -> dict[str, str]:
        """Return it as it is stored."""
        return {"attribute": self.attribute, "value": self.value, "organisation": self.organisation, "role": self.role}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderOrder:
    """A provider as an operator states it; an empty `secret` keeps the one that is there. The model says what is what."""

    slug: str
    kind: str
    name: str
    address: str
    client_id: str = ""
    secret: str = ""
    entity_id: str = ""
    certificate: str = ""
    identifier: str = ""
    scope: str = ""
    email_domains: tuple[str, ...] = ()
    is_only_way: bool = True
    role_rules: tuple[RoleRule, ...] = field(default=())
    is_active: bool = True


@transaction.atomic
def state_identity_provider(
    *, order: ProviderOrder, actor: Actor, provider_id: uuid.UUID | None = None
) -> IdentityProvider:
    """Enter an identity provider, or change the one with this id; safe to repeat.

    Raises:
        OperatorRequiredError: `actor` does not run this installation.
        NotFoundError: there is none with this id.
        OrderRefusedError: every fault at its field.
    """
    known = IdentityProvider.objects.select_for_update()
    row = known.filter(pk=provider_id).first() if provider_id else IdentityProvider()
    require_operator(actor)
    if row is None:
        raise NotFoundError
    faults = _faults_of(order, row)
    if faults.refusals:
        raise OrderRefusedError("provider-refused", faults.refusals)
    for name in ("slug", "kind", "name", "address", "client_id", "entity_id", "certificate", "identifier", "scope"):
        setattr(row, name, getattr(order, name))
    row.is_only_way, row.is_active = order.is_only_way, order.is_active
    row.email_domains = list(order.email_domains)
    row.role_rules = [rule.as_json() for rule in order.role_rules]
    if order.secret:
        row.secret_sealed = seal(order.secret, secret_key=settings.SECRET_KEY)
    entered = row._state.adding
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        # Another act has just taken the short name.
        raise OrderRefusedError("provider-refused", [Refusal("slug", "taken", TAKEN)]) from error
    record_act(actor, "identity_provider.entered" if entered else "identity_provider.changed", row)
    return row


def _faults_of(order: ProviderOrder, row: IdentityProvider) -> Faults:
    faults = Faults()
    _check_names(order, row, faults)
    if order.kind == ProviderKind.OIDC:
        if not order.client_id:
            faults.add("client_id", "required", gettext_noop("Write the name under which the provider knows us."))
        if not order.secret and not row.secret_sealed:
            faults.add("secret", "required", gettext_noop("Write the secret that the provider gave you."))
    else:
        _check_saml(order, faults)
    slugs = {rule.organisation for rule in order.role_rules}
    there = set(Organisation.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    if slugs - there or any(rule.role not in PROPOSABLE for rule in order.role_rules):
        faults.add(
            "role_rules",
            "bad-rule",
            gettext_noop("Name an organisation of this installation by its short name, and a role other than owner."),
        )
    return faults


def _check_names(order: ProviderOrder, row: IdentityProvider, faults: Faults) -> None:
    if not 0 < len(order.name) <= LONGEST_NAME:
        faults.add("name", "required", gettext_noop("Write a name of at most 100 characters, as people know it."))
    try:
        validate_slug(order.slug)
    except ValidationError:
        faults.add("slug", "bad-slug", gettext_noop("Write letters, digits and hyphens."))
    taken = IdentityProvider.objects.filter(slug=order.slug).exclude(pk=row.pk).exists()
    if taken or order.slug == "cancelled" or any(one.get("slug") == order.slug for one in settings.SIGN_IN_PROVIDERS):
        faults.add("slug", "taken", TAKEN)
    parts = urlsplit(order.address)
    if parts.scheme != "https" or not parts.hostname or len(order.address) > LONGEST_ADDRESS:
        faults.add("address", "bad-address", gettext_noop("Write an address that begins with https://."))


def _check_saml(order: ProviderOrder, faults: Faults) -> None:
    if not SAML_IS_INSTALLED:
        faults.add("kind", "not-installed", gettext_noop("SAML is not installed here: install requirements/saml.txt."))
    if not order.entity_id:
        faults.add(
            "entity_id", "required", gettext_noop("Write the provider's own name: the entityID of its metadata.")
        )
    try:
        load_pem_x509_certificate(order.certificate.encode())
    except ValueError:
        faults.add(
            "certificate",
            "bad-certificate",
            gettext_noop("Paste the signing certificate with its BEGIN and END lines."),
        )


@transaction.atomic
def reseal_provider_secrets() -> int:
    """Seal every provider's secret under today's SECRET_KEY, so that an older one can go; returns how many.

    Raises:
        SealBrokenError: one was sealed under a key that is no longer in SECRET_KEY_FALLBACKS.
    """
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    rows = list(IdentityProvider.objects.select_for_update().exclude(secret_sealed="").order_by("pk"))
    for row in rows:
        row.secret_sealed = seal(unseal(row.secret_sealed, secret_keys=keys), secret_key=settings.SECRET_KEY)
    IdentityProvider.objects.bulk_update(rows, ["secret_sealed"])
    return len(rows)
