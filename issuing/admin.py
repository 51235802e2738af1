"""The operator's view of awards, batches and credentials: where each stands, never whose it is."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from issuing.models import Award, Batch, Credential, Letter, SignedDocument
from registry.read_only import FoundByIdAdmin


@admin.register(Award)
class AwardAdmin(FoundByIdAdmin):
    """Awards and how far they got, newest batch or single award found by its id. The facts name people: left out."""

    fields = (
        "id",
        "organisation",
        "version",
        "batch",
        "row_number",
        "state",
        "refused_code",
        "language",
        "awarded_on",
        "valid_from",
        "valid_until",
        "accepted_by_kind",
        "accepted_at",
        "source_kind",
        "revision",
        "replaces",
        "not_before",
        "claim_until",
        "claimed_at",
        "declined_at",
        "builder_version",
    )
    list_display = ("id", "organisation", "version", "state", "refused_code", "accepted_at")
    list_select_related: ClassVar[tuple[str, ...]] = ("organisation", "version__achievement__issuer")
    searched_ids = ("pk", "batch")
    # By its key: any other order of a million rows is a sort.
    ordering = ("pk",)


@admin.register(Batch)
class BatchAdmin(FoundByIdAdmin):
    """Files of awards; the report of a file repeats its rows, so only the counts are shown."""

    fields = (
        "id",
        "organisation",
        "version",
        "state",
        "ended_code",
        "rows_total",
        "rows_done",
        "counts",
        "file_sha",
        "created_at",
    )
    list_display = ("id", "organisation", "version", "state", "created_at")
    list_select_related: ClassVar[tuple[str, ...]] = ("organisation", "version__achievement__issuer")
    ordering = ("-created_at",)


@admin.register(Credential)
class CredentialAdmin(FoundByIdAdmin):
    """Signed documents: when, by which key, and who may see them. The document itself names its holder: left out."""

    fields = (
        "award_id",
        "organisation",
        "sha256",
        "key",
        "proof_created",
        "signed_at",
        "visibility",
        "revision",
        "successor",
        "erased_at",
    )
    readonly_fields = ("award_id",)
    list_display = ("award_id", "organisation", "visibility", "signed_at", "erased_at")
    list_select_related: ClassVar[tuple[str, ...]] = ("organisation",)
    ordering = ("pk",)


@admin.register(SignedDocument)
class SignedDocumentAdmin(FoundByIdAdmin):
    """Signed statements: of which kind, who signs, where each stands. Facts and documents may name people: left out."""

    fields = (
        "id",
        "organisation",
        "issuer",
        "kind",
        "subject_ref",
        "schema",
        "state",
        "refused_code",
        "asked_by_kind",
        "requested_at",
        "signed_at",
        "key",
        "sha256",
        "status_list",
        "status_index",
        "withdrawn_at",
        "withdrawn_reason",
    )
    list_display = ("id", "organisation", "kind", "state", "refused_code", "requested_at")
    list_select_related: ClassVar[tuple[str, ...]] = ("organisation",)
    ordering = ("pk",)


@admin.register(Letter)
class LetterAdmin(FoundByIdAdmin):
    """Letters and what became of each, found by the id of their award. Addresses name people: left out."""

    fields = (
        "award",
        "kind",
        "occasion",
        "language",
        "message_id",
        "state",
        "not_before",
        "attempts",
        "failures",
        "last_error",
        "sent_at",
        "bounced_at",
        "bounce_kind",
    )
    list_display = ("message_id", "kind", "state", "last_error", "not_before", "sent_at")
    searched_ids = ("award",)
    ordering = ("-pk",)
