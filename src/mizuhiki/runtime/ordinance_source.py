"""The law as it stands for one institution: the Act's table, and ordinances as the commission publishes them.

Only a question about an affair of an ordinance asks for the list; inquiries under the Act never wait for it. What the
list may add is decided here from the item of table 2, not by the commission (decision 0108).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

from mizuhiki.runtime.clock import Clock
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.affairs import is_ordinance_affair
from mizuhiki.vocabulary.errors import Corrupt, Malformed, Refused, Unavailable
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id, parse_institution_id
from mizuhiki.vocabulary.statute import PublishedOrdinanceAffair, StatuteTable, with_ordinances
from mizuhiki.wire.commission import ordinances as wire

COMMISSION = institution_id(InstitutionKind.COMMISSION)
KEPT = timedelta(minutes=10)
"""How long a list is used; what was withdrawn meanwhile the commission itself refuses to convert."""
UNKNOWN_KEPT = timedelta(minutes=1)
"""How long an affair that the list lacks is taken to be unpublished."""
MOST_BODIES = 4_096
_EVERYBODY = InstitutionId("")


class OrdinanceAffairsUnproved(Corrupt):
    """The list is not signed by the commission, not the one asked for, or holds what no ordinance can add."""

    code = "ordinance-affairs-unproved"
    title = "The list of affairs under ordinances does not prove itself"


class OrdinanceSource:
    """Implements `vocabulary.statute.CurrentStatute` by asking the commission."""

    def __init__(self, peers: Peers, clock: Clock, table: StatuteTable) -> None:
        self._peers = peers
        self._clock = clock
        self._table = table
        self._lock = threading.Lock()
        self._known: dict[InstitutionId, tuple[datetime, StatuteTable]] = {}
        self._failed: tuple[datetime, Unavailable] | None = None

    def about(self, inquirer: InstitutionId, affair: str) -> StatuteTable:
        """Return the Act's table, or that with the inquirer's own ordinances where the affair is one of those.

        Raises:
            Unavailable: the list was never to be had.
            OrdinanceAffairsUnproved: see there.
        """
        if not is_ordinance_affair(affair):
            return self._table
        now = self._clock.now()
        known = self._known.get(inquirer)
        if known is not None:
            kept = KEPT if affair in known[1].ordinance_affairs else UNKNOWN_KEPT
            if known[0] <= now < known[0] + kept:
                return known[1]
        return self._asked(inquirer, now)

    def whole(self) -> StatuteTable:
        """Return the Act's table with everybody's ordinances; errors as of `about`."""
        now = self._clock.now()
        known, failed = self._known.get(_EVERYBODY), self._failed
        if known is not None and known[0] <= now < known[0] + KEPT:
            return known[1]
        if failed is not None and failed[0] <= now < failed[0] + UNKNOWN_KEPT:
            raise failed[1]  # a page reads the table many times, and waits for the commission once
        try:
            return self._asked(_EVERYBODY, now)
        except Unavailable as error:
            self._failed = now, error
            raise

    def _asked(self, body: InstitutionId, now: datetime) -> StatuteTable:
        try:
            found = self._combined(list(self._published(body)))
        except Unavailable:
            known = self._known.get(body)
            if known is None:
                raise
            return known[1]
        with self._lock:
            if len(self._known) >= MOST_BODIES:
                self._known.clear()
            self._known[body] = now, found
        return found

    def _combined(self, published: list[PublishedOrdinanceAffair]) -> StatuteTable:
        try:
            return with_ordinances(self._table, published)
        except (Malformed, Refused) as error:
            raise OrdinanceAffairsUnproved(reason=error.code) from error

    def _published(self, body: InstitutionId) -> Iterator[PublishedOrdinanceAffair]:
        after = ""
        while True:
            request = wire.OrdinanceAffairsRequest(of=body, after=after)
            answer = self._peers.call(COMMISSION, wire.ORDINANCE_AFFAIRS, request)
            verified = self._peers.verify(answer.statement, wire.OrdinanceAffairsStatement, wire.ORDINANCE_AFFAIRS_TYPE)
            stated = verified.payload
            if (verified.signer, stated.of, stated.after) != (COMMISSION, body, after):
                raise OrdinanceAffairsUnproved(reason="statement")
            for one in stated.affairs:
                yield self._one(one, body)
            if not stated.next:
                return
            if stated.next <= after:
                raise OrdinanceAffairsUnproved(reason="order")
            after = stated.next

    @staticmethod
    def _one(one: wire.PublishedAffair, body: InstitutionId) -> PublishedOrdinanceAffair:
        institution = parse_institution_id(one.institution)
        if body not in {_EVERYBODY, institution}:
            raise OrdinanceAffairsUnproved(reason="institution")
        return PublishedOrdinanceAffair(wire.affair_of(institution, one.affair), one.published_on, one.withdrawn_on)
