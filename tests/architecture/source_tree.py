"""What the architecture tests read: the checkout, its Python files, its institutions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "mizuhiki"
INSTITUTIONS = SOURCE / "institutions"
UMBRELLAS = ("agency",)
"""Institution packages that hold one sub-package per body."""
NO_SOURCE = {"node_modules", "build", "__pycache__", "var", "dist"}


@dataclass(frozen=True, slots=True)
class Module:
    """A parsed file and its path relative to the checkout."""

    name: str
    text: str
    tree: ast.Module


def modules(*folders: str) -> Iterator[Module]:
    """Yield every Python file below the folders of the checkout."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if NO_SOURCE.isdisjoint(path.relative_to(ROOT).parts):
                name, text = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
                yield Module(name, text, ast.parse(text, name))


def institutions() -> list[Path]:
    """Return the folders of all institutions present; bodies of an umbrella package count, the umbrella does not."""
    found: list[Path] = []
    for folder in sorted(INSTITUTIONS.iterdir()):
        if (folder / "__init__.py").exists() and folder.name not in UMBRELLAS:
            found.append(folder)
        elif folder.name in UMBRELLAS:
            found += [body for body in sorted(folder.iterdir()) if (body / "__init__.py").exists()]
    return found


def name_of(institution: Path) -> str:
    """Return how the tests name an institution: its path below `institutions`."""
    return institution.relative_to(INSTITUTIONS).as_posix()
