"""What a production installation refuses to start with. Values in, sentences out."""

from collections.abc import Sequence
from dataclasses import dataclass

MARK_OF_THE_TEST_KEY = "insecure-"
SHORTEST_SECRET_KEY = 32
MAIL_SERVERS = {"django.core.mail.backends.smtp.EmailBackend"}


@dataclass(frozen=True, slots=True)
class Installation:
    """The settings that decide whether an installation may serve the public."""

    debug: bool
    secret_key: str
    allowed_hosts: Sequence[str]
    public_url: str
    vc_api: bool
    email_backend: str


def refusals(installation: Installation) -> list[str]:
    """Return one sentence for each thing that must not be in production; empty when it may start."""
    key = installation.secret_key
    findings = (
        (installation.debug, "DEBUG is on: it shows settings and source to visitors. Unset DEBUG."),
        (
            len(key) < SHORTEST_SECRET_KEY or key.startswith(MARK_OF_THE_TEST_KEY),
            "SECRET_KEY is missing, short or a default: set it to at least 32 random characters.",
        ),
        ("*" in installation.allowed_hosts, "ALLOWED_HOSTS holds *: name the hosts."),
        (
            not installation.public_url.startswith("https://"),
            "PUBLIC_URL is not an https address: nobody could resolve the issuers' DIDs.",
        ),
        (installation.vc_api, "VC_API is on: it signs for anyone who asks. Unset VC_API."),
        (
            installation.email_backend not in MAIL_SERVERS,
            "EMAIL_URL names no mail server, so claim mails would not leave: set it, e.g. smtp+tls://user:password@host:587.",
        ),
    )
    return [sentence for holds, sentence in findings if holds]
