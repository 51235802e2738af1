"""Pictures of the pages of a house that is started for them.

`python .ci/pictures.py readme` makes those of README.md again, `python .ci/pictures.py issuers` those of docs/issuers.md
as a registrar works from signing in to her first hundred awards; `python .ci/pictures.py sheets` writes contact
sheets of each room, 1280 and 360 pixels wide, light and dark, English and German, to var/pictures/, with every picture
beside it in full; rooms may be named. What the demonstration lacks is made by `.ci/scene.py` and `.ci/console_scene.py`.
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any
from urllib.parse import urljoin

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = pathlib.Path(__file__).resolve().parent.parent
README = ROOT / "docs" / "pictures"
SHEETS = ROOT / "var" / "pictures"
PORT = 8790
HOUSE = f"http://localhost:{PORT}"
ROOMS: dict[str, list[str] | str] = {
    "catalogue": [
        "/",
        "/catalogue/",
        "/catalogue/?q=data",
        "/catalogue/charite-berlin/dr-med-ki-basics/",
        "/issuers/",
        "/issuers/charite-berlin/",
        "FULL_ENTRY",
    ],
    "verification": ["CREDENTIAL", "/verify", "/c/00000000-0000-4000-8000-000000000000", "JOINT"],
    "statements": ["RELEASE", "ENDORSEMENT", "REPORT"],
    "wallet": [
        "OFFER",
        "ACCEPTED",
        "SIGNED",
        "DECLINED",
        "LAPSED",
        "CANCELLED",
        "SCHEDULED",
        "ENDED",
        "WITHDRAWN",
        "/claim/unknown",
    ],
    "registry": ["/account/login/", "/contact", "/imprint", "/nowhere", "OPERATOR"],
    "integrations": ["/api/docs/"],
    "console": "CONSOLE",
    "operators": "OPERATORS",
}
"""Room → its addresses; a word in capitals stands for one that the house tells, or for all that it tells of a room."""
SIZES = {1280: 900, 360: 760}
SCHEMES, LANGUAGES = ("light", "dark"), ("en", "de")
CROSSED = [(1280, "light", "en"), (1280, "dark", "de"), (360, "light", "de"), (360, "dark", "en")]
WHO = {"console": "REGISTRAR", "operators": "OPERATOR"}
PATIENCE_SECONDS = 120
ROWS = 12
"""Pages on one sheet."""
THUMB, GAP, TALLEST = 320, 12, 900


@contextmanager
def house() -> Iterator[dict[str, Any]]:
    """Start a demo house in a folder of its own; yield what it tells."""
    with tempfile.TemporaryDirectory() as var:
        command = [sys.executable, "manage.py", "start", "--port", str(PORT)]
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"VAR_DIR": var})
        opening = pathlib.Path(var) / "start.json"
        try:
            while not opening.exists():
                if process.poll() is not None:
                    raise SystemExit("The house did not start.")
                time.sleep(0.2)
            start = json.loads(opening.read_text())
            addresses = {"CREDENTIAL": start["credential_url"], "OPERATOR": start["sign_in"]["operator"]}
            for scene in ("scene.py", "console_scene.py"):
                made = subprocess.check_output(
                    [sys.executable, f".ci/{scene}"], cwd=ROOT, env=os.environ | {"VAR_DIR": var}
                )
                addresses |= json.loads(made)
            yield addresses
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


@contextmanager
def page_of(
    browser: Browser, width: int, scheme: str, language: str, *, state: dict[str, Any] | None = None
) -> Iterator[Page]:
    """Yield a page of a browser that is set up as somebody's is."""
    context = browser.new_context(
        viewport={"width": width, "height": SIZES[width]},
        color_scheme=scheme,  # type: ignore[arg-type]
        locale=language,
        storage_state=state,  # type: ignore[arg-type]
    )
    with context:
        yield context.new_page()


def remake_readme(browser: Browser, opening: dict[str, Any]) -> None:
    """Make the four pictures of README.md, in few colours: they are in the repository."""
    addresses = {"credential": opening["CREDENTIAL"], "catalogue": f"{HOUSE}/catalogue/", "verify": f"{HOUSE}/verify"}
    for width, names in ((1280, addresses), (360, {"phone": opening["CREDENTIAL"]})):
        with page_of(browser, width, "light", "en") as page:
            for name, address in names.items():
                page.goto(address)
                _keep(page, name)


def signed_in(browser: Browser, link: str) -> dict[str, Any]:
    """Use a link that signs in once; return what a browser keeps of that."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(link)
        page.locator("main form button").first.click()
        page.wait_for_url("**/account/**")
        return dict(context.storage_state())


def remake_issuers(browser: Browser, opening: dict[str, Any]) -> None:
    """Make the pictures of docs/issuers.md, step by step as a registrar works; those of the console in README.md too."""
    with page_of(browser, 1280, "light", "en") as page:
        page.goto(f"{HOUSE}/account/login/")
        _keep(page, "console-sign-in")
    with page_of(browser, 1280, "light", "en", state=signed_in(browser, opening["REGISTRAR"])) as page:
        for name in ("overview", "home", "award-one", "award-many", "checked"):
            page.goto(HOUSE + opening[name.upper().replace("-", "_")])
            _keep(page, f"console-{name}")
            if name == "award-one":
                page.get_by_label("Name on the certificate").fill("Ana Beispiel-Muster")
                page.get_by_label("E-mail address").fill("ana.muster@student.example")
                page.get_by_role("button", name="Check and look at it").click()
                _keep(page, "console-preview")
        page.locator('main form[action$="/confirm"] button').first.click()
        page.wait_for_selector('[data-state="done"]', timeout=PATIENCE_SECONDS * 1000)
        _keep(page, "console-awarded")
        page.goto(HOUSE + opening["AWARDS"])
        _keep(page, "console-awards")


def _keep(page: Page, name: str) -> None:
    """Keep a picture in few colours: it is in the repository."""
    page.screenshot(path=README / f"{name}.png")
    with Image.open(README / f"{name}.png") as image:
        image.convert("RGB").quantize(128).save(README / f"{name}.png", optimize=True)


def make_sheet(browser: Browser, room: str, opening: dict[str, Any]) -> None:
    """Take every address of a room in every way, and write its contact sheets; of the large rooms in four ways."""
    told = ROOMS[room]
    addresses = (
        opening[told] if isinstance(told, str) else {address: opening.get(address, address) for address in told}
    )
    ways = list(product(SIZES, SCHEMES, LANGUAGES)) if isinstance(told, list) else CROSSED
    state = signed_in(browser, opening[WHO[room]]) if room in WHO else None
    rows: dict[str, list[pathlib.Path]] = {name: [] for name in addresses}
    for width, scheme, language in ways:
        with page_of(browser, width, scheme, language, state=state) as page:
            for number, (name, address) in enumerate(addresses.items()):
                file = SHEETS / f"{room}-{number}-{width}-{scheme}-{language}.png"
                page.goto(urljoin(HOUSE, address))
                page.screenshot(path=file, full_page=True)
                rows[name].append(file)
    lines = list(rows.items())
    for first in range(0, len(lines), ROWS):
        _write_sheet(SHEETS / f"{room}-sheet-{first // ROWS}.png", lines[first : first + ROWS])


def _write_sheet(file: pathlib.Path, rows: list[tuple[str, list[pathlib.Path]]]) -> None:
    across = len(rows[0][1])
    sheet = Image.new("RGB", (across * (THUMB + GAP) + GAP, len(rows) * (TALLEST + 40) + GAP), "#888888")
    draw = ImageDraw.Draw(sheet)
    for line, (address, files) in enumerate(rows):
        top = line * (TALLEST + 40) + GAP
        draw.text((GAP, top), address, fill="white")
        for column, picture in enumerate(files):
            with Image.open(picture) as image:
                small = image.convert("RGB").resize((THUMB, max(1, image.height * THUMB // image.width)))
            sheet.paste(
                small.crop((0, 0, THUMB, min(small.height, TALLEST))), (GAP + column * (THUMB + GAP), top + 20)
            )
    sheet.save(file)


def main() -> int:
    """Make what the command line asks for."""
    act, *rooms = sys.argv[1:] or [""]
    if act not in ("readme", "issuers", "sheets") or not set(rooms) <= set(ROOMS):
        sys.stderr.write(__doc__ or "")
        return 2
    SHEETS.mkdir(parents=True, exist_ok=True)
    with house() as opening, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        if act == "readme":
            remake_readme(browser, opening)
        elif act == "issuers":
            remake_issuers(browser, opening)
        else:
            for room in rooms or ROOMS:
                make_sheet(browser, room, opening)
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
