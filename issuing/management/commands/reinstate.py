"""`manage.py reinstate`: the end of a suspension."""

from __future__ import annotations

from issuing.management.status import StatusCommand
from issuing.services import reinstate_credential


class Command(StatusCommand):
    """`manage.py reinstate ID --reason TEXT`."""

    help = "End the suspension of a credential. Exit code: 0 reinstated, 1 refused."
    act = staticmethod(reinstate_credential)
    state = "reinstated"
