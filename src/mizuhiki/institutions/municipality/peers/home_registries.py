"""Notices for the supplement to the family register, queued in the transaction that caused them."""

from __future__ import annotations

from sqlalchemy import Connection

from mizuhiki.institutions.municipality.domain.events.supplement import SupplementNotice
from mizuhiki.runtime.directory import Directory
from mizuhiki.runtime.outbox import Outbox
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.wire import municipality


class HomeRegistryQueue:
    """Writes supplement notices into the outbox, in order per person; knows which municipalities are connected."""

    def __init__(self, outbox: Outbox, directory: Directory) -> None:
        self._outbox = outbox
        self._directory = directory

    def __call__(self, connection: Connection, municipality_code: str, notice: SupplementNotice) -> bool:
        """Queue a notice; False when the municipality is not connected."""
        home = institution_id(InstitutionKind.MUNICIPALITY, municipality_code)
        if home not in self._directory:
            return False
        measure = None
        if notice.measure is not None:
            measure = municipality.MeasureMessage(
                started_on=notice.measure.started_on, until=notice.measure.until, reason=notice.measure.reason
            )
        self._outbox.enqueue(
            connection,
            peer=home,
            endpoint=municipality.NOTIFY_SUPPLEMENT,
            message=municipality.SupplementNotice(
                notice_id=notice.notice_id,
                from_municipality=notice.from_municipality,
                resident_record_code=notice.code.reveal(),
                individual_number="" if notice.number is None else notice.number.reveal(),
                name=notice.name,
                name_kana=notice.name_kana,
                birth_date=notice.birth_date,
                sex=int(notice.sex),
                registered_domicile=notice.registered_domicile,
                head_of_family_register=notice.head_of_family_register,
                address=notice.address,
                address_since=notice.address_since,
                overseas=notice.overseas,
                closed=notice.closed,
                measure=measure,
            ),
            subject=f"supplement/{notice.code.reveal()}",
            sealed=True,
        )
        return True
