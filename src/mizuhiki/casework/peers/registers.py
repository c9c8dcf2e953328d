"""The search in the national and a prefecture's register, and the commission's desk for assessments."""

from __future__ import annotations

from mizuhiki.casework.ports import AssessmentReceipt, OrdinanceStanding, Registered
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import FourItems, Sex
from mizuhiki.vocabulary.statute import OrdinanceAffair
from mizuhiki.wire import commission, national_register, prefecture
from mizuhiki.wire.commission import ordinances

REGISTER = institution_id(InstitutionKind.NATIONAL_REGISTER)
COMMISSION = institution_id(InstitutionKind.COMMISSION)


class NationalRegisterSearch:
    """Implements `ports.Register`."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    def search(self, affair: str, number: IndividualNumber) -> Registered | None:
        """Return the holder of a number, or nothing."""
        return registered_of(
            self._peers.call_sealed(
                REGISTER,
                national_register.SEARCH_IDENTIFICATION,
                national_register.IdentificationSearch(affair=affair, individual_number=str(number.reveal())),
                national_register.FoundIdentification,
            )
        )


def registered_of(found: national_register.FoundIdentification) -> Registered | None:
    """Return whom a register found, or nothing."""
    if not found.found or found.four_items is None:
        return None
    items = found.four_items
    four_items = FourItems(items.name, items.name_kana, items.birth_date, Sex(items.sex), items.address)
    return Registered(four_items, found.municipality_code)


class CommissionDesk:
    """Implements `ports.AssessmentDesk` and `ports.OrdinanceDesk`."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    def submit(
        self,
        submission_id: str,
        *,
        affair: str,
        title: str,
        persons: int,
        handlers: int,
        serious_accident: bool,
        document_digest: bytes,
    ) -> AssessmentReceipt:
        """Hand an assessment in."""
        receipt = self._peers.call(
            COMMISSION,
            commission.SUBMIT_ASSESSMENT,
            commission.AssessmentSubmission(
                submission_id=submission_id,
                affair=affair,
                title=title,
                persons=persons,
                handlers=handlers,
                serious_accident=serious_accident,
                document_digest=document_digest,
            ),
        )
        return AssessmentReceipt(receipt.assessment_id, receipt.level, receipt.state)

    def lodge(self, filing_id: str, affair: OrdinanceAffair) -> OrdinanceStanding:
        """Lodge an affair under an ordinance."""
        filing = ordinances.OrdinanceFiling(filing_id=filing_id, affair=ordinances.filed(affair))
        return _standing(self._peers.call(COMMISSION, ordinances.LODGE_ORDINANCE_AFFAIR, filing))

    def own_filings(self) -> list[OrdinanceStanding]:
        """Return where every filing of this body stands."""
        found = self._peers.call(COMMISSION, ordinances.OWN_ORDINANCE_FILINGS, ordinances.OwnFilingsRequest())
        return [_standing(one) for one in found.filings]

    def end(self, filing_id: str) -> OrdinanceStanding:
        """End linkage for an affair under an ordinance."""
        request = ordinances.OrdinanceEnd(filing_id=filing_id)
        return _standing(self._peers.call(COMMISSION, ordinances.END_ORDINANCE_AFFAIR, request))


def _standing(receipt: ordinances.OrdinanceReceipt) -> OrdinanceStanding:
    return OrdinanceStanding(
        receipt.filing_id,
        receipt.affair,
        receipt.title_ja,
        receipt.title_en,
        receipt.lodged_at,
        receipt.state,
        receipt.reason,
    )


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
