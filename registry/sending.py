"""Mails of accounts leave behind the answer, so that its time tells no stranger whether an address has an account.

One daemon thread per process and a queue of bounded length. What waits there when the process ends is lost: whoever
waits for a code asks for another.
"""

from __future__ import annotations

import logging
import threading
from queue import Full, Queue
from smtplib import SMTPException
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connections

log = logging.getLogger(__name__)
MOST_WAITING: Final = 200
FAILURES: Final = (SMTPException, OSError)
_STAY_HERE: Final = (
    "django.core.mail.backends.dummy.EmailBackend",
    "django.core.mail.backends.locmem.EmailBackend",
    "registry.mail.DemoFolderBackend",
)
"""Backends that wait for nobody: they are done at once."""
_waiting: Final[Queue[tuple[str, EmailMessage]]] = Queue(MOST_WAITING)
_starting: Final = threading.Lock()
_sender: threading.Thread | None = None


def send_later(name: str, message: EmailMessage) -> None:
    """Send a mail without waiting for a server. `name` (its template) stands in the log where it could not be sent."""
    if settings.EMAIL_BACKEND in _STAY_HERE:
        _send(name, message)
        return
    message.connection = get_connection()
    try:
        _waiting.put_nowait((name, message))
    except Full:
        log.error("mail not sent: %s, too many wait", name)  # noqa: TRY400 - traces name people
    _start()


def _start() -> None:
    """Start the process's thread, again where a fork or an end has left none."""
    global _sender  # noqa: PLW0603 - one thread per process
    with _starting:
        if _sender is None or not _sender.is_alive():
            _sender = threading.Thread(target=_send_all, name="mails of accounts", daemon=True)
            _sender.start()


def _send_all() -> None:
    while True:
        name, message = _waiting.get()
        try:
            _send(name, message)
        except Exception as error:  # noqa: BLE001 - one mail's fault is not the next one's
            log.error("mail not sent: %s, %s", name, type(error).__name__)  # noqa: TRY400 - traces name people
        finally:
            connections.close_all()
            _waiting.task_done()


def _send(name: str, message: EmailMessage) -> None:
    try:
        message.send()
    except FAILURES as error:
        log.error("mail not sent: %s, %s", name, type(error).__name__)  # noqa: TRY400 - traces name people
