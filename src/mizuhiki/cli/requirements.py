"""The requirements of `docs/requirements.toml` joined with the tests that say they prove them.

Markers ``@pytest.mark.requirement("R-012")`` are read from the syntax tree of the tests; no test runs and nothing of
them is imported, so the join also works where a test's own dependencies are missing.
"""

from __future__ import annotations

import ast
import tomllib
import xml.etree.ElementTree as ET  # nosec: reads the report that our own test run wrote
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.vocabulary.typed_values import converted

REGISTER = Path("docs/requirements.toml")
MARKER = "requirement"


class MalformedRequirements(Malformed):
    """The register of requirements, a marker in a test or a test report cannot be read."""

    code = "malformed-requirements"
    title = "The requirements or their markers cannot be read"


class Requirement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One requirement; `status` is ``open`` or ``done``, and ``done`` is a claim that passing tests prove it."""

    id: str
    section: str
    seed: list[str]
    text: str
    test: str
    status: str


class _Register(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    requirement: list[Requirement]


@dataclass(frozen=True, slots=True)
class ProvingTest:
    """One test function: its file relative to the root, its class if any, its name."""

    file: str
    group: str
    name: str

    @property
    def node(self) -> str:
        """The name pytest accepts on its command line."""
        return "::".join(part for part in (self.file, self.group, self.name) if part)

    @property
    def junit_class(self) -> str:
        """The ``classname`` that pytest writes for it in a JUnit report."""
        module = self.file.removesuffix(".py").replace("/", ".")
        return f"{module}.{self.group}" if self.group else module


def read_register(root: Path) -> list[Requirement]:
    """Return all requirements in order.

    Raises:
        MalformedRequirements: wrong form, a status that does not exist, or ids that are not R-001, R-002, …
    """
    try:
        text = tomllib.loads((root / REGISTER).read_text(encoding="utf-8"))
        register = converted(text, _Register).requirement
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise MalformedRequirements(str(error), file=str(REGISTER)) from error
    for number, requirement in enumerate(register, start=1):
        if requirement.id != f"R-{number:03d}":
            raise MalformedRequirements(f"R-{number:03d} is missing, found {requirement.id}", file=str(REGISTER))
        if requirement.status not in {"open", "done"}:
            raise MalformedRequirements(f"{requirement.id} has status {requirement.status!r}", file=str(REGISTER))
    return register


def read_markers(root: Path) -> dict[str, list[ProvingTest]]:
    """Return the tests by the id of each requirement they carry, in order of file and line.

    Raises:
        MalformedRequirements: a marker without an id that can be read, see `_MarkerReader`.
    """
    found: dict[str, list[ProvingTest]] = {}
    for path in sorted((root / "tests").rglob("test_*.py")):
        file = path.relative_to(root).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"), file)
        ids_in = _MarkerReader(tree, file)
        of_module = ids_in.module_marks()
        for test, ids in _tests(tree, file, ids_in):
            for identifier in dict.fromkeys(of_module + ids):
                found.setdefault(identifier, []).append(test)
    return found


def _tests(tree: ast.Module, file: str, ids_in: _MarkerReader) -> Iterator[tuple[ProvingTest, list[str]]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            yield ProvingTest(file, "", node.name), ids_in.decorators(node)
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            of_class = ids_in.decorators(node)
            for member in node.body:
                if isinstance(member, ast.FunctionDef) and member.name.startswith("test"):
                    yield ProvingTest(file, node.name, member.name), of_class + ids_in.decorators(member)


class _MarkerReader:
    """Reads the ids that markers of one module name.

    An id is a literal, or the variable of a comprehension over a literal table of the same module whose keys are ids:
    ``[pytest.param(id, marks=pytest.mark.requirement(id)) for id in ROWS]``.
    """

    def __init__(self, tree: ast.Module, file: str) -> None:
        self._file = file
        self._tree = tree
        self._tables: dict[str, list[str]] = {}
        for node in tree.body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict(keys=members)):
                    self._tables[name] = _literals(members)
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.List(elts=members) | ast.Tuple(elts=members)):
                    self._tables[name] = _literals(members)

    def module_marks(self) -> list[str]:
        """Return the ids of ``pytestmark``."""
        assigned = [node for node in self._tree.body if isinstance(node, ast.Assign)]
        return [
            identifier
            for node in assigned
            if any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets)
            for identifier in self._ids(node)
        ]

    def decorators(self, node: ast.FunctionDef | ast.ClassDef) -> list[str]:
        """Return the ids of all decorators, those in ``pytest.param(marks=…)`` too."""
        return [identifier for decorator in node.decorator_list for identifier in self._ids(decorator)]

    def _ids(self, tree: ast.AST) -> list[str]:
        variables = {
            node.target.id: self._tables.get(node.iter.id, [])
            for node in ast.walk(tree)
            if isinstance(node, ast.comprehension)
            and isinstance(node.target, ast.Name)
            and isinstance(node.iter, ast.Name)
        }
        ids: list[str] = []
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == MARKER:
                for argument in node.args:
                    named = variables.get(argument.id, []) if isinstance(argument, ast.Name) else _literals([argument])
                    if not named:
                        raise MalformedRequirements(
                            f"{self._file}:{node.lineno}: a requirement marker takes literal ids", file=self._file
                        )
                    ids += named
        return ids


def _literals(nodes: Sequence[ast.expr | None]) -> list[str]:
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def read_report(path: Path) -> dict[tuple[str, str], set[str]]:
    """Return outcomes (``passed``, ``failed``, ``skipped``) by class and name of a JUnit report; parameters joined.

    Raises:
        MalformedRequirements: the file is not a JUnit report.
    """
    try:
        report = ET.parse(path).getroot()  # noqa: S314 - our own test run wrote this file
    except ET.ParseError as error:
        raise MalformedRequirements("not a JUnit report", file=str(path)) from error
    outcomes: dict[tuple[str, str], set[str]] = {}
    for case in report.iter("testcase"):
        name = case.get("name", "").partition("[")[0]
        tags = {child.tag for child in case}
        outcome = "failed" if tags & {"failure", "error"} else "skipped" if "skipped" in tags else "passed"
        outcomes.setdefault((case.get("classname", ""), name), set()).add(outcome)
    return outcomes


def faults(
    register: list[Requirement],
    markers: Mapping[str, list[ProvingTest]],
    report: Mapping[tuple[str, str], set[str]] | None = None,
) -> list[str]:
    """Return, one sentence each, what is claimed and not true.

    1. A marker names a requirement that does not exist.
    2. A requirement marked done has no test.
    3. With a report: a test of a requirement marked done did not pass there.
    """
    known = {requirement.id for requirement in register}
    said = [
        f"{test.node} carries {identifier}, which is no requirement"
        for identifier in sorted(markers.keys() - known)
        for test in markers[identifier]
    ]
    for requirement in register:
        tests = markers.get(requirement.id, [])
        if requirement.status != "done":
            continue
        if not tests:
            said.append(f"{requirement.id} is marked done and no test carries it")
        if report is not None:
            said += [
                f"{requirement.id} is marked done and {test.node} did not pass"
                for test in tests
                if report.get((test.junit_class, test.name), set()) - {"skipped"} != {"passed"}
            ]
    return said


def table(register: list[Requirement], markers: Mapping[str, list[ProvingTest]]) -> str:
    """Return the Markdown page of all requirements with the tests that carry them."""
    done = sum(requirement.status == "done" for requirement in register)
    tested = sum(requirement.id in markers for requirement in register)
    lines = [
        "# Requirements and the tests that prove them",
        "",
        "Written by `make trace`; do not edit. The register is `docs/requirements.toml`.",
        "",
        f"{len(register)} requirements: {done} done, {len(register) - done} open; {tested} carried by a test.",
    ]
    section = ""
    for requirement in register:
        if requirement.section != section:
            section = requirement.section
            lines += ["", f"## {section}", "", "| id | status | requirement | tests |", "|---|---|---|---|"]
        tests = "<br>".join(f"`{test.node}`" for test in markers.get(requirement.id, []))
        text = requirement.text.replace("|", "\\|")
        lines.append(f"| {requirement.id} | {requirement.status} | {text} | {tests} |")
    return "\n".join(lines) + "\n"
