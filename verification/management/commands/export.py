"""Any form of a credential as a file."""

from __future__ import annotations

import sys
import uuid
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from issuing.models import Credential
from registry.errors import RegistryError
from verification.errors import TokenStillMadeError
from verification.selectors import own_credential
from verification.wrappings import baked_png, baked_svg, token

LATER = ("ob2", "pdf", "bundle")
FORMATS = ("ob3", "jwt", "png", "svg", *LATER)
PATIENCE_SECONDS = 15


class Command(BaseCommand):
    """`manage.py export CREDENTIAL_ID --format ob3`."""

    help = "Write a credential in one of its forms. Exit code: 0 written, 1 refused, 2 the worker did not answer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the credential, the form and the file."""
        parser.add_argument("credential", help="the credential's id, or its address")
        parser.add_argument("--format", choices=FORMATS, required=True)
        parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: standard output")

    def handle(self, *, credential: str, format: str, output: Path | None, **_options: object) -> None:
        """Write the form."""
        if format in LATER:
            raise CommandError(f"The format {format} comes later. There are ob3, jwt, png and svg.")
        found = own_credential(_number(credential))
        if found is None:
            raise CommandError(f"There is no credential {credential}, or it is not signed yet.")
        if found.document is None:
            raise CommandError("This credential was erased.")
        try:
            content = _content(found, format)
        except TokenStillMadeError as late:
            self.stderr.write("The worker has not signed the token yet. Is it running? Ask again.")
            raise SystemExit(2) from late
        except RegistryError as refusal:
            raise CommandError(refusal.sentence()) from refusal
        _write(content, output)


def _number(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text.rstrip("/").rpartition("/")[2])
    except ValueError as error:
        raise CommandError(f"{text} is neither an id nor an address of a credential.") from error


def _content(credential: Credential, kind: str) -> bytes:
    if kind == "jwt":
        return token(credential, seconds=PATIENCE_SECONDS).encode()
    makers = {"png": baked_png, "svg": baked_svg}
    return makers[kind](credential) if kind in makers else (credential.document or "").encode()


def _write(content: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise CommandError(f"{output} cannot be written: {error.strerror}.") from error
