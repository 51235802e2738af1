"""N8: rows that belong together belong to one organisation."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Model, QuerySet

from catalogue.models import Achievement
from issuing.fsck.breaches import Breach, breach_of
from issuing.models import Award, Batch, Credential, Delivery
from registry.models import ApiKey, Issuer, LearnerIdentifier, Node

OWNERS: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
    (Node, ("parent__organisation",)),
    (Issuer, ("node__organisation",)),
    (ApiKey, ("node__organisation",)),
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
)


def rows_stay_inside() -> Iterator[Breach]:
    """N8: every row's organisation is that of the rows it points to; mails go to the award's learner."""
    for model, paths in OWNERS:
        for path in paths:
            name = f"{model._meta.model_name} and {path.split('__')[0]} of different organisations"
            yield from breach_of("N8", name, _strays(model, path).values_list("pk", flat=True))
    astray = Delivery.objects.exclude(address=None).exclude(address__learner=F("credential__award__learner"))
    yield from breach_of("N8", "mail to an address of another learner", astray.values_list("pk", flat=True))


def _strays(model: type[Model], path: str) -> QuerySet[Model]:
    return model._default_manager.exclude(**{f"{path}__isnull": True}).exclude(organisation=F(path))
