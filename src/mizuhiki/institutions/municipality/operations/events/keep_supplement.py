"""Keep a notice for the supplement, with the measure that it says protects its person elsewhere (R-058, R-076)."""

from __future__ import annotations

import dataclasses

from mizuhiki.institutions.municipality.domain.events.supplement import SupplementNotice
from mizuhiki.institutions.municipality.domain.support_measures import SupportMeasure
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.ensure_addressees import ensure_addressees
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context


def keep_notice(context: Context, adapters: Adapters, records: Records, notice: SupplementNotice) -> bool:
    """Take a notice into the supplement and put its measure on records the person left here; False when known.

    Removed records say where somebody went and lead to the supplement, so that both are withheld from the moment the
    new address is kept. A measure that this municipality decided itself stays as it is.
    """
    if not records.supplement.take(notice, context.now()):
        return False
    marked_by = f"municipality-{notice.from_municipality}"
    for record in records.events.all_removed_with(notice.code):
        standing = records.support.active_of(record.resident)
        if notice.measure is not None and standing is None:
            carried = notice.measure
            _put(
                adapters,
                records,
                SupportMeasure(
                    measure=adapters.randomness.token(9),
                    resident=record.resident,
                    started_on=carried.started_on,
                    until=carried.until,
                    marked_by=marked_by,
                    reason=carried.reason,
                ),
            )
        elif notice.measure is None and standing is not None and standing.marked_by == marked_by:
            ended = dataclasses.replace(standing, ended_on=context.today(), ended_by=marked_by)
            _put(adapters, records, ended)
    return True


def _put(adapters: Adapters, records: Records, measure: SupportMeasure) -> None:
    """Store a measure that began or ended with its mark, and tell the own intermediate server."""
    records.support.put_measure(measure)
    records.register.set_protected(measure.resident, protected=measure.active)
    record = records.register.resident(measure.resident)
    if record.number is not None:
        [addressee] = ensure_addressees(adapters, records, [record])
        records.linkage.tell_protection(addressee)
