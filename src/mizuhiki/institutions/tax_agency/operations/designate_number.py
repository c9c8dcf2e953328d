"""Take applications, designate Corporate Numbers, and send the notices (番号法39条1項, 施行令35条-38条; R-015)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.tax_agency.domain.base_numbers import (
    corporate_number,
    local_government_base,
    parse_registration_number,
    series_of,
)
from mizuhiki.institutions.tax_agency.domain.codes import CorporationKind, Process
from mizuhiki.institutions.tax_agency.domain.corporations import Entry, NewCorporation, require_new
from mizuhiki.institutions.tax_agency.domain.errors import (
    ApplicationDecided,
    CorporationNumberedBefore,
    DesignationNotYet,
    ImportRefused,
    MalformedCorporation,
    NoSuchApplication,
    NoticeSentBefore,
)
from mizuhiki.institutions.tax_agency.domain.import_file import read_import
from mizuhiki.institutions.tax_agency.ports import Application, ApplicationState, Notice, Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of

ENTER = "enter-application"
IMPORT = "import-corporations"
DESIGNATE = "designate-number"
SEND = "send-notices"
DESIGNATED_FROM = date(2015, 10, 5)
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class DesignateNumber:
    """From application to notice."""

    store: Store
    authority: Authority

    def enter(self, context: Context, new: NewCorporation) -> int:
        """Queue one corporation and return the application's number.

        Raises:
            MalformedCorporation, MalformedRegistrationNumber: an item cannot be.
            CorporationNumberedBefore: it has a number.
        """
        self.authority.require(context, ENTER)
        require_new(new, context.today())
        with self.store.transaction() as records:
            _require_unnumbered(records, new)
            application = records.add_application(new, context.now())
            records.audit(grounds_of(context), "corporation-applied", "done", count=application)
        return application

    def take_file(self, context: Context, content: bytes) -> int:
        """Queue every corporation of a file, or none; return how many.

        Raises:
            ImportRefused: names row and field of the first mistake.
        """
        self.authority.require(context, IMPORT)
        taken = read_import(content, context.today())
        with self.store.transaction() as records:
            for row, new in enumerate(taken, start=1):
                try:
                    _require_unnumbered(records, new)
                except CorporationNumberedBefore as error:
                    field = "registrationNumber" if new.registration_number else "municipalityCode"
                    reason = "numbered-before"
                    raise ImportRefused(f"row {row}, {field}: {reason}", row=row, field=field, reason=reason) from error
                records.add_application(new, context.now())
            records.audit(grounds_of(context), "corporations-imported", "done", count=len(taken))
        return len(taken)

    def designate(self, context: Context, application: int) -> str:
        """Give the corporation of an application its number; record, publication and notice follow at once.

        Raises:
            DesignationNotYet: before the Act's chapter is in force.
            NoSuchApplication, ApplicationDecided: nothing waits under this number.
            CorporationNumberedBefore: it got a number in between.
            BaseNumbersExhausted: no base number is left.
        """
        self.authority.require(context, DESIGNATE)
        today = context.today()
        if today < DESIGNATED_FROM:
            raise DesignationNotYet
        with self.store.transaction() as records:
            new = _waiting(records, application).new
            _require_unnumbered(records, new)
            number = str(corporate_number(_base_number(records, new)))
            entry = Entry(
                number=number,
                line=1,
                process=Process.NEW,
                correct=False,
                update_date=today,
                change_date=today,
                assignment_date=today,
                profile=new.profile,
                association=new.association,
                public=new.consent or not new.association,
            )
            records.append(entry)
            records.decide(application, ApplicationState.DESIGNATED, number=number)
            profile = new.profile
            records.add_notice(Notice(number=number, name=profile.name, address=profile.address, designated_on=today))
            records.audit(grounds_of(context), "corporation-designated", "done", number=number)
        return number

    def refuse(self, context: Context, application: int, reason: str) -> None:
        """Refuse an application; the reason is told to the applicant.

        Raises:
            NoSuchApplication, ApplicationDecided: nothing waits under this number.
            MalformedCorporation: no reason, or one that is too long.
        """
        self.authority.require(context, DESIGNATE)
        if not 0 < len(reason.strip()) <= LONGEST_REASON:
            raise MalformedCorporation(field="reason", reason="missing")
        with self.store.transaction() as records:
            _waiting(records, application)
            records.decide(application, ApplicationState.REFUSED, reason=reason.strip())
            records.audit(grounds_of(context), "corporation-refused", "done", count=application)

    def send_notices(self, context: Context, numbers: Sequence[str]) -> int:
        """Note that notices were handed to the post today; return how many.

        Raises:
            NoticeSentBefore: one of them does not wait; then none is marked.
        """
        self.authority.require(context, SEND)
        with self.store.transaction() as records:
            sent = records.send_notices(numbers, context.today())
            if sent != len(set(numbers)) or not sent:
                raise NoticeSentBefore
            records.audit(grounds_of(context), "designation-notices-sent", "done", count=sent)
        return sent


def _waiting(records: Records, application: int) -> Application:
    found = records.application(application)
    if found is None:
        raise NoSuchApplication
    if found.state is not ApplicationState.WAITING:
        raise ApplicationDecided
    return found


def _fixed_base(new: NewCorporation) -> str:
    """Return the base number that follows from the corporation itself; empty where one is assigned."""
    if new.registration_number:
        return parse_registration_number(new.registration_number)
    if new.profile.kind == CorporationKind.LOCAL_GOVERNMENT:
        return local_government_base(new.profile.municipality_code)
    return ""


def _require_unnumbered(records: Records, new: NewCorporation) -> None:
    base = _fixed_base(new)
    if base and records.newest(str(corporate_number(base))) is not None:
        raise CorporationNumberedBefore


def _base_number(records: Records, new: NewCorporation) -> str:
    fixed = _fixed_base(new)
    if fixed:
        return fixed
    series = series_of(CorporationKind(new.profile.kind), association=new.association)
    return series.base_number(records.next_serial(series))
