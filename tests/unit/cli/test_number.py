"""``mizuhiki number check`` judged by python-stdnum, which shares no code with ours."""

from __future__ import annotations

import io
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stdnum.jp import cn, in_

from unit.cli.console import Console

each_example_runs_the_same_command = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None
)
VALID = "123456789018"


@given(st.text("0123456789", min_size=12, max_size=12))
@each_example_runs_the_same_command
def test_twelve_digits_are_valid_exactly_when_an_independent_program_says_so(console: Console, digits: str) -> None:
    ended = console.run("number", "check", "--json", digits)
    assert ended.document["valid"] is in_.is_valid(digits)
    assert ended.code == (0 if in_.is_valid(digits) else 1)


@given(st.text("0123456789", min_size=11, max_size=11))
@each_example_runs_the_same_command
def test_an_individual_number_completed_by_another_program_is_valid(console: Console, body: str) -> None:
    ended = console.run("number", "check", body + in_.calc_check_digit(body))
    assert ended.code == 0
    assert ended.out.strip() == "valid individual-number"


@given(st.text("0123456789", min_size=13, max_size=13))
@each_example_runs_the_same_command
def test_thirteen_digits_are_valid_exactly_when_an_independent_program_says_so(console: Console, digits: str) -> None:
    assert console.run("number", "check", "--json", digits).document["valid"] is cn.is_valid(digits)


@pytest.mark.parametrize("arguments", [(VALID,), (VALID[:-1] + "0",), (VALID, "--json"), (VALID * 2,)])
def test_the_digits_are_never_printed_back(console: Console, arguments: tuple[str, ...]) -> None:
    ended = console.run("number", "check", *arguments)
    shown = ended.out + ended.err
    assert not any(VALID[start : start + 4] in shown for start in range(len(VALID) - 3))


@pytest.mark.parametrize(
    ("digits", "reason", "kind"),
    [
        ("12345678901x", "not-digits", None),
        ("1234567890", "wrong-length", None),
        ("123456789010", "wrong-check-digit", "individual-number"),
        ("0123456789012", "wrong-check-digit", "corporate-number"),
    ],
)
def test_an_invalid_number_comes_with_its_reason(console: Console, digits: str, reason: str, kind: str | None) -> None:
    ended = console.run("number", "check", digits, "--json")
    assert ended.code == 1
    assert ended.document == {"valid": False, "kind": kind, "reason": reason, "assumed_rule": False}


def test_eleven_digits_come_with_the_warning_that_the_rule_is_assumed(console: Console) -> None:
    ended = console.run("number", "check", "12345678901")
    assert "assumption" in ended.out


def test_a_dash_reads_the_digits_from_standard_input(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{VALID}\n"))
    assert console.run("number", "check", "-").code == 0
