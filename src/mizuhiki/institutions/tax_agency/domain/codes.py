"""Codes of the published record (法人番号公表サイト リソース定義書): kind, process, cause of closure."""

from __future__ import annotations

import enum


class CorporationKind(enum.StrEnum):
    """法人種別. 499 holds bodies without registration and associations without legal personality."""

    STATE = "101"
    LOCAL_GOVERNMENT = "201"
    STOCK_COMPANY = "301"
    LIMITED_COMPANY = "302"
    GENERAL_PARTNERSHIP = "303"
    LIMITED_PARTNERSHIP = "304"
    LIMITED_LIABILITY_COMPANY = "305"
    OTHER_REGISTERED = "399"
    FOREIGN_COMPANY = "401"
    OTHER = "499"

    @property
    def registered(self) -> bool:
        """Whether a company registry keeps it, so that its base number is its registration number."""
        return self.value[0] == "3" or self is CorporationKind.FOREIGN_COMPANY


class KindGroup(enum.StrEnum):
    """The coarser kinds of the Web-API's parameter `kind`."""

    STATE = "01"
    LOCAL_GOVERNMENT = "02"
    REGISTERED = "03"
    FOREIGN_AND_OTHER = "04"

    @property
    def kinds(self) -> tuple[CorporationKind, ...]:
        """Return the kinds of this group: they share the first digit."""
        first = {"01": "1", "02": "2", "03": "3", "04": "4"}[self.value]
        return tuple(kind for kind in CorporationKind if kind.value.startswith(first))


class Process(enum.StrEnum):
    """処理区分: what made a line of the record."""

    NEW = "01"
    NAME = "11"
    ADDRESS = "12"
    FOREIGN_ADDRESS = "13"
    CLOSED = "21"
    REINSTATED = "22"
    MERGER = "71"
    MERGER_VOID = "72"
    NAME_ERASED = "81"
    DELETED = "99"


class CloseCause(enum.StrEnum):
    """登記記録の閉鎖等の事由."""

    LIQUIDATED = "01"
    MERGED = "11"
    CLOSED_BY_REGISTRAR = "21"
    OTHERWISE_LIQUIDATED = "31"
