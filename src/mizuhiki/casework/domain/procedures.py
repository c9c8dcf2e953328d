"""What a procedure wants to know of whom, from which holder: stated as data by the body that carries it out.

Which papers it asked for before stands in `vocabulary.statute` (R-234 … R-251) and is not repeated here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from mizuhiki.casework.domain.cases import Case, Notice, Payment, Proposal
from mizuhiki.casework.domain.errors import HolderUnknown
from mizuhiki.casework.domain.findings import Findings
from mizuhiki.casework.domain.persons import Person, Role, Subject
from mizuhiki.vocabulary import statute
from mizuhiki.vocabulary.dates import fiscal_year
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id, parse_institution_id
from mizuhiki.vocabulary.layouts import Scalar

Holder = Callable[[Person, Subject, Mapping[str, Scalar]], InstitutionId]
"""Says who holds the information about one person of a case; the mapping is what the claim states.

Raises:
    HolderUnknown: nothing says it.
"""
JUNE = 6
"""Municipal tax is assessed by June (地方税法319条の2, 321条の4); before, the year before is the newest."""


def municipality_of_1_january(_person: Person, subject: Subject, _stated: Mapping[str, Scalar]) -> InstitutionId:
    """Return the municipality that taxes the person (地方税法39条, 318条: residence on 1 January)."""
    return institution_id(InstitutionKind.MUNICIPALITY, subject.lived_on_1_january)


def municipality_of_residence(person: Person, _subject: Subject, _stated: Mapping[str, Scalar]) -> InstitutionId:
    """Return the municipality where the register knows the person."""
    return institution_id(InstitutionKind.MUNICIPALITY, person.municipality_code)


def in_prefecture_of_residence(kind: str) -> Holder:
    """Return a rule for a holder of which each prefecture has one, such as its welfare section."""

    def holder(person: Person, _subject: Subject, _stated: Mapping[str, Scalar]) -> InstitutionId:
        return parse_institution_id(f"{kind}-{person.municipality_code[:2]}")

    return holder


def the_one(kind: str) -> Holder:
    """Return a rule for a holder of which there is one, such as ``pension-service``."""

    def holder(_person: Person, _subject: Subject, _stated: Mapping[str, Scalar]) -> InstitutionId:
        return parse_institution_id(kind)

    return holder


def as_stated(item: str, kind: str) -> Holder:
    """Return a rule for a holder that the claim names in `item`, such as the insurer on the insurance card."""

    def holder(_person: Person, _subject: Subject, stated: Mapping[str, Scalar]) -> InstitutionId:
        named = stated.get(item)
        if not isinstance(named, str) or not named:
            raise HolderUnknown(kind=kind)
        return parse_institution_id(named)

    return holder


def newest_tax_year(day: date) -> int:
    """Return the newest fiscal year whose municipal tax is assessed on `day`."""
    return day.year if day.month >= JUNE else day.year - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One kind of information wanted of everybody in `of`.

    `when_stated` names a statement of the claim without which it is not asked, since nothing needless is asked.
    `year` gives the fiscal year from the day of receipt, unless the claim states it in `year_stated`.
    `paper_items` are the items of the layout that a clerk reads from a paper where linkage gave nothing.
    `no_data_suffices` where having no record is an answer the rule can use.
    """

    kind: str
    of: tuple[Role, ...]
    holder: Holder
    year: Callable[[date], int] = fiscal_year
    year_stated: str = ""
    when_stated: str = ""
    paper_items: tuple[str, ...] = ()
    no_data_suffices: bool = False

    def year_in(self, case: Case) -> int:
        """Return the fiscal year that is asked about in a case."""
        stated = case.stated.get(self.year_stated) if self.year_stated else None
        return self.year(case.received_on) if stated is None else int(stated)


@dataclass(frozen=True, slots=True)
class Required:
    """One question that a case raises: a kind about one person for one fiscal year."""

    wanted: Wanted
    subject: Subject
    year: int

    @property
    def kind(self) -> str:
        """Return the kind of information."""
        return self.wanted.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """A procedure as an office carries it out; `code` is that of `vocabulary.statute.procedures`.

    `decide` is the rule: pure, dated, cited. `notice` puts a decision into words. `pay` gives the next payment due on
    a day, or None; it is left out where a decision pays nothing. `retention_years` count from the decision. `own` is
    the procedure of an affair under the body's own ordinance, which the list of the Act's procedures does not hold.
    """

    code: str
    wanted: tuple[Wanted, ...]
    decide: Callable[[Case, Findings], Proposal]
    notice: Callable[[Case], Notice]
    retention_years: int
    pay: Callable[[Case, date], Payment | None] | None = None
    own: statute.Procedure | None = None

    @property
    def words(self) -> statute.Procedure:
        """Return titles and source."""
        return self.own or statute.procedure(self.code)

    @property
    def affair(self) -> str:
        """Return the affair whose procedure it is."""
        return self.words.affair

    @property
    def papers(self) -> tuple[statute.Paper, ...]:
        """Return the papers asked for before the office asked itself."""
        return statute.papers_before(self.code)

    def required(self, case: Case) -> tuple[Required, ...]:
        """Return what must be known before a decision, in the order of the procedure, then of the people."""
        return tuple(
            Required(wanted, subject, wanted.year_in(case))
            for wanted in self.wanted
            if not wanted.when_stated or case.stated.get(wanted.when_stated)
            for subject in case.subjects
            if subject.role in wanted.of
        )
