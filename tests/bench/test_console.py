"""The console's bench, in small: both houses are filled, every page is measured, and what grows is told."""

import pytest

from bench import console
from bench.console_pages import console_patterns
from bench.management.commands import bench

PAGES_AT_LEAST = 25
KEPT = {"too_many_queries": [], "grow": [], "read_in_proportion": {}}
AT_THE_LINES = {
    "cpu_growth_most": 1.2,
    "file_console_of_shell": 1.1,
    "page_beside_files_of_busy": 1.5,
    "export_memory": 1.2,
}


@pytest.mark.parametrize(
    ("figures", "ratios", "missed"),
    [
        ({}, {}, []),
        ({"too_many_queries": ["awards"]}, {}, ["too_many_queries"]),
        ({"read_in_proportion": {"awards": {"issuing_award": [10, 1_000]}}}, {}, ["read_in_proportion"]),
        ({"grow": ["awards"]}, {"cpu_growth_most": 1.3}, ["grow", "cpu_growth_most 1.3, at most 1.2"]),
        ({}, {"file_console_of_shell": 1.11}, ["file_console_of_shell 1.11, at most 1.1"]),
        ({}, {"page_beside_files_of_busy": 1.6}, ["page_beside_files_of_busy 1.6, at most 1.5"]),
        ({}, {"export_memory": 1.4}, ["export_memory 1.4, at most 1.2"]),
    ],
)
def test_line_that_is_not_kept_is_named_and_ends_the_command_with_another_code(
    monkeypatch, capsys, figures, ratios, missed
):
    figures, ratios = KEPT | figures, AT_THE_LINES | ratios
    figures["missed"] = console._missed(figures, ratios)
    monkeypatch.setitem(
        bench.BENCHES, "console", lambda _options: {"name": "console", "figures": figures, "ratios": ratios}
    )
    code = 0
    try:
        bench.Command().run_from_argv(["manage.py", "bench", "console"])
    except SystemExit as end:
        code = int(end.code or 0)

    assert figures["missed"] == missed
    assert code == (1 if missed else 0)
    assert all(one in capsys.readouterr().err for one in missed[:1])


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_every_page_is_measured_in_both_houses(monkeypatch):
    for name, value in (("FACULTIES", 3), ("ACHIEVEMENTS", 6), ("AT_ONCE", 1), ("WARMING", 1)):
        monkeypatch.setattr(console, name, value)

    heard: list[str] = []
    told = console.measure_console(120, small=60, rounds=1, file_rows=20, tell=heard.append)

    assert set(told) == {"name", "figures", "ratios", "console"}
    assert len(told["console"]) >= PAGES_AT_LEAST
    assert {page.partition(" ")[0] for page in told["console"]} <= {name for name, _pattern in console_patterns()}
    assert all(page["cpu_growth"] > 0 and page["queries"] > 0 for page in told["console"].values())
    assert told["figures"]["too_many_queries"] == []
    assert len(heard) == len(told["console"]) + 2
    assert {"file_console_of_shell", "page_beside_files_of_busy", "cpu_growth_most"} <= set(told["ratios"])
