"""A city's sections among the real register and prefectures; the own intermediate server is played by a fake."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from mizuhiki.casework.domain import IdentityCheck, NumberProof, PersonForm, PersonProof, Role
from mizuhiki.institutions.municipality.domain.residents import HouseholdEntry, MemberEntry
from mizuhiki.institutions.municipality.domain.tax import TaxRecord
from mizuhiki.institutions.municipality.operations.claims.service import Claims
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.serving import Call
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.layouts import AbsenceReason, Scalar, layout
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import Relationship, Sex
from mizuhiki.wire import intermediate_server
from mizuhiki.wire.endpoint import Acknowledgement
from support.environment import serve_fake
from support.municipality import ADDRESS, MIYAKONOJO, Country, make_country

START = datetime(2019, 12, 2, 9, 0, tzinfo=JST)
DAY = START.date()
MOTHER, CHILD, GRANDMOTHER = 0, 1, 2
BORN = (date(1985, 2, 3), date(2014, 5, 5), date(1950, 6, 6))
NAMES = tuple(
    ("都城", given, "ミヤコノジョウ", kana)
    for given, kana in (("花子", "ハナコ"), ("一郎", "イチロウ"), ("梅子", "ウメコ"))
)
CARD = IdentityCheck(NumberProof.CARD, PersonProof.CARD, compared=True)


def household() -> HouseholdEntry:
    """A mother, her child and the child's grandmother."""
    relationships = (Relationship.HEAD, Relationship.CHILD, Relationship.MOTHER)
    sexes = (Sex.FEMALE, Sex.MALE, Sex.FEMALE)
    return HouseholdEntry(
        entry_id="h1",
        address=ADDRESS,
        resident_since=date(2010, 4, 1),
        registered_domicile="宮崎県都城市",
        members=tuple(
            MemberEntry(PersonName(*name), born, sex, relationship)
            for name, born, sex, relationship in zip(NAMES, BORN, sexes, relationships, strict=True)
        ),
    )


def told(kind: str, **held: Scalar) -> intermediate_server.ProvidedInformation:
    """An answer in the layout of the day; what is not given is absent."""
    form = layout(kind, DAY)
    items: dict[str, Scalar] = {}
    for item in form.items:
        items[item.name] = held.get(item.name)
        if held.get(item.name) is None:
            items[f"{item.name}.absent"] = AbsenceReason.NOT_HELD.value
    return intermediate_server.ProvidedInformation(kind=kind, layout_version=form.version, items=items)


@dataclass
class SectionOffice:
    """The city, and what its intermediate server answers and heard."""

    country: Country = field(default_factory=lambda: make_country(at=START))
    residents: list[str] = field(default_factory=list)
    held: bool = True
    answers: dict[str, intermediate_server.ProvidedInformation | str] = field(default_factory=dict)
    inquiries: list[intermediate_server.BusinessInquiry] = field(default_factory=list)
    notices: list[intermediate_server.BusinessNotice] = field(default_factory=list)
    copies: list[intermediate_server.LocalCopy] = field(default_factory=list)

    @property
    def claims(self) -> Claims:
        claims: Claims = self.country.apps[MIYAKONOJO].operations.claims
        return claims

    def clerk(self, section: str, affair: str, person: str = "clerk") -> Context:
        return self.country.context(f"{section}-clerk", affair, person)

    def approver(self, section: str, affair: str, person: str = "approver") -> Context:
        return self.country.context(f"{section}-approver", affair, person)

    def number(self, which: int) -> str:
        operations = self.country.apps[MIYAKONOJO].operations
        mayor = self.country.context("mayor", "number-assignment")
        text: str = operations.notify_number(mayor, self.residents[which]).number.reveal()
        return text

    def person(self, which: int, role: Role, **changes: Any) -> PersonForm:
        name = PersonName(*NAMES[which])
        values: dict[str, Any] = {
            "role": role,
            "number_text": self.number(which),
            "name": name.full,
            "name_kana": name.full_kana,
            "birth_date": BORN[which],
            "sex": Sex.MALE if which == CHILD else Sex.FEMALE,
            "address": ADDRESS,
            "identity": CARD,
        }
        return PersonForm(**{**values, **changes})

    def tax(self, which: int, income_yen: int, *, year: int = 2019, dependents: int = 0) -> None:
        officer = self.country.context("tax-officer", "local-tax")
        record = TaxRecord(self.residents[which], year, income_yen, 330_000, dependents, date(year, 1, 1))
        self.country.apps[MIYAKONOJO].operations.register_tax_record(officer, [record])

    def inquire(self, _call: Call, request: intermediate_server.BusinessInquiry) -> intermediate_server.BusinessAnswer:
        self.inquiries.append(request)
        (kind,) = request.kinds
        answer = self.answers.get(kind, "no-data")
        provided = not isinstance(answer, str)
        return intermediate_server.BusinessAnswer(
            exchange_number=f"exchange-{len(self.inquiries)}",
            outcome="provided" if provided else str(answer),
            information=[answer] if not isinstance(answer, str) else [],
            receipt="receipt" if provided else "",
            refused_by="" if provided else "linkage-core",
            refusal_detail="" if provided else "the rule in words",
        )

    def holds(
        self, _call: Call, request: intermediate_server.HeldPseudonymsRequest
    ) -> intermediate_server.HeldPseudonyms:
        return intermediate_server.HeldPseudonyms(
            held=list(request.addressee_numbers) if self.held else [], mismatched=[]
        )

    def prepare(
        self, _call: Call, _request: intermediate_server.AcquisitionRequest
    ) -> intermediate_server.PreparedAcquisition:
        return intermediate_server.PreparedAcquisition(acquisition="", lines=[])

    def take_copies(self, _call: Call, request: intermediate_server.LocalCopies) -> Acknowledgement:
        self.copies += request.copies
        return Acknowledgement(reference="")

    def take_notice(self, _call: Call, request: intermediate_server.BusinessNotice) -> Acknowledgement:
        self.notices.append(request)
        return Acknowledgement(reference=request.request_id)

    def take_mark(self, _call: Call, request: intermediate_server.AddresseeMark) -> Acknowledgement:
        return Acknowledgement(reference=request.addressee_number)


def open_section_office() -> SectionOffice:
    """Found the city with one household."""
    office = SectionOffice()
    own = intermediate_server
    serve_fake(
        office.country.transport,
        f"intermediate-{MIYAKONOJO}",
        {own.HELD_PSEUDONYMS: office.holds},
        sealed={
            own.PREPARE_ACQUISITION: (own.AcquisitionRequest, office.prepare),
            own.INQUIRE: (own.BusinessInquiry, office.inquire),
            own.REGISTER_LOCAL_COPIES: (own.LocalCopies, office.take_copies),
            own.MARK_ADDRESSEE: (own.AddresseeMark, office.take_mark),
            own.SEND_NOTICE: (own.BusinessNotice, office.take_notice),
        },
        clock=office.country.clock,
    )
    operations = office.country.apps[MIYAKONOJO].operations
    registrar = office.country.context("registrar", "number-assignment")
    office.residents = operations.import_existing_residents(registrar, [household()])
    office.country.pump()
    return office
