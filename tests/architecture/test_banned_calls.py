"""Calls that break a rule of the house, found in syntax trees so that no comment can switch the rule off."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

import pytest

from architecture.source_tree import Module, modules

ERROR_BOUNDARIES = {
    "src/mizuhiki/runtime/serving.py": "HTTP server, over sockets",
    "src/mizuhiki/runtime/public_answers.py": "HTTP server, for anybody",
    "src/mizuhiki/runtime/status_room.py": "HTTP server, for verifiers",
    "src/mizuhiki/runtime/transport.py": "HTTP server, in one process",
    "src/mizuhiki/runtime/scheduler.py": "job runner",
    "src/mizuhiki/world/pipes.py": "operations called from another process of a demo world",
    "src/mizuhiki/cli/__init__.py": "command line",
}
"""Files in which any exception may be caught, by the boundary that stands there."""
CLOCK = "src/mizuhiki/runtime/clock.py"
TYPED_VALUES = "src/mizuhiki/vocabulary/typed_values.py"
COLUMN_TYPES = {
    *("ARRAY", "BIGINT", "BLOB", "BOOLEAN", "BigInteger", "Boolean", "CHAR", "DATE", "DATETIME", "DECIMAL", "Date"),
    *(
        "DateTime",
        "Double",
        "Enum",
        "FLOAT",
        "Float",
        "INTEGER",
        "Integer",
        "Interval",
        "JSON",
        "LargeBinary",
        "NUMERIC",
    ),
    *(
        "Numeric",
        "PickleType",
        "REAL",
        "SmallInteger",
        "String",
        "TEXT",
        "TIMESTAMP",
        "Text",
        "Time",
        "UUID",
        "Unicode",
    ),
    *("UnicodeText", "Uuid", "VARCHAR"),
}


def _called(node: ast.AST) -> str:
    """Return the dotted name a call calls, empty where the node is no call of a name."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
        return ast.unparse(node.func)
    return ""


def reads_the_clock(module: Module, node: ast.AST) -> bool:
    banned = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns")
    called = _called(node)
    return module.name != CLOCK and any(called == name or called.endswith(f".{name}") for name in banned)


def prints(module: Module, node: ast.AST) -> bool:
    return not module.name.startswith("src/mizuhiki/cli/") and _called(node) in {"print", "pprint"}


def asserts(_module: Module, node: ast.AST) -> bool:
    return isinstance(node, ast.Assert)


def digs_values_out(_module: Module, node: ast.AST) -> bool:
    return _called(node).rpartition(".")[2] in {"asdict", "astuple"}


def catches_everything(module: Module, node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler) or module.name in ERROR_BOUNDARIES:
        return False
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(kind is None or ast.unparse(kind) in {"Exception", "BaseException"} for kind in kinds)


def uses_a_bare_column_type(module: Module, node: ast.AST) -> bool:
    if module.name.startswith("src/mizuhiki/runtime/"):
        return False
    if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "sqlalchemy":
        return any(alias.name in COLUMN_TYPES for alias in node.names)
    return (
        isinstance(node, ast.Attribute)
        and node.attr in COLUMN_TYPES
        and ast.unparse(node.value) in {"sa", "sqlalchemy"}
    )


def takes_more_than_a_connection_from_sqlalchemy(module: Module, node: ast.AST) -> bool:
    if not (module.name.startswith("src/mizuhiki/institutions/") and "peers" in module.name.split("/")[:-1]):
        return False
    if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "sqlalchemy":
        return any(alias.name != "Connection" for alias in node.names)
    return (
        isinstance(node, ast.Attribute)
        and node.attr != "Connection"
        and ast.unparse(node.value) in {"sa", "sqlalchemy"}
    )


def reads_into_a_type_that_is_not_known(module: Module, node: ast.AST) -> bool:
    called = _called(node)
    if module.name == TYPED_VALUES or not isinstance(node, ast.Call):
        return False
    if called in {"msgspec.json.decode", "msgspec.msgpack.decode"}:
        return bool(node.args[1:] or node.keywords)
    if called in {"msgspec.json.Decoder", "msgspec.msgpack.Decoder"}:
        return not all(_called(one) == "known" for one in node.args)
    return called == "msgspec.convert"


def names_work_undone(_module: Module, node: ast.AST) -> bool:
    return isinstance(node, ast.Raise) and node.exc is not None and "NotImplementedError" in ast.unparse(node.exc)


RULES: dict[Callable[[Module, ast.AST], bool], str] = {
    reads_the_clock: "time is passed in: take a Clock",
    prints: "only the command line prints",
    asserts: "raise an error of the families; asserts vanish under -O",
    digs_values_out: "asdict copies sensitive values out of their wrappers",
    catches_everything: "any exception is caught at the three error boundaries only",
    uses_a_bare_column_type: "column types come from runtime.database",
    takes_more_than_a_connection_from_sqlalchemy: "peers rooms enqueue; SQL stands in the store",
    reads_into_a_type_that_is_not_known: "two threads at once end the process: read by vocabulary.typed_values",
    names_work_undone: "no half-finished work",
}


def _found(rule: Callable[[Module, ast.AST], bool], checked: Iterator[Module]) -> list[str]:
    return [
        f"{module.name}:{getattr(node, 'lineno', 0)}"
        for module in checked
        for node in ast.walk(module.tree)
        if rule(module, node)
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_source_file_breaks_the_rule(rule: Callable[[Module, ast.AST], bool]) -> None:
    assert _found(rule, modules("src")) == [], RULES[rule]


def test_no_error_boundary_is_listed_that_does_not_stand() -> None:
    catching = {
        module.name
        for module in modules("src")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler) and node.type is not None and ast.unparse(node.type) == "Exception"
    }
    assert ERROR_BOUNDARIES.keys() <= catching


def sleeps(_module: Module, node: ast.AST) -> bool:
    return _called(node) in {"time.sleep", "sleep"}


def test_no_test_sleeps() -> None:
    assert _found(sleeps, modules("tests")) == []


@pytest.mark.parametrize(
    ("rule", "name", "text"),
    [
        (reads_the_clock, "src/mizuhiki/world/x.py", "import datetime as dt\ndt.datetime.now(dt.UTC)"),
        (reads_the_clock, "src/mizuhiki/world/x.py", "import time\ntime.time()  # noqa"),
        (prints, "src/mizuhiki/world/x.py", "print('x')"),
        (asserts, "src/mizuhiki/world/x.py", "assert True  # noqa: S101"),
        (digs_values_out, "src/mizuhiki/world/x.py", "dataclasses.asdict(person)"),
        (catches_everything, "src/mizuhiki/world/x.py", "try:\n    f()\nexcept (ValueError, Exception):\n    g()"),
        (catches_everything, "src/mizuhiki/world/x.py", "try:\n    f()\nexcept:\n    g()"),
        (uses_a_bare_column_type, "src/mizuhiki/institutions/a/store/x.py", "from sqlalchemy import Column, DateTime"),
        (uses_a_bare_column_type, "src/mizuhiki/institutions/a/store/x.py", "import sqlalchemy as sa\nsa.String(3)"),
        (
            takes_more_than_a_connection_from_sqlalchemy,
            "src/mizuhiki/institutions/a/peers/x.py",
            "import sqlalchemy as sa\nsa.select(1)",
        ),
        (names_work_undone, "src/mizuhiki/world/x.py", "raise NotImplementedError"),
        (sleeps, "tests/x.py", "time.sleep(1)"),
    ],
)
def test_the_lint_sees_a_planted_call(rule: Callable[[Module, ast.AST], bool], name: str, text: str) -> None:
    assert _found(rule, iter([Module(name, text, ast.parse(text))]))


@pytest.mark.parametrize(
    ("rule", "name", "text"),
    [
        (reads_the_clock, CLOCK, "datetime.now(UTC)"),
        (reads_the_clock, "src/mizuhiki/world/x.py", "context.now(); clock.today()"),
        (prints, "src/mizuhiki/cli/output.py", "print('x')"),
        (catches_everything, "src/mizuhiki/world/x.py", "try:\n    f()\nexcept ValueError:\n    g()"),
        (
            uses_a_bare_column_type,
            "src/mizuhiki/institutions/a/store/x.py",
            "from mizuhiki.runtime.database import Text",
        ),
        (
            takes_more_than_a_connection_from_sqlalchemy,
            "src/mizuhiki/institutions/a/peers/x.py",
            "from sqlalchemy import Connection",
        ),
    ],
)
def test_the_lint_leaves_what_is_lawful(rule: Callable[[Module, ast.AST], bool], name: str, text: str) -> None:
    assert not _found(rule, iter([Module(name, text, ast.parse(text))]))
