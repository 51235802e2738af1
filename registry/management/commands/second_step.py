"""Second steps of signing in, for the operator of the machine."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from registry.actors import SYSTEM
from registry.errors import RegistryError
from registry.management.people import account_of
from registry.services.identity_providers import reseal_provider_secrets
from registry.services.second_steps import remove_second_steps, reseal_second_steps


class Command(BaseCommand):
    """`manage.py second_step remove EMAIL` · `manage.py second_step reseal`."""

    requires_system_checks: list[str] = []
    help = "Remove the second step of somebody who lost it, or seal all of them under today's SECRET_KEY."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the act."""
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("remove", help="take it away; the password or a code by e-mail is then enough").add_argument(
            "email"
        )
        acts.add_parser("reseal", help="before an old key leaves SECRET_KEY_FALLBACKS")

    def handle(self, *, act: str, email: str = "", **_options: object) -> None:
        """Do it, and say what was done."""
        if act == "remove":
            count = remove_second_steps(user=account_of(email), actor=SYSTEM)
            self.stdout.write(f"{count} removed.")
            return
        try:
            self.stdout.write(f"{reseal_second_steps() + reseal_provider_secrets()} sealed.")
        except RegistryError as error:
            raise CommandError(error.sentence()) from error
