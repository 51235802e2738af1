"""The Celery application: workers, nudged every second to look at the outbox."""

import logging.config
import os

from celery import Celery
from celery.signals import setup_logging, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("testamur")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect(weak=False)
def use_the_houses_logging(**_kwargs: object) -> None:
    """Keep Celery from installing its own handlers: one format for web, worker and shell."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@worker_init.connect(weak=False)
def hand_over_the_key(**_kwargs: object) -> None:
    """Let this process sign: it is the worker. Its pool is forked from it and inherits the key."""
    from config.worker_key import key_source
    from issuing.signing import set_key_encryption_key_source

    set_key_encryption_key_source(key_source())
