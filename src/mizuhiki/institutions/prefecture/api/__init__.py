"""Serves the prefecture's wire endpoints."""

from __future__ import annotations

from mizuhiki.institutions.prefecture.domain.errors import MunicipalityElsewhere
from mizuhiki.institutions.prefecture.domain.notices import IdentificationNotice
from mizuhiki.institutions.prefecture.operations.service import PrefectureOperations
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api, Call
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id, key_of
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import ChangeReason, FourItems, Sex
from mizuhiki.wire import prefecture
from mizuhiki.wire import register_network as network
from mizuhiki.wire.endpoint import Acknowledgement
from mizuhiki.wire.national_register import (
    FoundIdentification,
    FourItemsMessage,
    IdentificationChange,
    IdentificationChanges,
    IdentificationSearch,
)

PORTAL = institution_id(InstitutionKind.PORTAL)


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


class Handlers:
    """One method per endpoint."""

    def __init__(self, operations: PrefectureOperations, peers: Peers) -> None:
        self._operations = operations
        self._peers = peers

    def notify(self, call: Call, request: IdentificationChanges) -> Acknowledgement:
        """Take a municipality's notices."""
        context = call.context(
            affair="resident-register", basis="住民基本台帳法30条の6", purpose="take identification information"
        )
        notices = [read_notice(change) for change in request.changes]
        taken = self._operations.take_identification(context, sender=key_of(call.peer), notices=notices)
        return Acknowledgement(reference=str(taken))

    def search(self, call: Call, request: IdentificationSearch) -> FoundIdentification:
        """Search by number for a municipality's affair."""
        if not key_of(call.peer).startswith(key_of(self._operations.institution)):
            raise MunicipalityElsewhere
        context = call.context(request.affair, "住民基本台帳法30条の12", "confirm number and four items")
        found = self._operations.search_identification(
            context, asker=call.peer, affair=request.affair, number=IndividualNumber.parse(request.individual_number)
        )
        if found is None:
            return FoundIdentification(found=False)
        items = found.four_items
        return FoundIdentification(
            found=True,
            municipality_code=found.municipality_code,
            four_items=FourItemsMessage(
                name=items.name,
                name_kana=items.name_kana,
                birth_date=items.birth_date,
                sex=int(items.sex),
                address=items.address,
            ),
        )

    def compare_pages(self, call: Call, request: network.PagesToCompare) -> network.DifferingPages:
        """Compare page digests with those of the calling municipality."""
        context = call.context("resident-register", "住民基本台帳法30条の6", "compare the tiers")
        pages, unmarked = self._operations.compare_pages(
            context,
            sender=key_of(call.peer),
            pages=network.read_pages(request.pages),
            protected=[ResidentRecordCode.parse(code) for code in request.protected],
        )
        return network.DifferingPages(pages=pages, unmarked=network.write_differences(unmarked))

    def compare_records(self, call: Call, request: network.RecordsToCompare) -> network.FoundDifferences:
        """Compare records with those of the calling municipality."""
        context = call.context("resident-register", "住民基本台帳法30条の6", "compare the tiers")
        found = self._operations.compare_records(
            context,
            sender=key_of(call.peer),
            pages=request.pages,
            original=[network.read_record(record) for record in request.records],
        )
        return network.FoundDifferences(differences=network.write_differences(found))

    def open_look_ups(self, call: Call, request: network.LookUpsQuestion) -> network.TierLookUps:
        """Seal a person's look-ups to the portal."""
        context = call.context("portal-account", "番号法附則6条3項", "show a person who looked them up")
        codes = [ResidentRecordCode.parse(code) for code in request.resident_record_codes]
        bundles = network.LookUpBundles(bundles=self._operations.open_look_ups(context, codes=codes))
        envelope = self._peers.seal(PORTAL, bundles, network.look_ups_context(request.request_id))
        return network.TierLookUps(tier=self._operations.institution, envelope=envelope)


def serve(api: Api, operations: PrefectureOperations, peers: Peers) -> None:
    """Register every endpoint with its handler."""
    handlers = Handlers(operations, peers)
    api.serve_sealed(prefecture.NOTIFY_IDENTIFICATION, IdentificationChanges, handlers.notify)
    api.serve_sealed(prefecture.SEARCH_IDENTIFICATION, IdentificationSearch, handlers.search)
    api.serve_sealed(prefecture.COMPARE_PAGES, network.PagesToCompare, handlers.compare_pages)
    api.serve_sealed(prefecture.COMPARE_RECORDS, network.RecordsToCompare, handlers.compare_records)
    api.serve_sealed(prefecture.OPEN_LOOK_UPS, network.LookUpsQuestion, handlers.open_look_ups)
