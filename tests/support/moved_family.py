"""A household that moved to Minato this autumn: Miyakonojō taxed it on 1 January, other offices know the rest of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mizuhiki.casework.domain import Application as Claimed
from mizuhiki.casework.domain import PersonForm, Role
from mizuhiki.institutions.agency.pension_service.domain import procedures as pension_procedures
from mizuhiki.institutions.agency.pension_service.domain.basic_claims import BasicForm, Benefit
from mizuhiki.institutions.agency.prefecture_welfare.domain.certificates import Kind
from mizuhiki.institutions.agency.prefecture_welfare.operations.certify_disability import Application
from mizuhiki.institutions.agency.prefecture_welfare.operations.grant_allowance import Claim
from mizuhiki.institutions.municipality.domain.moves import MoveInForm, MoveOutForm
from mizuhiki.institutions.municipality.domain.residents import ResidentQuery
from mizuhiki.institutions.municipality.domain.tax import TaxRecord
from mizuhiki.intake.persons import PersonForm as TakenIn
from mizuhiki.intake.persons import Shown
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id
from mizuhiki.world.family import FROM_MUNICIPALITY, NEW_STREET, TO_MUNICIPALITY
from mizuhiki.world.local import LocalStage
from support.claims import ANSWERED_FOR, CARD, resident_on_claim

OLD = institution_id(InstitutionKind.MUNICIPALITY, FROM_MUNICIPALITY)
NEW = institution_id(InstitutionKind.MUNICIPALITY, TO_MUNICIPALITY)
WELFARE = institution_id(InstitutionKind.PREFECTURE_WELFARE, TO_MUNICIPALITY[:2])
PENSION = institution_id(InstitutionKind.PENSION_SERVICE)
DAY = date(2019, 12, 2)
MOVED_ON = date(2019, 11, 29)


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody in the register of Minato, for claims."""

    stage: LocalStage
    resident: str

    def on_claim(self, role: Role) -> PersonForm:
        record = self.stage.operations(NEW).resident(_counter(self.stage, NEW), self.resident)
        return PersonForm(
            role=role,
            number_text=record.number.reveal(),
            name=record.name.full,
            name_kana=record.name.full_kana,
            birth_date=record.birth_date,
            sex=record.sex,
            address=record.address,
            identity=CARD if role is Role.APPLICANT else ANSWERED_FOR,
            lived_on_1_january=FROM_MUNICIPALITY,
        )

    def taken_in(self, body: str) -> TakenIn:
        """The person as another body takes them in, who shows the notice of the number."""
        told = self.on_claim(Role.APPLICANT)
        return TakenIn(
            request_id=f"{body}-{self.resident}",
            number_text=told.number_text,
            name=told.name,
            name_kana=told.name_kana,
            birth_date=told.birth_date,
            sex=told.sex,
            address=told.address,
            shown=Shown.CARD.value,
        )


def _counter(stage: LocalStage, city: InstitutionId) -> Context:
    return stage.context(city, "counter-clerk", "resident-register", "住民基本台帳法22条, 24条", "a move", person="c")


def eldest_resident(stage: LocalStage) -> str:
    """The oldest person whom Miyakonojō's search by address shows."""
    found = stage.operations(OLD).search_residents(_counter(stage, OLD), ResidentQuery(address="都城市"))
    records = [stage.operations(OLD).resident(_counter(stage, OLD), one.resident) for one in found.shown]
    return str(min(records, key=lambda one: one.birth_date).resident)


def assess(stage: LocalStage, incomes: Mapping[str, int]) -> None:
    """Let Miyakonojō hold and publish what its residents earned last year."""
    officer = stage.context(OLD, "tax-officer", "local-tax", "地方税法", "assess municipal tax")
    records = [TaxRecord(resident, 2019, income, 330_000, 0, date(2019, 1, 1)) for resident, income in incomes.items()]
    stage.operations(OLD).register_tax_record(officer, records)
    stage.operations(OLD).publish_local_copies(officer)
    stage.pump()


def household_of(stage: LocalStage, resident: str) -> list[str]:
    """The residents of a household in Miyakonojō."""
    operations, clerk = stage.operations(OLD), _counter(stage, OLD)
    household = operations.household_of(clerk, resident)
    return [one.summary.resident for one in operations.household_view(clerk, household).members]


def move(stage: LocalStage, residents: list[str]) -> list[Moved]:
    """Let a whole household move from Miyakonojō to Minato; return its people in the same order."""
    old, new = stage.operations(OLD), stage.operations(NEW)
    head = old.resident(_counter(stage, OLD), residents[0])
    address = f"東京都港区{NEW_STREET}"
    reference = old.register_move_out(
        _counter(stage, OLD),
        MoveOutForm(
            request_id=f"out-{residents[0]}",
            residents=tuple(residents),
            planned_on=MOVED_ON,
            planned_address=address,
            received_on=DAY,
            notifier=head.name.full,
        ),
    )
    entered = new.register_move_in(
        _counter(stage, NEW),
        MoveInForm(
            request_id=f"in-{residents[0]}",
            from_municipality=FROM_MUNICIPALITY,
            move_reference=reference,
            resident_record_code=head.code.reveal(),
            address=address,
            moved_in_on=MOVED_ON,
            received_on=DAY,
            household=None,
            notifier=head.name.full,
        ),
    )
    stage.pump()
    return [Moved(stage, one) for one in entered]


def _welfare(stage: LocalStage, role: str, affair: str) -> Context:
    return stage.context(WELFARE, role, affair, "番号法9条1項, 22条", "keep records", person=role)


def _tell(stage: LocalStage) -> None:
    officer = _welfare(stage, "linkage-officer", "mental-health")
    stage.operations(WELFARE).acquire_pseudonyms(officer)
    stage.pump()
    stage.operations(WELFARE).publish_local_copies(officer)


def certify(stage: LocalStage, person: Moved) -> None:
    """Let Tokyo's welfare section issue a certificate of a physical disability of the second grade."""
    affair, welfare = "physical-disability-certificate", stage.operations(WELFARE)
    reference = welfare.take_in(_welfare(stage, "clerk", affair), person.taken_in(WELFARE))
    application = Application(
        reference=reference, kind=Kind.PHYSICAL, impairment="上肢機能障害（架空）", impairment_grades=(2,)
    )
    welfare.apply_for_certificate(_welfare(stage, "clerk", affair), application)
    welfare.decide_certificate(_welfare(stage, "approver", affair), reference, Kind.PHYSICAL, issue=True)
    _tell(stage)


def grant_special_allowance(stage: LocalStage, person: Moved, child_born: date) -> None:
    """Let the same section grant the special child rearing allowance for a child of the second grade."""
    affair, welfare = "special-child-rearing-allowance", stage.operations(WELFARE)
    clerk = _welfare(stage, "clerk", affair)
    reference = welfare.take_in(clerk, person.taken_in(WELFARE))
    welfare.claim_allowance(
        clerk, Claim(reference=reference, children=[(child_born, 2)], income_yen=300_000, dependants=1)
    )
    welfare.decide_allowance(_welfare(stage, "approver", affair), reference, grant=True)
    _tell(stage)


def award_pension(stage: LocalStage, resident: str) -> None:
    """Let the pension service award somebody in Miyakonojō a basic disability pension of 780,100 yen a year."""
    service = stage.operations(PENSION)
    claims = service.claims

    def staff(role: str) -> Context:
        return stage.context(PENSION, role, "national-pension", "番号法9条1項, 19条8号", "a pension", person=role)

    form = BasicForm(
        benefit=Benefit.BEFORE_TWENTY, first_examined_on=date(2005, 5, 10), certified_on=date(2009, 2, 2), grade=2
    )
    claim = Claimed(
        request_id="a-pension",
        procedure=pension_procedures.BASIC_CLAIM.code,
        received_on=DAY,
        people=(resident_on_claim(stage, OLD, resident, Role.APPLICANT),),
        stated=form.stated(),
    )
    case = claims.receive(staff("counter-clerk"), claim)
    stage.pump()
    claims.gather(staff("counter-clerk"), case)
    claims.propose(staff("counter-clerk"), case)
    claims.approve(staff("approver"), case)
    service.publish_local_copies(staff("linkage-officer"))
