"""Baking and extraction: trap 25, hostile images."""

import io
import zlib
from collections.abc import Callable

import pytest
from PIL import Image

from credentials.baking import bake_png, bake_svg, extract_png, extract_svg
from credentials.errors import BakingError

Extract = Callable[[bytes], str]

TEXT = '{"name":"Zoë 李 🎓 ]]> </openbadges:credential> & \\u0007","proof":[{}]}'
JWT = "eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl"
SVG = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- a <svg> of our own -->
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8" aria-label='1 > 0'>
  <rect width="8" height="8"/>
</svg>
"""
OB3 = 'xmlns:ob="https://purl.imsglobal.org/ob/v3p0"'


def png() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (91, 91), "navy").save(target, "PNG")
    return target.getvalue()


def chunk(data: bytes, kind: bytes = b"iTXt") -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


OLD = chunk(b"openbadges\0\0\0\0\0https://old.example/assertion.json")


def png_with(*chunks: bytes) -> bytes:
    image = png()
    return image[:33] + b"".join(chunks) + image[33:]


def svg_with(inside: str, attributes: str = OB3) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'.encode()


@pytest.mark.parametrize("text", [TEXT, JWT])
def test_baked_png_gives_the_text_back_and_shows_the_same_picture(text: str) -> None:
    baked = bake_png(png(), text)

    assert extract_png(baked) == text
    assert Image.open(io.BytesIO(baked)).tobytes() == Image.open(io.BytesIO(png())).tobytes()


def test_png_chunk_is_uncompressed_and_there_once() -> None:
    baked = bake_png(png(), TEXT)

    assert baked.count(b"iTXtopenbadgecredential\0\0\0\0\0" + TEXT.encode()) == 1
    assert baked.count(b"openbadgecredential") == 1
    assert Image.open(io.BytesIO(baked)).text["openbadgecredential"] == TEXT  # type: ignore[attr-defined]


def test_png_that_holds_a_credential_is_not_baked_again() -> None:
    with pytest.raises(BakingError, match="already"):
        bake_png(bake_png(png(), TEXT), TEXT)


def test_png_with_two_credentials_is_refused() -> None:
    one = chunk(b"openbadgecredential\0\0\0\0\0" + TEXT.encode())

    assert extract_png(png_with(one)) == TEXT
    with pytest.raises(BakingError, match="more than one"):
        extract_png(png_with(one, one))


def test_compressed_credential_is_refused() -> None:
    with pytest.raises(BakingError, match="compressed"):
        extract_png(png_with(chunk(b"openbadgecredential\0\1\0\0\0" + zlib.compress(TEXT.encode()))))


def test_open_badges_2_png_is_read() -> None:
    assert extract_png(png_with(OLD)) == "https://old.example/assertion.json"


@pytest.mark.parametrize("kind", [b"iTXt", b"tEXt", b"zTXt"])
def test_png_with_a_badge_under_each_keyword_is_refused(kind: bytes) -> None:
    both = png_with(OLD, chunk(b"openbadgecredential\0\0\0\0\0" + TEXT.encode(), kind))

    with pytest.raises(BakingError, match="more than one"):
        extract_png(both)
    with pytest.raises(BakingError, match="already"):
        bake_png(png_with(OLD), TEXT)
    with pytest.raises(BakingError, match="already"):
        bake_png(png_with(chunk(b"openbadges\0https://old.example/1.json", kind)), TEXT)


def test_svg_with_a_badge_of_each_version_is_refused() -> None:
    old = '<old:assertion xmlns:old="http://openbadges.org" verify="a.b.c"/>'

    with pytest.raises(BakingError, match="more than one"):
        extract_svg(svg_with(old + "<ob:credential>{}</ob:credential>"))
    with pytest.raises(BakingError, match="already"):
        bake_svg(svg_with(old, ""), TEXT)


@pytest.mark.parametrize(
    "image",
    [
        b"",
        b"GIF89a",
        png()[:-1],
        png()[:40],
        png()[:8],
        png()[:33] + b"\xff\xff\xff\xffiTXt" + png()[33:],
        png()[:20] + b"\x01" + png()[21:],
        png()[:8] + chunk(b"", b"IEND"),
        png_with(chunk(b"openbadgecredential\0\0\0no end")),
        png_with(chunk(b"openbadgecredential\0\0\0\0\0\xff\xfe")),
        png_with(chunk(b"openbadgecredential")),
        png_with(chunk(b"openbadgecredential\0\0\0\0\0{}", b"tEXt")),
        png() + bytes(5_000_000),
    ],
)
def test_damaged_or_foreign_png_is_refused(image: bytes) -> None:
    with pytest.raises(BakingError):
        extract_png(image)


@pytest.mark.parametrize("text", [TEXT, JWT])
@pytest.mark.parametrize("image", [SVG, b"\xef\xbb\xbf" + SVG, b'<svg xmlns="http://www.w3.org/2000/svg"/>'])
def test_baked_svg_gives_the_text_back(image: bytes, text: str) -> None:
    assert extract_svg(bake_svg(image, text)) == text


def test_svg_element_stands_once_first_in_its_namespace() -> None:
    baked = bake_svg(SVG, TEXT).decode()
    token = bake_svg(SVG, JWT).decode()

    assert baked.count("<openbadges:credential>") == 1
    assert ' xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"><openbadges:credential><![CDATA[{' in baked
    assert f'<openbadges:credential verify="{JWT}"></openbadges:credential>' in token
    assert baked.endswith('\n  <rect width="8" height="8"/>\n</svg>\n')


def test_svg_that_holds_a_credential_is_not_baked_again() -> None:
    with pytest.raises(BakingError, match="already"):
        bake_svg(bake_svg(SVG, TEXT), TEXT)


def test_svg_with_two_credentials_is_refused() -> None:
    one = "<ob:credential>{}</ob:credential>"

    assert extract_svg(svg_with(one)) == "{}"
    with pytest.raises(BakingError, match="more than one"):
        extract_svg(svg_with(one + f"<g>{one}</g>"))


def test_credential_in_another_namespace_is_none() -> None:
    with pytest.raises(BakingError, match="no credential"):
        extract_svg(svg_with("<ob:credential>{}</ob:credential>", 'xmlns:ob="https://other.example/"'))


def test_open_badges_2_svg_is_read() -> None:
    image = svg_with('<ob:assertion verify="a.b.c"/>', 'xmlns:ob="http://openbadges.org"')

    assert extract_svg(image) == "a.b.c"


@pytest.mark.parametrize(
    "image",
    [
        b"",
        b"<html/>",
        b"<svg>",
        b'<!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>',
        b'<!DOCTYPE svg SYSTEM "file:///etc/passwd"><svg/>',
        svg_with("<ob:credential verify='a.b.c'>{}</ob:credential>"),
        svg_with("<ob:credential><b/>{}</ob:credential>"),
        svg_with("<ob:credential/>"),
        b'<?xml version="1.0" encoding="no-such"?><svg/>',
        SVG + b" " * 5_000_000,
    ],
)
def test_damaged_or_hostile_svg_is_refused(image: bytes) -> None:
    with pytest.raises(BakingError):
        extract_svg(image)
    with pytest.raises(BakingError):
        bake_svg(image, "\ud800" if b"credential" in image else TEXT)


def test_deeply_nested_svg_is_answered() -> None:
    image = svg_with("<g>" * 20_000 + "<ob:credential>{}</ob:credential>" + "</g>" * 20_000)

    assert extract_svg(image) == "{}"


@pytest.mark.parametrize(
    ("extract", "image"),
    [
        (extract_png, png_with(*[chunk(b"", b"tEXt")] * 50_001)),
        (extract_svg, svg_with("<g/>" * 50_001)),
        (extract_svg, svg_with("<g " + " ".join(f"a{number}=''" for number in range(50_001)) + "/>")),
    ],
    ids=["chunks", "elements", "attributes"],
)
def test_image_of_very_many_parts_is_refused_before_they_are_read(extract: Extract, image: bytes) -> None:
    with pytest.raises(BakingError, match="parts"):
        extract(image)


def test_text_that_no_image_can_hold_is_refused() -> None:
    for text in ("a\0b", "a\x01b", "a\ufffeb"):
        with pytest.raises(BakingError):
            bake_svg(SVG, text)
    with pytest.raises(BakingError):
        bake_png(png(), "a\0b")
