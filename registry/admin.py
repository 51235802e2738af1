"""The operator's view of organisations, people and trust. It shows and never changes: acts go through services."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from registry.models import (
    Accreditation,
    Alarm,
    AuditEntry,
    HostAlias,
    Issuer,
    Membership,
    Organisation,
    OutboxMessage,
    TrustedIssuer,
    User,
)
from registry.read_only import ReadOnlyAdmin


@admin.register(Organisation)
class OrganisationAdmin(ReadOnlyAdmin):
    """Tenants."""

    list_display = ("slug", "kind", "state", "is_sample", "default_visibility", "signing_policy", "created_at")
    list_filter = ("kind", "state", "is_sample")
    search_fields = ("slug",)
    readonly_fields = ("successor_url",)


@admin.register(Issuer)
class IssuerAdmin(ReadOnlyAdmin):
    """Issuers and their identifiers."""

    list_display = ("slug", "organisation", "state", "did")
    list_filter = ("state",)
    search_fields = ("slug", "did")
    list_select_related: ClassVar[tuple[str, ...]] = ("organisation",)


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """Accounts; the fields of the sign-in are left out."""

    list_display = ("email", "name", "is_active", "is_superuser", "date_joined")
    search_fields = ("email",)
    exclude = ("password",)


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    """Who may do what where."""

    list_display = ("user", "role", "node", "valid_until")
    list_filter = ("role",)
    list_select_related: ClassVar[tuple[str, ...]] = ("user", "node")


@admin.register(TrustedIssuer)
class TrustedIssuerAdmin(ReadOnlyAdmin):
    """The register of trusted issuers, entered by `import_trusted_issuers`."""

    list_display = ("did", "vouched_by", "since", "until", "source")
    search_fields = ("did", "vouched_by")


@admin.register(Accreditation)
class AccreditationAdmin(ReadOnlyAdmin):
    """Quality assurance decisions on providers."""

    list_display = ("provider", "body", "kind", "valid_from", "valid_until")
    list_select_related: ClassVar[tuple[str, ...]] = ("provider",)


@admin.register(HostAlias)
class HostAliasAdmin(ReadOnlyAdmin):
    """Addresses of this installation."""

    list_display = ("base_url", "canonical", "since")


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """The audit trail."""

    list_display = ("at", "act", "actor_kind", "actor_id", "object_kind", "object_id")
    # No filters: each would read the whole table for the values it offers.
    search_fields = ("object_id__exact", "actor_id__exact", "act__exact")


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    """Promised work that waits, is done or was put aside."""

    list_display = ("id", "topic", "task", "not_before", "failures", "done_at", "given_up_at", "last_error")
    search_fields = ("topic__exact",)


@admin.register(Alarm)
class AlarmAdmin(ReadOnlyAdmin):
    """What an operator has to know."""

    list_display = ("code", "subject", "count", "first_at", "last_at", "resolved_at")
    list_filter = ("resolved_at",)
    search_fields = ("code__exact", "subject__exact")
