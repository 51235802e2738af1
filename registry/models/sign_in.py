"""Identity providers of institutions, and roles that what they say of a person proposes."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.models.organisations import Node, Organisation
from registry.models.people import Role, User


class ProviderKind(models.TextChoices):
    """How a provider is spoken with."""

    OIDC = "openid_connect", "OpenID Connect"
    SAML = "saml", "SAML 2.0"


class IdentityProvider(models.Model):
    """Where people of an institution sign in. It says who somebody is, and never what they may do here.

    `identifier` names the attribute that tells people apart (OIDC `sub`, SAML `subject-id` or
    `eduPersonPrincipalName`); with a `scope` its values must end in `@scope` (SAML subject-id 1.0 §3.3.2.4). Its word
    for an e-mail address counts in `email_domains` alone. `role_rules`: `[{attribute, value, organisation, role}]`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=50, unique=True)
    kind = models.CharField(max_length=20, choices=ProviderKind)
    name = models.CharField(max_length=100)
    address = models.URLField(max_length=500, help_text="OIDC: the issuer; SAML: where sign-in requests go")
    client_id = models.CharField(max_length=255, blank=True)
    secret_sealed = models.TextField(blank=True)
    entity_id = models.CharField(max_length=500, blank=True, help_text="SAML alone: the provider's own name")
    certificate = models.TextField(blank=True, help_text="SAML alone: of the key that signs assertions, PEM")
    identifier = models.CharField(max_length=200, blank=True)
    scope = models.CharField(max_length=253, blank=True)
    email_domains = models.JSONField(default=list, blank=True)
    is_only_way = models.BooleanField(default=True, help_text="whom it names signs in there alone")
    role_rules = models.JSONField(default=list, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.slug


class ProposalDecision(models.TextChoices):
    """What became of a proposed role."""

    CONFIRMED = "confirmed", _("confirmed")
    DECLINED = "declined", _("declined")


class RoleProposal(models.Model):
    """A role that an attribute proposes; it is given by an administrator alone. Decided once, it is not made again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="role_proposals")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="role_proposals")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_proposals")
    role = models.CharField(max_length=10, choices=Role)
    provider = models.CharField(max_length=50, help_text="slug of the identity provider")
    because = models.CharField(max_length=300, help_text="attribute=value")
    proposed_at = models.DateTimeField(auto_now_add=True)
    decision = models.CharField(max_length=10, choices=ProposalDecision, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("user", "node", "role", "provider", name="role_proposed_once")]

    def __str__(self) -> str:
        return f"{self.role} at {self.node_id}"
