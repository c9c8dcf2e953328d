"""Runs the command the way a shell does, error boundary included."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any

import pytest

from mizuhiki.cli import main


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The JSON document on standard output; fails where there is anything else."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Console:
    """A terminal of one test."""

    monkeypatch: pytest.MonkeyPatch
    captured: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> Ended:
        """Run ``mizuhiki`` with arguments and return how it ended."""
        self.monkeypatch.setattr(sys, "argv", ["mizuhiki", *arguments])
        self.captured.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = self.captured.readouterr()
        code = ended.value.code
        return Ended(code if isinstance(code, int) else 0, out, err)
