"""Local tax records and the copies that answer other institutions (地方税法; 番号法22条; R-035)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mizuhiki.casework.ports import Copy
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.domain.tax import KIND, HeldTaxRecord, TaxRecord, copy_items
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.disclose import require_disclosure
from mizuhiki.institutions.municipality.operations.ensure_addressees import ensure_addressees
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.layouts import Layout, layout, layouts_accepted

BATCH = 500


def register_tax_record(context: Context, adapters: Adapters, records: Sequence[TaxRecord]) -> int:
    """Store records, then publish what can be published; return how many records were stored.

    Raises:
        TaxRecordImplausible: nothing of the batch is stored.
        UnknownResident, LinkageNotReady: see there; nothing is stored either.
    """
    grounds = adapters.permit(context, "register-tax-record")
    for record in records:
        record.require_plausible()
    with adapters.store.transaction() as stored:
        residents = stored.register.residents([record.resident for record in records])
        addressees = ensure_addressees(adapters, stored, residents)
        for record, addressee in zip(records, addressees, strict=True):
            stored.linkage.put_tax_record(record, addressee.addressee_number)
        stored.audit(grounds, "tax-records-registered", "done", count=len(records))
    _publish(context, adapters, grounds)
    return len(records)


def publish_local_copies(context: Context, adapters: Adapters) -> int:
    """Register copies of records whose newest version was not sent and whose person is ready for linkage."""
    return _publish(context, adapters, adapters.permit(context, "publish-local-copies"))


def _publish(context: Context, adapters: Adapters, grounds: Grounds) -> int:
    if not layouts_accepted(KIND, context.today()):
        return 0
    form = layout(KIND, context.today())
    sent, after = 0, ("", 0)
    while True:
        with adapters.store.transaction() as records:
            due = records.linkage.unpublished_tax_records(BATCH, after)
            hidden = {
                held.addressee_number
                for held in due
                if (found := records.linkage.addressee(held.addressee_number)) is not None and found.protected
            }
        if not due:
            return sent
        after = due[-1].addressee_number, due[-1].record.fiscal_year
        ready = adapters.linkage.held(sorted({held.addressee_number for held in due}))
        ready_records = [held for held in due if held.addressee_number in ready]
        if not ready_records:
            continue
        adapters.linkage.register_copies(
            [_copy(held, form, context.now(), hidden=held.addressee_number in hidden) for held in ready_records]
        )
        with adapters.store.transaction() as records:
            for held in ready_records:
                records.linkage.mark_published(held.addressee_number, held.record.fiscal_year, held.version)
            records.audit(grounds, "local-copies-registered", "done", count=len(ready_records))
        sent += len(ready_records)


def _copy(held: HeldTaxRecord, form: Layout, at: datetime, *, hidden: bool) -> Copy:
    items = copy_items(held.record, form)
    form.validate(items)
    return Copy(
        addressee_number=held.addressee_number,
        kind=KIND,
        layout_version=form.version,
        fiscal_year=held.record.fiscal_year,
        valid_from=held.record.taxed_as_of,
        items=items,
        not_disclosed=hidden,
        source_version=held.version,
        as_of=at,
    )


def tax_records(context: Context, adapters: Adapters, resident: str) -> list[TaxRecord]:
    """Return a resident's records, newest year first.

    Raises:
        UnknownResident: there is none.
        UnderSupportMeasure: the record is protected and nobody lifted that for the tax records.
    """
    grounds = adapters.permit(context, "read-tax-record")
    require_disclosure(context, adapters, [resident], Work.TAX)
    with adapters.store.transaction() as records:
        record = records.register.resident(resident)
        addressee = None if record.number is None else records.linkage.addressee_of_number(record.number)
        held = [] if addressee is None else records.linkage.tax_records(addressee.addressee_number)
        records.audit(grounds, "tax-records-viewed", "done", subject=resident, count=len(held))
    return [line.record for line in held]
