"""`manage.py suspend`: a credential is not to be relied on for now."""

from __future__ import annotations

from issuing.management.status import StatusCommand
from issuing.services import suspend_credential


class Command(StatusCommand):
    """`manage.py suspend ID --reason TEXT`."""

    help = (
        "Suspend a credential until it is reinstated, where its achievement provides for that. Its page says so at once, "
        "its status list within ten seconds. Exit code: 0 suspended, 1 refused."
    )
    act = staticmethod(suspend_credential)
    state = "suspended"
