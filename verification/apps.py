"""The verification room as a Django app."""

from django.apps import AppConfig

from credentials.contexts import check_pins


class VerificationConfig(AppConfig):
    """Register the room."""

    name = "verification"

    def ready(self) -> None:
        """Refuse to start with a standard context that is not the pinned one, in web, worker and shell alike."""
        check_pins()
