"""Which section has which pages; people of other sections are offered none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mizuhiki.casework.web import CaseDesk, CasePages, FieldOfWork, SavingsPage
from mizuhiki.institutions.municipality.domain.claims.sections import APPROVER, CLERK, section_of
from mizuhiki.institutions.municipality.operations.claims.records import ClaimRecords
from mizuhiki.institutions.municipality.operations.claims.sections import SectionAuthority
from mizuhiki.institutions.municipality.operations.claims.service import Claims
from mizuhiki.institutions.municipality.web.claims.care_premium import PremiumScreens
from mizuhiki.institutions.municipality.web.claims.child_rearing import ChildRearingScreens
from mizuhiki.institutions.municipality.web.claims.disability_services import ServicesScreens
from mizuhiki.institutions.municipality.web.claims.housing import HousingScreens
from mizuhiki.institutions.municipality.web.claims.page import ClaimPages, ClaimScreens
from mizuhiki.institutions.municipality.web.claims.wording import N_
from mizuhiki.runtime.pages import Link, Site


@dataclass(frozen=True, slots=True)
class _Counter:
    """One affair's counter: its title, its new claim, the basis of its work and its screens."""

    affair: str
    title: str
    new: str
    basis: str
    screens: Callable[[CaseDesk[ClaimRecords]], ClaimScreens]

    @property
    def prefix(self) -> str:
        return f"/claims/{self.affair}"

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(f"{section_of(self.affair)}-{duty}" for duty in (CLERK, APPROVER))


COUNTERS = (
    _Counter(
        "child-rearing-allowance",
        N_("Child rearing allowance"),
        N_("New claim for the child rearing allowance"),
        "児童扶養手当法6条, 9条; 番号法9条1項, 19条8号",
        ChildRearingScreens,
    ),
    _Counter(
        "long-term-care-insurance",
        N_("Reduction of care premiums"),
        N_("New application for a lower care premium"),
        "介護保険法129条, 142条; 番号法9条1項, 19条8号",
        PremiumScreens,
    ),
    _Counter(
        "public-housing",
        N_("Public housing"),
        N_("New application for public housing"),
        "公営住宅法16条, 23条; 番号法9条1項, 19条8号",
        HousingScreens,
    ),
    _Counter(
        "disability-services",
        N_("Disability services"),
        N_("New application for disability services"),
        "障害者総合支援法19条–22条, 29条; 番号法9条1項, 19条8号",
        ServicesScreens,
    ),
)


def claim_links() -> tuple[Link, ...]:
    """Return the navigation of the sections, each shown to its own people."""
    links: list[Link] = []
    for counter in COUNTERS:
        clerks = frozenset(role for role in counter.roles if role.endswith(CLERK))
        links.append(Link(counter.prefix, counter.title, counter.roles))
        links.append(Link(f"{counter.prefix}/new", counter.new, clerks))
        links.append(Link(f"{counter.prefix}/savings", N_("Papers and visits saved"), counter.roles))
    return tuple(links)


def claim_pages(site: Site, claims: Claims, authority: SectionAuthority) -> None:
    """Add the pages of every section to the site."""
    for counter in COUNTERS:
        desk = CaseDesk(site, claims, authority, FieldOfWork(counter.affair, counter.basis))
        screens = counter.screens(desk)
        SavingsPage(desk, f"{counter.prefix}/savings")
        ClaimPages(desk, claims, screens, counter.prefix)
        CasePages(desk, screens, prefix=counter.prefix)
