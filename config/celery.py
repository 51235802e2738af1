"""The Celery application: workers, nudged every second to look at the outbox."""

import gc
import logging.config
import os
import warnings

from celery import Celery, Task
from celery.platforms import SecurityWarning
from celery.signals import setup_logging, task_failure, worker_init
from kombu.transport import TRANSPORT_ALIASES
from kombu.transport.redis import Channel

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Django's checks load every page and form: 30 MB that no worker needs. They are made before a change is taken.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

# `start` says it in one line of its own; the image runs as an unprivileged user.
warnings.filterwarnings("ignore", category=SecurityWarning)

TRANSPORT_ALIASES["folder"] = "config.folder_broker:Transport"
# Giving nudges back to a broker that has just died can end the worker, and a nudge is worth nothing: the next one
# comes in a second.
Channel.do_restore = False
app = Celery("testamur")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect(weak=False)
def use_the_houses_logging(**_kwargs: object) -> None:
    """Keep Celery from installing its own handlers: one format for web, worker and shell."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@task_failure.connect(weak=False)
def tell_failed_task(sender: Task, exception: BaseException, **_kwargs: object) -> None:
    """Tell of a failed task as the house tells of everything: Celery would quote what the exception says."""
    from registry.alarms import AlarmCode, raise_alarm

    raise_alarm(AlarmCode.TASK_FAILED, subject=f"task:{sender.name}", error=type(exception).__name__)


@worker_init.connect(weak=False)
def hand_over_the_key(**_kwargs: object) -> None:
    """Let this process sign: it is the worker. Its pool is forked from it and inherits the key."""
    from config.worker_key import key_source
    from issuing.signing import set_key_encryption_key_source

    set_key_encryption_key_source(key_source())


@worker_init.connect(weak=False)
def share_what_is_loaded(**_kwargs: object) -> None:
    """Let the pool's children share what is loaded: a collection in one would write to every page of it."""
    gc.collect()
    gc.freeze()
