"""What stands on each certificate (住基法7条, 12条, 15条の4, 17条, 20条, 30条の45; R-037, R-040, R-044)."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.documents.errors import PrintRecordIncomplete
from mizuhiki.vocabulary.dates import DateStyle, format_date
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import Sex

OMITTED = "（省略）"
NOTHING = "－"
"""Stands where an item was asked for and the record holds none, as the period of stay of a permanent resident."""
_SEX = {Sex.MALE: "男", Sex.FEMALE: "女", Sex.NOT_STATED: "－"}


class ResidentItem(enum.Enum):
    """Items of a resident record with their names on paper, in the order of the page."""

    NAME = "氏名"
    READING = "氏名の振り仮名"
    FORMER_NAME = "旧氏"
    COMMON_NAME = "通称"
    BIRTH_DATE = "生年月日"
    SEX = "性別"
    HEAD = "世帯主の氏名"
    RELATIONSHIP = "続柄"
    RESIDENT_SINCE = "住民となった年月日"
    FOREIGN_RESIDENT_SINCE = "外国人住民となった年月日"
    ADDRESS_SINCE = "住所を定めた年月日"
    NOTIFIED_ON = "届出年月日"
    ADDRESS = "住所"
    PREVIOUS_ADDRESS = "前住所"
    REGISTERED_DOMICILE = "本籍"
    HEAD_OF_FAMILY_REGISTER = "筆頭者"
    NATIONALITY = "国籍・地域"
    CATEGORY = "法第30条の45に規定する区分"
    STATUS = "在留資格"
    PERIOD = "在留期間等"
    PERIOD_ENDS_ON = "在留期間の満了の日"
    CARD_NUMBER = "在留カード等の番号"
    RECORD_CODE = "住民票コード"
    NUMBER = "個人番号"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Who issues a certificate, when, and under which number; `mayor` is the title with the name."""

    number: str
    issued_on: date
    municipality: str
    mayor: str

    def __post_init__(self) -> None:
        for item in ("number", "municipality", "mayor"):
            if not getattr(self, item).strip():
                raise PrintRecordIncomplete(item=item)

    @property
    def seal(self) -> str:
        """The words of the seal: the office without the person's name."""
        return self.mayor.split("\u3000", 1)[0] + "之印"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignResident:
    """The items that a foreign resident has instead of a registered domicile; an empty one is printed as left out."""

    nationality: str = ""
    category: str = ""
    status: str = ""
    period: str = ""
    period_ends_on: date | None = None
    card_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentEntry:
    """One resident as printed. None and empty mean: left out at the applicant's wish or by default (R-040).

    Unless the item is among those `asked` for: then the record holds nothing there.

    `resident_since` of a foreign resident is the day they became one (30条の45), which stands in place of 7条6号.
    """

    name: str
    birth_date: date
    sex: Sex
    address: str
    resident_since: date
    reading: str = ""
    former_name: str = ""
    common_name: str = ""
    head: str = ""
    relationship: str = ""
    address_since: date | None = None
    notified_on: date | None = None
    previous_address: str = ""
    registered_domicile: str = ""
    head_of_family_register: str = ""
    foreign: ForeignResident | None = None
    record_code: ResidentRecordCode | None = None
    number: IndividualNumber | None = None
    asked: frozenset[ResidentItem] = frozenset()

    def __post_init__(self) -> None:
        for item in ("name", "address"):
            if not getattr(self, item).strip():
                raise PrintRecordIncomplete(item=item)

    def _day(self, day: date | None) -> str:
        if day is None:
            return ""
        return format_date(day, DateStyle.WAREKI)

    def _born(self) -> str:
        style = DateStyle.WAREKI if self.foreign is None else DateStyle.WESTERN_JAPANESE
        return format_date(self.birth_date, style)

    def values(self) -> dict[ResidentItem, str]:
        """Return every item this kind of resident has; empty ones are left out on the page.

        Former and common names stand only where somebody has one.
        """
        found = {
            ResidentItem.NAME: self.name,
            ResidentItem.READING: self.reading,
            ResidentItem.FORMER_NAME: self.former_name,
            ResidentItem.COMMON_NAME: self.common_name,
            ResidentItem.BIRTH_DATE: self._born(),
            ResidentItem.SEX: _SEX[self.sex],
            ResidentItem.HEAD: self.head,
            ResidentItem.RELATIONSHIP: self.relationship,
            self._since_item(): self._day(self.resident_since),
            ResidentItem.ADDRESS_SINCE: self._day(self.address_since),
            ResidentItem.NOTIFIED_ON: self._day(self.notified_on),
            ResidentItem.ADDRESS: self.address,
            ResidentItem.PREVIOUS_ADDRESS: self.previous_address,
            **(self._japanese() if self.foreign is None else self._foreign(self.foreign)),
            ResidentItem.RECORD_CODE: self.record_code.reveal() if self.record_code is not None else "",
            ResidentItem.NUMBER: _spaced(self.number),
        }
        only_where_given = (ResidentItem.READING, ResidentItem.FORMER_NAME, ResidentItem.COMMON_NAME)
        return {item: text for item, text in found.items() if text or item not in only_where_given}

    def _since_item(self) -> ResidentItem:
        return ResidentItem.RESIDENT_SINCE if self.foreign is None else ResidentItem.FOREIGN_RESIDENT_SINCE

    def _japanese(self) -> dict[ResidentItem, str]:
        return {
            ResidentItem.REGISTERED_DOMICILE: self.registered_domicile,
            ResidentItem.HEAD_OF_FAMILY_REGISTER: self.head_of_family_register,
        }

    def _foreign(self, items: ForeignResident) -> dict[ResidentItem, str]:
        ends = items.period_ends_on
        return {
            ResidentItem.NATIONALITY: items.nationality,
            ResidentItem.CATEGORY: items.category,
            ResidentItem.STATUS: items.status,
            ResidentItem.PERIOD: items.period,
            ResidentItem.PERIOD_ENDS_ON: format_date(ends, DateStyle.WESTERN_JAPANESE) if ends is not None else "",
            ResidentItem.CARD_NUMBER: items.card_number,
        }


def _spaced(number: IndividualNumber | None) -> str:
    if number is None:
        return ""
    digits = number.reveal()
    return f"{digits[:4]} {digits[4:8]} {digits[8:]}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A label with its value; `wide` cells take a whole row."""

    label: str
    value: str
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Cells that stay on one page under a heading."""

    heading: str
    cells: tuple[Cell, ...]


_WIDE = frozenset(
    {
        ResidentItem.NAME,
        ResidentItem.READING,
        ResidentItem.COMMON_NAME,
        ResidentItem.ADDRESS,
        ResidentItem.PREVIOUS_ADDRESS,
        ResidentItem.REGISTERED_DOMICILE,
        ResidentItem.CATEGORY,
    }
)


def _cells(entry: ResidentEntry, items: Sequence[ResidentItem] | None = None) -> tuple[Cell, ...]:
    values = entry.values()
    wanted = values if items is None else [item for item in ResidentItem if item in items and item in values]
    return tuple(
        Cell(item.value, values[item] or (NOTHING if item in entry.asked else OMITTED), item in _WIDE)
        for item in wanted
    )


def _heading(number: int, total: int) -> str:
    return "" if total == 1 else f"世帯員 {number}／{total}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentCopy:
    """住民票の写し of a whole household or some of its members, Japanese and foreign ones on one copy (R-044)."""

    title = "住民票の写し"
    statement = "この写しは、住民票の原本と相違ないことを証明する。"

    issue: Issue
    address: str
    head: str
    residents: tuple[ResidentEntry, ...]

    def __post_init__(self) -> None:
        _require_some(self.residents)

    def groups(self) -> tuple[Group, ...]:
        """Return the household and each member."""
        total = len(self.residents)
        return (
            Group("", (Cell("住所", self.address, wide=True), Cell("世帯主", self.head or OMITTED, wide=True))),
            *(Group(_heading(place, total), _cells(entry)) for place, entry in enumerate(self.residents, start=1)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentStatement:
    """住民票記載事項証明書: the items that the applicant asked to have certified, and no other."""

    title = "住民票記載事項証明書"
    statement = "上記の事項は、住民票に記載されていることを証明する。"

    issue: Issue
    residents: tuple[ResidentEntry, ...]
    items: frozenset[ResidentItem]

    def __post_init__(self) -> None:
        _require_some(self.residents)
        if not self.items:
            raise PrintRecordIncomplete(item="items")

    def groups(self) -> tuple[Group, ...]:
        """Return each person with the chosen items."""
        total = len(self.residents)
        wanted = tuple(self.items)
        return tuple(
            Group(_heading(place, total), _cells(entry, wanted)) for place, entry in enumerate(self.residents, start=1)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedEntry:
    """A removed record: the entry as it last stood, when and why it was removed, and where the person went."""

    entry: ResidentEntry
    removed_on: date
    reason: str
    reason_on: date
    destination: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedRecordCopy:
    """除票の写し (住基法15条の4)."""

    title = "住民票の除票の写し"
    statement = "この写しは、住民票の除票の原本と相違ないことを証明する。"

    issue: Issue
    removed: tuple[RemovedEntry, ...]

    def __post_init__(self) -> None:
        _require_some(self.removed)

    def groups(self) -> tuple[Group, ...]:
        """Return each removed record, the removal after its items."""
        total = len(self.removed)
        return tuple(
            Group(_heading(place, total), (*_cells(one.entry), *_removal(one)))
            for place, one in enumerate(self.removed, start=1)
        )


def _removal(removed: RemovedEntry) -> tuple[Cell, ...]:
    cells = (
        Cell("消除の事由", removed.reason),
        Cell("事由の生じた年月日", format_date(removed.reason_on, DateStyle.WAREKI)),
        Cell("消除年月日", format_date(removed.removed_on, DateStyle.WAREKI), wide=True),
    )
    return (*cells, Cell("転出先", removed.destination, wide=True)) if removed.destination else cells


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressEntry:
    """An address of the supplement and since when it was the person's."""

    address: str
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementEntry:
    """A person of the supplement with every address, oldest first; birth date and sex are given from 2022 on."""

    name: str
    addresses: tuple[AddressEntry, ...]
    birth_date: date | None = None
    sex: Sex | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementCopy:
    """戸籍の附票の写し (住基法17条, 20条)."""

    title = "戸籍の附票の写し"
    statement = "この写しは、戸籍の附票の原本と相違ないことを証明する。"

    issue: Issue
    registered_domicile: str
    head_of_family_register: str
    entries: tuple[SupplementEntry, ...]

    def __post_init__(self) -> None:
        _require_some(self.entries)

    def groups(self) -> tuple[Group, ...]:
        """Return the family register's name and each person with the addresses."""
        domicile = Cell("本籍", self.registered_domicile or OMITTED, wide=True)
        first = Cell("筆頭者", self.head_of_family_register or OMITTED, wide=True)
        total = len(self.entries)
        return (
            Group("", (domicile, first)),
            *(
                Group("" if total == 1 else f"名 {place}／{total}", _supplement(entry))
                for place, entry in enumerate(self.entries, start=1)
            ),
        )


def _supplement(entry: SupplementEntry) -> tuple[Cell, ...]:
    cells = [Cell("名", entry.name, wide=True)]
    if entry.birth_date is not None:
        cells.append(Cell("生年月日", format_date(entry.birth_date, DateStyle.WAREKI)))
    if entry.sex is not None:
        cells.append(Cell("性別", _SEX[entry.sex]))
    for one in entry.addresses:
        cells.append(Cell("住所", one.address, wide=True))
        cells.append(Cell("住所を定めた年月日", format_date(one.since, DateStyle.WAREKI), wide=True))
    return tuple(cells)


def _require_some(entries: Sequence[object]) -> None:
    if not entries:
        raise PrintRecordIncomplete(item="residents")


Certificate = ResidentCopy | ResidentStatement | RemovedRecordCopy | SupplementCopy
