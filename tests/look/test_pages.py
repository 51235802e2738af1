"""The pages as HTML: every state is there, and nothing that the strict policy would refuse."""

import re
from html.parser import HTMLParser

import pytest

from tests.look.public_pages import PAGES
from tests.look.states import VERDICTS, credential_page, rendered
from verification.wording import WORDING

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


class Markup(HTMLParser):
    """Collect what the tests ask for, and whether every element is closed where it must be."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.broken: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.broken.append(tag)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_verdict_has_its_own_page(verdict, language):
    page = credential_page(verdict, language=language)
    markup = Markup(page)

    assert [main.get("data-verdict") for main in markup.named("main")] == [verdict]
    assert markup.named("html")[0]["lang"] == language
    assert len(markup.named("h1")) == 1
    assert ("noindex" in {meta.get("content") for meta in markup.named("meta")}) is True
    assert WORDING[verdict].mark


@pytest.mark.parametrize("name", PAGES)
def test_page_is_whole_and_keeps_to_the_policy(name):
    markup = Markup(PAGES[name]())

    assert (markup.broken, markup.open) == ([], [])
    assert not [attributes for _tag, attributes in markup.elements if "style" in attributes]
    assert not [name for _tag, attributes in markup.elements for name in attributes if name.startswith("on")]
    assert not markup.named("style")
    assert all(script.get("type") == "application/ld+json" for script in markup.named("script"))
    assert not [
        value
        for _tag, attributes in markup.elements
        for value in attributes.values()
        if "javascript:" in (value or "")
    ]


@pytest.mark.parametrize("name", PAGES)
def test_page_loads_nothing_from_elsewhere(name):
    markup = Markup(PAGES[name]())

    loaded = [link["href"] for link in markup.named("link") if link.get("rel") in {"stylesheet", "icon"}]
    loaded += [attributes["src"] for _tag, attributes in markup.elements if "src" in attributes]
    loaded += [use["href"].split("#")[0] for use in markup.named("use")]
    assert all(address.startswith(("/static/", "/media/", "/c/")) for address in loaded)


@pytest.mark.parametrize("name", PAGES)
def test_page_has_a_title_a_main_part_and_labels(name):
    page = PAGES[name]()
    markup = Markup(page)

    assert len(markup.named("main")) == len(markup.named("h1")) == 1
    assert re.search(r"<title>\s*\S.* - Testamur</title>", page, re.DOTALL)
    ids = [attributes["id"] for _tag, attributes in markup.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    labelled = {label.get("for") for label in markup.named("label")}
    fields = [
        field
        for field in markup.named("input") + markup.named("textarea") + markup.named("select")
        if field.get("type") not in {"hidden", "checkbox"}
    ]
    assert all(field.get("id") in labelled for field in fields)


def test_neutral_page_does_not_show_which_address_was_asked():
    first, second = (rendered("verification/neutral.html", path=path) for path in ("/c/one", "/c/two"))

    assert first == second


def test_text_of_others_cannot_become_markup():
    page = PAGES["credential-hostile"]()

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert" in page


def test_data_block_cannot_be_ended_by_a_text():
    page = PAGES["version"]()

    assert page.count("</script>") == 1
    assert "\\u003c/script\\u003e" in page


def test_chosen_appearance_is_on_the_root_element():
    for appearance, expected in (("dark", "dark"), ("light", "light"), ("auto", None), ("<evil>", None)):
        markup = Markup(credential_page("genuine", appearance=appearance))
        assert markup.named("html")[0].get("data-appearance") == expected


def test_unknown_is_never_shown_as_passed():
    page = credential_page("could-not-confirm")

    unknown = page.split('data-outcome="unknown"')[1].split("</li>")[0]
    assert "Could not check" in unknown
    assert "is-ok" not in unknown
    assert 'class="verdict mute"' in page


def test_revoked_page_gives_date_reason_and_a_grey_badge():
    page = credential_page("revoked")

    assert "took this certificate back for good on 3 November 2026" in page
    assert "Awarded to the wrong person with the same name." in page
    assert 'class="gone"' in page


def test_corrected_page_leads_to_the_newer_version():
    assert 'href="/c/2"' in credential_page("superseded")
