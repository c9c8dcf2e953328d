"""What `make setup` installs is what uv resolved, package by package and hash by hash; uv itself is not needed here."""

from __future__ import annotations

import re
import tomllib

from architecture.source_tree import ROOT


def resolved() -> dict[str, tuple[str, set[str]]]:
    packages = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    found = {}
    for package in packages:
        files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        if "registry" in package["source"]:
            found[package["name"]] = (package["version"], {file["hash"] for file in files})
    return found


def exported() -> dict[str, tuple[str, set[str]]]:
    """Both lists: what everybody installs, and the optional package for card readers, which is built from source."""
    names = ("requirements.lock", "requirements-pcsc.lock")
    text = "".join((ROOT / name).read_text(encoding="utf-8") for name in names)
    found = {}
    for line in text.replace("\\\n", " ").splitlines():
        if pinned := re.match(r"([a-z0-9-]+)(?:\[[a-z,]+\])?==([^\s;]+)", line):
            found[pinned[1]] = (pinned[2], set(re.findall(r"--hash=(sha256:[0-9a-f]{64})", line)))
    return found


def test_the_export_pins_exactly_what_was_resolved_with_the_same_hashes() -> None:
    assert exported() == resolved(), "run `make lock`"


def test_every_direct_dependency_is_in_the_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [
        *project["project"]["dependencies"],
        *project["dependency-groups"]["dev"],
        *project["dependency-groups"]["pcsc"],
        *project["project"]["optional-dependencies"]["pcsc"],
        *project["build-system"]["requires"],
    ]
    names = {re.split(r"[\[<>=! ]", text)[0].lower() for text in wanted}
    assert names <= exported().keys(), "run `make lock`"


def test_every_package_is_fetched_with_a_hash() -> None:
    assert [name for name, (_, hashes) in exported().items() if not hashes] == []
