"""Nobody awards to themselves: who acts, by their addresses and by an organisation's records of them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from allauth.account.models import EmailAddress

from registry.actors import Actor
from registry.addresses import normal_address
from registry.models import ApiKey, IdentifierType, Learner, LearnerIdentifier, Organisation, User
from registry.refusals import Refusal, gettext_noop

TO_ONESELF: Final = Refusal(
    "email",
    "award-to-oneself",
    gettext_noop("Nobody awards to themselves, whatever their role: somebody else has to do this."),
)


@dataclass(frozen=True, slots=True)
class Oneself:
    """Whoever acts, as somebody who could be awarded: their addresses, and the organisation's records of them."""

    addresses: frozenset[str] = frozenset()
    learners: frozenset[uuid.UUID] = frozenset()

    def has_address(self, email: str) -> bool:
        """Tell whether an address is one of theirs, however it is spelled."""
        if not self.addresses:
            return False
        try:
            return normal_address(email) in self.addresses
        except ValueError:
            return False


NOBODY: Final = Oneself()


def oneself(actor: Actor | None, organisation: Organisation) -> Oneself:
    """Return who acts as an organisation could award them; behind a key it is who made that. Two or three queries."""
    kind, by = person_behind(actor.kind, actor.id) if actor else ("", "")
    if kind != "user":
        return NOBODY
    main = User.objects.filter(pk=by).values_list("email", flat=True)
    others = EmailAddress.objects.filter(user=by, verified=True).values_list("email", flat=True)
    addresses = frozenset(main.union(others))
    # Two look-ups, each by its index: asked as one with "or", every record of the organisation was read.
    own = Learner.objects.filter(user=uuid.UUID(by), organisation=organisation).values_list("pk", flat=True)
    named = LearnerIdentifier.objects.filter(
        organisation=organisation, type=IdentifierType.EMAIL, scope="", value__in=addresses
    )
    return Oneself(addresses, frozenset(own.union(named.values_list("learner", flat=True))))


def person_behind(kind: str, by: str) -> tuple[str, str]:
    """Return the person behind an actor: a key is whoever made it."""
    if kind == "api_key":
        maker = ApiKey.objects.filter(pk=by).values_list("created_by_id", flat=True).first()
        return ("user", str(maker)) if maker else (kind, by)
    return kind, by
