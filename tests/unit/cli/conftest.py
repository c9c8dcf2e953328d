"""The terminal of the command's tests."""

from __future__ import annotations

import pytest

from unit.cli.console import Console


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Console:
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.delenv("MIZUHIKI_DEBUG", raising=False)
    return Console(monkeypatch, capsys)
