"""Badge images: what they show, that they fit, that they are the same every time."""

import io
from xml.etree import ElementTree

import pytest
from PIL import Image

from catalogue.badges import INKS, SAMPLE_NOTICE, BadgeFacts, badge_png, badge_svg
from catalogue.badges.lettering import cut, fit, line_svg, width

SVG = "{http://www.w3.org/2000/svg}"
KINDS = ("micro-credential", "micro-degree", "participation", "non-formal", "joint", "document", "equivalence")


def facts_of(kind: str = "micro-credential", *, sample: bool = True, title: str = "Dr. med. KI Basics") -> BadgeFacts:
    return BadgeFacts(kind, title, ("Charité", "AI Campus"), "21 h", sample=sample)


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_draws_a_square_picture_without_foreign_parts(kind):
    picture = ElementTree.fromstring(badge_svg(facts_of(kind)))

    assert (picture.get("width"), picture.get("height"), picture.get("viewBox")) == ("480", "480", "0 0 360 360")
    names = {element.tag.removeprefix(SVG) for element in picture.iter()}
    assert names <= {"svg", "title", "g", "path", "rect", "circle", "clipPath", "use"}
    references = [value for element in picture.iter() for name, value in element.items() if name.endswith("href")]
    assert all(reference.startswith("#") for reference in references)


@pytest.mark.parametrize("kind", KINDS)
def test_sample_carries_the_notice_in_picture_and_words(kind):
    sample, plain = badge_svg(facts_of(kind)), badge_svg(facts_of(kind, sample=False))

    assert SAMPLE_NOTICE in ElementTree.fromstring(sample).findtext(f"{SVG}title", "")
    assert SAMPLE_NOTICE not in plain
    assert sample.count("<path") - plain.count("<path") == len(SAMPLE_NOTICE.replace(" ", ""))


def test_same_facts_give_the_same_bytes_and_other_facts_another_picture():
    assert badge_svg(facts_of()) == badge_svg(facts_of())
    assert badge_png(facts_of()) == badge_png(facts_of())
    assert badge_svg(facts_of()) != badge_svg(facts_of(title="Dr. med. KI Clinics"))


def test_png_is_large_enough_and_transparent_at_the_corners():
    picture = Image.open(io.BytesIO(badge_png(facts_of(sample=False))))

    assert picture.size == (480, 480)
    assert [picture.getpixel(corner)[3] for corner in ((0, 0), (479, 0), (0, 479))] == [0, 0, 0]
    assert picture.getpixel((240, 40))[3] == 255


def test_an_issuers_name_that_does_not_fit_ends_in_an_ellipsis():
    names = [facts_of("joint").issuers[0], "University Hospital of a Very Long Name"]
    drawn = badge_svg(BadgeFacts("joint", "AI", (names[0], names[1])))

    shortened = cut(names[1], 16, 140, "semibold")
    assert shortened.startswith("University")
    assert shortened.endswith("…")
    assert width(shortened, 16, "semibold") <= 140
    assert line_svg(shortened, size=16, middle=260, baseline=62, fill="#ffffff", face="semibold") in drawn


def test_markup_in_a_title_stays_text():
    picture = ElementTree.fromstring(badge_svg(facts_of(title="<script>alert(1)</script> & more")))

    assert "<script>alert(1)</script> & more" in picture.findtext(f"{SVG}title", "")


def test_long_title_shrinks_then_ends_with_an_ellipsis():
    short = fit("Teamwork", (268, 176))
    endless = fit("Introduction to Inshore Commercial Fishing " * 6, (268, 176))

    assert short.size > endless.size == 30
    assert endless.lines[-1].endswith("…")
    assert len(endless.lines) * endless.size * 1.04 <= 176
    assert all(width(line, endless.size) <= 268 for line in endless.lines)


def test_one_endless_word_is_cut_inside_the_box():
    fitted = fit("Donaudampfschifffahrtsgesellschaftskapitänspatent", (268, 176))

    assert all(width(line, fitted.size) <= 268 for line in fitted.lines)
    assert fitted.lines[-1].endswith("…")


def test_letter_without_outline_is_drawn_as_a_question_mark():
    assert line_svg("Ж", size=30, middle=0, baseline=0, fill="#000") == line_svg(
        "?", size=30, middle=0, baseline=0, fill="#000"
    )


@pytest.mark.parametrize("ink", INKS)
def test_every_ink_reads_on_white(ink):
    assert 1.05 / (luminance(ink) + 0.05) >= 7
