"""Linkage for affairs under ordinances (条例事務関係情報照会者, 番号法19条9号, 9条2項; decision 0108).

A local body names an item of table 2 that its own affair is like (準ずる). It may then ask what that item names of
whom that item names, while the item is in force: no more. The commission publishes which affairs these are; whoever
decides about an inquiry takes the rows from the item itself, so a published affair never reaches beyond the Act.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from mizuhiki.vocabulary.affairs import (
    Affair,
    AffairField,
    OrdinanceAffairNotAllowed,
    ordinance_affair,
    ordinance_affair_code,
)
from mizuhiki.vocabulary.errors import Malformed, Refused
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.statute.procedures import Procedure
from mizuhiki.vocabulary.statute.table import StatuteRow, StatuteTable

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
LONGEST_SLUG, LONGEST_PROCEDURE, LONGEST_TITLE = 40, 36, 200
MOST_ASKED, MOST_PROCEDURES = 60, 20
OF_THE_ITEM = "items and conditions of the item stand in the ministerial order, which was not available"
"""Why items and conditions of a row are missing; the procedure is the ordinance's own."""
TABLE_2 = "2-"
"""Items of table 2 are called so; what published examples add beside it is no item that an affair can be like."""


class OrdinanceAffairMalformed(Malformed):
    """A filing that cannot be one. Field `part`: ``slug``, ``title``, ``procedures``, ``asked`` or ``period``."""

    code = "ordinance-affair-malformed"
    title = "The affair under an ordinance is not described completely"


class OrdinanceAffairBeyondItem(Refused):
    """The affair would ask what the item it is like does not name (番号法19条9号, 別表第二の第三欄・第四欄).

    Fields: `item`; `provider_class` and `kind` where the item is known but does not name them.
    """

    code = "ordinance-affair-beyond-item"
    title = "The item of table 2 does not name this provider and kind"


@dataclass(frozen=True, slots=True)
class AskedOfItem:
    """What the affair asks whom for: a class of providers and a kind, both as the item has them."""

    provider_class: str
    kind: str


@dataclass(frozen=True, slots=True)
class OrdinanceProcedure:
    """A procedure (事務手続) of the affair; its code is that of the affair, a point, and `slug`."""

    slug: str
    title_ja: str
    title_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdinanceAffair:
    """An affair of one local body under its own ordinance, as it is lodged (条例事務の届出).

    `item` is that of table 2 it is like, such as ``2-9``; `valid_until` is the last day, None where the ordinance names
    none.
    """

    institution: InstitutionId
    slug: str
    title_ja: str
    title_en: str
    field: AffairField
    ordinance: str
    item: str
    asked: tuple[AskedOfItem, ...]
    procedures: tuple[OrdinanceProcedure, ...]
    valid_from: date
    valid_until: date | None

    @property
    def code(self) -> str:
        """Return the affair's code."""
        return ordinance_affair_code(self.institution, self.slug)

    @property
    def citation(self) -> str:
        """Return what the rows of the affair rest on."""
        return f"番号法19条9号; {self.ordinance}; 別表第二の{self.item.removeprefix(TABLE_2)}の項に準ずる事務"

    def affair(self) -> Affair:
        """Return what the number is used for.

        Raises:
            OrdinanceAffairNotAllowed: no local body, a field the Act does not leave to ordinances, or no ordinance.
        """
        return ordinance_affair(
            slug=self.slug,
            institution=self.institution,
            title_ja=self.title_ja,
            title_en=self.title_en,
            field=self.field,
            ordinance=self.ordinance,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
        )

    def own_procedures(self) -> tuple[Procedure, ...]:
        """Return the procedures as those of the Act's affairs are shown."""
        return tuple(
            Procedure(f"{self.code}.{one.slug}", self.code, one.title_ja, one.title_en, self.ordinance)
            for one in self.procedures
        )

    def require_complete(self) -> None:
        """Check the filing on its own.

        Raises:
            OrdinanceAffairMalformed: see there.
        """
        slugs = [one.slug for one in self.procedures]
        titles = [self.title_ja, self.title_en, *(t for one in self.procedures for t in (one.title_ja, one.title_en))]
        wrong = {
            "slug": not SLUG.match(self.slug) or len(self.slug) > LONGEST_SLUG,
            "title": not all(_is_title(title) for title in (*titles, self.ordinance)),
            "procedures": not 0 < len(slugs) <= MOST_PROCEDURES
            or len(set(slugs)) != len(slugs)
            or any(not SLUG.match(slug) or len(slug) > LONGEST_PROCEDURE for slug in slugs),
            "asked": not 0 < len(self.asked) <= MOST_ASKED or len(set(self.asked)) != len(self.asked),
            "period": self.valid_until is not None and self.valid_until < self.valid_from,
        }
        for part, found in wrong.items():
            if found:
                raise OrdinanceAffairMalformed(part=part)

    def require_within_item(self, table: StatuteTable) -> None:
        """Check that the item names every provider and kind the affair would ask for.

        Raises:
            OrdinanceAffairBeyondItem: it does not, or is none of table 2.
        """
        named = {(row.provider_class, row.kind) for row in self._item(table)}
        if not named:
            raise OrdinanceAffairBeyondItem(item=self.item)
        for asked in self.asked:
            if (asked.provider_class, asked.kind) not in named:
                raise OrdinanceAffairBeyondItem(item=self.item, provider_class=asked.provider_class, kind=asked.kind)

    def rows(self, table: StatuteTable) -> tuple[StatuteRow, ...]:
        """Return the rows the affair has: one for each provider and kind, while it and the item's row are in force.

        What the item does not name has no row, whatever was lodged or published.
        """
        asked = set(self.asked)
        wanted = [row for row in self._item(table) if AskedOfItem(row.provider_class, row.kind) in asked]
        return tuple(dict.fromkeys(like for row in wanted if _has_days(like := self._like(row))))

    def _item(self, table: StatuteTable) -> list[StatuteRow]:
        return [row for row in table.rows if row.number == self.item and self.item.startswith(TABLE_2)]

    def _like(self, row: StatuteRow) -> StatuteRow:
        return replace(
            row,
            number=self.code,
            inquirer_class=self.institution,
            affair=self.code,
            procedures=tuple(one.code for one in self.own_procedures()),
            valid_from=max(self.valid_from, row.valid_from),
            valid_until=_earlier(self.valid_until, row.valid_until),
            citation=self.citation,
            reason=OF_THE_ITEM if row.reason else "",
        )


@dataclass(frozen=True, slots=True)
class PublishedOrdinanceAffair:
    """An affair as the commission published it.

    `asked_until` is the last day on which something was asked for it: linkage ended on that day, or a newer filing
    takes over on the next. `lawful_until` is the last day of the affair itself where that is not what was lodged:
    a newer filing says otherwise from then on, or the commission found that there is no such ordinance.
    """

    affair: OrdinanceAffair
    published_on: date
    asked_until: date | None = None
    lawful_until: date | None = None

    def asked(self) -> OrdinanceAffair:
        """Return the affair on the days on which it is asked for; with no such day it ends before it begins."""
        first, last = (
            max(self.affair.valid_from, self.published_on),
            _earlier(self.affair.valid_until, self.asked_until),
        )
        return replace(self.affair, valid_from=first, valid_until=last)

    def lawful(self) -> Affair:
        """Return the affair on the days on which the ordinance is in force; errors as of `OrdinanceAffair.affair`."""
        return replace(self.affair, valid_until=_earlier(self.affair.valid_until, self.lawful_until)).affair()


def with_ordinances(table: StatuteTable, published: Iterable[PublishedOrdinanceAffair]) -> StatuteTable:
    """Return the table with the rows, affairs and procedures of published ordinance affairs beside the Act's.

    Rows stand while the affair is published, the affair itself while the ordinance is in force: where only linkage
    ended, its body still does the affair, with papers. What cannot be an affair of an ordinance is left out.
    """
    rows, affairs, procedures = list(table.rows), dict[str, tuple[Affair, ...]](), dict[str, Procedure]()
    for one in published:
        try:
            one.affair.require_complete()
            lawful = one.lawful()
        except (OrdinanceAffairMalformed, OrdinanceAffairNotAllowed):
            continue
        affairs[lawful.code] = (*affairs.get(lawful.code, ()), lawful)
        procedures.update({known.code: known for known in one.affair.own_procedures()})
        rows.extend(one.asked().rows(table))
    return StatuteTable(tuple(rows), affairs, procedures)


def _is_title(text: str) -> bool:
    """Tell whether a text may be a title: not empty, not too long, nothing that only steers how it is shown."""
    return bool(text.strip()) and len(text) <= LONGEST_TITLE and text.isprintable()


def _has_days(row: StatuteRow) -> bool:
    return row.valid_until is None or row.valid_from <= row.valid_until


def _earlier(first: date | None, second: date | None) -> date | None:
    days = [day for day in (first, second) if day is not None]
    return min(days) if days else None
