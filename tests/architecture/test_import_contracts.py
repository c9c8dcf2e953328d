"""The import contracts of pyproject.toml are kept, and each catches the violation it is there for.

Violations are planted in a copy of the package tree that has every module of the real one, all of them empty.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from architecture.source_tree import ROOT, SOURCE

LINT = "import sys; from importlinter.cli import lint_imports_command as lint; sys.exit(lint())"
ROOMS = ("domain", "ports", "operations", "store", "peers", "api", "web", "jobs", "app")
LAWFUL_EXCEPTIONS = {
    "ledger/verify.py": "import hashlib, hmac",
    "documents/seal.py": "import asn1crypto, pyhanko, pyhanko_certvalidator",
}
"""What the lawful exceptions import; an exception that matches nothing makes import-linter stop."""
SKELETON_INSTITUTIONS = ("municipality", "prefecture", "agency/pension_service", "agency/employment_service")
SKELETON_MODULES = (
    *("cli/__init__", "world/up", "ui/forms", "wire/jpki/v1", "ledger/tree", "ledger/verify", "card/apdu", "__main__"),
    *("crypto/digests", "vocabulary/dates/era", "documents/page"),
    *(
        f"runtime/{name}"
        for name in ("context", "database", "outbox", "inbox", "peers", "serving", "transport", "pages")
    ),
    *("runtime/authority", "runtime/clock"),
)


def lint(folder: Path, config: Path) -> dict[str, str]:
    """Run import-linter on the package below `folder` and return KEPT or BROKEN by contract."""
    environment = os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "300", "NO_COLOR": "1"}
    run = subprocess.run(
        [sys.executable, "-c", LINT, "--config", str(config), "--no-cache"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    found = dict(re.findall(r"^(\d .*?) (KEPT|BROKEN)(?: \(.*\))?$", run.stdout, flags=re.MULTILINE))
    assert found, run.stdout + run.stderr
    return found


def contract_names() -> list[str]:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return [contract["name"] for contract in tomllib.loads(text)["tool"]["importlinter"]["contracts"]]


@pytest.fixture(scope="module")
def skeleton(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("skeleton")
    wanted = [path.relative_to(SOURCE) for path in SOURCE.rglob("*.py")]
    wanted += [Path(f"{module}.py") for module in SKELETON_MODULES]
    wanted += [Path(f"institutions/{name}/{room}/rule.py") for name in SKELETON_INSTITUTIONS for room in ROOMS[:-1]]
    wanted += [Path(f"institutions/{name}/app.py") for name in SKELETON_INSTITUTIONS]
    for relative in wanted:
        _write(folder, relative.as_posix(), "")
    for relative, imports in LAWFUL_EXCEPTIONS.items():
        _write(folder, relative, imports)
    config = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    second_body = config.replace("exhaustive_ignores = [", 'exhaustive_ignores = ["employment_service", ')
    (folder / "pyproject.toml").write_text(second_body, encoding="utf-8")
    return folder


def _write(folder: Path, relative: str, text: str) -> None:
    """Write a module of the copied package and make its folders packages; a package replaces a module of its name."""
    path = folder / "mizuhiki" / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.name != "__init__.py" and path.with_suffix("").is_dir():
        path = path.with_suffix("") / "__init__.py"
    path.write_text(text, encoding="utf-8")
    for package in path.relative_to(folder).parents:
        if package != Path():
            (folder / package / "__init__.py").touch()
            (folder / package).with_suffix(".py").unlink(missing_ok=True)


def test_every_import_contract_is_kept() -> None:
    verdicts = lint(ROOT / "src", ROOT / "pyproject.toml")
    assert set(verdicts) == set(contract_names())
    assert [name for name, verdict in verdicts.items() if verdict != "KEPT"] == []


def test_every_package_but_crypto_stands_under_the_contract_on_cryptographic_libraries() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    contracts = {contract["id"]: contract for contract in tomllib.loads(text)["tool"]["importlinter"]["contracts"]}
    packages = {f"mizuhiki.{path.parent.name}" for path in SOURCE.glob("*/__init__.py")}
    assert packages - {"mizuhiki.crypto"} == set(contracts["crypto-libraries"]["source_modules"])


def test_the_empty_skeleton_keeps_every_contract(skeleton: Path) -> None:
    verdicts = lint(skeleton, skeleton / "pyproject.toml")
    assert set(verdicts.values()) == {"KEPT"}
    assert set(verdicts) == set(contract_names())


@dataclass(frozen=True)
class Plant:
    """Text planted in modules, and how the contract that must catch it begins; nothing where it is lawful."""

    story: str
    texts: dict[str, str]
    caught_by: str


HOME = "institutions/municipality"
BODY = "institutions/agency/pension_service"
PLANTS = [
    Plant("vocabulary reaches up", {"vocabulary/dates/era.py": "import mizuhiki.crypto.digests"}, "1"),
    Plant("runtime imports ui", {"runtime/pages.py": "import mizuhiki.ui.forms"}, "1"),
    Plant("ledger imports wire", {"ledger/tree.py": "import mizuhiki.wire.jpki.v1"}, "1"),
    Plant("runtime imports an institution", {"runtime/pages.py": f"import mizuhiki.{HOME.replace('/', '.')}.app"}, "1"),
    Plant("a package nobody placed", {"tools/__init__.py": ""}, "1"),
    Plant(
        "one institution imports another", {f"{HOME}/app.py": "import mizuhiki.institutions.prefecture.app"}, "2 No i"
    ),
    Plant(
        "one agency imports another",
        {f"{BODY}/app.py": "import mizuhiki.institutions.agency.employment_service.domain"},
        "2 No a",
    ),
    Plant("store imports api", {f"{HOME}/store/rule.py": "import mizuhiki.institutions.municipality.api"}, "3"),
    Plant(
        "domain imports operations",
        {f"{HOME}/domain/rule.py": "from mizuhiki.institutions.municipality import operations"},
        "3",
    ),
    Plant("a room with no name", {f"{HOME}/helpers.py": ""}, "3"),
    Plant(
        "an agency's ports import its operations",
        {
            f"{BODY}/ports/rule.py": "import mizuhiki.institutions.agency.pension_service.operations",
        },
        "3",
    ),
    Plant("domain reads the clock", {f"{HOME}/domain/rule.py": "import time"}, "4"),
    Plant("ports know the runtime", {f"{HOME}/ports/rule.py": "import mizuhiki.runtime.context"}, "4"),
    Plant(
        "an agency's domain encrypts",
        {f"{BODY}/domain/rule.py": "import mizuhiki.crypto"},
        "4",
    ),
    Plant("vocabulary opens a database", {"vocabulary/dates/era.py": "import sqlite3"}, "4"),
    Plant("operations read wire messages", {f"{HOME}/operations/rule.py": "from mizuhiki.wire.jpki import v1"}, "5"),
    Plant(
        "operations reach SQL through runtime",
        {
            f"{HOME}/operations/rule.py": "import mizuhiki.runtime.authority",
            "runtime/authority.py": "import sqlalchemy",
        },
        "5",
    ),
    Plant("runtime hashes by itself", {"runtime/clock.py": "import hashlib"}, "6"),
    Plant("a store makes keys", {f"{HOME}/store/rule.py": "from cryptography.hazmat.primitives import hashes"}, "6"),
    Plant("the ledger's tree hashes by itself", {"ledger/tree.py": "import hashlib"}, "6"),
    Plant("the stand-alone verifier hashes", {"ledger/verify.py": LAWFUL_EXCEPTIONS["ledger/verify.py"]}, ""),
    Plant("a page imports the framework", {f"{HOME}/web/rule.py": "import flask"}, "7 Only runtime imports"),
    Plant(
        "a page uses runtime's pages",
        {f"{HOME}/web/rule.py": "import mizuhiki.runtime.pages", "runtime/pages.py": "import flask"},
        "",
    ),
    Plant("ui calls out", {"ui/forms.py": "import httpx"}, "7 Only runtime imports"),
    Plant("an endpoint writes SQL", {f"{HOME}/api/rule.py": "import sqlalchemy"}, "7 Only runtime and store"),
    Plant("a store writes SQL", {f"{HOME}/store/rule.py": "import sqlalchemy, mizuhiki.runtime.database"}, ""),
    Plant(
        "a ring deep down",
        {"runtime/clock.py": "import mizuhiki.runtime.context", "runtime/context.py": "import mizuhiki.runtime.clock"},
        "8",
    ),
]


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.story)
def test_a_planted_violation_is_caught_by_the_contract_meant_for_it(
    plant: Plant, skeleton: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "planted"
    shutil.copytree(skeleton, folder)
    for module, text in plant.texts.items():
        _write(folder, module, text)
    broken = [name for name, verdict in lint(folder, folder / "pyproject.toml").items() if verdict == "BROKEN"]
    if plant.caught_by:
        assert any(name.startswith(plant.caught_by) for name in broken), broken
    else:
        assert broken == []
