"""Which section does which affairs, so that a housing clerk never opens a file of the welfare office (番号法12条)."""

from __future__ import annotations

from collections.abc import Mapping

CHILD, WELFARE, CARE, HOUSING = "child-section", "welfare-office", "care-section", "housing-section"
AFFAIRS: Mapping[str, frozenset[str]] = {
    CHILD: frozenset({"child-rearing-allowance", "childcare-support"}),
    CARE: frozenset({"long-term-care-insurance"}),
    HOUSING: frozenset({"public-housing"}),
    WELFARE: frozenset({"disability-services", "public-assistance"}),
}
"""Affairs by section. Roles are called ``<section>-clerk`` and ``<section>-approver``."""
CLERK, APPROVER = "clerk", "approver"
RECORDS = "records-officer"
"""Machinery that destroys what is no longer needed; it works for every section."""


def affairs_of_role(role: str) -> frozenset[str]:
    """Return the affairs that a role may work on; nothing for roles of no section."""
    if role == RECORDS:
        return frozenset().union(*AFFAIRS.values())
    section, _hyphen, duty = role.rpartition("-")
    return AFFAIRS.get(section, frozenset()) if duty in {CLERK, APPROVER} else frozenset()


def section_of(affair: str) -> str:
    """Return the section that does an affair; empty where none does."""
    return next((section for section, affairs in AFFAIRS.items() if affair in affairs), "")
