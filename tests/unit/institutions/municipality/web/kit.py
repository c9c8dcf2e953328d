"""The counter's site over operations that answer from tables, check the real policy and remember their calls."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mizuhiki.crypto.passphrases import hash_passphrase
from mizuhiki.documents.portraits import portrait_jpeg
from mizuhiki.institutions.municipality.domain.allowance_cases import (
    AllowanceCase,
    CaseState,
    CaseStep,
    PaperDocument,
    Payment,
)
from mizuhiki.institutions.municipality.domain.card_lapses import LapsedCard
from mizuhiki.institutions.municipality.domain.cards import IssuedCard
from mizuhiki.institutions.municipality.domain.child_allowance import ChildClaimed, Entitlement, assess
from mizuhiki.institutions.municipality.domain.errors import SamePersonMayNotApprove, UnknownHousehold
from mizuhiki.institutions.municipality.domain.events.requests import HouseholdFile, Task
from mizuhiki.institutions.municipality.domain.linkage import LinkedInformation
from mizuhiki.institutions.municipality.domain.moves import MovingOutCertificate, MovingOutPerson
from mizuhiki.institutions.municipality.domain.residents import (
    BirthEntered,
    HouseholdMember,
    HouseholdView,
    JournalLine,
    NumberingStage,
    NumberingStep,
    NumberNotice,
    RecordEvent,
    ResidentRecord,
    ResidentsFound,
    summary_of,
)
from mizuhiki.institutions.municipality.domain.tax import TaxRecord
from mizuhiki.institutions.municipality.web import FinishedCard, build_site
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.pages import session_table
from mizuhiki.runtime.staff_sign_in import DatabaseStaffAccounts, StaffAccount, staff_table
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.numbers import (
    IndividualNumber,
    ResidentRecordCode,
    individual_number_check_digit,
    resident_record_code_check_digit,
)
from mizuhiki.vocabulary.persons import ChangeReason, Relationship, Sex
from support.environment import CHEAP, make_environment
from support.pages import PASSPHRASE, csrf_token

MUNICIPALITY = "municipality-452025"
OTHER = "131130"
AT = datetime(2019, 12, 2, 1, 30, tzinfo=UTC)
ADDRESS = "宮崎県都城市架空町1番地2"
NUMBER = "12345678901" + individual_number_check_digit("12345678901")
CODE = "1234567890" + resident_record_code_check_digit("1234567890")
ROLES = {
    "hanako": "counter-clerk",
    "jiro": "approver",
    "mayor": "mayor",
    "zei": "tax-officer",
    "link": "linkage-officer",
    "shien": "support-officer",
}


def record(
    resident: str,
    given: str,
    birth: date,
    relationship: Relationship,
    *,
    stage: NumberingStage = NumberingStage.NOTIFIED,
    protected: bool = False,
) -> ResidentRecord:
    numbered = stage in {NumberingStage.DESIGNATED, NumberingStage.NOTIFIED, NumberingStage.KEPT}
    return ResidentRecord(
        resident=resident,
        household="house-1",
        name=PersonName("架空", given, "カクウ", "カナ"),
        birth_date=birth,
        sex=Sex.FEMALE,
        address=ADDRESS,
        relationship=relationship,
        registered_domicile="宮崎県都城市本籍町3番",
        head_of_family_register="架空　太郎",
        resident_since=date(2010, 4, 1),
        address_since=date(2010, 4, 1),
        previous_address="",
        reported_on=date(2010, 4, 1),
        nationality="JP",
        code=ResidentRecordCode.parse(CODE),
        number=IndividualNumber.parse(NUMBER) if numbered else None,
        stage=stage,
        protected=protected,
    )


class FakeEvents:
    """The forms as they are, households that nobody left, and no task; cards ended as a test says."""

    def __init__(self) -> None:
        self.lapses: list[LapsedCard] = []
        self.tasks: list[Task] = []

    def card_lapses(self, _context: Any, _resident: str) -> list[LapsedCard]:
        return self.lapses

    def household_file(self, _context: Any, _household: str, *, work: object = None) -> HouseholdFile:
        return HouseholdFile()

    def open_tasks(self, _context: Any) -> list[Task]:
        return self.tasks


class FakeNotices:
    """Nobody has a card."""

    def of_resident(self, _context: Any, _resident: str, _work: Any = None) -> list[Any]:
        return []


class FakeOperations:
    """Answers from tables. `calls` holds (name, arguments); `refusals` raises instead of answering, by name."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
        self.claims: Any = None
        self.refusals: dict[str, Exception] = {}
        self.authority = Authority.from_package("mizuhiki.institutions.municipality")
        self.records = {
            "mother": record("mother", "花子", date(1988, 3, 4), Relationship.HEAD),
            "father": record("father", "一郎", date(1986, 7, 8), Relationship.HUSBAND),
            "child": record("child", "実", date(2017, 5, 6), Relationship.CHILD),
            "baby": record("baby", "みのり", date(2019, 11, 30), Relationship.CHILD, stage=NumberingStage.CODE_WRITTEN),
        }
        self.members = ["mother", "father", "child"]
        self.cases_held: dict[str, AllowanceCase] = {}
        self.tax: list[TaxRecord] = []
        self.seen: dict[str, str] = {}
        self.events = FakeEvents()
        self.notices = FakeNotices()

    def called(self, name: str) -> list[tuple[Any, ...]]:
        return [arguments for called, arguments, _options in self.calls if called == name]

    def _take(self, name: str, action: str, context: Any, *arguments: Any, **options: Any) -> None:
        self.authority.require(context, action)
        self.calls.append((name, arguments, options))
        if name in self.refusals:
            raise self.refusals[name]

    # Register

    def search_residents(self, context: Any, query: Any) -> Any:
        self._take("search_residents", "read-register", context, query)
        return ResidentsFound(
            tuple(summary_of(self.records[m]) for m in self.members if query.name in self.records[m].name.full)
        )

    def household_view(self, context: Any, household: str, *, work: Any = None) -> HouseholdView:
        self._take("household_view", "read-register", context, household)
        if household != "house-1":
            raise UnknownHousehold
        members = tuple(
            HouseholdMember(
                summary_of(self.records[m]),
                "" if self.records[m].number is None else self.records[m].number.masked(),
                "123456789012345",
                "requested",
                ("AB12345",) if m == "mother" else (),
                tuple(self.cases_held) if m == "mother" else (),
                tuple(one for one in self.events.lapses if one.resident == m),
                self.records[m].nationality,
                self.records[m].details,
            )
            for m in self.members
        )
        event = RecordEvent(
            "e", "child", ChangeReason.BIRTH, date(2017, 5, 6), date(2017, 5, 9), AT, "counter-clerk/hanako",
            ("birth-notification",), "notified-late",
        )  # fmt: skip
        return HouseholdView(household, ADDRESS, members, (event,))

    def household_of(self, context: Any, resident: str) -> str:
        self._take("household_of", "read-register", context, resident)
        return self.records[resident].household

    def resident(self, context: Any, resident: str, *, work: Any = None) -> ResidentRecord:
        self._take("resident", "read-register", context, resident)
        return self.records[resident]

    def journal(self, context: Any, day: date) -> list[JournalLine]:
        self._take("journal", "read-register", context, day)
        return [
            JournalLine(AT, "birth", "child", "counter-clerk/hanako", "notified-late"),
            JournalLine(AT, "applied", "case-token-1", "counter-clerk/hanako"),
        ]

    def register_birth(self, context: Any, form: Any) -> BirthEntered:
        self._take("register_birth", "register-birth", context, form)
        return BirthEntered("baby", "ref-123")

    def numbering_steps(self, context: Any, resident: str) -> list[NumberingStep]:
        self._take("numbering_steps", "read-register", context, resident)
        order = list(NumberingStage)
        reached = order[: order.index(self.records[resident].stage) + 1]
        return [NumberingStep(step, AT, "counter-clerk/hanako") for step in reached]

    def _stage(self, resident: str, stage: NumberingStage) -> None:
        self.records[resident] = dataclasses.replace(self.records[resident], stage=stage)

    def request_number(self, context: Any, resident: str) -> None:
        self._take("request_number", "request-number", context, resident)
        self._stage(resident, NumberingStage.NUMBER_GENERATED)

    def designate_number(self, context: Any, resident: str) -> None:
        self._take("designate_number", "designate-number", context, resident)
        self._stage(resident, NumberingStage.DESIGNATED)

    def notify_number(self, context: Any, resident: str) -> NumberNotice:
        self._take("notify_number", "notify-number", context, resident)
        self._stage(resident, NumberingStage.NOTIFIED)
        found = self.records[resident]
        return NumberNotice(
            found.name.full, found.address, found.code, IndividualNumber.parse(NUMBER), date(2019, 12, 2)
        )

    def register_move_out(self, context: Any, form: Any) -> str:
        self._take("register_move_out", "register-move-out", context, form)
        return "MV-7"

    def fetch_moving_out_certificate(self, context: Any, **asked: str) -> MovingOutCertificate:
        self._take("fetch_moving_out_certificate", "register-move-in", context, **asked)
        person = self.records["mother"]
        line = MovingOutPerson(
            person.code, IndividualNumber.parse(NUMBER), person.four_items, Relationship.HEAD,
            person.registered_domicile, person.head_of_family_register, person.resident_since,
        )  # fmt: skip
        return MovingOutCertificate(asked["move_reference"], OTHER, date(2019, 12, 1), ADDRESS, (line,))

    def register_move_in(self, context: Any, form: Any) -> list[str]:
        self._take("register_move_in", "register-move-in", context, form)
        return ["mother"]

    # Tax and allowance

    def tax_records(self, context: Any, resident: str) -> list[TaxRecord]:
        self._take("tax_records", "read-tax-record", context, resident)
        return self.tax

    def apply_child_allowance(self, context: Any, form: Any) -> str:
        self._take("apply_child_allowance", "apply-child-allowance", context, form)
        self.put_case(CaseState.APPLIED)
        return "case-1"

    def put_case(self, state: CaseState, **changes: Any) -> None:
        values = {
            "case": "case-1",
            "claimant": "mother",
            "claimant_name": "架空　花子",
            "children": ("child",),
            "received_on": date(2019, 12, 2),
            "bank_account_label": "カクウ ハナコ",
            "state": state,
            "history": (CaseStep(AT, "applied", "counter-clerk/hanako"),),
        }
        self.cases_held["case-1"] = AllowanceCase(**{**values, **changes})

    def allowance_case(self, context: Any, case: str) -> AllowanceCase:
        self._take("allowance_case", "read-case", context, case)
        return self.cases_held[case]

    def cases(self, context: Any, state: Any = None) -> list[AllowanceCase]:
        self._take("cases", "read-case", context, state)
        return [case for case in self.cases_held.values() if state in {None, case.state}]

    def request_linked_information(self, context: Any, case: str) -> Any:
        self._take("request_linked_information", "request-linked-information", context, case)
        self.put_case(CaseState.EXAMINED, linked=(tax_provided(), pension_refused()))
        return []

    def record_paper_document(self, context: Any, case: str, kind: str, description: str, **figures: Any) -> None:
        self._take("record_paper_document", "record-paper-document", context, case, kind, description, **figures)

    def propose_decision(self, context: Any, case: str) -> Entitlement:
        self._take("propose_decision", "propose-decision", context, case)
        self.put_case(CaseState.PROPOSED, assessment=entitlement(), proposed_by=context.actor.person)
        return entitlement()

    def approve_decision(self, context: Any, case: str) -> None:
        self._take("approve_decision", "approve-decision", context, case)
        if self.cases_held[case].proposed_by == context.actor.person:
            raise SamePersonMayNotApprove

    def order_payment(self, context: Any, case: str) -> Payment:
        self._take("order_payment", "order-payment", context, case)
        return payment()

    def send_decision_notice(self, context: Any, case: str) -> str:
        self._take("send_decision_notice", "send-decision-notice", context, case)
        return "notice-1"

    def issue_card(self, context: Any, form: Any, chip: Any) -> IssuedCard:
        self._take("issue_card", "issue-card", context, form, chip)
        return IssuedCard("CD98765ABCDEFGHJ", "4821", date(2029, 3, 4))

    def reset_pin(self, context: Any, *call: Any) -> None:
        self._take("reset_pin", "change-card", context, *call)

    def renew_certificate(self, context: Any, *call: Any) -> None:
        self._take("renew_certificate", "change-card", context, *call)

    def decline_certificate(self, context: Any, *call: Any) -> None:
        self._take("decline_certificate", "change-card", context, *call)

    def endorse_card(self, context: Any, *call: Any) -> list[str]:
        self._take("endorse_card", "change-card", context, *call)
        return ["住所 宮崎県都城市姫城町2-2（都城市長）"]

    def set_card_state(self, context: Any, *call: Any) -> None:
        self._take("set_card_state", "change-card", context, *call)

    def set_use_without_pin(self, context: Any, *call: Any, allowed: bool) -> None:
        self._take("set_use_without_pin", "change-card", context, *call, allowed)

    def install_application(self, context: Any, *call: Any) -> None:
        self._take("install_application", "change-card", context, *call)

    def remove_application(self, context: Any, *call: Any) -> None:
        self._take("remove_application", "change-card", context, *call)


def tax_provided() -> LinkedInformation:
    return LinkedInformation(
        "local-tax", "municipality-131130", "provided", "EX-1", "106 番号法別表第2の74の項", "", "",
        {"fiscal_year": 2019, "total_income_yen": 4_200_000, "dependents_count": 1}, "receipt-1", AT,
    )  # fmt: skip


def pension_refused() -> LinkedInformation:
    return LinkedInformation(
        "pension-enrolment", "pension-service", "statute-row-not-in-force", "EX-2", "", "statute-row-not-in-force",
        "commission: since 2019-06", {}, "", AT,
    )  # fmt: skip


def entitlement() -> Entitlement:
    return assess(
        (2019, 12),
        [ChildClaimed("child", date(2017, 5, 6))],
        4_120_000,
        1,
        ("income and dependents: municipality-131130, EX-1", "pension enrolment: paper, insurance card copy"),
    )


def payment() -> Payment:
    return Payment("case-1-2020-02", 30_000, ((2019, 12), (2020, 1)), date(2020, 2, 10))


def paper() -> PaperDocument:
    return PaperDocument("pension-enrolment", "健康保険証の写し", AT, "counter-clerk/hanako")


class FakeCardDesk:
    """Chips that are only told apart."""

    def __init__(self) -> None:
        self.made: list[object] = []
        self.handed: list[FinishedCard] = []

    def blank_chip(self) -> Any:
        self.made.append(object())
        return self.made[-1]

    def photograph(self, record: ResidentRecord) -> bytes:
        return portrait_jpeg(record.resident, 30)

    def hand_over(self, card: FinishedCard) -> None:
        self.handed.append(card)


class FakeReader:
    """A reader on which one card lies, or none."""

    def __init__(self, card_serial: str = "") -> None:
        self.card_serial = card_serial

    def reader(self, card_serial: str) -> Any:
        return self if card_serial == self.card_serial else None


class CounterPlace:
    """The site with one account per role."""

    def __init__(
        self, *, card_desk: FakeCardDesk | None = None, desk_reader: FakeReader | None = None, host: str = ""
    ) -> None:
        self.environment = make_environment(MUNICIPALITY)
        if host:
            settings = dataclasses.replace(self.environment.settings, host=host)
            self.environment = dataclasses.replace(self.environment, settings=settings)
        self.database = Database(self.environment.settings.database_url)
        metadata = sa.MetaData()
        session_table(metadata)
        staff_table(metadata)
        self.database.create(metadata)
        accounts = DatabaseStaffAccounts(self.database)
        stored = hash_passphrase(PASSPHRASE, self.environment.randomness, CHEAP)
        with self.database.write() as connection:
            for account, role in ROLES.items():
                accounts.add(connection, StaffAccount(account, account.title(), role, stored))
        self.operations = FakeOperations()
        self.card_desk = card_desk
        self.site = build_site(
            self.environment,
            self.database,
            self.operations,
            reader_url="http://reader.localhost/",
            card_desk=card_desk,
            desk_reader=desk_reader,
        )
        base = f"http://{self.environment.settings.host}"

        class HostClient(FlaskClient):
            def open(self, *args: object, **kwargs: object) -> TestResponse:
                kwargs.setdefault("base_url", base)
                return super().open(*args, **kwargs)

        self.site.app.test_client_class = HostClient

    def client(self, account: str = "hanako", *, language: str = "en") -> Visitor:
        return Visitor(self.site.app.test_client(), account, language)

    def close(self) -> None:
        self.database.dispose()


class Visitor:
    """A signed-in member of staff with a browser that keeps cookies and fills forms."""

    def __init__(self, client: FlaskClient, account: str, language: str) -> None:
        self.browser = client
        page = client.get(f"/sign-in?lang={language}").text
        fields = {"account": account, "passphrase": PASSPHRASE, "csrf_token": csrf_token(page)}
        assert client.post("/sign-in", data=fields).status_code == 303

    def get(self, path: str) -> TestResponse:
        return self.browser.get(path)

    def post(self, path: str, fields: dict[str, Any] | None = None, *, shown: str = "") -> TestResponse:
        """Send a form that `shown` (or the start page) holds the token of."""
        token = csrf_token(self.get(shown or "/").text)
        return self.browser.post(path, data={**(fields or {}), "csrf_token": token})

    def follow(self, answer: TestResponse) -> TestResponse:
        assert answer.status_code == 303, answer.text
        return self.get(answer.headers["Location"])


def hidden_fields(page: str) -> dict[str, list[str]]:
    """Return the hidden fields of a page but for its token."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page):
        if name != "csrf_token":
            found.setdefault(name, []).append(value)
    return found
