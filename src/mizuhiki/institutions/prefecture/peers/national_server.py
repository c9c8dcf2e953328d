"""The national register's server, asked about residents of other prefectures (住基法30条の11; R-050)."""

from __future__ import annotations

from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import FourItems, Sex
from mizuhiki.wire import national_register

REGISTER = institution_id(InstitutionKind.NATIONAL_REGISTER)


class NationalRegisterServer:
    """Implements `ports.NationalServer`."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    def search(self, affair: str, number: IndividualNumber) -> FourItems | None:
        """Return the four items of a number's holder, or nothing."""
        answer = self._peers.call_sealed(
            REGISTER,
            national_register.SEARCH_IDENTIFICATION,
            national_register.IdentificationSearch(affair=affair, individual_number=number.reveal()),
            national_register.FoundIdentification,
        )
        items = answer.four_items
        if not answer.found or items is None:
            return None
        return FourItems(items.name, items.name_kana, items.birth_date, Sex(items.sex), items.address)
