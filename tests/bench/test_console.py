"""The console's bench, in small: both houses are filled, every page is measured, and what grows is told."""

import pytest

from bench import console
from bench.console_pages import console_patterns

PAGES_AT_LEAST = 25


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_every_page_is_measured_in_both_houses(monkeypatch):
    for name, value in (("FACULTIES", 3), ("ACHIEVEMENTS", 6), ("AT_ONCE", 1), ("WARMING", 1)):
        monkeypatch.setattr(console, name, value)

    told = console.measure_console(120, small=60, rounds=1, file_rows=20)

    assert set(told) == {"name", "figures", "ratios", "console"}
    assert len(told["console"]) >= PAGES_AT_LEAST
    assert {page.partition(" ")[0] for page in told["console"]} <= {name for name, _pattern in console_patterns()}
    assert all(page["cpu_growth"] > 0 and page["queries"] > 0 for page in told["console"].values())
    assert told["figures"]["too_many_queries"] == []
    assert {"file_console_of_shell", "page_beside_files_of_busy", "cpu_growth_most"} <= set(told["ratios"])
