"""The repository tells the truth about itself: nothing of a workplace, listings current, lock current."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from architecture.source_tree import NO_SOURCE, ROOT
from mizuhiki.cli import requirements
from mizuhiki.cli.docs import FOLDER
from mizuhiki.cli.listings import LISTINGS
from mizuhiki.cli.trace import PAGE

TRACKED = ("src", "tests", "docs", "benchmarks", "scripts", "spec", "vectors", "frontend", ".ci")
BINARY = {".png", ".jpg", ".woff2", ".ttf", ".otf", ".pdf", ".der", ".sqlite", ".gz", ".pyc"}
# Put together here, so that this file does not name them.
WORKPLACE = [
    "/wo" + "rk/",
    "../sha" + "red",
    "suba" + "gent",
    "/fa" + "rm/",
    *(f"shar{'ed'}/{name}" for name in ("design", "reference", "seeds", "data")),
]


def tracked_files() -> list[Path]:
    found = [path for path in ROOT.iterdir() if path.is_file()]
    for folder in TRACKED:
        found += [path for path in (ROOT / folder).rglob("*") if path.is_file()]
    return [path for path in found if path.suffix not in BINARY and NO_SOURCE.isdisjoint(path.relative_to(ROOT).parts)]


def test_no_file_names_the_place_where_it_was_written() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {pattern}"
        for path in tracked_files()
        for pattern in WORKPLACE
        if pattern in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert found == []


@pytest.mark.parametrize("file", LISTINGS)
def test_a_generated_listing_is_current(file: str) -> None:
    assert (ROOT / FOLDER / file).read_text(encoding="utf-8") == LISTINGS[file](ROOT), "run `make docs`"


def test_the_table_of_requirements_is_current_and_claims_nothing_unproved() -> None:
    register, markers = requirements.read_register(ROOT), requirements.read_markers(ROOT)
    assert requirements.faults(register, markers) == []
    assert (ROOT / PAGE).read_text(encoding="utf-8") == requirements.table(register, markers), "run `make trace`"


def test_the_register_holds_all_363_requirements() -> None:
    register = requirements.read_register(ROOT)
    assert [requirement.id for requirement in register] == [f"R-{number:03d}" for number in range(1, 364)]
    assert all(requirement.text and requirement.test and requirement.seed for requirement in register)


def test_every_error_code_and_title_is_unique_and_well_formed() -> None:
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]*) \|", LISTINGS["error-codes.md"](ROOT), flags=re.MULTILINE)
    codes = [code for code, _ in rows]
    assert len(set(codes)) == len(codes), sorted(code for code in codes if codes.count(code) > 1)
    assert [code for code in codes if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)] == []
    assert [code for code, title in rows if not title.strip()] == []


def test_the_changelog_keeps_its_form() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[([^\]]+)\]", text, flags=re.MULTILINE)
    assert versions[0] == "Unreleased"
    kinds = set(re.findall(r"^### (.+)$", text, flags=re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_decisions_have_numbers_of_their_own_and_say_what_was_decided() -> None:
    files = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [file.name.partition("-")[0] for file in files]
    assert all(re.fullmatch(r"[0-9]{4}", number) for number in numbers)
    assert len(set(numbers)) == len(numbers)
    for file in files:
        before, heading, after = file.read_text(encoding="utf-8").partition("\n## Decision\n")
        assert heading, f"{file.name} has no decision"
        assert "\n## " in before, f"{file.name} does not say what the decision answers"
        assert "\n## Consequence" in after, f"{file.name} does not say what follows"
