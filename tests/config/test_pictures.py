"""Pictures of the documentation are there, are shown, and are those that the script makes."""

import re

from config.bootstrap.folders import ROOT

FOLDER = ROOT / "docs" / "pictures"
SHOWN = re.compile(r"!\[[^\]]{10,}\]\((?:docs/)?pictures/([\w-]+\.png)\)")


def shown(*files: str) -> set[str]:
    return {name for file in files for name in SHOWN.findall((ROOT / file).read_text(encoding="utf-8"))}


def test_every_picture_is_there_and_shown_with_words():
    assert shown("README.md", "docs/issuers.md") == {file.name for file in FOLDER.glob("*.png")}


def test_guide_for_issuers_goes_step_by_step_and_the_readme_shows_the_console():
    steps = shown("docs/issuers.md")
    script = (ROOT / ".ci" / "pictures.py").read_text(encoding="utf-8")

    assert len(steps) >= 9
    assert all(name.startswith("console-") for name in steps)
    assert "console-checked.png" in shown("README.md")
    made = set(re.findall(r'"(console-[a-z-]+)"', script)) | {
        f"console-{name}"
        for name in re.findall(r'"([a-z-]+)"', script.partition("for name in (")[2].partition(")")[0])
    }
    assert {name.removesuffix(".png") for name in steps} <= made


def test_pictures_are_small_enough_for_a_repository():
    assert {file.name: file.stat().st_size for file in FOLDER.glob("*.png") if file.stat().st_size > 150_000} == {}
