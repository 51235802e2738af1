"""One-time sign-in links, for the operator of the machine."""

import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from registry.models import User
from registry.services import one_time_sign_in_url
from registry.services.installation import ensure_operator


class Command(BaseCommand):
    """`manage.py sign_in_links [ROLE=EMAIL …]`."""

    requires_system_checks: list[str] = []
    help = "Print one-time sign-in links (1 h, single use) as JSON; without arguments the operator's, made if need be."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to call each link, and whose it is."""
        parser.add_argument("people", nargs="*", metavar="ROLE=EMAIL")

    def handle(self, *, people: list[str], **_options: object) -> None:
        """Print `{role: address}`."""
        users = {role: _user(email) for role, _, email in (person.partition("=") for person in people)}
        links = {role: one_time_sign_in_url(user) for role, user in (users or {"operator": ensure_operator()}).items()}
        self.stdout.write(json.dumps(links))


def _user(email: str) -> User:
    try:
        return User.objects.get(email=email.lower(), is_active=True)
    except User.DoesNotExist as missing:
        raise CommandError(f"No active account has the address {email}.") from missing
