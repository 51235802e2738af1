"""What a production installation refuses to start with. Values in, sentences out."""

from collections.abc import Sequence
from dataclasses import dataclass

DEFAULT_SECRET_PREFIX = "insecure-"  # the test mode's key; noqa-free because it guards nothing
SHORTEST_SECRET_KEY = 32


@dataclass(frozen=True, slots=True)
class Installation:
    """The settings that decide whether an installation may serve the public."""

    debug: bool
    secret_key: str
    allowed_hosts: Sequence[str]
    public_url: str
    vc_api: bool
    email_backend: str
    key_encryption_key_readable: bool = False


def refusals(installation: Installation) -> list[str]:
    """Return one sentence for each thing that must not be in production; empty when it may start."""
    weak_key = len(installation.secret_key) < SHORTEST_SECRET_KEY
    default_key = installation.secret_key.startswith(DEFAULT_SECRET_PREFIX)
    findings = {
        "DEBUG is on: it shows settings and source to visitors. Unset DEBUG.": installation.debug,
        "SECRET_KEY is missing, short or the default: set it to at least 32 random characters.": weak_key
        or default_key,
        "ALLOWED_HOSTS holds *: name the hosts.": "*" in installation.allowed_hosts,
        "PUBLIC_URL is not https: nobody could resolve the issuers' DIDs.": not installation.public_url.startswith(
            "https://"
        ),
        "VC_API is on: it signs for anyone. Unset VC_API.": installation.vc_api,
        "EMAIL_URL names no mail server: claim mails would never leave. Set it, e.g. smtp+tls://user:password@host:587.": not installation.email_backend.endswith(
            "smtp.EmailBackend"
        ),
    }
    return [sentence for sentence, holds in findings.items() if holds]
