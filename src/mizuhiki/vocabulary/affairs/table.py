"""The table of affairs and the question "may the number be used for this, today?".

`affairs.csv` codes the table of the Act as of 2025-09 with a slug where the project names the affair; the rest are
``beppyo-<item>``. `others.csv` holds affairs with a basis of their own in the Act (numbering, card, portal), the
register's own work, and the affairs *related to* the number that employers and payers do (9条4項).

Items that came with the amendments in force on 2024-05-27 begin there; the others are taken to be the carried-over
items of the former tables and begin on 2016-01-01. Where that is our reading and not a stated date, `assumed_start`.
"""

from __future__ import annotations

import csv
import enum
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from types import MappingProxyType

from mizuhiki.vocabulary.errors import Refused
from mizuhiki.vocabulary.ids import InstitutionId, inquirer_names_in_law


class AffairNotLawful(Refused):
    """No affair of that code allows the number's use on that day.

    Fields: `affair` (as asked), `reason` (``unknown``, ``not-yet`` or ``no-longer``), `since` or `until` as ISO days.
    """

    code = "affair-not-lawful"
    title = "The number may not be used for this affair"


class AffairOfOthers(Refused):
    """The affair is lawful, but not this body's. Fields: `affair`, `user`."""

    code = "affair-of-others"
    title = "This affair belongs to another kind of body"


class AffairField(enum.StrEnum):
    """Fields of the Act's purpose and those that only administer the system itself."""

    PENSION = "pension"
    LABOUR = "labour"
    WELFARE_MEDICAL = "welfare-medical"
    TAX = "tax"
    DISASTER = "disaster"
    QUALIFICATION = "qualification"
    ADMINISTRATION = "administration"


class AffairKind(enum.StrEnum):
    """個人番号利用事務 is administration's own use; 個人番号関係事務 what others do as far as that needs it."""

    USE = "use"
    RELATED = "related"


class AffairSubfield(enum.StrEnum):
    """The uses that the government's outline lists within the fields (R-003)."""

    PENSION_QUALIFICATION = "pension-qualification"
    PENSION_BENEFIT = "pension-benefit"
    EMPLOYMENT_INSURANCE = "employment-insurance"
    PUBLIC_EMPLOYMENT_OFFICE = "public-employment-office"
    PREMIUM_COLLECTION = "premium-collection"
    WELFARE_BENEFIT = "welfare-benefit"
    PUBLIC_ASSISTANCE = "public-assistance"
    LOW_INCOME_MEASURES = "low-income-measures"
    TAX_DOCUMENTS = "tax-documents"
    TAX_INTERNAL = "tax-internal"
    LIVELIHOOD_RECOVERY = "livelihood-recovery"
    VICTIM_LEDGER = "victim-ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Affair:
    """One affair: who does it (`users`, slugs), what it is, on what basis and when it is lawful.

    `valid_until` is the last lawful day. `item` is the item of the Act's table, empty for other bases.
    """

    code: str
    item: str
    users: tuple[str, ...]
    title_ja: str
    title_en: str
    field: AffairField
    subfields: tuple[AffairSubfield, ...]
    kind: AffairKind
    basis: str
    valid_from: date
    valid_until: date | None
    assumed_start: bool = False

    def lawful_on(self, day: date) -> bool:
        """Whether `day` lies in the affair's period."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def _affair(row: dict[str, str]) -> Affair:
    return Affair(
        code=row["code"],
        item=row["item"],
        users=tuple(row["users"].split()),
        title_ja=row["title_ja"],
        title_en=row["title_en"],
        field=AffairField(row["field"]),
        subfields=tuple(AffairSubfield(name) for name in row["subfields"].split()),
        kind=AffairKind(row["kind"]),
        basis=row["basis"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_until=date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
        assumed_start=row["assumed_start"] == "yes",
    )


@functools.cache
def _table() -> dict[str, Affair]:
    table: dict[str, Affair] = {}
    for name in ("others.csv", "affairs.csv"):
        text = resources.files(__package__).joinpath(name).read_text("utf-8")
        for row in csv.DictReader(line for line in text.splitlines() if not line.startswith("#")):
            table[row["code"]] = _affair(row)
    return table


_NONE: Mapping[str, Sequence[Affair]] = MappingProxyType({})


def affairs() -> tuple[Affair, ...]:
    """Return every affair of the table, lawful or not on any particular day."""
    return tuple(_table().values())


def affairs_on(day: date) -> tuple[Affair, ...]:
    """Return the affairs lawful on `day`."""
    return tuple(known for known in affairs() if known.lawful_on(day))


def affair(code: str) -> Affair:
    """Return an affair by its code, whatever the day.

    Raises:
        AffairNotLawful: no such affair.
    """
    found = _table().get(code)
    if found is None:
        raise AffairNotLawful(affair=code, reason="unknown")
    return found


def require_affair(code: str, day: date, *, ordinance_affairs: Mapping[str, Sequence[Affair]] = _NONE) -> Affair:
    """Return the affair if the number may be used for it on `day`.

    `ordinance_affairs` are those of the asking local body's own ordinances (`ordinance_affair`), by code: one or, where
    one filing followed another, several with days of their own.

    Raises:
        AffairNotLawful: unknown, not yet or no longer lawful.
    """
    own = ordinance_affairs.get(code)
    found = next((one for one in own if one.lawful_on(day)), own[-1]) if own else affair(code)
    if day < found.valid_from:
        raise AffairNotLawful(affair=code, reason="not-yet", since=found.valid_from.isoformat())
    if not found.lawful_on(day):
        until = found.valid_until.isoformat() if found.valid_until else None
        raise AffairNotLawful(affair=code, reason="no-longer", until=until)
    return found


def require_user(affair: Affair, user: InstitutionId) -> None:
    """Check that this body does the affair: the table names who uses the number for what (9条1項; R-004).

    Raises:
        AffairOfOthers: they do not.
    """
    names = inquirer_names_in_law(user)  # an affair of an ordinance names the one body that does it
    if not set(names) & set(affair.users):
        raise AffairOfOthers(affair=affair.code, user=names[0])
