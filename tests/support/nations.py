"""Where a test run keeps the nations that its processes found for each other."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_VARIABLE = "MIZUHIKI_TEST_NATIONS"
"""Names the folder to the run's other processes, which inherit it."""


def make_nations_folder() -> None:
    """Make the run's folder; called once, before other processes of the run start."""
    os.environ[_VARIABLE] = tempfile.mkdtemp(prefix="mizuhiki-nations-")


def nations_folder() -> Path:
    """Return the run's folder."""
    return Path(os.environ[_VARIABLE])


def remove_nations_folder() -> None:
    """Remove the run's folder with what was founded in it."""
    shutil.rmtree(os.environ.pop(_VARIABLE), ignore_errors=True)
