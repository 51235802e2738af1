"""Who listens to which topic of the outbox: the one list, topic → names of Celery tasks."""

from collections.abc import Mapping

SUBSCRIPTIONS: Mapping[str, tuple[str, ...]] = {}
