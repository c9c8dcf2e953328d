"""Queues what a lapsed card means: certificates end with it, and the holder's municipality learns why (R-154)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection

from mizuhiki.institutions.national_register.domain.card_moves import CardLapse
from mizuhiki.runtime.outbox import Outbox
from mizuhiki.vocabulary.card_lapse import LapseCause
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.wire import jpki, municipality

JPKI = institution_id(InstitutionKind.JPKI)


class CardLapseQueue:
    """Writes lapses into the outbox of the transaction that stored them, one message a receiver."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def __call__(self, connection: Connection, lapses: Sequence[CardLapse]) -> None:
        """Queue lapses for the certification authorities and for the municipalities the holders live in.

        A certificate ends no later than its card's last day (R-153), so of cards that expired nothing is said.
        """
        early = [one.card_serial for one in lapses if one.cause is not LapseCause.EXPIRED]
        if early:
            self._outbox.enqueue(
                connection,
                peer=JPKI,
                endpoint=jpki.NOTIFY_CARD_LAPSES,
                message=jpki.CardLapses(card_serials=early),
                subject="register-events",
                sealed=True,
            )
        by_place: dict[str, list[CardLapse]] = defaultdict(list)
        for one in lapses:
            by_place[one.person.municipality_code].append(one)
        for code, here in sorted(by_place.items()):
            self._outbox.enqueue(
                connection,
                peer=institution_id(InstitutionKind.MUNICIPALITY, code),
                endpoint=municipality.NOTIFY_CARD_LAPSES,
                message=municipality.CardLapses(
                    lapses=[
                        municipality.CardLapse(
                            resident_record_code=one.person.code.reveal(),
                            card_serial=one.card_serial,
                            lapsed_on=one.lapsed_on,
                            cause=one.cause.value,
                        )
                        for one in here
                    ]
                ),
                subject="card-lapses",
                sealed=True,
            )
