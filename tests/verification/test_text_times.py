"""Text by strangers is read in time that grows with its length, whatever its shape: no web thread is held by it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from catalogue.formats import read_catalogue
from catalogue.search import query_words
from credentials.baking import bake_svg, extract_svg
from credentials.errors import CredentialError
from credentials.jose import parse_token
from credentials.strict_json import parse_json
from integrations.api.verify import source_in
from issuing.formats import read_award_file
from issuing.rules import clean_name
from registry.addresses import normal_address
from registry.errors import RegistryError
from registry.markdown import html_of
from registry.operator_texts import _parts
from registry.spreadsheets import plain_cell
from verification.formats import sniff, understand
from verification.holders import _plain
from verification.lookalikes import resembled, scripts_of
from verification.plain_values import labelled
from verification.quoting import isolated
from verification.wording.choosing import place_in

N = 6_000
SHAPES: dict[str, Callable[[int], str]] = {
    "fence never closed": lambda n: "`" * n + "\n" + "a" * n,
    "fences": lambda n: "\n".join(f"```{number}\n" for number in range(n // 8)),
    "tildes": lambda n: "~" * n + "\n" + "~" * n,
    "line feeds": lambda n: "\n" * n + "x",
    "returns and signatures": lambda n: "\r\n--" * (n // 4) + "x",
    "quotes": lambda n: '"' * n,
    "escapes": lambda n: '"' + "\\" * n,
    "open brackets": lambda n: "[" * n,
    "nested": lambda n: '{"a":' * (n // 5),
    "closing brackets": lambda n: "https://a.example/" + ")" * n,
    "dots": lambda n: "a." * (n // 2),
    "at signs": lambda n: "a@" * (n // 2),
    "token": lambda n: "eyJ" + "a" * n + "." + "b" * n + " !",
    "token with dots": lambda n: "eyJ" + ".a" * (n // 2),
    "numbers": lambda n: "https://" + "/c/00000000-0000-0000-0000-000000000000" * (n // 39) + "!",
    "hex": lambda n: "0a" * (n // 2) + "-" * n,
    "separators": lambda n: ";,\t|" * (n // 4) + "x",
    "columns": lambda n: "issuer,slug,kind," + ",".join(f"name.{number}" for number in range(n // 8)),
    "blanks": lambda n: "x" + " " * n + "x",
    "blank lines": lambda n: "x" + "\n " * (n // 2) + "x",
    "marks": lambda n: "a" + "\u0301\u0316" * (n // 2) + "@example.org",
    "comments": lambda n: "<!--" * (n // 4) + "<svg",
    "tags": lambda n: "<svg " + 'a="' * (n // 3),
    "entities": lambda n: "<svg>" + "&amp;" * (n // 5),
    "digits": lambda n: "[" + "1" * n,
    "strong, never ended": lambda n: "**a ** " * (n // 7),
    "star items": lambda n: "* a: " * (n // 5),
    "slashes": lambda n: "/" * n,
    "unseen": lambda n: "\ufeff" * n + "\u200b" * n,
}
BAKED = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>'
READERS: dict[str, Callable[[str], object]] = {
    "the desk": lambda text: understand(text, ["https://credentials.example.edu"]),
    "a file": lambda text: sniff(text.encode()),
    "a file in UTF-16": lambda text: sniff(text.encode("utf-16")),
    "the API": lambda text: source_in({"credential": text}),
    "the API, an address": lambda text: source_in({"url": text}),
    "JSON": parse_json,
    "a token": parse_token,
    "a drawing": lambda text: extract_svg(text.encode()),
    "baking": lambda text: bake_svg(BAKED, text),
    "a cell": plain_cell,
    "an address": normal_address,
    "a name": clean_name,
    "awards": lambda text: read_award_file(f"email,name\n{text}".encode()),
    "awards, header": lambda text: read_award_file(text.encode()),
    "the catalogue": lambda text: read_catalogue(text.encode(), name="entries.csv"),
    "search": query_words,
    "an operator's text": lambda text: list(_parts(text)),
    "a holder": _plain,
    "look-alikes": lambda text: (scripts_of(text), resembled(text, [("The Guild of Weavers", "x")])),
    "quoting": isolated,
    "a narrative": labelled,
    "Markdown": html_of,
    "a place": place_in,
}
MOST_GROWTH = 8
TOO_SHORT_TO_MEASURE = 0.02


def seconds(read: Callable[[str], object], text: str) -> float:
    """CPU time, the better of two runs: a loaded machine is no fault of the text."""
    taken = []
    for _ in range(2):
        started = time.process_time()
        with suppress(ValueError, CredentialError, RegistryError):
            read(text)
        taken.append(time.process_time() - started)
    return min(taken)


@pytest.mark.parametrize("reader", READERS)
def test_reading_takes_time_in_proportion_to_the_text(reader):
    read, slow = READERS[reader], {}
    for name, shape in SHAPES.items():
        more = seconds(read, shape(4 * N))
        if more > TOO_SHORT_TO_MEASURE and (less := seconds(read, shape(N))) * MOST_GROWTH < more:
            slow[name] = f"{less:.3f} s, then {more:.3f} s"

    assert slow == {}
