"""The register as a prefecture's body asks it; every other call is that of `casework.peers`."""

from __future__ import annotations

from mizuhiki.casework.peers import NationalRegisterSearch, registered_of
from mizuhiki.casework.ports import Registered
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.wire import national_register, prefecture


class PrefecturalSearch:
    """Implements `ports.Register` for a prefecture: its own server first, the national one for people from elsewhere.

    (住基法30条の15, 30条の10; R-050.)
    """

    def __init__(self, peers: Peers, prefecture_code: str) -> None:
        self._peers = peers
        self._own = institution_id(InstitutionKind.PREFECTURE, prefecture_code)
        self._national = NationalRegisterSearch(peers)

    def search(self, affair: str, number: IndividualNumber) -> Registered | None:
        """Return the holder of a number, or nothing."""
        found = registered_of(
            self._peers.call_sealed(
                self._own,
                prefecture.SEARCH_IDENTIFICATION,
                national_register.IdentificationSearch(affair=affair, individual_number=str(number.reveal())),
                national_register.FoundIdentification,
            )
        )
        return found or self._national.search(affair, number)
