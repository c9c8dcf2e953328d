"""Looking into the register: search, household, record, copy, journal; every look is audited (R-037, R-040)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from mizuhiki.institutions.municipality.domain.errors import EmptySearch, SpecialRequestMissing
from mizuhiki.institutions.municipality.domain.residents import (
    HouseholdMember,
    HouseholdView,
    JournalLine,
    ResidentCertificate,
    ResidentQuery,
    ResidentRecord,
    ResidentsFound,
    summary_of,
)
from mizuhiki.institutions.municipality.domain.substitutes import KeptSubstitution
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.disclose import require_disclosure, withheld_of
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.persons import Relationship

READ = "read-register"
MOST_RESULTS = 100


def search_residents(context: Context, adapters: Adapters, query: ResidentQuery) -> ResidentsFound:
    """Return at most `MOST_RESULTS` records that fit every part of the query.

    Of people under a support measure, and of everybody who lives with them, only the measure's reference is told.

    Raises:
        EmptySearch: nothing was asked.
    """
    grounds = adapters.permit(context, READ)
    if query.empty:
        raise EmptySearch
    with adapters.store.snapshot() as records:
        found = records.register.list_residents(query, MOST_RESULTS)
    withheld = withheld_of(context, adapters, [line.resident for line in found], "search")
    with adapters.store.transaction() as records:
        measures = records.support.measures_of(sorted(withheld))
        records.audit(grounds, "register-searched", "done", count=len(found))
    return ResidentsFound(
        tuple(line for line in found if line.resident not in withheld),
        tuple(sorted({measures.get(resident, "") for resident in withheld})),
        cut_off=len(found) >= MOST_RESULTS,
    )


def household_view(
    context: Context, adapters: Adapters, household: str, *, work: Work = Work.HOUSEHOLD
) -> HouseholdView:
    """Return a household with its members, linkage, cards and cases, for one kind of work.

    Raises:
        UnknownHousehold: there is none.
        UnderSupportMeasure: a member is protected and nobody lifted that for this work.
    """
    grounds = adapters.permit(context, READ)
    with adapters.store.snapshot() as records:
        records.register.household_address(household)
        people = [record.resident for record in records.register.members(household)]
    require_disclosure(context, adapters, people, work)
    with adapters.store.transaction() as records:
        address = records.register.household_address(household)
        members = records.register.members(household)
        view = HouseholdView(
            household=household,
            address=address,
            members=tuple(_member(records, record) for record in members),
            history=tuple(records.register.events([record.resident for record in members])),
        )
        records.audit(grounds, "household-viewed", "done", subject=household)
    return view


def _member(records: Records, record: ResidentRecord) -> HouseholdMember:
    addressee = None if record.number is None else records.linkage.addressee_of_number(record.number)
    return HouseholdMember(
        summary=summary_of(record),
        masked_number="" if record.number is None else record.number.masked(),
        addressee_number=None if addressee is None else addressee.addressee_number,
        linkage="none" if addressee is None else addressee.linkage.value,
        card_serials=tuple(card.card_serial for card in records.desk.cards_of(record.resident)),
        card_lapses=tuple(records.desk.lapses_of(record.resident)),
        cases=tuple(case.case for case in records.allowances.cases(None, record.resident)),
        nationality=record.nationality,
        details=record.details,
    )


def household_of(context: Context, adapters: Adapters, resident: str) -> str:
    """Return the token of a resident's household, which says nothing by itself.

    Raises:
        UnknownResident: there is none.
    """
    adapters.permit(context, READ)
    with adapters.store.transaction() as records:
        return records.register.resident(resident).household


def resident(context: Context, adapters: Adapters, resident: str, *, work: Work = Work.HOUSEHOLD) -> ResidentRecord:
    """Return one record, for one kind of work.

    Raises:
        UnknownResident: there is none.
        UnderSupportMeasure: the record is protected and nobody lifted that for this work.
    """
    grounds = adapters.permit(context, READ)
    require_disclosure(context, adapters, [resident], work)
    with adapters.store.transaction() as records:
        found = records.register.resident(resident)
        records.audit(grounds, "record-viewed", "done", subject=resident)
    return found


def resident_certificate(
    context: Context, adapters: Adapters, resident: str, *, recipient: str, special_request: str = ""
) -> ResidentCertificate:
    """Return a copy of the record for `recipient`; code and number only when `special_request` states the reason.

    Raises:
        UnderSupportMeasure: the record is protected and nobody lifted that for this certificate.
        SpecialRequestMissing: the reason is blank but not empty.
    """
    grounds = adapters.permit(context, "give-certificate")
    if special_request and not special_request.strip():
        raise SpecialRequestMissing
    require_disclosure(context, adapters, [resident], Work.CERTIFICATE, recipient=recipient)
    with adapters.store.transaction() as records:
        record = records.register.resident(resident)
        members = records.register.members(record.household)
        event = "certificate-with-number-given" if special_request else "certificate-given"
        records.audit(grounds, event, "done", subject=resident)
    head = next((m for m in members if m.relationship is Relationship.HEAD), record)
    return ResidentCertificate(
        name=record.name.full,
        name_kana=record.name.full_kana,
        birth_date=record.birth_date,
        sex=record.sex,
        address=record.address,
        reported_on=record.reported_on,
        resident_since=record.resident_since,
        head_of_household=head.name.full,
        relationship=record.relationship.title_ja,
        registered_domicile=record.registered_domicile,
        head_of_family_register=record.head_of_family_register,
        previous_address=record.previous_address,
        issued_on=context.today(),
        code=record.code if special_request else None,
        number=record.number if special_request else None,
    )


def journal(context: Context, adapters: Adapters, day: date) -> list[JournalLine]:
    """Return what was entered on a day in Japan, in order; lines about protected people tell nothing but the time."""
    grounds = adapters.permit(context, READ)
    start = datetime.combine(day, time(), JST).astimezone(UTC)
    with adapters.store.transaction() as records:
        lines = records.register.journal(start, start + timedelta(days=1))
        records.audit(grounds, "journal-viewed", "done", count=len(lines))
    withheld = withheld_of(context, adapters, [line.about for line in lines if line.about], "journal")
    return [
        JournalLine(line.at, "", "", line.actor, withheld=True) if line.about in withheld else line for line in lines
    ]


def substitutions(context: Context, adapters: Adapters, resident: str) -> list[KeptSubstitution]:
    """Return in what writing a person's items went to systems that lack some characters, oldest first (代替文字).

    Raises:
        UnknownResident, UnderSupportMeasure: see there.
    """
    grounds = adapters.permit(context, "read-register")
    with adapters.store.transaction() as records:
        records.register.resident(resident)
    require_disclosure(context, adapters, [resident], Work.HISTORY)
    with adapters.store.transaction() as records:
        found = records.desk.substitutions(resident)
        records.audit(grounds, "record-viewed", "substitutes", subject=resident)
    return found
