"""The operator's own pages: read from text files, shown safely, told where they are missing."""

import pytest
from django.test import Client

from registry.operator_texts import PAGES, missing_texts, operator_links, operator_page


@pytest.fixture
def folder(settings, tmp_path):
    settings.OPERATOR_PAGES_DIR, settings.IN_PRODUCTION = tmp_path, True
    return tmp_path


def write(folder, **texts):
    for name, text in texts.items():
        page, _, language = name.rpartition("_")
        (folder / f"{page}.{language}.txt").write_text(text, encoding="utf-8")


def test_a_text_becomes_headings_paragraphs_and_links(folder):
    write(
        folder,
        imprint_en="# Who we are\nExample University\nStreet 1\n\nWrite to a@b.example or see https://b.example/x.",
    )

    page = Client().get("/about/imprint/").content.decode()

    assert "<h2>Who we are</h2>" in page
    assert "Example University<br>Street 1" in page
    assert 'href="mailto:a@b.example"' in page
    assert 'href="https://b.example/x"' in page


def test_a_text_is_never_markup(folder):
    write(folder, imprint_en="<script>alert(1)</script>\n\n# <b>")

    page = Client().get("/about/imprint/").content.decode()

    assert "<script>alert" not in page
    assert "<h2>&lt;b&gt;</h2>" in page


def test_a_reader_gets_the_own_language_and_a_marked_text_where_there_is_none(folder):
    write(folder, imprint_en="English", imprint_de="Deutsch", privacy_en="Only English")

    def german(name):
        return Client().get(f"/about/{name}/", headers={"accept-language": "de"}).content.decode()

    assert "Deutsch" in german("imprint")
    assert 'lang="en"' in german("privacy").partition("<main")[2].partition("</main>")[0]


def test_a_lone_address_leads_elsewhere_from_the_page_and_from_the_foot(folder):
    write(folder, privacy_en="https://www.example.edu/privacy\n")

    assert Client().get("/about/privacy/")["Location"] == "https://www.example.edu/privacy"
    assert "https://www.example.edu/privacy" in [address for _label, address in operator_links("en")]


@pytest.mark.parametrize("name", ["imprint", "nothing", "help.en"])
def test_what_is_not_written_has_no_page_and_no_link(folder, name):
    assert Client().get(f"/about/{name}/").status_code == 404
    assert [address for _label, address in operator_links("en")] == ["/about/help/"]


def test_missing_texts_are_told_by_name_in_production_and_stay_a_ready_answer(folder, db):
    write(folder, imprint_en="x", imprint_de="y", privacy_en=" ", contact_en="https://example.edu/contact")
    (folder / "contact.de.txt").write_bytes(b"\xff\xfe")

    told = Client().get("/readyz")

    assert told.status_code == 200
    expected = ["contact.de.txt", "accessibility.en.txt", "accessibility.de.txt", "privacy.en.txt", "privacy.de.txt"]
    assert told.content.decode() == f"ok\nmissing texts: {', '.join(expected)}\n"


def test_the_operators_page_names_them_too_and_nobody_elses_does(folder, db):
    from tests.registry.builders import build_user

    user = build_user()
    for superuser in (True, False):
        user.is_superuser = superuser
        user.save()
        visitor = Client()
        visitor.force_login(user)
        assert ("imprint.de.txt" in visitor.get("/account/").content.decode()) is superuser


def test_outside_production_every_page_has_a_sample_and_nothing_is_missing(settings, tmp_path):
    settings.OPERATOR_PAGES_DIR = tmp_path

    for language in ("en", "de"):
        assert all(operator_page(name, language).language == language for name in PAGES)
    assert missing_texts() == []
