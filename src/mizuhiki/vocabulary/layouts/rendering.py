"""An answer in words for people: titles, dates in the era, yen, names of codes, reasons for what is absent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mizuhiki.vocabulary.dates import to_wareki
from mizuhiki.vocabulary.layouts.layout import ABSENCE_SUFFIX, AbsenceReason, ItemType, Layout, LayoutItem, Scalar

_FLAGS = {True: ("あり", "Yes"), False: ("なし", "No")}
_ABSENT = {
    AbsenceReason.NOT_APPLICABLE: ("該当なし", "Does not apply"),
    AbsenceReason.NOT_HELD: ("保有していない", "Not held"),
    AbsenceReason.NOT_YET_DETERMINED: ("未決定", "Not yet determined"),
    AbsenceReason.WITHHELD: ("不開示", "Withheld"),
}


@dataclass(frozen=True, slots=True)
class ReadableItem:
    """One line: the item's name on the wire, its title and its value in words; `absent` where there is no value."""

    name: str
    title: str
    text: str
    absent: bool


def readable(layout: Layout, items: Mapping[str, Scalar], language: str) -> list[ReadableItem]:
    """Return the answer's items in layout order, in English for ``en`` and in Japanese for all else.

    Raises:
        LayoutMismatch: the items do not follow the layout.
    """
    layout.validate(items)
    english = language == "en"
    return [_line(item, items, english=english) for item in layout.items]


def _line(item: LayoutItem, items: Mapping[str, Scalar], *, english: bool) -> ReadableItem:
    title = item.title_en if english else item.title_ja
    value = items[item.name]
    if value is None:
        reason = AbsenceReason(str(items[item.name + ABSENCE_SUFFIX]))
        return ReadableItem(item.name, title, _ABSENT[reason][english], absent=True)
    return ReadableItem(item.name, title, _words(item, value, english=english), absent=False)


def _words(item: LayoutItem, value: str | int | bool, *, english: bool) -> str:  # noqa: FBT001 - one of a layout's values
    match item.type:
        case ItemType.FLAG:
            return _FLAGS[bool(value)][english]
        case ItemType.YEN:
            return f"¥{value:,}" if english else f"{value:,}円"
        case ItemType.DATE:
            day = date.fromisoformat(str(value))
            return day.isoformat() if english else to_wareki(day)
        case ItemType.CODE:
            [named] = [one for one in item.values if one.code == value]
            return named.title_en if english else named.title_ja
        case ItemType.INTEGER | ItemType.TEXT:
            return str(value)
