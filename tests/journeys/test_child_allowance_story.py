"""The child allowance story across a whole nation: in one process, in many, and before pension linkage was in force."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from typing import Any

import pytest

FIRST_DAY = date(2019, 12, 2)
BEFORE_PENSION_LINKAGE = date(2018, 12, 1)


def _story(day: date, *options: str) -> dict[str, Any]:
    """Run the command as anybody would and return what it prints."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mizuhiki",
            "world",
            "story",
            "child-allowance",
            "--json",
            "--date",
            day.isoformat(),
            *options,
        ],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
        env={**os.environ, "COLUMNS": "400"},
    )
    assert done.stdout, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout)
    failed = [step for step in told["steps"] if step["state"] != "done"]
    assert not failed, failed
    assert done.returncode == 0
    return told


@pytest.fixture(scope="module")
def told_before() -> dict[str, Any]:
    return _story(BEFORE_PENSION_LINKAGE)


def _details(told: dict[str, Any]) -> dict[str, str]:
    return {step["title_en"]: step["detail"] for step in told["steps"]}


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return _story(FIRST_DAY)


@pytest.mark.requirement("R-361")
@pytest.mark.requirement("R-362")
@pytest.mark.requirement("R-217")
@pytest.mark.requirement("R-235")
def test_the_allowance_is_decided_and_paid_from_linked_information_alone(told: dict[str, Any]) -> None:
    details = _details(told)
    answered = details["Local tax and pension are asked through the network"]
    assert "municipality-452025" in answered
    assert "pension-service" in answered
    assert "2-74" in answered
    assert "2-75" in answered
    assert details["The claim for child allowance, nothing attached"] == "two children, no attachment"


@pytest.mark.requirement("R-218")
def test_linkage_saves_papers_and_visits_and_only_where_it_is_in_force(
    told: dict[str, Any], told_before: dict[str, Any]
) -> None:
    step = "Papers and visits before and after are counted"
    assert _details(told)[step] == "papers 2 → 0, offices visited 3 → 1"
    assert _details(told_before)[step] == "papers 2 → 1, offices visited 3 → 2"


@pytest.mark.requirement("R-026")
@pytest.mark.requirement("R-033")
def test_the_father_sees_every_exchange_and_the_record_verifies_offline(told: dict[str, Any]) -> None:
    details = _details(told)
    assert details["He sees every exchange, verified"].startswith("3 exchanges")
    verdict = details["The record is verified offline"]
    assert "complete: witnessed by the commission" in verdict


@pytest.mark.requirement("R-031")
@pytest.mark.requirement("R-024")
def test_three_unlawful_inquiries_are_each_refused_by_their_own_rule_and_recorded(told: dict[str, Any]) -> None:
    details = _details(told)
    assert details["An inquiry without a statute row is refused"].startswith("no-statute-row")
    assert details["An inquiry without a published assessment is refused"].startswith("assessment-not-published")
    assert "signature" in details["An inquiry signed with a wrong key is refused"]


@pytest.mark.requirement("R-006")
@pytest.mark.requirement("R-012")
def test_numbers_do_not_change_and_the_three_tiers_agree_after_the_move(told: dict[str, Any]) -> None:
    assert "numbers unchanged" in _details(told)["Three tiers agree; the number did not change"]


@pytest.mark.requirement("R-226")
@pytest.mark.requirement("R-357")
def test_before_pension_linkage_was_in_force_that_step_is_refused_by_its_date(told_before: dict[str, Any]) -> None:
    details = _details(told_before)
    assert "statute-row-not-in-force" in details["Local tax and pension are asked through the network"]
    assert details["He sees every exchange, verified"].startswith("2 exchanges")


def test_one_process_per_institution_tells_the_same_story(told: dict[str, Any]) -> None:
    apart = _story(FIRST_DAY, "--processes")
    assert [step["title_en"] for step in apart["steps"]] == [step["title_en"] for step in told["steps"]]
    assert [step["state"] for step in apart["steps"]] == [step["state"] for step in told["steps"]]
