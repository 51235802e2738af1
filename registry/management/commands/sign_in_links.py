"""One-time sign-in links, for the operator of the machine."""

import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from registry.management.people import account_of
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
        users = {role: account_of(email) for role, _, email in (person.partition("=") for person in people)}
        links = {role: one_time_sign_in_url(user) for role, user in (users or {"operator": ensure_operator()}).items()}
        self.stdout.write(json.dumps(links))
