"""The Celery application: a worker with its beat, nudged every second to look at the outbox."""

import logging.config
import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("testamur")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect(weak=False)
def use_the_houses_logging(**_kwargs: object) -> None:
    """Keep Celery from installing its own handlers: one format for web, worker and shell."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)
