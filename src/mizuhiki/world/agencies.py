"""Gives some of the invented people insurance and disability records, by the bodies' own operations.

Shares: disability certificates 7.6 % of the population (内閣府 障害者白書 令和元年版: 身体436.0万, 知的108.2万,
精神419.3万); employment insurance 44.5 million insured, about 60 % of those aged 20 to 64 (厚生労働省 雇用保険事業年報
平成30年度); societies' health insurance 29.5 million, about 23 % (健康保険組合連合会 平成30年度). A body of the demo
takes in at most `MOST` of them, so that a large world starts as fast as a small one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.agency.health_insurer.domain.rules import DependantFacts, Kin
from mizuhiki.institutions.agency.health_insurer.operations.keep_members import Report
from mizuhiki.institutions.agency.hello_work.domain.employments import Employment, Reason, WageLine
from mizuhiki.institutions.agency.prefecture_welfare.domain.certificates import Kind
from mizuhiki.institutions.agency.prefecture_welfare.operations.certify_disability import Application
from mizuhiki.institutions.agency.prefecture_welfare.operations.grant_allowance import Claim
from mizuhiki.intake.persons import PersonForm, Shown
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.dates import birthday_in, legal_age_on
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id, key_of, kind_of
from mizuhiki.vocabulary.persons import Relationship
from mizuhiki.world.errors import FoundingRefused
from mizuhiki.world.nation.nation import Nation
from mizuhiki.world.settled import Settled

MOST = 12
"""People one body takes in, beside the family of the story."""
FIRST_AGE, LAST_AGE = 20, 64
DISABILITY_PER_MILLE, EMPLOYED_PER_MILLE, SOCIETY_PER_MILLE = 76, 600, 230
EMPLOYER, OFFICE_NUMBER, SYMBOL = "株式会社みずひき製作所(架空)", "4501-123456-7", "みずひき1"
LINKED_FROM = date(2017, 11, 13)
"""Before, there are no layouts to register copies in (R-226)."""
MONTHLY_YEN = 240_000
MONTHS = 12
WORKED_DAYS = 20
BODIES = (
    (InstitutionKind.PUBLIC_EMPLOYMENT_OFFICE, "employment-insurance", "雇用保険法7条"),
    (InstitutionKind.HEALTH_INSURANCE_SOCIETY, "health-insurance", "健康保険法39条"),
    (InstitutionKind.PREFECTURE_WELFARE, "mental-health", "身体障害者福祉法15条; 精神保健福祉法45条"),
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """One invented person: household and place in it."""

    settled: Settled
    position: int

    @property
    def birth_date(self) -> date:
        """Date of birth."""
        return self.settled.household.members[self.position].birth_date

    @property
    def resident(self) -> str:
        """Name under which the municipality keeps the person."""
        return self.settled.residents[self.position]


class Agencies:
    """The bodies of the demo that take people in."""

    def __init__(self, nation: Nation, randomness: Randomness, today: date) -> None:
        self._nation = nation
        self._randomness = randomness
        self._today = today

    def found(self, settled: Sequence[Settled]) -> int:
        """Take people in and give them records; return how many."""
        adults = [
            Chosen(one, 0)
            for one in settled
            if FIRST_AGE <= legal_age_on(one.household.members[0].birth_date, self._today) <= LAST_AGE
        ]
        employed = self._some(adults, EMPLOYED_PER_MILLE)
        families = self._some(adults, SOCIETY_PER_MILLE)
        taken = self._employ(employed) + self._insure(families)
        for one in self._nation.settings.planned:
            if kind_of(one.institution) is InstitutionKind.PREFECTURE_WELFARE:
                taken += self._support(one.institution, settled)
        return taken

    def prepare_linkage(self) -> None:
        """Have pseudonyms issued for everybody taken in, and register copies."""
        for one in self._nation.settings.planned:
            for kind, affair, _basis in BODIES:
                if kind_of(one.institution) is kind and self._today >= LINKED_FROM:
                    operations = self._nation.operations(one.institution)
                    context = self._context(one.institution, "linkage-officer", affair, "番号法21条の2, 22条")
                    operations.acquire_pseudonyms(context)
                    self._nation.pump()
                    operations.publish_local_copies(context)

    def _some(self, people: Sequence[Chosen], per_mille: int) -> list[Chosen]:
        """Choose a share at random; the family of the story, which is first, always belongs to them."""
        chosen = [one for one in people[1:] if self._randomness.below(1000) < per_mille]
        return [*people[:1], *chosen[:MOST]]

    def _context(self, institution: InstitutionId, role: str, affair: str, basis: str) -> Context:
        return self._nation.context(institution, role, affair, basis, "found the demo country", person=role)

    def _form(self, chosen: Chosen, shown: Shown, body: str) -> PersonForm:
        household = chosen.settled.household
        member = household.members[chosen.position]
        city = institution_id(InstitutionKind.MUNICIPALITY, household.municipality_code)
        mayor = self._nation.context(city, "mayor", "number-assignment", "番号法7条", "notify the number")
        notice = self._nation.operations(city).notify_number(mayor, chosen.resident)
        return PersonForm(
            request_id=f"{body}-{chosen.resident}",
            number_text=notice.number.reveal(),
            name=member.name.full,
            name_kana=member.name.full_kana,
            birth_date=member.birth_date,
            sex=member.sex,
            address=notice.address,
            shown=shown.value,
        )

    def _take_in(self, operations: Any, context: Context, people: Sequence[Chosen], shown: Shown) -> list[str]:  # noqa: ANN401 - any body's operations
        forms = [self._form(one, shown, context.actor.institution) for one in people]
        outcomes = operations.take_in_many(context, forms)
        refused = sorted({one.refusal for one in outcomes} - {""})
        if refused:
            raise FoundingRefused(f"{context.actor.institution} refused to take in: {', '.join(refused)}")
        return [one.reference for one in outcomes]

    def _employ(self, people: Sequence[Chosen]) -> int:
        """Insure people with an employer; the last two left it, and one of them draws benefit."""
        office = institution_id(InstitutionKind.PUBLIC_EMPLOYMENT_OFFICE)
        hello_work = self._nation.operations(office)
        clerk = self._context(office, "clerk", "employment-insurance", "雇用保険法7条")
        references = self._take_in(hello_work, clerk, people, Shown.EMPLOYER)
        starts = [max(_turns(one.birth_date, FIRST_AGE), date(2010, 4, 1)) for one in people]
        hello_work.record_employments(
            clerk,
            [
                Employment(
                    reference=reference,
                    office_number=OFFICE_NUMBER,
                    employer=EMPLOYER,
                    hours_a_week=40,
                    insured_from=start,
                )
                for reference, start in zip(references, starts, strict=True)
            ],
        )
        left = [
            reference
            for reference, start in zip(references, starts, strict=True)
            if start < self._today - timedelta(days=800)
        ][1:][-2:]
        lines = [WageLine(WORKED_DAYS, WORKED_DAYS * 8, MONTHLY_YEN)] * MONTHS
        for reference in left:
            last = self._today - timedelta(days=7)
            hello_work.record_separation(clerk, reference, separated_on=last, reason=Reason.EMPLOYER, lines=lines)
        return len(references)

    def _insure(self, people: Sequence[Chosen]) -> int:
        """Insure heads of households with the society, and their children as dependants."""
        society = institution_id(InstitutionKind.HEALTH_INSURANCE_SOCIETY)
        insurer = self._nation.operations(society)
        clerk = self._context(society, "clerk", "health-insurance", "健康保険法39条")
        approver = self._context(society, "approver", "health-insurance", "健康保険法3条7項")
        references = self._take_in(insurer, clerk, people, Shown.EMPLOYER)
        since = date(self._today.year, 4, 1) if self._today.month > 3 else date(self._today.year - 1, 4, 1)  # noqa: PLR2004 - April
        insurer.acquire_many(
            clerk,
            [
                Report(
                    reference=reference,
                    symbol=SYMBOL,
                    employer=EMPLOYER,
                    monthly_yen=MONTHLY_YEN,
                    insured_from=max(since, _turns(one.birth_date, FIRST_AGE)),
                )
                for one, reference in zip(people, references, strict=True)
            ],
        )
        children = [
            (Chosen(one.settled, position), reference)
            for one, reference in zip(people, references, strict=True)
            for position, member in enumerate(one.settled.household.members)
            if member.relationship is Relationship.CHILD
        ]
        taken = self._take_in(insurer, clerk, [child for child, _head in children], Shown.EMPLOYER)
        facts = DependantFacts(
            kin=Kin.CHILD,
            lives_together=True,
            lives_in_japan=True,
            disabled=False,
            income_yen=0,
            remittance_yen=0,
        )
        for (child, head), reference in zip(children, taken, strict=True):
            begun = max(since, child.birth_date, _turns_of(people, references, head))
            insurer.recognise_dependant(approver, reference, head, facts, begun)
        return len(references) + len(taken)

    def _support(self, section: InstitutionId, settled: Sequence[Settled]) -> int:
        """Certify disabilities of some people of a prefecture, and grant the allowance to one parent."""
        everybody = [
            Chosen(one, position)
            for one in settled
            if one.household.municipality_code.startswith(key_of(section))
            for position in range(len(one.household.members))
        ]
        chosen = [one for one in everybody[1:] if self._randomness.below(1000) < DISABILITY_PER_MILLE][:MOST]
        parents = [
            one
            for one in everybody
            if one.position == 0
            and one not in chosen
            and any(member.relationship is Relationship.CHILD for member in one.settled.household.members)
        ][:1]
        welfare = self._nation.operations(section)
        clerk = self._context(section, "clerk", "mental-health", "精神保健福祉法45条")
        references = self._take_in(welfare, clerk, [*chosen, *parents], Shown.CARD)
        self._certify(section, references[: len(chosen)])
        for parent, reference in zip(parents, references[len(chosen) :], strict=True):
            self._grant(section, parent, reference)
        return len(references)

    def _certify(self, section: InstitutionId, references: Sequence[str]) -> None:
        welfare = self._nation.operations(section)
        for reference in references:
            kind = (Kind.PHYSICAL, Kind.MENTAL, Kind.PHYSICAL, Kind.INTELLECTUAL)[self._randomness.below(4)]
            affair = "physical-disability-certificate" if kind is Kind.PHYSICAL else "mental-health"
            basis = "身体障害者福祉法15条" if kind is Kind.PHYSICAL else "精神保健福祉法45条"
            clerk, approver = (self._context(section, role, affair, basis) for role in ("clerk", "approver"))
            application = Application(
                reference=reference,
                kind=kind,
                impairment="上肢機能障害(架空)" if kind is Kind.PHYSICAL else "",
                impairment_grades=(self._randomness.below(6) + 1,) if kind is Kind.PHYSICAL else (),
                grade={Kind.MENTAL: "2", Kind.INTELLECTUAL: "B"}.get(kind, ""),
                first_visit=self._today - timedelta(days=400) if kind is Kind.MENTAL else None,
                written_on=self._today - timedelta(days=20) if kind is Kind.MENTAL else None,
            )
            welfare.apply_for_certificate(clerk, application)
            welfare.decide_certificate(approver, reference, kind, issue=True)

    def _grant(self, section: InstitutionId, parent: Chosen, reference: str) -> None:
        affair, basis = "special-child-rearing-allowance", "特別児童扶養手当法5条"
        welfare = self._nation.operations(section)
        clerk, approver = (self._context(section, role, affair, basis) for role in ("clerk", "approver"))
        births = [
            member.birth_date
            for member in parent.settled.household.members
            if member.relationship is Relationship.CHILD and legal_age_on(member.birth_date, self._today) < FIRST_AGE
        ]
        if births:
            claim = Claim(reference=reference, children=[(births[0], 2)], income_yen=3_000_000, dependants=len(births))
            welfare.claim_allowance(clerk, claim)
            welfare.decide_allowance(approver, reference, grant=True)


def _turns(birth_date: date, age: int) -> date:
    return birthday_in(birth_date, birth_date.year + age)


def _turns_of(people: Sequence[Chosen], references: Sequence[str], head: str) -> date:
    """Return when the head of a household came of working age: nobody depends on them before."""
    return _turns(people[list(references).index(head)].birth_date, FIRST_AGE)
