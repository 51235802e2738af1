"""No public page makes a visitor load more than 250 KB, with everything that belongs to it."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from catalogue.services.demo import seed_entries, seed_organisations
from tests.look.public_pages import PAGES

MOST_BYTES = 250_000
PAGE_PATHS = (
    "/",
    "/catalogue/",
    "/catalogue/?page=2",
    "/catalogue/charite-berlin/dr-med-ki/",
    "/catalogue/nz-pito/inshore-commercial-fishing/v/1/",
    "/issuers/",
    "/issuers/charite-berlin/",
    "/verify",
    "/about/help/",
)
LOADED = re.compile(
    r'<(?:img|use|script)[^>]* (?:src|href)="([^"#]+)|<link rel="(?:stylesheet|icon)"[^>]* href="([^"]+)'
)


def static_bytes(path):
    return Path(finders.find(path.removeprefix("/static/"))).read_bytes()


def fonts():
    """Give what the style sheets load for our languages: a page in Latin letters needs no other file."""
    sources = re.findall(r"fonts/[a-z0-9-]+[.]woff2", static_bytes("/static/css/tokens.css").decode())
    return [f"/static/{source}" for source in sources if "-ext-" not in source]


def weight_of(page, pictures):
    """Add up a page, what it links, and the fonts; `pictures` gives the bytes of a picture's address."""
    links = {one or other for one, other in LOADED.findall(page)} | set(fonts())
    sizes = {link: len(static_bytes(link) if link.startswith("/static/") else pictures(link)) for link in links}
    assert len(fonts()) == 2
    return len(page.encode()) + sum(sizes.values())


@pytest.mark.django_db
def test_no_public_page_is_heavier_than_its_budget():
    seed_organisations()
    seed_entries()
    visitor = Client()

    weights = {
        path: weight_of(visitor.get(path).content.decode(), lambda link: visitor.get(link).content)
        for path in PAGE_PATHS
    }
    # A credential's page shows its badge whole.
    badge = visitor.get(re.search(r"/media/\w+[.]png", visitor.get(PAGE_PATHS[3]).content.decode())[0]).content
    code = bytes(20_000)  # the QR code for paper, as large as it gets
    weights |= {
        name: weight_of(PAGES[name](), lambda link: badge if link.startswith("/media/") else code)
        for name in PAGES
        if name.startswith("credential")
    }

    assert {path: weight for path, weight in weights.items() if weight > MOST_BYTES} == {}
    assert min(weights.values()) > 100_000, "the links were not followed"
