"""Sizes a reader can hold: files, functions, test files. Aims are half of these limits; only the limits fail.

A table of data may be longer, and is named here with its reason.
"""

from __future__ import annotations

import ast

import pytest

from architecture.source_tree import Module, modules

FILE_LIMIT = 600
TEST_FILE_LIMIT = 800
FUNCTION_LIMIT = 80
TABLES: dict[str, str] = {}
"""Files longer than the limit because they are a table of data: path and reason."""


@pytest.mark.parametrize(
    ("folders", "limit"), [(("src", "benchmarks", "scripts"), FILE_LIMIT), (("tests",), TEST_FILE_LIMIT)]
)
def test_no_file_is_longer_than_its_limit(folders: tuple[str, ...], limit: int) -> None:
    lengths = {module.name: len(module.text.splitlines()) for module in modules(*folders)}
    assert {name: length for name, length in lengths.items() if length > limit and name not in TABLES} == {}


def test_no_function_is_longer_than_its_limit() -> None:
    long = {
        f"{module.name}:{node.lineno} {node.name}": length
        for module in modules("src", "benchmarks", "scripts", "tests")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LIMIT
    }
    assert long == {}


def test_tables_named_as_exceptions_exist_and_are_only_tables() -> None:
    by_name: dict[str, Module] = {module.name: module for module in modules("src", "tests")}
    for name in TABLES:
        functions = [node for node in ast.walk(by_name[name].tree) if isinstance(node, ast.FunctionDef)]
        assert sum((node.end_lineno or 0) - node.lineno + 1 for node in functions) <= FUNCTION_LIMIT, name
