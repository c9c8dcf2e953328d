"""Decisions queued for municipalities."""

from __future__ import annotations

from mizuhiki.institutions.outside_parties.domain.decisions import ResidenceDecision
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.outbox import Outbox
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.wire import municipality


class MunicipalityPost:
    """Implements `ports.DecisionPost` by the outbox."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox

    def send(self, decision: ResidenceDecision) -> None:
        """Queue a decision for the municipality it names."""
        with self._database.write() as connection:
            self._outbox.enqueue(
                connection,
                peer=institution_id(InstitutionKind.MUNICIPALITY, decision.municipality_code),
                endpoint=municipality.NOTIFY_RESIDENCE,
                message=_message(decision),
                subject=f"{decision.birth_date.isoformat()}/{decision.family}/{decision.given}",
                sealed=True,
            )


def _message(decision: ResidenceDecision) -> municipality.ResidenceNotice:
    residence = decision.residence
    card = residence.card_number
    return municipality.ResidenceNotice(
        notice_id=decision.decision_id,
        family=decision.family,
        given=decision.given,
        birth_date=decision.birth_date,
        sex=int(decision.sex),
        known_card_number=decision.known_card_number,
        decided_on=decision.decided_on,
        residence=municipality.ResidenceMessage(
            nationality=residence.nationality,
            category=residence.category.value,
            status=residence.status,
            period=residence.period,
            resident_since=residence.resident_since,
            stay_until=residence.stay_until,
            card_number="" if card is None else card.value,
        ),
        new_family=decision.new_family,
        new_given=decision.new_given,
        ended=decision.ended,
    )
