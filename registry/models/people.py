"""Accounts, roles, and an organisation's records of the people it teaches."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.models.organisations import Node, Organisation


class UserManager(BaseUserManager["User"]):
    """Make accounts; the e-mail address is the name to sign in with."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create an account; without a password it can sign in by link or code only."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create the installation's operator."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """An account. Verified addresses are kept by allauth's EmailAddress."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=12, default="en")
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.email


class Role(models.TextChoices):
    """What a member may do at a node and below."""

    OWNER = "owner", _("owner")
    ADMIN = "admin", _("administrator")
    EDITOR = "editor", _("editor")
    AWARDER = "awarder", _("awarder")
    APPROVER = "approver", _("approver")
    REVIEWER = "reviewer", _("reviewer")
    ASSESSOR = "assessor", _("assessor")
    VIEWER = "viewer", _("viewer")


class Membership(models.Model):
    """A role of a user at a node, inherited by every node below it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    valid_until = models.DateTimeField(null=True, blank=True)
    stands_in_for = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint("user", "node", "role", name="membership_once")]

    def __str__(self) -> str:
        return f"{self.role} at {self.node_id}"


class RegisterRoleKind(models.TextChoices):
    """Roles that span organisations: they see submitted entries and decide, and never award."""

    REGISTER_OFFICER = "register_officer", _("register officer")
    QUALITY_REVIEWER = "quality_reviewer", _("quality reviewer")


class RegisterRole(models.Model):
    """A cross-organisation role with its scope (field, level, organisations)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="register_roles")
    role = models.CharField(max_length=20, choices=RegisterRoleKind)
    scope = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("user", "role", name="register_role_once")]

    def __str__(self) -> str:
        return self.role


class ApiKey(models.Model):
    """A machine's key (`tm_…`); only its SHA-256 is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="api_keys")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12, unique=True)
    hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, help_text="who made it, or has taken it over"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="to the hour")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "API key"

    def __str__(self) -> str:
        return self.prefix


class OAuthClient(models.Model):
    """Binds an OAuth2 client of our identity server to an organisation; the binding stays when the client is gone."""

    client_id = models.CharField(max_length=100, unique=True, help_text="id of allauth's client")
    name = models.CharField(max_length=100, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="oauth_clients")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="oauth_clients")
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, help_text="who made it, or has taken it over"
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="to the hour")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "OAuth client"

    def __str__(self) -> str:
        return self.client_id


class SignInToken(models.Model):
    """A one-time sign-in link; only the token's SHA-256 is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_tokens")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "sign-in link"

    def __str__(self) -> str:
        return f"token of {self.user_id}"


class Learner(models.Model):
    """One organisation's record of a person; another organisation never sees it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="learners", db_constraint=False
    )
    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="learner_records",
        db_index=False,
    )
    preferred_name = models.CharField(max_length=200)
    legal_name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=12, default="en")
    name_said = models.CharField(
        max_length=200, blank=True, help_text="the preferred name without accents and case, as it is looked up"
    )
    name_turned = models.CharField(max_length=200, blank=True, help_text="the same with its last word in front")
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            # Most learners have no account: they would fill an index of all rows.
            models.Index(fields=["user"], condition=Q(user__isnull=False), name="learner_by_user"),
            # Looked up by how a name begins, whatever the database's order of letters is.
            models.Index(
                fields=["organisation", "name_said"],
                opclasses=["uuid_ops", "varchar_pattern_ops"],
                name="learner_by_name",
            ),
            models.Index(
                fields=["organisation", "name_turned"],
                opclasses=["uuid_ops", "varchar_pattern_ops"],
                name="learner_by_last_name",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class IdentifierType(models.TextChoices):
    """Kinds of identifiers (Open Badges 3.0 §B.1.9 IdentifierTypeEnum, and the field's own)."""

    EMAIL = "email", _("e-mail address")
    EDUID = "eduID", "eduID"
    ESI = "ESI", _("European student identifier")
    NSN = "NSN", _("national student number")
    MATRICULATION = "matriculation", _("matriculation number")
    OTHER = "other", _("other identifier")


class LearnerIdentifier(models.Model):
    """An identifier of a learner, typed and scoped: equal numbers of two scopes are two people."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The act that writes an identifier has just written or read its learner: not looked at again row by row.
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="identifiers", db_constraint=False)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="learner_identifiers",
        db_index=False,
        db_constraint=False,
    )
    type = models.CharField(max_length=20, choices=IdentifierType)
    scope = models.CharField(
        max_length=255,
        blank=True,
        help_text="who gives the number out; empty for e-mail",
    )
    value = models.CharField(max_length=255, help_text="normalised: NFC, trimmed; e-mail in lower case")
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "type", "scope", "value", name="learner_identifier_once")
        ]
        # Numbers are looked up without their scope; of addresses there is but one kind.
        indexes = [
            models.Index(
                fields=["organisation", "value"], condition=~Q(type="email"), name="learner_identifier_by_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} of {self.learner_id}"
