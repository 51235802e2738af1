"""Ten single awards at random moments in a quiet house, and how long each waits for a worker to take it."""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable

import django

AWARDS = 10
GIVE_UP_SECONDS = 30.0
LOOK_EVERY_SECONDS = 0.01


def main() -> None:
    """Award, wait, and write the seconds of each as the last line of standard output."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"  # noqa: TID251 - names the settings
    django.setup()
    from bench.scene import build_scene
    from catalogue.models import Achievement
    from issuing.services import AwardOrder, award_achievement
    from registry.actors import SYSTEM
    from registry.models import OutboxMessage
    from registry.services import Recipient

    def waiting() -> bool:
        return OutboxMessage.objects.filter(done_at=None, claimed_by="").exists()

    build_scene()
    achievement = Achievement.objects.select_related("issuer__node", "organisation").get(slug="data-basics")
    _wait_while(waiting)
    time.sleep(5)  # the issuer's key is made
    seconds = []
    for number in range(AWARDS):
        time.sleep(random.uniform(2, 4))  # noqa: S311 - any moment will do
        recipient = Recipient(name=f"Idle Example {number}", email=f"idle{number}@example.org")
        award_achievement(order=AwardOrder(achievement=achievement, recipient=recipient), actor=SYSTEM)
        seconds.append(round(_wait_while(waiting), 2))
    sys.stdout.write(json.dumps(seconds) + "\n")


def _wait_while(holds: Callable[[], bool]) -> float:
    began = time.monotonic()
    while holds():
        if time.monotonic() - began > GIVE_UP_SECONDS:
            raise RuntimeError("no worker took it")
        time.sleep(LOOK_EVERY_SECONDS)
    return time.monotonic() - began


if __name__ == "__main__":
    main()
