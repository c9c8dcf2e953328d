"""Which section has which pages; people of other sections are offered none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mizuhiki.casework.web import CaseDesk, CasePages, ClaimPage, ClaimWords, FieldOfWork, SavingsPage
from mizuhiki.casework.web import ClaimScreens as DeclaredScreens
from mizuhiki.institutions.municipality.domain.claims import childrens_medical_aid as childrens_aid
from mizuhiki.institutions.municipality.domain.claims.sections import APPROVER, CLERK, section_of
from mizuhiki.institutions.municipality.operations.claims.records import ClaimRecords
from mizuhiki.institutions.municipality.operations.claims.sections import SectionAuthority
from mizuhiki.institutions.municipality.operations.claims.service import Claims
from mizuhiki.institutions.municipality.web.claims import (
    childcare,
    childrens_medical_aid,
    medical_aid,
    public_assistance,
)
from mizuhiki.institutions.municipality.web.claims.assistance_changes import AssistanceChangePage
from mizuhiki.institutions.municipality.web.claims.care_premium import PremiumScreens
from mizuhiki.institutions.municipality.web.claims.child_rearing import ChildRearingScreens
from mizuhiki.institutions.municipality.web.claims.disability_services import ServicesScreens
from mizuhiki.institutions.municipality.web.claims.housing import HousingScreens
from mizuhiki.institutions.municipality.web.claims.page import ClaimPages, ClaimScreens
from mizuhiki.institutions.municipality.web.claims.wording import N_
from mizuhiki.runtime.pages import Link, Site
from mizuhiki.vocabulary.affairs import is_ordinance_affair, ordinance_affair_code
from mizuhiki.vocabulary.ids import InstitutionId


@dataclass(frozen=True, slots=True)
class _Counter:
    """One procedure's counter: its titles, the basis of its work, and screens of its own or words of its claim.

    `path` stands for the affair where an affair has several procedures, or is called differently in every city.
    """

    affair: str
    title: str
    new: str
    basis: str
    screens: Callable[[CaseDesk[ClaimRecords]], ClaimScreens] | None = None
    words: ClaimWords | None = None
    path: str = ""

    @property
    def prefix(self) -> str:
        return f"/claims/{self.path or self.affair}"

    @property
    def has_files(self) -> bool:
        """Whether files of inquiries are handed in here: once for each affair."""
        return not self.path or is_ordinance_affair(self.affair)

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
    _Counter(
        "childcare-support",
        N_("Certification for childcare"),
        N_("New application for childcare certification"),
        "子ども・子育て支援法19条–21条; 番号法9条1項, 19条8号",
        words=childcare.WORDS,
    ),
    _Counter(
        "disability-services",
        N_("Medical aid for persons with disabilities"),
        N_("New application for medical aid"),
        "障害者総合支援法52条–58条; 番号法9条1項, 19条8号",
        words=medical_aid.WORDS,
        path="medical-aid",
    ),
    _Counter(
        "public-assistance",
        N_("Public assistance"),
        N_("New application for public assistance"),
        "生活保護法19条, 24条, 28条, 29条; 番号法9条1項, 19条8号",
        words=public_assistance.WORDS,
    ),
)


def counters_of(institution: InstitutionId) -> tuple[_Counter, ...]:
    """Return the counters of one city: those of Acts, and that of its own ordinance."""
    own = _Counter(
        ordinance_affair_code(institution, childrens_aid.SLUG),
        N_("Medical aid for children"),
        N_("New application for medical aid for children"),
        f"{childrens_aid.ORDINANCE}; 番号法9条2項, 19条9号",
        words=childrens_medical_aid.words_of(institution),
        path=childrens_aid.SLUG,
    )
    return (*COUNTERS, own)


def claim_links(institution: InstitutionId) -> tuple[Link, ...]:
    """Return the navigation of the sections, each shown to its own people."""
    links: list[Link] = []
    counters = counters_of(institution)
    for counter in counters:
        clerks = frozenset(role for role in counter.roles if role.endswith(CLERK))
        links.append(Link(counter.prefix, counter.title, counter.roles))
        links.append(Link(f"{counter.prefix}/new", counter.new, clerks))
    sections: dict[frozenset[str], str] = {}
    for counter in counters:
        sections.setdefault(counter.roles, counter.prefix)
    for roles, prefix in sections.items():
        links.append(Link(f"{prefix}/savings", N_("Papers and visits saved"), roles))
    return tuple(links)


def claim_pages(site: Site, claims: Claims, authority: SectionAuthority) -> None:
    """Add the pages of every section to the site."""
    for counter in counters_of(site.environment.institution):
        desk = CaseDesk(site, claims, authority, FieldOfWork(counter.affair, counter.basis))
        SavingsPage(desk, f"{counter.prefix}/savings")
        if counter.screens is not None:
            screens = counter.screens(desk)
            ClaimPages(desk, claims, screens, counter.prefix)
            CasePages(desk, screens, prefix=counter.prefix, procedure=screens.procedure)
        elif counter.words is not None:
            ClaimPage(desk, counter.words, counter.prefix)
            _declared_cases(desk, claims, counter.words, counter.prefix, files=counter.has_files)


def _declared_cases(
    desk: CaseDesk[ClaimRecords], claims: Claims, words: ClaimWords, prefix: str, *, files: bool
) -> None:
    """Add the pages of cases whose claim is declared; public assistance has the record of a visit beside them."""
    if words is public_assistance.WORDS:
        visit = public_assistance.InvestigationPage(desk, claims, prefix)
        changes = AssistanceChangePage(desk, claims, prefix)
        screens = public_assistance.AssistanceScreens(desk)
        CasePages(
            desk,
            screens,
            prefix=prefix,
            procedure=words.procedure,
            more=lambda file: [*visit.steps(file), *changes.steps(file)],
            files=files,
        )
    else:
        CasePages(desk, DeclaredScreens(desk, [words]), prefix=prefix, procedure=words.procedure, files=files)
