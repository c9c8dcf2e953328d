"""Child allowance without attachments: one family's story across the whole nation (R-217, R-218, R-361, R-362).

A family moves from Miyakonojō to Minato, a child is born there, the father claims child allowance. Whatever the offices
need they ask each other. Each step checks what must be true after it, from another side than the one that acted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from mizuhiki.institutions.municipality.domain.addressees import IdentityChecklist, NumberIntake
from mizuhiki.institutions.municipality.domain.allowance_cases import ChildAllowanceApplication
from mizuhiki.institutions.municipality.domain.moves import MoveInForm, MoveOutForm
from mizuhiki.institutions.municipality.domain.residents import BirthForm, NumberingStage
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import Sex
from mizuhiki.vocabulary.places import municipality
from mizuhiki.world.family import BABY, FROM_MUNICIPALITY, NEW_STREET, TO_MUNICIPALITY
from mizuhiki.world.story.childrens_aid import ChildrensAid
from mizuhiki.world.story.portal_visit import PortalVisit
from mizuhiki.world.story.refusals import Refusals
from mizuhiki.world.story.stage import Stage
from mizuhiki.world.story.telling import Step, check

PENSION_LINKAGE_FROM = date(2019, 11, 13)
"""First day of pension linkage (R-226, R-357); before it the pension step must be refused."""
DAYS_SINCE_MOVE = 3
DAYS_SINCE_BIRTH = 2
PROVIDED = "provided"
NOT_IN_FORCE = "statute-row-not-in-force"
DOCUMENTS = ("出生証明書", "母子健康手帳")


@dataclass
class _Facts:
    """What later steps need of earlier ones."""

    family: tuple[str, ...] = ()
    numbers: list[str] = field(default_factory=list)
    household: str = ""
    child: str = ""
    case: str = ""
    move_reference: str = ""
    notice: str = ""
    exchanges: list[str] = field(default_factory=list)


class ChildAllowance:
    """The steps of the story on one stage."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._old = institution_id(InstitutionKind.MUNICIPALITY, FROM_MUNICIPALITY)
        self._new = institution_id(InstitutionKind.MUNICIPALITY, TO_MUNICIPALITY)
        self._today = stage.clock.today()
        self._moved_on = self._today - timedelta(days=DAYS_SINCE_MOVE)
        self._born_on = self._today - timedelta(days=DAYS_SINCE_BIRTH)
        place = municipality(TO_MUNICIPALITY)
        self._address = f"{place.prefecture}{place.full_name}{NEW_STREET}"
        self._facts = _Facts()
        self._portal = PortalVisit(stage, "parent")
        self._refusals = Refusals(stage)

    @property
    def pension_linked(self) -> bool:
        """Whether pension linkage is in force on the story's day."""
        return self._today >= PENSION_LINKAGE_FROM

    def steps(self) -> list[Step]:
        """Return the steps in order."""
        tell: list[tuple[str, str, Callable[[], str]]] = [
            ("転出届を受け付ける", "Miyakonojō takes the move out", self.move_out),
            ("転入届:転出証明書情報を住基ネットで受け取る", "Minato enters the family over the network", self.move_in),
            ("本人確認情報が三層で一致する", "Three tiers agree; the number did not change", self.tiers_agree),
            (
                "出生届から個人番号の指定・通知まで",
                "The birth: code, number, designation, one notice of both",
                self.birth,
            ),
            ("港区が機関別符号を取得する", "Minato acquires the family's pseudonyms", self.pseudonyms),
            ("児童手当の認定請求(添付書類なし)", "The claim for child allowance, nothing attached", self.claim),
            ("情報照会:地方税と年金", "Local tax and pension are asked through the network", self.inquire),
            ("決裁:提案と承認は別の職員", "One officer proposes, another approves", self.decide),
            ("支給を指図し、お知らせを送る", "Payment is ordered, a notice is pushed", self.pay),
            (
                "子ども医療費助成の申請(条例事務):添付書類なし",
                "Medical aid for the child under Minato's ordinance, nothing attached",
                self.childrens_aid,
            ),
            ("集めずに済んだ書類と来庁を数える", "Papers and visits before and after are counted", self.count_papers),
            ("カードでマイナポータルに入る", "The father opens the portal with his card", self.sign_in),
            ("お知らせを読む", "He reads the notices", self.read_notice),
            ("やりとり履歴と検証結果を見る", "He sees every exchange, verified", self.read_history),
            ("記録をオフラインで検証する", "The record is verified offline", self.verify_offline),
            ("別表にない照会は拒否", "An inquiry without a statute row is refused", self._refusals.no_statute_row),
            (
                "評価書が未公表の照会は拒否",
                "An inquiry without a published assessment is refused",
                self._refusals.no_assessment,
            ),
            ("鍵の違う機関の照会は拒否", "An inquiry signed with a wrong key is refused", self._refusals.wrong_key),
            ("三つの記録が一致する", "The three records of each exchange reconcile", self.reconcile),
        ]
        return [Step(title_ja, title_en, act) for title_ja, title_en, act in tell]

    def _context(self, institution: InstitutionId, role: str, affair: str, person: str) -> Context:
        return self._stage.context(
            institution, role, affair, "住民基本台帳法, 番号法", "child allowance story", person=person
        )

    def _clerk(self, affair: str = "resident-register") -> Context:
        return self._context(self._new, "counter-clerk", affair, "clerk")

    def _operations(self, institution: InstitutionId) -> Any:  # noqa: ANN401 - each institution has its own namespace
        return self._stage.operations(institution)

    def move_out(self) -> str:
        """The family announces its move where it lives."""
        clerk = self._context(self._old, "counter-clerk", "resident-register", "clerk")
        old = self._operations(self._old)
        father = old.resident(clerk, self._stage.roster.person("parent").resident)
        view = old.household_view(clerk, father.household)
        residents = tuple(member.summary.resident for member in view.members)
        mayor = self._context(self._old, "mayor", "number-assignment", "mayor")
        self._facts.numbers = [old.notify_number(mayor, resident).number.reveal() for resident in residents]
        self._facts.move_reference = old.register_move_out(
            clerk,
            MoveOutForm(
                request_id="story-move-out",
                residents=residents,
                planned_on=self._moved_on,
                planned_address=self._address,
                received_on=self._today,
                notifier=father.name.full,
            ),
        )
        check(len(residents) == len(self._facts.numbers) and residents, "the whole household is named")
        return f"{len(residents)} people, reference {self._facts.move_reference}"

    def move_in(self) -> str:
        """The new municipality gets the certificate over the network and enters them with what they have."""
        old_clerk = self._context(self._old, "counter-clerk", "resident-register", "clerk")
        father = self._operations(self._old).resident(old_clerk, self._stage.roster.person("parent").resident)
        form = MoveInForm(
            request_id="story-move-in",
            from_municipality=FROM_MUNICIPALITY,
            move_reference=self._facts.move_reference,
            resident_record_code=father.code.reveal(),
            address=self._address,
            moved_in_on=self._moved_on,
            received_on=self._today,
            household=None,
            notifier=father.name.full,
        )
        new = self._operations(self._new)
        self._facts.family = tuple(new.register_move_in(self._clerk(), form))
        self._facts.household = new.resident(self._clerk(), self._facts.family[0]).household
        self._stage.pump()
        left = self._operations(self._old).resident(old_clerk, father.resident)
        check(left.state.value == "removed", "the old record is removed after the move-in notice")
        return f"{len(self._facts.family)} people at {self._address}"

    def tiers_agree(self) -> str:
        """Municipality, prefecture and national register hold the same (R-006, R-012)."""
        new = self._operations(self._new)
        for resident, number in zip(self._facts.family, self._facts.numbers, strict=True):
            record = new.resident(self._clerk(), resident)
            check(record.number is not None and record.number.reveal() == number, "the number did not change")
            check(self._known_at_top(number, record.four_items.address), "the national register knows the new address")
        return "municipality = prefecture = national register; numbers unchanged"

    def _known_at_top(self, number: str, address: str) -> bool:
        """Ask the national register by number, as a body with a lawful affair may."""
        register = institution_id(InstitutionKind.NATIONAL_REGISTER)
        context = self._context(register, "peer", "resident-register", "peer")
        found = self._operations(register).search_identification(
            context, asker=self._new, affair="resident-register", number=IndividualNumber.parse(number)
        )
        return found is not None and found.four_items is not None and found.four_items.address == address

    def birth(self) -> str:
        """The birth is entered and the child numbered, each step in order (R-010, R-011, R-014)."""
        new, family = self._operations(self._new), self._facts.family
        entered = new.register_birth(
            self._clerk(),
            BirthForm(
                request_id="story-birth",
                name=BABY,
                birth_date=self._born_on,
                sex=Sex.MALE,
                household=self._facts.household,
                mother=family[1],
                father=family[0],
                notifier=new.resident(self._clerk(), family[0]).name.full,
                received_on=self._today,
                registered_domicile=self._address,
                documents=DOCUMENTS,
            ),
        )
        self._facts.child = entered.resident
        mayor = self._context(self._new, "mayor", "number-assignment", "mayor")
        new.request_number(mayor, entered.resident)
        new.designate_number(mayor, entered.resident)
        notice = new.notify_number(mayor, entered.resident)
        self._stage.pump()
        done = [step.step for step in new.numbering_steps(mayor, entered.resident)]
        expected = [stage for stage in NumberingStage if stage is not NumberingStage.KEPT]
        check(done == expected, "every step of the numbering was logged, in order")
        check(notice.number.reveal() not in self._facts.numbers, "the child's number is nobody else's")
        return f"reference {entered.reference}; code and number notified together on {notice.notified_on}"

    def pseudonyms(self) -> str:
        """Minato can take part in linkage about the new residents."""
        officer = self._context(self._new, "linkage-officer", "child-allowance", "linkage")
        new = self._operations(self._new)
        people = (*self._facts.family, self._facts.child)
        acquired = new.acquire_pseudonyms(officer, people)
        self._stage.pump()
        check(acquired.refused == 0, "no pseudonym was refused")
        check(all(new.linkage_ready(officer, one) for one in people), "every pseudonym arrived and the items agree")
        return f"{acquired.requested} pseudonyms through both converters"

    def claim(self) -> str:
        """The father claims; his number is taken with all five steps of identity verification (R-021, R-051)."""
        new, card = self._operations(self._new), self._stage.card("parent")
        person = self._stage.roster.person("parent")
        record = new.resident(self._clerk(), self._facts.family[0])
        on_chip = card.read_individual_number(person.user_pin)
        check(on_chip == record.number, "the chip's number is the record's")
        intake = NumberIntake(
            number_text=on_chip.reveal(),
            name=record.name.full,
            birth_date=record.birth_date,
            address=record.address,
            checklist=IdentityChecklist(
                application=True,
                card_shown=True,
                face_checked=True,
                chip_equals_face=True,
                number_and_items_compared=True,
            ),
            purpose="児童手当の認定請求",
        )
        self._facts.case = new.apply_child_allowance(
            self._clerk("child-allowance"),
            ChildAllowanceApplication(
                request_id="story-claim",
                claimant=self._facts.family[0],
                children=(self._facts.family[2], self._facts.child),
                received_on=self._today,
                intake=intake,
                bank_account_label="みずひき銀行 普通 (架空)",
            ),
        )
        papers = new.allowance_case(self._clerk("child-allowance"), self._facts.case).papers
        check(not papers, "nothing was attached")
        return "two children, no attachment"

    def inquire(self) -> str:
        """Both facts are asked from their holders; before 2019-11-13 the pension step is refused by its date."""
        clerk, new = self._clerk("child-allowance"), self._operations(self._new)
        answers = {one.kind: one for one in new.request_linked_information(clerk, self._facts.case)}
        tax, pension = answers["local-tax"], answers["pension-enrolment"]
        check(tax.outcome == PROVIDED, f"local tax was provided, not {tax.outcome} ({tax.refusal_detail})")
        self._facts.exchanges = [one.exchange_number for one in answers.values() if one.outcome == PROVIDED]
        if self.pension_linked:
            check(pension.outcome == PROVIDED, f"pension enrolment was provided, not {pension.outcome}")
            return f"{tax.provider} and {pension.provider} answered under rows {tax.statute} and {pension.statute}"
        check(pension.outcome == NOT_IN_FORCE, f"the pension step is refused by its date, not {pension.outcome}")
        new.record_paper_document(clerk, self._facts.case, "pension-enrolment", "年金加入証明書")
        return f"tax provided; pension refused ({NOT_IN_FORCE}), paper taken instead"

    def decide(self) -> str:
        """The clerk proposes, somebody else approves."""
        new = self._operations(self._new)
        proposal = new.propose_decision(self._clerk("child-allowance"), self._facts.case)
        approver = self._context(self._new, "approver", "child-allowance", "approver")
        new.approve_decision(approver, self._facts.case)
        case = new.allowance_case(approver, self._facts.case)
        check(case.proposed_by != case.approved_by and case.approved_by, "two different people decided")
        check(proposal.monthly_yen > 0, "an amount is due")
        return f"{proposal.monthly_yen:,} yen a month"

    def pay(self) -> str:
        """A payment is ordered and a notice pushed to the portal."""
        new = self._operations(self._new)
        approver = self._context(self._new, "approver", "child-allowance", "approver")
        payment = new.order_payment(approver, self._facts.case)
        self._facts.notice = new.send_decision_notice(self._clerk("child-allowance"), self._facts.case)
        self._stage.pump()
        check(payment.amount_yen > 0, "the payment has an amount")
        return f"{payment.amount_yen:,} yen for {len(payment.months)} months on {payment.pay_on}"

    def childrens_aid(self) -> str:
        """The city's own ordinance lets it ask as well, no further than the Act's item it is like (R-252)."""
        aid = ChildrensAid(self._stage, self._new, self._old, self._born_on)
        told, exchanges = aid.claim(self._facts.family[0], self._facts.child)
        self._facts.exchanges += exchanges
        return told

    def count_papers(self) -> str:
        """Count what the father would have had to bring, and from how many offices, without linkage (R-218)."""
        case = self._operations(self._new).allowance_case(self._clerk("child-allowance"), self._facts.case)
        needed = {one.kind: one.provider for one in case.linked}
        brought = {paper.kind for paper in case.papers}
        check(brought <= needed.keys(), "no paper was taken that linkage could not have replaced")
        offices_before = len({*needed.values()}) + 1
        offices_now = len({needed[kind] for kind in brought}) + 1
        return f"papers {len(needed)} → {len(brought)}, offices visited {offices_before} → {offices_now}"

    def sign_in(self) -> str:
        """The portal is opened with the card: no password, and on the first visit an account."""
        return self._portal.sign_in()

    def read_notice(self) -> str:
        """Both notices are there."""
        return self._portal.read_notices(municipality(TO_MUNICIPALITY).name, "児童手当", "子ども医療費")

    def read_history(self) -> str:
        """The page lists every exchange and says that the proofs check."""
        return self._portal.read_history(self._facts.exchanges, "児童手当の認定請求", "子ども医療費の助成の申請")

    def verify_offline(self) -> str:
        """The downloaded file is checked by the stand-alone verifier with the published keys."""
        return self._portal.verify_offline(self._facts.exchanges)

    def reconcile(self) -> str:
        """Inquirer, core and provider hold matching records."""
        for institution in (self._new, self._old, institution_id(InstitutionKind.PENSION_SERVICE)):
            server = institution_id(InstitutionKind.INTERMEDIATE_SERVER, institution)
            context = self._context(server, "linkage-officer", "information-provision", "linkage")
            differing = self._operations(server).upkeep.reconcile(context)
            check(not differing, f"no record of {institution} differs from the core's")
        return f"{len(self._facts.exchanges)} exchanges, three records each, no difference"
