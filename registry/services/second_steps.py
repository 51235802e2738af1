"""Acts on second factors: sealing them anew, and taking them away from somebody who lost them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction

from registry.actors import Actor
from registry.audit import record_act
from registry.models import User
from registry.sealing import seal, unseal

SECRETS = ("secret", "seed")
LISTS_OF_SECRETS = ("migrated_codes",)


def with_secrets(data: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """Return a second factor's data with `change` applied to each secret in it."""
    single = {name: change(data[name]) for name in SECRETS if name in data}
    several = {name: [change(text) for text in data[name]] for name in LISTS_OF_SECRETS if name in data}
    return data | single | several


@transaction.atomic
def reseal_second_steps() -> int:
    """Seal every second factor under today's SECRET_KEY, so that an older one can go; returns how many rows.

    Raises:
        SealBrokenError: one was sealed under a key that is no longer in SECRET_KEY_FALLBACKS.
    """
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    rows = list(Authenticator.objects.select_for_update().order_by("pk"))
    for row in rows:
        row.data = with_secrets(
            row.data, lambda text: seal(unseal(text, secret_keys=keys), secret_key=settings.SECRET_KEY)
        )
    Authenticator.objects.bulk_update(rows, ["data"])
    return len(rows)


@transaction.atomic
def remove_second_steps(*, user: User, actor: Actor) -> int:
    """Take every second factor from an account whose holder lost them; returns how many there were."""
    count: int = Authenticator.objects.filter(user=user).delete()[0]
    record_act(actor, "second_step.removed", user, count=count)
    return count
