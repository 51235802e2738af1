"""Mail of the demo: a folder in place of a mail server, read by the operator at `/dev/mail/`."""

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


def mail_file_name(message_id: str) -> str:
    """Return the file name of the message with this `Message-ID`; a repeat gets the same name."""
    return quote(message_id.strip().strip("<>"), safe="@.-_+=") + ".eml"


def demo_mail_folder() -> Path:
    """Return where the demo's mails lie. Raises ImproperlyConfigured in an installation that sends its mails."""
    if settings.DEMO_MAIL_DIR is None:
        raise ImproperlyConfigured("DEMO_MAIL_DIR is not set: this installation sends its mails by EMAIL_URL.")
    return settings.DEMO_MAIL_DIR


class DemoFolderBackend(BaseEmailBackend):
    """Write each message to `settings.DEMO_MAIL_DIR`, whole or not at all, one file per Message-ID."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages; return how many. Raises OSError when the folder cannot be written."""
        folder = demo_mail_folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for email in email_messages:
            message = email.message()
            target = folder / mail_file_name(message["Message-ID"])
            draft = target.with_suffix(f".{os.getpid()}.part")
            draft.write_bytes(message.as_bytes())
            draft.replace(target)
        return len(email_messages)
