"""The pages people read are true where a program can tell: links lead somewhere, named tests exist, pages are whole."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from architecture.source_tree import NO_SOURCE, ROOT, institutions
from mizuhiki.runtime.config import load
from mizuhiki.wire.openapi import served_interfaces

HIDDEN = NO_SOURCE | {".venv", ".git", "test-results"}
DOCS = ROOT / "docs"
PAGES = DOCS / "architecture"
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
_CODE = re.compile(r"`((?:src|spec|docs|vectors|scripts)/[\w./-]+)`")
_LAW_MODULE = re.compile(r"`([a-z_]+(?:/[\w.]+)*)`")
LANGUAGES = ("README.md", "README.ja.md")


def documents() -> list[Path]:
    """Return every Markdown page of the checkout."""
    return sorted(
        path for path in ROOT.rglob("*.md") if not any(part in HIDDEN for part in path.relative_to(ROOT).parts)
    )


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def heading_anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(page: Path) -> list[str]:
    found = []
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        led_to = (page.parent / file).resolve() if file else page
        if not led_to.exists() or (anchor and anchor not in heading_anchors(led_to)):
            found.append(target)
    return found


def test_a_broken_link_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Here it is\n[a](page.md#here-it-is) [b](https://example.jp) [c](gone.md) [d](#elsewhere)")
    assert broken_links(page) == ["gone.md", "#elsewhere"]


@pytest.mark.parametrize("page", documents(), ids=named)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    assert broken_links(page) == []


@pytest.mark.parametrize("page", documents(), ids=named)
def test_every_named_test_exists(page: Path) -> None:
    missing = []
    for file, name in _TEST.findall(page.read_text(encoding="utf-8")):
        path = ROOT / file
        if not path.is_file() or (name and name not in functions(path)):
            missing.append(f"{file}::{name}")
    assert missing == []


def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("page", [*(ROOT / name for name in LANGUAGES), *sorted(DOCS.glob("*.md"))], ids=named)
def test_every_named_file_exists(page: Path) -> None:
    paths = _CODE.findall(page.read_text(encoding="utf-8"))
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", LANGUAGES)
def test_the_readme_begins_with_the_two_commands_and_a_picture(name: str) -> None:
    lines = [line for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if line]
    assert lines[0].startswith("```")
    assert [line.split("#")[0].strip() for line in lines[1:3]] == ["make demo", "make test"]
    assert lines[4].endswith("(docs/pictures/landing.png)")


def test_both_readmes_have_the_same_sections_links_and_commands() -> None:
    english, japanese = ((ROOT / name).read_text(encoding="utf-8") for name in LANGUAGES)

    def shape(text: str) -> tuple[int, set[str], list[str]]:
        links = {link for link in _LINK.findall(text) if not link.startswith("README")}
        commands = [line.split(" #")[0].strip() for line in text.splitlines() if line.startswith("mizuhiki ")]
        return len(re.findall(r"^## ", text, flags=re.MULTILINE)), links, commands

    assert shape(english) == shape(japanese)


@pytest.mark.parametrize("institution", institutions(), ids=lambda path: path.name)
def test_every_institution_has_its_page_with_all_its_endpoints(institution: Path) -> None:
    page = PAGES / f"{institution.name}.md"
    text = page.read_text(encoding="utf-8")
    sections = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    assert sections[:6] == [
        "Purpose",
        "Legal basis",
        "Data held",
        "Endpoints served",
        "Calls",
        "Where to read the code",
    ]
    listed = set(re.findall(rf"`({institution.name}\.\w+)`", text))
    assert listed == {endpoint.name for endpoint in served_interfaces().get(institution.name, ())}
    assert f"({page.name})" in (PAGES / "README.md").read_text(encoding="utf-8")


def test_the_table_of_articles_names_modules_that_exist() -> None:
    rows = re.findall(
        r"^\|[^|]+\|[^|]+\|([^|]+)\|$", (DOCS / "law" / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    modules = [module for row in rows for module in _LAW_MODULE.findall(row)]
    assert modules
    assert [module for module in modules if not (ROOT / "src" / "mizuhiki" / module).exists()] == []


def test_the_five_points_of_the_judgment_each_name_tests() -> None:
    text = (DOCS / "law" / "supreme-court-judgment.md").read_text(encoding="utf-8")
    points = re.split(r"^## (?=[①-⑤])", text, flags=re.MULTILINE)[1:]
    assert [point[0] for point in points] == list("①②③④⑤")
    assert [point[0] for point in points if not _TEST.search(point)] == []


def test_the_configuration_shown_to_operators_is_one(tmp_path: Path) -> None:
    shown = re.findall(r"```toml\n(.*?)```", (DOCS / "operating.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    whole, device = shown
    written = tmp_path / "institution.toml"
    written.write_text(whole, encoding="utf-8")
    assert load(written).institution == "municipality-452025"
    with_device = {**tomllib.loads(whole), **tomllib.loads(device)}
    assert set(with_device["keystore"]) == {"kind", "module", "token_label", "pin_file"}
