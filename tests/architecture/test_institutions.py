"""Every institution present has the rooms, the page and the policy that a reader expects of it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from architecture.source_tree import institutions, name_of

HEADINGS = [
    "Legal basis",
    "What it holds",
    "Who may call it",
    "Whom it calls",
    "What an attacker who owns it gets",
]
ROOMS = ("domain", "operations")
"""Rooms none may lack; ports, store, peers, api, web and jobs where there is something to put into them."""

each_institution = pytest.mark.parametrize("institution", institutions(), ids=name_of)


@each_institution
def test_the_readme_answers_the_five_questions(institution: Path) -> None:
    text = (institution / "README.md").read_text(encoding="utf-8")
    sections = re.split(r"^## +(.+?) *$", text, flags=re.MULTILINE)
    assert sections[1::2][: len(HEADINGS)] == HEADINGS
    assert all(answer.strip() for answer in sections[2::2]), "a heading without an answer"


@each_institution
def test_the_rooms_none_may_lack_are_there(institution: Path) -> None:
    if not (institution / "app.py").exists():
        pytest.fail("app.py, the composition root, is not there")
    assert [
        room for room in ROOMS if not (institution / room).exists() and not (institution / f"{room}.py").exists()
    ] == []


@each_institution
def test_the_policy_names_a_basis_for_every_role(institution: Path) -> None:
    roles = tomllib.loads((institution / "policy.toml").read_text(encoding="utf-8"))["roles"]
    assert roles
    for role, rule in roles.items():
        assert set(rule) == {"basis", "actions"}, role
        assert rule["basis"].strip(), role
        assert len(set(rule["actions"])) == len(rule["actions"]) > 0, role
        assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", action) for action in rule["actions"]), role


@each_institution
def test_operations_are_named_verb_and_object(institution: Path) -> None:
    banned = re.compile(r"(^|_)(manager|helper|helpers|util|utils|data|info|misc)(_|$)|^(process|handle)_")
    modules = [path.stem for path in institution.rglob("*.py")]
    assert [name for name in modules if banned.search(name)] == []
