"""Reads `setting.toml` once."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def setting() -> dict[str, Any]:
    """Return the content of the file."""
    text = files(__package__ or "").joinpath("setting.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
