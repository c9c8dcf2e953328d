"""Which section does which affairs, so that a housing clerk never opens a file of the welfare office (番号法12条)."""

from __future__ import annotations

from collections.abc import Mapping

from mizuhiki.institutions.municipality.domain.claims import childrens_medical_aid
from mizuhiki.vocabulary.affairs import is_ordinance_affair

CHILD, WELFARE, CARE, HOUSING = "child-section", "welfare-office", "care-section", "housing-section"
AFFAIRS: Mapping[str, frozenset[str]] = {
    CHILD: frozenset({"child-rearing-allowance", "childcare-support"}),
    CARE: frozenset({"long-term-care-insurance"}),
    HOUSING: frozenset({"public-housing"}),
    WELFARE: frozenset({"disability-services", "public-assistance"}),
}
"""Affairs of the Act by section. Roles are called ``<section>-clerk`` and ``<section>-approver``."""
ORDINANCES: Mapping[str, frozenset[str]] = {CHILD: frozenset({childrens_medical_aid.SLUG})}
"""Affairs of the city's own ordinances by section, by the last part of their codes."""
CLERK, APPROVER = "clerk", "approver"
RECORDS = "records-officer"
"""Machinery that destroys what is no longer needed; it works for every section."""


def may_work_on(role: str, affair: str) -> bool:
    """Tell whether a role may work on an affair; roles of no section work on none."""
    section = section_of(affair)
    if role == RECORDS:
        return bool(section)
    return bool(section) and role in {f"{section}-{CLERK}", f"{section}-{APPROVER}"}


def section_of(affair: str) -> str:
    """Return the section that does an affair; empty where none does. Whose ordinance it is others ask."""
    if is_ordinance_affair(affair):
        slug = affair.split("-", 2)[-1]
        return next((section for section, slugs in ORDINANCES.items() if slug in slugs), "")
    return next((section for section, affairs in AFFAIRS.items() if affair in affairs), "")
