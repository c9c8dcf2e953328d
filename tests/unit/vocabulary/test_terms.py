"""The glossary parses, has no doubles, and names code that exists."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TERMS = tomllib.loads((ROOT / "docs" / "terms.toml").read_text("utf-8"))["terms"]
SOURCE = ROOT / "src" / "mizuhiki"
DEFINED = {
    name
    for file in SOURCE.rglob("*.py")
    for groups in re.findall(r"^(?:class|def) (\w+)|^(\w+) = Annotated", file.read_text("utf-8"), re.MULTILINE)
    for name in groups
    if name
}


def test_every_term_says_what_it_is_and_where_it_is_from() -> None:
    assert all(set(term) == {"ja", "en", "code", "source", "aliases"} for term in TERMS)
    assert all(term["ja"] and term["en"].isascii() and term["source"] for term in TERMS)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_term_is_listed_twice(language: str) -> None:
    words = [term[language] for term in TERMS]
    assert len(words) == len(set(words))


def test_an_alias_is_not_itself_a_chosen_term() -> None:
    chosen = {term["en"] for term in TERMS}
    assert [alias for term in TERMS for alias in term["aliases"] if alias in chosen] == []


@pytest.mark.parametrize("code", sorted({term["code"] for term in TERMS} - {""}))
def test_the_code_name_exists(code: str) -> None:
    assert (SOURCE / code).is_dir() if "/" in code else code in DEFINED
