"""CS: the municipality's way to the prefecture's and the national server (R-049, R-050)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mizuhiki.institutions.municipality.domain.network import Tier
from mizuhiki.institutions.municipality.peers.register_messages import read_four_items
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import FourItems
from mizuhiki.vocabulary.places import municipality as place
from mizuhiki.vocabulary.reconciliation import FoundDifference, HeldRecord, PageDigest
from mizuhiki.wire import national_register, prefecture
from mizuhiki.wire import register_network as network
from mizuhiki.wire.endpoint import Endpoint

Door = tuple[InstitutionId, Endpoint[Any, Any]]


class RegisterNetwork:
    """Implements `domain.network.CommunicationServer`."""

    def __init__(self, peers: Peers, municipality_code: str) -> None:
        self._peers = peers
        self._prefecture = institution_id(InstitutionKind.PREFECTURE, place(municipality_code).prefecture_code)
        self._national = institution_id(InstitutionKind.NATIONAL_REGISTER)

    def search(self, affair: str, number: IndividualNumber) -> FourItems | None:
        """Ask the prefecture's server, and the national one where the prefecture names nobody."""
        doors: tuple[Door, ...] = (
            (self._prefecture, prefecture.SEARCH_IDENTIFICATION),
            (self._national, national_register.SEARCH_IDENTIFICATION),
        )
        for tier, door in doors:
            answer = self._peers.call_sealed(
                tier,
                door,
                national_register.IdentificationSearch(affair=affair, individual_number=number.reveal()),
                national_register.FoundIdentification,
            )
            if answer.found and answer.four_items is not None:
                return read_four_items(answer.four_items)
        return None

    def compare_pages(
        self, tier: Tier, pages: Sequence[PageDigest], protected: Sequence[ResidentRecordCode]
    ) -> tuple[list[int], list[FoundDifference]]:
        """Send the digests to one tier."""
        question = network.PagesToCompare(
            pages=network.write_pages(list(pages)), protected=[code.reveal() for code in protected]
        )
        institution, door = (
            (self._prefecture, prefecture.COMPARE_PAGES)
            if tier is Tier.PREFECTURE
            else (self._national, national_register.COMPARE_PAGES)
        )
        answer = self._peers.call_sealed(institution, door, question, network.DifferingPages)
        return list(answer.pages), network.read_differences(answer.unmarked)

    def compare_records(self, tier: Tier, pages: Sequence[int], records: Sequence[HeldRecord]) -> list[FoundDifference]:
        """Send the records of some pages to one tier."""
        question = network.RecordsToCompare(
            pages=list(pages), records=[network.write_record(record) for record in records]
        )
        institution, door = (
            (self._prefecture, prefecture.COMPARE_RECORDS)
            if tier is Tier.PREFECTURE
            else (self._national, national_register.COMPARE_RECORDS)
        )
        answer = self._peers.call_sealed(institution, door, question, network.FoundDifferences)
        return network.read_differences(answer.differences)
