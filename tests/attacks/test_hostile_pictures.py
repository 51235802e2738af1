"""Pictures that are meant to hurt: each is answered, soon, never as genuine."""

from __future__ import annotations

import struct
import time
import zlib

import pytest
from django.utils import timezone

from credentials.baking import bake_png
from verification.checks import Verdict
from verification.resolve import verify_source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_way_out")]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 4, height: int = 4, *extra: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * (3 * 4 + 1) * 4))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(extra) + pixels + chunk(b"IEND", b"")


def baked_chunk(text: str) -> bytes:
    return chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + text.encode())


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0">{}</svg>'
HOSTILE_PICTURES = {
    "sixty thousand squared": lambda: png(60_000, 60_000),
    "no pixels": lambda: png(0, 0),
    "no credential": png,
    "two credentials": lambda: png(4, 4, baked_chunk("{}"), baked_chunk("{}")),
    "cut": lambda: png()[:40],
    "header only": lambda: b"\x89PNG\r\n\x1a\n",
    "checksum": lambda: png(4, 4, baked_chunk("{}")[:-1] + b"\0"),
    "chunk of four gigabytes": lambda: (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0\0\0\4\0\0\0\4\10\2\0\0\0") + b"\xff\xff\xff\xffiTXt"
    ),
    "compressed text": lambda: png(
        4, 4, chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0" + zlib.compress(b"x" * 10_000_000))
    ),
    "six megabytes": lambda: png() + b"x" * (6 * 1024 * 1024),
    "baked rubbish": lambda: bake_png(png(), '{"a": "b"}'),
    "jpeg": lambda: b"\xff\xd8\xff\xe0" + b"x" * 100,
    "gif": lambda: b"GIF89a" + b"x" * 100,
    "pdf": lambda: b"%PDF-1.7\n/JS (app.alert(1))",
    "svg empty": lambda: SVG.format("").encode(),
    "svg script": lambda: SVG.format("<script>alert(1)</script>").encode(),
    "svg entity": lambda: b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + SVG.format("&x;").encode(),
    "svg laughs": lambda: (
        b'<!DOCTYPE svg [<!ENTITY a "xxxxxxxx"><!ENTITY b "&a;&a;&a;">]>' + SVG.format("&b;").encode()
    ),
    "svg not xml": lambda: b"<svg><unclosed",
    "html": lambda: b"<html><svg/></html>",
    "svg two": lambda: SVG.format('<openbadges:credential verify="a.b.c"/>' * 2).encode(),
}


NOT_READ = {
    "sixty thousand squared": "too-large",
    "six megabytes": "too-large",
    **dict.fromkeys(
        ("no credential", "baked rubbish", "jpeg", "gif", "pdf", "svg empty", "svg script"), "kind-not-supported"
    ),
}


@pytest.mark.parametrize("name", HOSTILE_PICTURES)
def test_a_hostile_picture_is_not_believed_and_soon(name):
    """One that can be read in two ways, or not at all, is malformed; one that holds nothing is of no known kind."""
    start = time.process_time()
    report = verify_source(HOSTILE_PICTURES[name](), at=timezone.now())

    expected = Verdict.COULD_NOT_CONFIRM if name in NOT_READ else Verdict.MALFORMED
    assert (report.verdict, report.reason) == (expected, NOT_READ.get(name, ""))
    assert time.process_time() - start < 1
