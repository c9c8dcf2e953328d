"""``mizuhiki trace``: joins requirements with tests, and refuses claims without proof."""

from __future__ import annotations

from pathlib import Path

import pytest

from unit.cli.console import Console

REQUIREMENT = """
[[requirement]]
id = "R-{number:03d}"
section = "A. {section}"
seed = ["000"]
text = "a | b"
test = "t"
status = "{status}"
"""
TESTS = """
import pytest
pytestmark = [pytest.mark.requirement("R-003")]
@pytest.mark.requirement("R-001")
def test_one(): ...
class TestGroup:
    @pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.requirement("R-001"))])
    def test_two(self, x): ...
def helper(): ...
"""
JUNIT = "<testsuites><testsuite>{cases}</testsuite></testsuites>"
PASSED = (
    '<testcase classname="tests.unit.test_x" name="test_one"/>'
    '<testcase classname="tests.unit.test_x.TestGroup" name="test_two[1]"/>'
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "src/mizuhiki/cli").mkdir(parents=True)
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "docs").mkdir()
    (tmp_path / "tests/unit").mkdir(parents=True)
    (tmp_path / "tests/unit/test_x.py").write_text(TESTS, encoding="utf-8")
    write_register(tmp_path, "done", "open", "done")
    return tmp_path


def write_register(root: Path, *statuses: str, first: int = 1) -> None:
    rows = [
        REQUIREMENT.format(number=number, section="Purpose", status=status)
        for number, status in enumerate(statuses, first)
    ]
    (root / "docs/requirements.toml").write_text("\n".join(rows), encoding="utf-8")


def test_the_page_lists_every_requirement_with_the_tests_that_carry_it(console: Console, checkout: Path) -> None:
    ended = console.run("trace", "--root", str(checkout), "--json")
    assert ended.code == 0
    nodes = ["tests/unit/test_x.py::test_one", "tests/unit/test_x.py::TestGroup::test_two"]
    assert ended.document["tests"] == {"R-001": nodes, "R-003": nodes}
    page = (checkout / "docs/generated/requirements.md").read_text(encoding="utf-8")
    assert f"| R-001 | done | a \\| b | `{nodes[0]}`<br>`{nodes[1]}` |" in page
    assert "| R-002 | open | a \\| b |  |" in page
    assert "3 requirements: 2 done, 1 open; 2 carried by a test." in page


def test_a_requirement_marked_done_without_a_test_is_refused(console: Console, checkout: Path) -> None:
    write_register(checkout, "done", "done", "done")
    ended = console.run("trace", "--root", str(checkout))
    assert ended.code == 1
    assert "R-002 is marked done and no test carries it" in ended.out


def test_a_marker_that_names_no_requirement_is_refused(console: Console, checkout: Path) -> None:
    write_register(checkout, "done", "open")
    ended = console.run("trace", "--root", str(checkout), "--json")
    assert ended.code == 1
    assert "tests/unit/test_x.py::test_one carries R-003, which is no requirement" in ended.document["faults"]


def test_a_marker_without_a_literal_id_is_refused(console: Console, checkout: Path) -> None:
    (checkout / "tests/unit/test_x.py").write_text(
        "@pytest.mark.requirement(NAME)\ndef test_x(): ...", encoding="utf-8"
    )
    ended = console.run("trace", "--root", str(checkout), "--json")
    assert ended.code == 1
    assert ended.document["error"] == "malformed-requirements"


def test_ids_may_come_from_a_table_of_the_same_module(console: Console, checkout: Path) -> None:
    text = """
ROWS = {"R-001": 1, "R-003": 2}
@pytest.mark.parametrize("r", [pytest.param(r, marks=pytest.mark.requirement(r)) for r in ROWS])
def test_row(r): ...
"""
    (checkout / "tests/unit/test_x.py").write_text(text, encoding="utf-8")
    node = "tests/unit/test_x.py::test_row"
    assert console.run("trace", "--root", str(checkout), "--json").document["tests"] == {
        "R-001": [node],
        "R-003": [node],
    }


@pytest.mark.parametrize(
    ("cases", "code"),
    [
        (PASSED, 0),
        (PASSED + '<testcase classname="tests.unit.test_x.TestGroup" name="test_two[2]"><skipped/></testcase>', 0),
        (PASSED + '<testcase classname="tests.unit.test_x.TestGroup" name="test_two[2]"><failure/></testcase>', 1),
        (PASSED + '<testcase classname="tests.unit.test_x" name="test_one"><error/></testcase>', 1),
        (PASSED.replace('name="test_one"/>', 'name="test_one"><skipped/></testcase>'), 1),
        (PASSED.replace("test_one", "test_other"), 1),
        ("", 1),
    ],
)
def test_with_a_report_every_test_of_a_done_requirement_must_have_passed(
    console: Console, checkout: Path, cases: str, code: int
) -> None:
    report = checkout / "report.xml"
    report.write_text(JUNIT.format(cases=cases), encoding="utf-8")
    assert console.run("trace", "--root", str(checkout), "--junit", str(report)).code == code


def test_a_report_that_is_not_junit_is_refused(console: Console, checkout: Path) -> None:
    report = checkout / "report.xml"
    report.write_text("not xml", encoding="utf-8")
    assert console.run("trace", "--root", str(checkout), "--junit", str(report)).code == 1


def test_check_writes_nothing_and_refuses_a_page_that_is_not_current(console: Console, checkout: Path) -> None:
    page = checkout / "docs/generated/requirements.md"
    assert console.run("trace", "--root", str(checkout), "--check").code == 1
    assert not page.exists()
    console.run("trace", "--root", str(checkout))
    assert console.run("trace", "--root", str(checkout), "--check").code == 0
    write_register(checkout, "done", "open", "open")
    assert console.run("trace", "--root", str(checkout), "--check").code == 1


@pytest.mark.parametrize("statuses", [("almost",), ("",)])
def test_a_status_that_does_not_exist_is_refused(console: Console, checkout: Path, statuses: tuple[str, ...]) -> None:
    write_register(checkout, *statuses)
    assert console.run("trace", "--root", str(checkout)).code == 1


def test_a_gap_in_the_ids_is_refused(console: Console, checkout: Path) -> None:
    write_register(checkout, "open", first=2)
    assert "R-001 is missing" in console.run("trace", "--root", str(checkout)).err


def test_outside_a_source_checkout_the_command_says_so(console: Console, tmp_path: Path) -> None:
    ended = console.run("trace", "--root", str(tmp_path), "--json")
    assert ended.code == 1
    assert ended.document["error"] == "no-checkout"
