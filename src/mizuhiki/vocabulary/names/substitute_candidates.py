"""What a person may want to choose where no rule gives a substitute: forms that Unicode and the variant table connect.

None of them is applied by itself. Each says where it comes from, and every one is a character of the target.
"""

from __future__ import annotations

import enum
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from mizuhiki.vocabulary.names.agreement import variants_of
from mizuhiki.vocabulary.names.repertoires import Repertoire, holds, same_position


class CandidateSource(enum.StrEnum):
    """How a candidate is connected with the character."""

    BASE = "base-character"
    """The character without its variation selector."""
    UNIFIED = "unified-ideograph"
    """The unified character of a compatibility ideograph (Unicode NFC)."""
    VARIANT = "variant-table"
    """Another form of the same family of `variants.csv`."""
    POSITION = "same-position"
    """The character of the standard where the table of Windows has another (〜 and ～)."""
    COMPATIBILITY = "compatibility-form"
    """Another width or a composed form (Unicode NFKC): ｱ and ア, ㈱ is no single character and gives none."""
    LETTER = "letter-without-mark"
    """The letter without its diacritic (Unicode NFD): é and e."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One character of the target, and how it is connected with the one that is lacking."""

    written: str
    source: CandidateSource


def _forms(unit: str) -> Iterator[tuple[str, CandidateSource]]:
    base = unit[0]
    if len(unit) > 1:
        yield base, CandidateSource.BASE
    unified = unicodedata.normalize("NFC", base)
    yield unified, CandidateSource.UNIFIED
    for form in dict.fromkeys((base, unified)):
        for variant in variants_of(form):
            yield variant, CandidateSource.VARIANT
    yield same_position(base), CandidateSource.POSITION
    yield unicodedata.normalize("NFKC", base), CandidateSource.COMPATIBILITY
    yield unicodedata.normalize("NFD", base)[0], CandidateSource.LETTER


def candidates(unit: str, repertoire: Repertoire) -> tuple[Candidate, ...]:
    """Return what may stand for a character in a repertoire, each form once, nearest first; often nothing is known."""
    found: dict[str, Candidate] = {}
    for written, source in _forms(unit):
        if len(written) == 1 and written != unit and written not in found and holds(repertoire, written):
            found[written] = Candidate(written, source)
    return tuple(found.values())
