"""Papers that a person no longer collects because the office asks the holder (R-217, R-218, R-234 … R-251)."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper, the kind of information that replaces it and the class of the office that gives it out."""

    code: str
    kind: str
    title_ja: str
    title_en: str
    office_class: str


@functools.cache
def _papers() -> dict[str, tuple[Paper, ...]]:
    content = tomllib.loads(resources.files(__package__).joinpath("papers.toml").read_text("utf-8"))
    known = {
        code: Paper(code, entry["kind"], entry["ja"], entry["en"], entry["office"])
        for code, entry in content["papers"].items()
    }
    return {procedure: tuple(known[code] for code in codes) for procedure, codes in content["procedures"].items()}


def papers_before(procedure: str) -> tuple[Paper, ...]:
    """Return the papers a procedure asked for before linkage; empty where no source names any."""
    return _papers().get(procedure, ())


def papers_replaced(procedure: str, kind: str) -> tuple[Paper, ...]:
    """Return the papers of a procedure that one kind of information, once provided, makes needless."""
    return tuple(paper for paper in papers_before(procedure) if paper.kind == kind)
