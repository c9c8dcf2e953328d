"""The words of the field are listed once, and the parts that serve every field know none of them."""

from __future__ import annotations

import ast
import re
import tomllib

import pytest

from architecture.source_tree import ROOT, modules

TERMS = tomllib.loads((ROOT / "docs" / "terms.toml").read_text(encoding="utf-8"))["term"]


GUARDS = {"looks_like_individual_number"}
"""Names in runtime that keep something of the field out of logs; they have to know its shape."""


def words(name: str) -> list[str]:
    """Split an identifier in CamelCase or snake_case into lower-case words without plural endings."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", name)
    return [part.lower().removesuffix("s") for part in parts]


def contains(name: str, term: str) -> bool:
    inside, wanted = words(name), words(term)
    return any(inside[start : start + len(wanted)] == wanted for start in range(len(inside) - len(wanted) + 1))


def test_every_term_says_all_there_is_to_say() -> None:
    for term in TERMS:
        assert set(term) == {"japanese", "english", "code", "aliases", "source", "domain"}, term
        assert all(term[key] for key in ("japanese", "english", "code", "source")), term


def test_no_term_is_listed_twice() -> None:
    for key in ("japanese", "english", "code"):
        values = [term[key] for term in TERMS]
        assert len(set(values)) == len(values), key


def test_no_alias_is_another_terms_name() -> None:
    names = {term["english"] for term in TERMS}
    assert not names & {alias for term in TERMS for alias in term["aliases"]}


def test_runtime_and_ui_hold_no_word_of_the_field() -> None:
    domain = [term["code"] for term in TERMS if term["domain"]]
    named = [
        f"{module.name}: {name} ({term})"
        for module in modules("src/mizuhiki/runtime", "src/mizuhiki/ui")
        for name in [
            module.name.rpartition("/")[2].removesuffix(".py"),
            *(node.name for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)),
        ]
        for term in domain
        if name not in GUARDS and contains(name, term)
    ]
    assert named == []


@pytest.mark.parametrize(
    ("name", "term", "found"),
    [
        ("check_individual_number", "IndividualNumber", True),
        ("IndividualNumbersField", "IndividualNumber", True),
        ("local_copies", "LocalTax", False),
        ("number_of_individuals", "IndividualNumber", False),
        ("households", "Household", True),
    ],
)
def test_words_are_found_inside_names(name: str, term: str, *, found: bool) -> None:
    assert contains(name, term) is found
