"""Reasons of change (異動事由) that travel with identification information (住基法30条の6; 住基法施行令30条の5)."""

from __future__ import annotations

import enum


class ChangeReason(enum.StrEnum):
    """Why the register entry changed; `initial` is the first transfer of an existing register."""

    MOVE_IN = "move-in"
    BIRTH = "birth"
    EX_OFFICIO_ENTRY = "ex-officio-entry"
    MOVE_OUT = "move-out"
    MOVE_ABROAD = "move-abroad"
    DEATH = "death"
    EX_OFFICIO_REMOVAL = "ex-officio-removal"
    MOVE_WITHIN = "move-within"
    EX_OFFICIO_CORRECTION = "ex-officio-correction"
    MINOR_CORRECTION = "minor-correction"
    CODE_CHANGE = "code-change"
    NUMBER_CHANGE = "number-change"
    INITIAL = "initial"

    @property
    def enters(self) -> bool:
        """Whether a person is entered into a register by it."""
        return self in _ENTERING

    @property
    def removes(self) -> bool:
        """Whether a person is removed from a register by it."""
        return self in _REMOVING

    @property
    def title_ja(self) -> str:
        """The official Japanese word."""
        return _TITLES[self]


_ENTERING = frozenset({ChangeReason.MOVE_IN, ChangeReason.BIRTH, ChangeReason.EX_OFFICIO_ENTRY, ChangeReason.INITIAL})
_REMOVING = frozenset(
    {ChangeReason.MOVE_OUT, ChangeReason.MOVE_ABROAD, ChangeReason.DEATH, ChangeReason.EX_OFFICIO_REMOVAL}
)
_TITLES = {
    ChangeReason.MOVE_IN: "転入",
    ChangeReason.BIRTH: "出生",
    ChangeReason.EX_OFFICIO_ENTRY: "職権記載",
    ChangeReason.MOVE_OUT: "転出",
    ChangeReason.MOVE_ABROAD: "国外転出",
    ChangeReason.DEATH: "死亡",
    ChangeReason.EX_OFFICIO_REMOVAL: "職権消除",
    ChangeReason.MOVE_WITHIN: "転居",
    ChangeReason.EX_OFFICIO_CORRECTION: "職権修正",
    ChangeReason.MINOR_CORRECTION: "軽微な修正",
    ChangeReason.CODE_CHANGE: "住民票コード変更",
    ChangeReason.NUMBER_CHANGE: "個人番号変更",
    ChangeReason.INITIAL: "初期登録",
}
