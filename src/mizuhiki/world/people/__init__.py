"""Invented people: reproducible from a seed, shaped like the published age and sex pyramid."""

from mizuhiki.world.people.households import InventedHousehold, InventedMember, invent_households

__all__ = ["InventedHousehold", "InventedMember", "invent_households"]
