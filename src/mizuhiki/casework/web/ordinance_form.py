"""The form on which a local body describes an affair under its own ordinance (番号法9条2項, 19条9号)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from mizuhiki.casework.web.messages import N_
from mizuhiki.ui.components import Choice
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.affairs import AffairField
from mizuhiki.vocabulary.dates import parse_date
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.statute import (
    AskedOfItem,
    OrdinanceAffair,
    OrdinanceProcedure,
    StatuteRow,
    StatuteTable,
    class_name,
    kind_name,
    rows_in_force,
)
from mizuhiki.vocabulary.statute.ordinances import LONGEST_PROCEDURE, LONGEST_SLUG, LONGEST_TITLE, SLUG, TABLE_2

FIELDS = {
    AffairField.WELFARE_MEDICAL.value: N_("Welfare and health"),
    AffairField.TAX.value: N_("Local tax"),
    AffairField.DISASTER.value: N_("Disaster"),
}
PROCEDURES = range(1, 6)
PARTS = ("slug", "title_ja", "title_en")
ASKED = "asked"
NAMES = (
    ASKED,
    "slug",
    "title_ja",
    "title_en",
    "field",
    "ordinance",
    *(f"procedure_{place}_{part}" for place in PROCEDURES for part in PARTS),
    "valid_from",
    "valid_until",
)
"""Everything that is typed once the item is chosen."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item of table 2 that is law on a day: its number, the Act's affairs it is about, and what it names."""

    number: str
    affairs: tuple[str, ...]
    named: tuple[AskedOfItem, ...]

    def title(self, language: str) -> str:
        """Return the titles of its affairs."""
        found = [StatuteTable.load().affair(code) for code in self.affairs]
        return "; ".join(one.title_en if language == "en" else one.title_ja for one in found)


@functools.lru_cache(maxsize=8)
def items_on(day: date) -> dict[str, Item]:
    """Return the items of table 2 in force on a day, by number, in the order of the table."""
    rows: dict[str, list[StatuteRow]] = {}
    for row in rows_in_force(StatuteTable.load().rows, day):
        if row.number.startswith(TABLE_2):
            rows.setdefault(row.number, []).append(row)
    return {
        number: Item(
            number,
            tuple(dict.fromkeys(row.affair for row in rows[number])),
            tuple(dict.fromkeys(AskedOfItem(row.provider_class, row.kind) for row in rows[number])),
        )
        for number in sorted(rows, key=_order)
    }


def _order(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split("-"))


def coded(one: AskedOfItem) -> str:
    """Return a provider and a kind as the form sends them."""
    return f"{one.provider_class}/{one.kind}"


class OrdinanceEntry:
    """Reads a typed affair; whatever is wrong is told beside its field."""

    def __init__(self, form: Form, translate: Callable[..., str], item: Item) -> None:
        self._form = form
        self._ = translate
        self._item = item

    def choices(self, language: str) -> list[Choice]:
        """Return what the item names, to be ticked."""
        _ = self._
        return [
            Choice(
                coded(one),
                _(
                    "%(kind)s, from: %(provider)s",
                    kind=kind_name(one.kind).in_language(language),
                    provider=class_name(one.provider_class).in_language(language),
                ),
            )
            for one in self._item.named
        ]

    def read(self, institution: InstitutionId) -> OrdinanceAffair | None:
        """Return the affair; nothing when something is wrong."""
        _, form = self._, self._form
        asked = self._asked()
        slug = self._slug("slug", LONGEST_SLUG)
        title_ja, title_en = self._title("title_ja"), self._title("title_en")
        field = form.choose("field", tuple(FIELDS), _("Choose the field"))
        ordinance = self._title("ordinance", _("Enter the name of the ordinance and the article"))
        procedures = self._procedures()
        day = _("Enter the day like 2019-12-02")
        begins = form.parse("valid_from", parse_date, day)
        ends = form.parse_if_given("valid_until", parse_date, day)
        if begins is not None and ends is not None and ends < begins:
            form.refuse("valid_until", _("The last day is before the first"))
        if not form.good or begins is None:
            return None
        return OrdinanceAffair(
            institution=institution,
            slug=slug,
            title_ja=title_ja,
            title_en=title_en,
            field=AffairField(field),
            ordinance=ordinance,
            item=self._item.number,
            asked=asked,
            procedures=procedures,
            valid_from=begins,
            valid_until=ends,
        )

    def _asked(self) -> tuple[AskedOfItem, ...]:
        known = {coded(one): one for one in self._item.named}
        ticked = dict.fromkeys(self._form.all(ASKED))
        if not ticked:
            self._form.refuse(ASKED, self._("Tick what the affair asks for"))
        if not ticked.keys() <= known.keys():
            self._form.refuse(ASKED, self._("The item does not name this provider and kind"))
        return tuple(known[one] for one in ticked if one in known)

    def _slug(self, name: str, longest: int) -> str:
        _ = self._
        slug = self._form.require(name, _("Enter a short name"))
        if slug and (not SLUG.match(slug) or len(slug) > longest):
            message = _(
                "Lower-case letters, digits and single hyphens, at most %(longest)s characters", longest=longest
            )
            self._form.refuse(name, message)
        return slug

    def _title(self, name: str, missing: str = "") -> str:
        _ = self._
        title = self._form.require(name, missing or _("Enter the title"))
        if len(title) > LONGEST_TITLE:
            self._form.refuse(name, _("At most %(longest)s characters", longest=LONGEST_TITLE))
        return title

    def _procedures(self) -> tuple[OrdinanceProcedure, ...]:
        """Return the procedures that are filled in; of one that is begun every part is needed."""
        _, form = self._, self._form
        found: list[OrdinanceProcedure] = []
        for place in PROCEDURES:
            names = [f"procedure_{place}_{part}" for part in PARTS]
            if not any(form.value(name) for name in names):
                continue
            slug, title_ja, title_en = names
            one = OrdinanceProcedure(self._slug(slug, LONGEST_PROCEDURE), self._title(title_ja), self._title(title_en))
            if one.slug and one.slug in {other.slug for other in found}:
                form.refuse(slug, _("Another procedure has this short name"))
            found.append(one)
        if not found:
            form.refuse("procedure_1_slug", _("Describe at least one procedure"))
        return tuple(found)
