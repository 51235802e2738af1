"""Organisations (issuer accounts), their tree, their issuers and the hosts of this installation."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.models.fields import LanguageMapField


class Visibility(models.TextChoices):
    """Who may open a credential's page."""

    PRIVATE = "private", _("private")
    UNLISTED = "unlisted", _("anyone with the address")
    PUBLIC = "public", _("public")


class OrganisationKind(models.TextChoices):
    """What an organisation is towards formal education."""

    FORMAL = "formal", _("formal education")
    NON_FORMAL = "non-formal", _("non-formal education")
    EMPLOYER = "employer", _("employer")
    REGULATOR = "regulator", _("regulator")


class SigningPolicy(models.TextChoices):
    """When a credential is signed: at the award, or once its holder has accepted it."""

    AT_AWARD = "at_award", _("at the award")
    AT_CLAIM = "at_claim", _("when the holder accepts it")


class OrganisationState(models.TextChoices):
    """Whether an organisation may award. What it awarded before stays checkable in every state."""

    OPEN = "open", _("open")
    STOPPED = "stopped", _("stopped")
    CLOSED = "closed", _("closed")


class Organisation(models.Model):
    """A tenant: it owns issuers, achievements, learners and awards, and sees nobody else's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = LanguageMapField()
    slug = models.SlugField(max_length=60, unique=True)
    timezone = models.CharField(max_length=60, default="UTC")
    default_visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.PRIVATE)
    signing_policy = models.CharField(max_length=10, choices=SigningPolicy, default=SigningPolicy.AT_AWARD)
    mfa_required = models.BooleanField(default=False)
    undo_minutes = models.PositiveSmallIntegerField(
        default=10,
        help_text="an award by hand or file waits so long before it is signed, and can be undone; 0: not at all",
    )
    reminds = models.BooleanField(
        default=True, db_default=True, help_text="people are reminded of what they have not accepted, and of ends"
    )
    reminded_until = models.DateTimeField(
        null=True, blank=True, help_text="whom to remind was looked for up to this moment"
    )
    second_person_over = models.PositiveIntegerField(
        default=20, db_default=20, help_text="a change of more awards than these at once waits for a second person"
    )
    kind = models.CharField(max_length=12, choices=OrganisationKind, default=OrganisationKind.FORMAL)
    is_sample = models.BooleanField(
        default=False,
        help_text="a demonstration: everything it awards is marked as a sample",
    )
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1 alpha-2: NL; empty: not stated")
    region = models.CharField(max_length=80, blank=True, help_text="of the country, as it is officially called")
    # Code from before writes rows without it while a new version comes in.
    state = models.CharField(
        max_length=8,
        choices=OrganisationState,
        default=OrganisationState.OPEN,
        db_default=OrganisationState.OPEN.value,
    )
    state_since = models.DateTimeField(null=True, blank=True, help_text="stopped or closed since; empty while open")
    successor_name = models.CharField(max_length=200, blank=True, db_default="", help_text="of a closed one")
    successor_url = models.URLField(max_length=500, blank=True, db_default="")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.slug


class OrganisationIdentifierType(models.TextChoices):
    """Whose number an organisation carries; the form of each: registry/organisation_numbers.py."""

    ROR = "ROR", "ROR"
    SCHAC = "SCHAC", "SCHAC"
    ERASMUS = "Erasmus", "Erasmus"
    PIC = "PIC", "PIC"
    BRIN = "BRIN", "BRIN"
    ETER = "ETER", "ETER"
    DEQAR = "DEQAR", "DEQAR"
    NZ_PROVIDER = "NZ-provider", _("NZ provider")
    CRICOS = "CRICOS", "CRICOS"
    LINKEDIN = "LinkedIn", "LinkedIn"
    OTHER = "other", _("other number")


class OrganisationIdentifier(models.Model):
    """An official number of an organisation. One number is one organisation's in this installation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="identifiers")
    type = models.CharField(max_length=12, choices=OrganisationIdentifierType)
    value = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint("type", "value", name="organisation_identifier_once")]

    def __str__(self) -> str:
        return f"{self.type} {self.value}"


class NodeKind(models.TextChoices):
    """The layers of an organisation's tree."""

    ORGANISATION = "organisation", _("organisation")
    FACULTY = "faculty", _("faculty")


class Node(models.Model):
    """A place in an organisation's tree where roles are given; they hold for everything below."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="nodes")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField(max_length=12, choices=NodeKind, default=NodeKind.ORGANISATION)
    name = LanguageMapField()
    path = models.CharField(
        max_length=600,
        unique=True,
        help_text="hex ids from the root, each followed by /",
    )
    closed_at = models.DateTimeField(null=True, blank=True, help_text="of a faculty; what is below it is closed too")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="organisation", parent=None) | Q(kind="faculty", parent__isnull=False),
                name="node_kind_fits_place",
            ),
            models.UniqueConstraint("organisation", condition=Q(parent=None), name="node_one_root"),
        ]

    def __str__(self) -> str:
        return self.path


class IssuerState(models.TextChoices):
    """An issuer waits for its key, issues, or is closed."""

    KEY_PENDING = "key_pending", _("waiting for its key")
    ACTIVE = "active", _("active")
    CLOSED = "closed", _("closed")


class Issuer(models.Model):
    """The office whose signature stands on credentials. Slug and DID never change."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="issuers")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="issuers")
    slug = models.SlugField(max_length=60, unique=True)
    did = models.CharField(max_length=255, unique=True, help_text="built once and stored (did:web)")
    state = models.CharField(max_length=12, choices=IssuerState, default=IssuerState.KEY_PENDING)
    signing_stopped_at = models.DateTimeField(
        null=True, blank=True, help_text="set when a signed text differed from its facts; an operator resumes"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.slug


class IssuerProfile(models.Model):
    """An issuer's profile as documents carry it; a change makes the next version.

    `whereabouts` is what its organisation stated when the version was made: {"name": {language: text}, "country": "NL",
    "country_name": {language: text}, "region", "numbers": [[type, value]]}; empty where it stated nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="profiles")
    version = models.PositiveIntegerField()
    name = LanguageMapField()
    short_name = models.CharField(max_length=40, blank=True, help_text="for the badge, 14 characters or fewer")
    description = LanguageMapField(blank=True)
    url = models.URLField(max_length=500, blank=True)
    email = models.EmailField(blank=True)
    image_sha = models.CharField(max_length=64, blank=True)
    ink = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="the colour of its badges, a position in INKS; empty: chosen by its slug"
    )
    whereabouts = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint("issuer", "version", name="issuer_profile_version_once")]

    def __str__(self) -> str:
        return f"{self.issuer} v{self.version}"


class HostAlias(models.Model):
    """An address under which this installation is or was reached; ids under any of them are ours."""

    base_url = models.URLField(
        max_length=255,
        unique=True,
        help_text="scheme://host[:port], no slash at the end",
    )
    canonical = models.BooleanField(default=False)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "host aliases"
        constraints = [models.UniqueConstraint("canonical", condition=Q(canonical=True), name="host_one_canonical")]

    def __str__(self) -> str:
        return self.base_url
