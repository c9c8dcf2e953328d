"""Former family names (旧氏, 施行令30条の13, 30条の14; from 2019-11-05; R-056) and readings (from 2025-05-26).

The first one entered may be any earlier family name of the person; afterwards only the one borne just before the last
change of name takes its place. After a removal only a name borne since that removal may be entered again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.municipality.domain.events.errors import FormerNameNotPossible, ReadingNotYetLaw
from mizuhiki.institutions.municipality.domain.residents import JAPANESE, ResidentRecord

FORMER_NAMES_FROM = date(2019, 11, 5)
READINGS_FROM = date(2025, 5, 26)


@dataclass(frozen=True, slots=True)
class BorneName:
    """A family name that the family registers shown say the person bore, and until when."""

    family: str
    borne_until: date


def require_former_name(
    record: ResidentRecord,
    wanted: str,
    borne: Sequence[BorneName],
    day: date,
    *,
    removed_on: date | None,
    entered_before: bool,
    known: Sequence[BorneName] = (),
) -> None:
    """Check that `wanted` may be entered on `day`; `borne` is what the family registers shown prove.

    `known` are names that the record itself bore: they prove nothing, but a name borne later than `wanted` among them
    says that `wanted` is not the last.

    Raises:
        FormerNameNotPossible: rule `before-2019-11-05`, `foreign-resident`, `present-name`, `not-proved`,
            `only-the-last-one` or `only-since-removal`.
    """
    if day < FORMER_NAMES_FROM:
        raise FormerNameNotPossible(rule="before-2019-11-05")
    if record.nationality != JAPANESE:
        raise FormerNameNotPossible(rule="foreign-resident")
    if wanted == record.name.family:
        raise FormerNameNotPossible(rule="present-name")
    proved = {name.family: name.borne_until for name in borne if name.borne_until <= day}
    if wanted not in proved:
        raise FormerNameNotPossible(rule="not-proved")
    if removed_on is not None and proved[wanted] < removed_on:
        raise FormerNameNotPossible(rule="only-since-removal")
    until = dict(proved)
    for name in known:
        until[name.family] = max(name.borne_until, until.get(name.family, name.borne_until))
    if entered_before and removed_on is None and until[wanted] != max(until.values()):
        raise FormerNameNotPossible(rule="only-the-last-one")


def require_readings(day: date) -> None:
    """Check that a reading is an item of the record on `day`.

    Raises:
        ReadingNotYetLaw: see the class.
    """
    if day < READINGS_FROM:
        raise ReadingNotYetLaw
