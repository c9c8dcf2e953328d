"""What the sections' procedures ask of whom, each said once: the kind, its holder and what a paper would show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from mizuhiki.casework.domain import (
    Role,
    Wanted,
    in_prefecture_of_residence,
    municipality_of_1_january,
    municipality_of_residence,
    newest_tax_year,
    the_one,
)

WELFARE_SECTION = "prefecture-welfare"


def resident_record(*of: Role) -> Wanted:
    """Ask whether somebody is a resident."""
    return Wanted(kind="resident-record", of=of, holder=municipality_of_residence, paper_items=("resident",))


def local_tax(*of: Role, items: tuple[str, ...], year: Callable[[date], int] = newest_tax_year) -> Wanted:
    """Ask for municipal tax; beside `items` a paper shows whether income was declared."""
    return Wanted(
        kind="local-tax",
        of=of,
        holder=municipality_of_1_january,
        year=year,
        paper_items=("declared", *items),
    )


def public_assistance(*of: Role) -> Wanted:
    """Ask whether public assistance is received, if the claim states it."""
    return Wanted(
        kind="public-assistance",
        of=of,
        holder=municipality_of_residence,
        when_stated="on_public_assistance",
        paper_items=("receiving",),
        no_data_suffices=True,
    )


def disability(*of: Role, when_stated: str = "", more_items: tuple[str, ...] = ()) -> Wanted:
    """Ask for a disability certificate; that there is none is an answer too."""
    return Wanted(
        kind="disability",
        of=of,
        holder=in_prefecture_of_residence(WELFARE_SECTION),
        when_stated=when_stated,
        paper_items=("certificate", *more_items),
        no_data_suffices=True,
    )


def child_rearing_allowance(*of: Role, more_items: tuple[str, ...] = ()) -> Wanted:
    """Ask whether the child rearing allowance is received, if the claim states it."""
    return Wanted(
        kind="child-rearing-allowance",
        of=of,
        holder=municipality_of_residence,
        when_stated="on_child_rearing_allowance",
        paper_items=("receiving", *more_items),
        no_data_suffices=True,
    )


def special_allowance(*of: Role, more_items: tuple[str, ...] = ()) -> Wanted:
    """Ask whether the special child rearing allowance is received, if the claim states it."""
    return Wanted(
        kind="special-child-rearing-allowance",
        of=of,
        holder=in_prefecture_of_residence(WELFARE_SECTION),
        when_stated="on_special_allowance",
        paper_items=("receiving", *more_items),
        no_data_suffices=True,
    )


def pension(*of: Role) -> Wanted:
    """Ask for pensions, if the claim states one."""
    return Wanted(
        kind="pension-benefit",
        of=of,
        holder=the_one("pension-service"),
        when_stated="on_pension",
        paper_items=("receiving", "annual_yen"),
        no_data_suffices=True,
    )


def unemployment_benefit(*of: Role) -> Wanted:
    """Ask for unemployment benefit, if the claim states it."""
    return Wanted(
        kind="unemployment-benefit",
        of=of,
        holder=the_one("public-employment-office"),
        when_stated="on_unemployment_benefit",
        paper_items=("recipient", "daily_basic_allowance_yen", "remaining_days"),
        no_data_suffices=True,
    )
