"""`manage.py revoke`: a credential is taken back for good."""

from __future__ import annotations

from issuing.management.status import StatusCommand
from issuing.services import revoke_credential


class Command(StatusCommand):
    """`manage.py revoke ID --reason TEXT`."""

    help = (
        "Revoke a credential for good. Its page says so at once, its status list within ten seconds. "
        "Exit code: 0 revoked, 1 refused."
    )
    act = staticmethod(revoke_credential)
    state = "revoked"
