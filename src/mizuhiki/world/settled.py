"""Households whose members are in the register."""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.world.people import InventedHousehold


@dataclass(frozen=True, slots=True)
class Settled:
    """A household with the record tokens of its members, in order."""

    household: InventedHousehold
    residents: tuple[str, ...]
