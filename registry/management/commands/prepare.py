"""Bring the database to the state this version needs; safe to repeat."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from registry.actors import SYSTEM
from registry.errors import HostRefusedError
from registry.hosts import base_url_from
from registry.selectors import canonical_base_url
from registry.services import register_host


class Command(BaseCommand):
    """`manage.py prepare`: before web and worker start."""

    requires_system_checks: list[str] = []  # they read every room, and nothing is served yet
    help = (
        "Migrate the database, make the cache table, lay the static files out under names that tell their content, "
        "and register PUBLIC_URL. Safe to repeat."
    )

    def handle(self, **_options: object) -> None:
        """Run the steps; results that a person should know go to standard error."""
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if not settings.WHITENOISE_USE_FINDERS:
            call_command("collectstatic", interactive=False, verbosity=0)
        _refuse_bad_address()
        register_host(base_url=settings.PUBLIC_URL, actor=SYSTEM)
        canonical = canonical_base_url()
        if canonical != settings.PUBLIC_URL:
            self.stderr.write(
                f"This installation was first reached at {canonical}: its DIDs and credential ids keep that "
                f"address, and {settings.PUBLIC_URL} is registered beside it. "
                f"`manage.py rehost {settings.PUBLIC_URL}` makes it the main one."
            )


def _refuse_bad_address() -> None:
    """Refuse what no DID could be built from: DIDs and ids are built once and stay."""
    try:
        base_url_from(settings.PUBLIC_URL, https_only=False)
    except HostRefusedError as refusal:
        raise CommandError(f"PUBLIC_URL is {settings.PUBLIC_URL!r}. {refusal.sentence()}") from refusal
