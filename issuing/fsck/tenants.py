"""N8: rows that belong together belong to one organisation."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, ForeignKey, Model, QuerySet

from catalogue.models import Achievement
from issuing.fsck.breaches import Breach, breach_of
from issuing.models import (
    Application,
    ApprovalPolicy,
    Award,
    Batch,
    BulkChange,
    Credential,
    Export,
    Letter,
    SignedDocument,
    Trial,
    TrialIssuer,
)
from registry.models import ApiKey, Issuer, Learner, LearnerIdentifier, Mandate, Node

OWNERS: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
    (Node, ("parent__organisation",)),
    (Issuer, ("node__organisation",)),
    (ApiKey, ("node__organisation",)),
    (Mandate, ("issuer__organisation",)),
    (LearnerIdentifier, ("learner__organisation",)),
    (Achievement, ("issuer__organisation",)),
    (Batch, ("version__achievement__organisation",)),
    (
        Award,
        (
            "version__achievement__organisation",
            "learner__organisation",
            "issuer_profile__issuer__organisation",
            "status_list__issuer__organisation",
            "batch__organisation",
        ),
    ),
    (Credential, ("award__organisation",)),
    (Letter, ("award__organisation",)),
    (ApprovalPolicy, ("node__organisation", "achievement__organisation")),
    (BulkChange, ("node__organisation",)),
    (Export, ("node__organisation", "achievement__organisation")),
    (Application, ("achievement__organisation", "award__organisation")),
    (SignedDocument, ("issuer__organisation", "status_list__issuer__organisation")),
    (TrialIssuer, ("issuer__organisation",)),
    (
        Trial,
        (
            "issuer__organisation",
            "version__achievement__organisation",
            "issuer_profile__issuer__organisation",
        ),
    ),
)
IN_BULK: tuple[type[Model], ...] = (Learner, LearnerIdentifier, Award, Credential, Letter)


def rows_stay_inside() -> Iterator[Breach]:
    """N8: every row's organisation is that of the rows it points to."""
    for model, paths in OWNERS:
        for path in paths:
            name = f"{model._meta.model_name} and {path.split('__')[0]} of different organisations"
            yield from breach_of("N8", name, _strays(model, path).values_list("pk", flat=True))


def nothing_points_nowhere() -> Iterator[Breach]:
    """N8: what the database does not look at for every row of a chunk is there."""
    for model in IN_BULK:
        for field in model._meta.concrete_fields:
            if not isinstance(field, ForeignKey) or vars(field)["db_constraint"]:
                continue
            there = field.related_model._default_manager.values("pk")
            loose = model._default_manager.exclude(**{f"{field.attname}__isnull": True})
            loose = loose.exclude(**{f"{field.attname}__in": there})
            name = f"{model._meta.model_name} whose {field.name} is missing"
            yield from breach_of("N8", name, loose.values_list("pk", flat=True))


def _strays(model: type[Model], path: str) -> QuerySet[Model]:
    return model._default_manager.exclude(**{f"{path}__isnull": True}).exclude(organisation=F(path))
