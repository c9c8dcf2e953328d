"""A municipality with numbered families, and what tests of cards and notices ask of it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mizuhiki.institutions.municipality.domain.actual_residences import (
    ActualAddress,
    Attachment,
    ResidenceCase,
    ResidenceForm,
)
from mizuhiki.institutions.municipality.domain.notices import Notice, ReturnReason, Treatment
from mizuhiki.institutions.municipality.operations.notice_desk import NoticeDesk
from mizuhiki.institutions.municipality.operations.treat_returned_mail import ReturnEntry, TreatmentForm
from mizuhiki.institutions.national_register.peers.contractor_medium import FolderMedium
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.wire import contractor_file
from support.environment import run_folder
from support.municipality import MIYAKONOJO, Country, family, make_country

START = datetime(2015, 10, 5, 10, 0, tzinfo=JST)
SECRET = "秘匿県内緒市避難所町9-9-9"
PAPERS = frozenset({Attachment.IDENTITY_COPY, Attachment.PLACE_PROOF})


@dataclass
class NoticePlace:
    """One municipality at the start of the Act, among its country."""

    country: Country
    medium: FolderMedium = field(
        default_factory=lambda: FolderMedium(Path(tempfile.mkdtemp(prefix="printer-", dir=run_folder())))
    )

    @property
    def desk(self) -> NoticeDesk:
        return self.country.apps[MIYAKONOJO].operations.notices  # type: ignore[no-any-return] # a namespace object

    def context(self, role: str = "counter-clerk", person: str = "clerk-1") -> Context:
        return self.country.context(role, person=person)

    def number(self, entry_id: str = "h1") -> list[str]:
        """Number a family: the father is head, then mother and child."""
        operations = self.country.apps[MIYAKONOJO].operations
        residents = operations.import_existing_residents(
            self.country.context("registrar", "number-assignment"), [family(entry_id)]
        )
        self.country.pump()
        return list(residents)

    def protect(self, resident: str) -> None:
        operations = self.country.apps[MIYAKONOJO].operations
        officer = self.country.context("support-officer", person="officer-1")
        operations.start_measure(officer, resident, "applied for, confirmed by the police")
        self.country.pump()

    def send(self) -> int:
        sent = self.desk.dispatch(self.context("machinery"))
        self.country.pump()
        return sent

    def print_file(self) -> bytes:
        """What the printing contractor gets."""
        register = self.country.apps["national-register"].operations
        actor = Actor(InstitutionId("national-register"), "card-maker", "printer-1")
        context = Context(actor, "number-assignment", "the Act", "print", self.country.clock, "trace")
        run = register.make_contractor_file(context, self.medium)
        return (
            (self.medium.folder / f"{run}.jsonl").read_bytes() if run else contractor_file.encode("", START.date(), [])
        )

    def printed(self) -> contractor_file.ContractorFile:
        return contractor_file.decode(self.print_file())

    def notice(self, resident: str) -> Notice:
        """The newest card of a resident, as the officer sees it whom no support measure stops."""
        found = self.desk.of_resident(self.context("support-officer"), resident)
        return max(found, key=lambda one: (one.prepared_on, one.state.value not in {"disposed", "return-registered"}))

    def returned(self, resident: str, **changes: Any) -> Notice:
        """Have the post bring the card of a resident back, alone."""
        values = {
            "request_id": f"return-{resident}-{self.country.clock.now().isoformat()}",
            "notice": self.notice(resident).notice,
            "reason": ReturnReason.NO_SUCH_ADDRESSEE,
            "returned_on": self.country.clock.today(),
            "whole_envelope": False,
        }
        return self.desk.record_return(self.context(), ReturnEntry(**(values | changes)))[0]

    def treat(self, notice: Notice, treatment: Treatment, *documents: Any) -> Notice:
        return self.desk.treat(self.context(), TreatmentForm(notice.notice, treatment, tuple(documents)))

    def residence(self, resident: str, case: ResidenceCase, *, role: str = "counter-clerk", **changes: Any) -> str:
        values: dict[str, Any] = {
            "request_id": f"residence-{resident}-{changes.get('address', '')!r}-{self.country.clock.now()}",
            "resident": resident,
            "case": case,
            "address": ActualAddress(SECRET),
            "reason": "理由",
            "received_on": date(2015, 9, 15),
            "attachments": PAPERS,
        }
        return self.desk.register_residence(self.context(role), ResidenceForm(**(values | changes)))

    def change_record(self, resident: str, **values: object) -> None:
        """Change the register as a notification of a move or death would."""
        engine = sa.create_engine(self.country.databases[MIYAKONOJO])
        table = sa.Table("residents", sa.MetaData(), autoload_with=engine)
        with engine.begin() as connection:
            connection.execute(table.update().where(table.c.resident == resident).values(**values))
        engine.dispose()

    def advance(self, days: int) -> None:
        self.country.clock.advance(timedelta(days=days))


def make_place(database_url: str | None = None, *, at: datetime = START, **parameters: str) -> NoticePlace:
    country = make_country(database_url, at=at, parameters=parameters)
    return NoticePlace(country)
