"""The parts that serve every field, `runtime` and `ui`, name nothing by a word of this field (`docs/terms.toml`)."""

from __future__ import annotations

import ast
import re
import tomllib

import pytest

from architecture.source_tree import ROOT, modules

TERMS = tomllib.loads((ROOT / "docs" / "terms.toml").read_text(encoding="utf-8"))["terms"]


SHARED_WORDS = {"affair", "procedure", "provider", "inquirer", "layout", "era"}
"""Terms that are also words of every field; a context carries an affair wherever the system runs."""
GUARDS = {"looks_like_individual_number"}
"""Names in runtime that keep something of the field out of logs; they have to know its shape."""


def words(name: str) -> list[str]:
    """Split an identifier or a term into lower-case words without plural endings."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", name)
    return [part.lower().removesuffix("s") for part in parts]


def contains(name: str, term: str) -> bool:
    inside, wanted = words(name), words(term)
    return any(inside[start : start + len(wanted)] == wanted for start in range(len(inside) - len(wanted) + 1))


def test_runtime_and_ui_hold_no_word_of_the_field() -> None:
    domain = [term["en"] for term in TERMS if term["en"] not in SHARED_WORDS]
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
        ("check_individual_number", "Individual Number", True),
        ("IndividualNumbersField", "Individual Number", True),
        ("local_copies", "local tax", False),
        ("number_of_individuals", "Individual Number", False),
        ("HTTPLocalTaxPage", "local tax", True),
    ],
)
def test_words_are_found_inside_names(name: str, term: str, *, found: bool) -> None:
    assert contains(name, term) is found
