"""A layout: which items one kind of information has, of which type, and how an absent item is told.

Every item of the layout is present in an answer. One without a value is None and has beside it
``<item>.absent`` with an `AbsenceReason`: silence and "does not apply" are different facts. The official standard
layouts are not public; these are our own, of the same shape, and claim no conformity.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from mizuhiki.vocabulary.errors import Malformed, NotFound

Scalar = str | int | bool | None
"""What an item's value may be on the wire."""

ABSENCE_SUFFIX = ".absent"
LONGEST_TEXT = 1000


class ItemType(enum.StrEnum):
    """Type of an item: `date` is an ISO day as text, `code` one of the listed values, `yen` a whole number of yen."""

    TEXT = "text"
    INTEGER = "integer"
    YEN = "yen"
    FLAG = "flag"
    DATE = "date"
    CODE = "code"


class AbsenceReason(enum.StrEnum):
    """Why an item has no value (未設定事由)."""

    NOT_APPLICABLE = "not-applicable"
    NOT_HELD = "not-held"
    NOT_YET_DETERMINED = "not-yet-determined"
    WITHHELD = "withheld"


_ABSENCE_REASONS = frozenset(AbsenceReason)
_NO_REASON = "none given"
_MISSING = "not in the answer"


class LayoutMismatch(Malformed):
    """The items do not follow the layout. Fields: `kind`, `version`, `item`, `reason`; never a value.

    `reason` is ``missing``, ``unknown``, ``wrong-type``, ``no-absence-reason``, ``absence-not-allowed`` or
    ``absence-with-value``.
    """

    code = "layout-mismatch"
    title = "The information does not follow its layout"


class NoLayout(NotFound):
    """No layout of that kind, of that version, or for that day."""

    code = "no-layout"
    title = "There is no such layout"


@dataclass(frozen=True, slots=True)
class CodeValue:
    """One value of a code with its names."""

    code: str
    title_ja: str
    title_en: str


def _is_whole(value: Scalar) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_flag(value: Scalar) -> bool:
    return isinstance(value, bool)


def _is_text(value: Scalar) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_TEXT


def _is_iso_day(value: Scalar) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


_TESTS: Mapping[ItemType, Callable[[Scalar], bool]] = {
    ItemType.TEXT: _is_text,
    ItemType.INTEGER: _is_whole,
    ItemType.YEN: _is_whole,
    ItemType.FLAG: _is_flag,
    ItemType.DATE: _is_iso_day,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutItem:
    """One item; `optional` items may be absent with a reason. `values` lists a code's values with their names.

    `accepts` says whether a present value has the item's type, `absence` is where the reason of an absent one stands.
    """

    name: str
    type: ItemType
    title_ja: str
    title_en: str
    optional: bool = False
    values: tuple[CodeValue, ...] = ()
    accepts: Callable[[Scalar], bool] = field(init=False, repr=False, compare=False)
    absence: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Made once: every item of every answer is tested.
        codes = frozenset(one.code for one in self.values)
        test = codes.__contains__ if self.type is ItemType.CODE else _TESTS[self.type]
        object.__setattr__(self, "accepts", test)
        object.__setattr__(self, "absence", self.name + ABSENCE_SUFFIX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One version of a kind's layout. New answers use it from `valid_from`; it is accepted to `valid_until`."""

    kind: str
    version: str
    title_ja: str
    title_en: str
    items: tuple[LayoutItem, ...]
    valid_from: date
    valid_until: date | None

    def accepted_on(self, day: date) -> bool:
        """Whether an answer in this version is accepted on `day`."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def validate(self, items: Mapping[str, Scalar]) -> None:
        """Check an answer strictly: every item, no other, each of its type or absent with a reason.

        Raises:
            LayoutMismatch: at the first fault, in layout order.
        """
        absent = sum([self._validate_item(item, items) for item in self.items])
        if len(items) == len(self.items) + absent:
            return
        known = {item.name for item in self.items}
        for name in items:
            if name.removesuffix(ABSENCE_SUFFIX) not in known:
                raise self._mismatch("?", "unknown")

    def _validate_item(self, item: LayoutItem, items: Mapping[str, Scalar]) -> bool:
        """Check one item; return whether it is absent with its reason, which is then the other name it takes."""
        value = items.get(item.name, _MISSING)
        if value is _MISSING:
            raise self._mismatch(item.name, "missing")
        reason = items.get(item.absence, _NO_REASON)
        if value is not None:
            if reason is not _NO_REASON:
                raise self._mismatch(item.name, "absence-with-value")
            if not item.accepts(value):
                raise self._mismatch(item.name, "wrong-type")
            return False
        if not item.optional:
            raise self._mismatch(item.name, "absence-not-allowed")
        if reason not in _ABSENCE_REASONS:
            raise self._mismatch(item.name, "no-absence-reason")
        return True

    def _mismatch(self, item: str, reason: str) -> LayoutMismatch:
        return LayoutMismatch(kind=self.kind, version=self.version, item=item, reason=reason)
