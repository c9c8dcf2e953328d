"""Looking into the register: search, household, record, copy, journal; every look is audited (R-037, R-040)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from mizuhiki.institutions.municipality.domain.errors import EmptySearch, SpecialRequestMissing
from mizuhiki.institutions.municipality.domain.residents import (
    HouseholdMember,
    HouseholdView,
    JournalLine,
    RecordState,
    ResidentCertificate,
    ResidentQuery,
    ResidentRecord,
    ResidentSummary,
    summary_of,
)
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.ensure_addressees import ensure_addressees
from mizuhiki.institutions.municipality.ports import IdentificationChange, Records
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.persons import ChangeReason, Relationship

READ = "read-register"
MOST_RESULTS = 100


def search_residents(context: Context, adapters: Adapters, query: ResidentQuery) -> list[ResidentSummary]:
    """Return at most `MOST_RESULTS` records that fit every part of the query.

    Raises:
        EmptySearch: nothing was asked.
    """
    grounds = adapters.permit(context, READ)
    if query.empty:
        raise EmptySearch
    with adapters.store.transaction() as records:
        found = records.register.search(query, MOST_RESULTS)
        records.audit(grounds, "register-searched", "done", count=len(found))
    return [summary_of(record) for record in found]


def household_view(context: Context, adapters: Adapters, household: str) -> HouseholdView:
    """Return a household with its members, linkage, cards and cases.

    Raises:
        UnknownHousehold: there is none.
    """
    grounds = adapters.permit(context, READ)
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
        cases=tuple(case.case for case in records.allowances.cases(None, record.resident)),
    )


def resident(context: Context, adapters: Adapters, resident: str) -> ResidentRecord:
    """Return one record.

    Raises:
        UnknownResident: there is none.
    """
    grounds = adapters.permit(context, READ)
    with adapters.store.transaction() as records:
        found = records.register.resident(resident)
        records.audit(grounds, "record-viewed", "done", subject=resident)
    return found


def resident_certificate(
    context: Context, adapters: Adapters, resident: str, *, recipient: str, special_request: str = ""
) -> ResidentCertificate:
    """Return a copy of the record for `recipient`; code and number only when `special_request` states the reason.

    Raises:
        Withheld: a support measure stands on the record.
        SpecialRequestMissing: the reason is blank but not empty.
    """
    grounds = adapters.permit(context, "give-certificate")
    if special_request and not special_request.strip():
        raise SpecialRequestMissing
    adapters.gate.check(
        context, Disclosure(resident, channel="certificate", recipient=recipient, content="resident record copy")
    )
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


def mark_protected(context: Context, adapters: Adapters, resident: str, *, protected: bool) -> None:
    """Put a support measure (支援措置) on a record or lift it.

    The own intermediate server and the register are told in the same transaction, so that they withhold as well.

    Raises:
        UnknownResident: there is none.
    """
    grounds = adapters.permit(context, "mark-protected")
    with adapters.store.transaction() as records:
        records.register.resident(resident)
        records.register.set_protected(resident, protected=protected)
        record = records.register.resident(resident)
        if record.number is not None:
            [addressee] = ensure_addressees(adapters, records, [record])
            records.linkage.tell_protection(addressee)
            if record.state is not RecordState.REMOVED:
                reason = ChangeReason.EX_OFFICIO_CORRECTION
                change = IdentificationChange(reason, context.today(), record, in_register=True)
                records.register.notify_prefecture([change])
        records.audit(grounds, "protection-marked" if protected else "protection-lifted", "done", subject=resident)


def journal(context: Context, adapters: Adapters, day: date) -> list[JournalLine]:
    """Return what was entered on a day in Japan, in order."""
    adapters.permit(context, READ)
    start = datetime.combine(day, time(), JST).astimezone(UTC)
    with adapters.store.transaction() as records:
        return records.register.journal(start, start + timedelta(days=1))
