"""Serves the prefecture's wire endpoint."""

from __future__ import annotations

from mizuhiki.institutions.prefecture.domain.notices import IdentificationNotice
from mizuhiki.institutions.prefecture.operations.take_identification import take_identification
from mizuhiki.institutions.prefecture.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.serving import Api, Call
from mizuhiki.vocabulary.ids import InstitutionId, key_of
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import ChangeReason, FourItems, Sex
from mizuhiki.wire import prefecture
from mizuhiki.wire.endpoint import Acknowledgement
from mizuhiki.wire.national_register import IdentificationChange, IdentificationChanges


def read_notice(change: IdentificationChange) -> IdentificationNotice:
    """Return the domain notice of a wire message.

    Raises:
        MalformedIndividualNumber, MalformedResidentRecordCode: see `vocabulary.numbers`.
    """
    items = change.four_items
    return IdentificationNotice(
        change_id=change.change_id,
        sequence=change.sequence,
        municipality_code=change.municipality_code,
        reason=ChangeReason(change.reason),
        effective_on=change.effective_on,
        code=ResidentRecordCode.parse(change.resident_record_code),
        number=IndividualNumber.parse(change.individual_number),
        four_items=FourItems(
            name=items.name,
            name_kana=items.name_kana,
            birth_date=items.birth_date,
            sex=Sex(items.sex),
            address=items.address,
        ),
        in_register=change.in_register,
        protected=change.protected,
        previous_code=ResidentRecordCode.parse(change.previous_resident_record_code)
        if change.previous_resident_record_code
        else None,
    )


def serve(api: Api, institution: InstitutionId, store: Store, authority: Authority) -> None:
    """Register the endpoint with its handler."""

    def notify(call: Call, request: IdentificationChanges) -> Acknowledgement:
        context = call.context(
            affair="resident-register", basis="住民基本台帳法30条の6", purpose="take identification information"
        )
        taken = take_identification(
            context,
            store=store,
            authority=authority,
            prefecture_code=key_of(institution),
            sender=key_of(call.peer),
            notices=[read_notice(change) for change in request.changes],
        )
        return Acknowledgement(reference=str(taken))

    api.serve_sealed(prefecture.NOTIFY_IDENTIFICATION, IdentificationChanges, notify)
