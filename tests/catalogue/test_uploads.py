"""Pictures that people upload: measured first, made anew, and nothing in them runs, fetches or multiplies."""

import io
import struct
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from catalogue.badges.uploads import MOST_BYTES, read_picture
from catalogue.models import StoredImage
from catalogue.selectors import content_of
from catalogue.services import publish_achievement, set_picture
from registry.actors import SYSTEM
from registry.errors import RegistryError
from registry.refusals import RuleBrokenError
from tests.catalogue.builders import build_draft, build_published
from tests.registry.builders import build_issuer, build_organisation

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
PLAIN = f'{HEAD}<title>Wave</title><rect width="100" height="100" fill="#253d9e"/></svg>'.encode()


def png(width=200, height=100, **kept):
    rendering = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(rendering, "PNG", **kept)
    return rendering.getvalue()


def bomb(width, height):
    """Return a small PNG whose header promises this many dots."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


def refused(data):
    with pytest.raises(RuleBrokenError) as broken:
        read_picture(data)
    assert broken.value.column == "picture"
    assert broken.value.remedy
    return broken.value.code


def test_png_is_made_anew_and_square_and_says_nothing_of_its_maker():
    note = PngInfo()
    note.add_text("Author", "Erika Mustermann")

    made = read_picture(png(pnginfo=note)).png

    with Image.open(io.BytesIO(made)) as picture:
        assert picture.size == (200, 200)
        assert picture.getpixel((0, 0))[3] == 0
    assert b"Mustermann" not in made


def test_svg_of_shapes_is_kept_and_drawn():
    read = read_picture(PLAIN)

    assert "<rect" in read.svg
    with Image.open(io.BytesIO(read.png)) as picture:
        assert picture.size == (480, 480)
        assert picture.convert("RGB").getpixel((240, 240)) == (37, 61, 158)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (png(90, 200), "too-small"),
        (bomb(60_000, 60_000), "too-many-pixels"),
        (bomb(3_001, 100), "too-many-pixels"),
        (bomb(200, 200), "broken-picture"),
        (png()[:-30], "broken-picture"),
        (b"\x00" * (MOST_BYTES + 1), "too-large"),
        (b"GIF89a", "not-a-picture"),
        (b"", "not-a-picture"),
        (f"{HEAD}<script>alert(1)</script></svg>".encode(), "svg-part"),
        (f"{HEAD}<style>@import 'x'</style></svg>".encode(), "svg-part"),
        (f"{HEAD}<foreignObject/></svg>".encode(), "svg-part"),
        (f"{HEAD}<use href='#a'/></svg>".encode(), "svg-part"),
        (f"{HEAD}<a href='javascript:x'/></svg>".encode(), "svg-part"),
        (f"{HEAD}<image href='https://x.example/a.png'/></svg>".encode(), "svg-part"),
        (f"{HEAD}<rect onclick='x()'/></svg>".encode(), "svg-active"),
        (f"{HEAD}<rect fill='url(https://x.example/a)'/></svg>".encode(), "svg-active"),
        (f"{HEAD}<rect style='background:url(//x.example)'/></svg>".encode(), "svg-active"),
        (b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]>' + PLAIN, "broken-picture"),
        (b"<svg", "broken-picture"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>', "no-size"),
        (f"{HEAD}{'<g/>' * 5_000}</svg>".encode(), "too-many-parts"),
    ],
)
def test_what_is_no_plain_picture_is_refused_with_what_to_do(data, code):
    assert refused(data) == code


@pytest.mark.django_db
def test_picture_stands_in_the_place_of_the_badge_until_it_is_drawn_again():
    version = build_draft()

    set_picture(achievement=version.achievement, upload=PLAIN, actor=SYSTEM)
    published = publish_achievement(achievement=version.achievement, actor=SYSTEM)

    stored = StoredImage.objects.get(pk=published.image_sha)
    assert stored.svg.startswith("<svg")
    assert content_of(published).badge == {"picture": published.image_sha}
    drawn = set_picture(achievement=version.achievement, upload=None, actor=SYSTEM)
    assert drawn.number == 2
    assert content_of(drawn).badge == {}


@pytest.mark.django_db
def test_picture_of_another_installation_is_asked_for_again():
    version = build_draft(badge={"picture": "0" * 64})

    with pytest.raises(RegistryError) as error:
        publish_achievement(achievement=version.achievement, actor=SYSTEM)

    assert error.value.code == "picture-unknown"


@pytest.mark.django_db
def test_badge_of_a_demonstration_is_drawn_for_it_carries_the_notice():
    version = build_published(build_issuer(build_organisation(is_sample=True)))

    with pytest.raises(RegistryError) as error:
        set_picture(achievement=version.achievement, upload=PLAIN, actor=SYSTEM)

    assert error.value.code == "sample-is-drawn"
