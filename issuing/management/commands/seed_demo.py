"""The demonstration: institutions, entries, accounts and one award."""

from __future__ import annotations

import json
import sys
from typing import Final

from allauth.account.models import EmailAddress
from django.core.management.base import BaseCommand
from django.db import transaction

from catalogue.selectors import achievement_named
from catalogue.services.demo import seed_entries, seed_organisations
from issuing.models import Award
from issuing.services import AwardOrder, award_achievement
from registry.actors import SYSTEM
from registry.models import Membership, NodeKind, Organisation, Role, User
from registry.selectors import canonical_base_url
from registry.services import Recipient, add_member
from registry.services.installation import ensure_operator

HOME: Final = "charite-berlin"
AWARDED: Final = f"{HOME}/dr-med-ki-basics"
PEOPLE: Final = {
    "issuer_admin": ("anke.ausstellerin@issuer.example.org", "Anke Ausstellerin (made up)", "de", Role.OWNER),
    "awarder": ("viktor.verleiher@issuer.example.org", "Viktor Verleiher (made up)", "de", Role.AWARDER),
    "learner": ("ana.beispiel@learner.example.org", "Ana Beispiel", "de", None),
}
"""Made-up people, and obviously so: who, name, language and role at the demonstration's first institution."""


class Command(BaseCommand):
    """`manage.py seed_demo`: what `start` shows on a first visit; a second run changes nothing."""

    help = (
        "Seed the demonstration: sample institutions, their published micro-credentials, accounts and one award. "
        "Prints one JSON object with the credential's address and the accounts. Safe to repeat."
    )

    def handle(self, **_options: object) -> None:
        """Seed step by step; progress to standard error, the result as the last line of standard output."""
        self._tell("Sample institutions")
        seed_organisations()
        self._tell("Sample entries, with their badges")
        seed_entries()
        self._tell("Made-up people and one award")
        people = {"operator": ensure_operator().email, **_seed_people()}
        award = _seed_award()
        credential = f"{canonical_base_url()}/c/{award.id}"
        self.stdout.write(json.dumps({"credential": credential, "people": people}))

    def _tell(self, step: str) -> None:
        self.stderr.write(f"  {step} …", self.style.NOTICE if sys.stderr.isatty() else None)


@transaction.atomic
def _seed_people() -> dict[str, str]:
    root = Organisation.objects.get(slug=HOME).nodes.get(kind=NodeKind.ORGANISATION)
    for email, name, language, role in PEOPLE.values():
        user = _seed_user(email, name, language)
        if role is not None and not Membership.objects.filter(user=user, node=root, role=role).exists():
            add_member(user=user, node=root, role=role, actor=SYSTEM)
    return {who: email for who, (email, *_rest) in PEOPLE.items()}


def _seed_user(email: str, name: str, language: str) -> User:
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, name=name, language=language)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def _seed_award() -> Award:
    """Return the demonstration's award, made where there is none."""
    email, name, language, _role = PEOPLE["learner"]
    achievement = achievement_named(AWARDED)
    known = Award.objects.filter(
        version__achievement=achievement, learner__identifiers__type="email", learner__identifiers__value=email
    ).order_by("accepted_at")
    if award := known.first():
        return award
    order = AwardOrder(
        achievement=achievement,
        recipient=Recipient(name=name, email=email, language=language),
        participation="Online",
    )
    return award_achievement(order=order, actor=SYSTEM)
