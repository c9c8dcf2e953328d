"""The law as it stands for one institution: the Act's table, and ordinances as the commission publishes them.

Only a question about an affair of an ordinance asks for the list; inquiries under the Act never wait for it. What the
list may add is decided here from the item of table 2, not by the commission (decision 0108).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from mizuhiki.runtime.clock import Clock
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.affairs import is_ordinance_affair
from mizuhiki.vocabulary.errors import MizuhikiError, Unavailable
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id, parse_institution_id
from mizuhiki.vocabulary.statute import PublishedOrdinanceAffair, StatuteTable, with_ordinances
from mizuhiki.wire.commission import ordinances as wire

COMMISSION = institution_id(InstitutionKind.COMMISSION)
KEPT = timedelta(minutes=10)
"""How long a list is used; what was withdrawn meanwhile the commission itself refuses to convert."""
TRIED_AGAIN = timedelta(minutes=1)
"""How long an affair that the list lacks is taken to be unpublished, and a list out of reach is not asked for again."""
MOST_BODIES = 4_096
_EVERYBODY = InstitutionId("")
Note = TypeVar("Note")


class OrdinanceAffairsOutOfReach(Unavailable):
    """The commission's list cannot be had, or does not prove itself: whoever asks under an ordinance waits."""

    code = "ordinance-affairs-out-of-reach"
    title = "The commission's list of affairs under ordinances cannot be read now"


class OrdinanceSource:
    """Implements `vocabulary.statute.CurrentStatute` by asking the commission."""

    def __init__(self, peers: Peers, clock: Clock, table: StatuteTable) -> None:
        self._peers = peers
        self._clock = clock
        self._table = table
        self._lock = threading.Lock()
        self._known: dict[InstitutionId, tuple[datetime, StatuteTable]] = {}
        self._failed: dict[InstitutionId, datetime] = {}

    def about(self, inquirer: InstitutionId, affair: str) -> StatuteTable:
        """Return the Act's table, or that with the inquirer's own ordinances where the affair is one of those.

        Raises:
            OrdinanceAffairsOutOfReach: the list was never to be had.
        """
        if not is_ordinance_affair(affair):
            return self._table
        known = self._known.get(inquirer)
        kept = KEPT if known is not None and affair in known[1].ordinance_affairs else TRIED_AGAIN
        return self._fresh(inquirer, kept)

    def at_hand(self) -> OrdinancesAtHand:
        """Return the law as it was last read."""
        return OrdinancesAtHand(self._table, self._known)

    def whole(self) -> StatuteTable:
        """Return the Act's table with everybody's ordinances; errors as of `about`."""
        return self._fresh(_EVERYBODY, KEPT)

    def _fresh(self, body: InstitutionId, kept: timedelta) -> StatuteTable:
        now, known, failed = self._clock.now(), self._known.get(body), self._failed.get(body)
        if known is not None and known[0] <= now < known[0] + kept:
            return known[1]
        if failed is None or not failed <= now < failed + TRIED_AGAIN:
            try:
                return self._read(body, now)
            except MizuhikiError as error:
                self._note(self._failed, body, now)
                if known is None:
                    raise OrdinanceAffairsOutOfReach(reason=error.code) from error
        if known is None:
            raise OrdinanceAffairsOutOfReach(reason="asked-a-moment-ago")
        return known[1]

    def _read(self, body: InstitutionId, now: datetime) -> StatuteTable:
        found = with_ordinances(self._table, list(self._published(body)))
        self._note(self._known, body, (now, found))
        self._failed.pop(body, None)
        return found

    def _note(self, notes: dict[InstitutionId, Note], body: InstitutionId, note: Note) -> None:
        with self._lock:
            if body not in notes and len(notes) >= MOST_BODIES:
                notes.pop(next(iter(notes)))
            notes[body] = note

    def _published(self, body: InstitutionId) -> Iterator[PublishedOrdinanceAffair]:
        after = ""
        while True:
            request = wire.OrdinanceAffairsRequest(of=body, after=after)
            answer = self._peers.call(COMMISSION, wire.ORDINANCE_AFFAIRS, request)
            verified = self._peers.verify(answer.statement, wire.OrdinanceAffairsStatement, wire.ORDINANCE_AFFAIRS_TYPE)
            stated = verified.payload
            if (verified.signer, stated.of, stated.after) != (COMMISSION, body, after):
                raise OrdinanceAffairsOutOfReach(reason="statement")
            for one in stated.affairs:
                yield self._one(one, body)
            if not stated.next:
                return
            if stated.next <= after:
                raise OrdinanceAffairsOutOfReach(reason="order")
            after = stated.next

    @staticmethod
    def _one(one: wire.PublishedAffair, body: InstitutionId) -> PublishedOrdinanceAffair:
        institution = parse_institution_id(one.institution)
        if body not in {_EVERYBODY, institution}:
            raise OrdinanceAffairsOutOfReach(reason="institution")
        return PublishedOrdinanceAffair(
            wire.affair_of(institution, one.affair), one.published_on, one.asked_until, one.lawful_until
        )


class OrdinancesAtHand:
    """Implements `vocabulary.statute.CurrentStatute` with what was read before; it asks nobody."""

    def __init__(self, table: StatuteTable, known: dict[InstitutionId, tuple[datetime, StatuteTable]]) -> None:
        self._table = table
        self._known = known

    def about(self, inquirer: InstitutionId, affair: str) -> StatuteTable:
        """Return what is known of the body's affairs, however old.

        Raises:
            OrdinanceAffairsOutOfReach: nothing is.
        """
        return self._of(inquirer) if is_ordinance_affair(affair) else self._table

    def at_hand(self) -> OrdinancesAtHand:
        """Return itself."""
        return self

    def whole(self) -> StatuteTable:
        """Return what is known of everybody's ordinances; errors as of `about`."""
        return self._of(_EVERYBODY)

    def _of(self, body: InstitutionId) -> StatuteTable:
        known = self._known.get(body)
        if known is None:
            raise OrdinanceAffairsOutOfReach(reason="not-at-hand")
        return known[1]
