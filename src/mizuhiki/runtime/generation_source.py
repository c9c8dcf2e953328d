"""The generations of pseudonyms as both converters state them, fetched from the core (pseudonyms design).

Each converter signs its own book. What one of them did not open is not open, and what one of them closed is closed, so
neither can change the generation alone.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

from mizuhiki.runtime.clock import Clock
from mizuhiki.runtime.joint_key import CONVERTERS
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.errors import Corrupt, Unavailable
from mizuhiki.vocabulary.generations import Generations, Term
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.wire import linkage_core
from mizuhiki.wire.commission import GENERATIONS_STATEMENT_TYPE, GenerationsStatement, GenerationTerm

KEPT = timedelta(minutes=10)
"""How long a change may take to be seen; a day of issue is set further ahead than this."""


class GenerationsUnproved(Corrupt):
    """The converters' statements about generations are not theirs, or not both there."""

    code = "pseudonym-generations-unproved"
    title = "The statements about generations of pseudonyms do not fit"


def statement_of(converter: InstitutionId, generations: Generations, at: datetime) -> GenerationsStatement:
    """Return what a converter signs about its own book."""
    return GenerationsStatement(
        converter=converter,
        stated_at=at,
        generations=[
            GenerationTerm(
                generation=term.generation,
                opened_at=term.opened_at,
                issue_from=term.issue_from,
                closed_at=term.closed_at,
            )
            for term in generations.terms
        ],
    )


def read_statement(peers: Peers, text: str, converter: InstitutionId) -> Generations:
    """Return the generations that a converter states.

    Raises:
        GenerationsUnproved: somebody else signed, or it is about another converter, or empty.
        MizuhikiError: the signature fails; see `crypto.signed_objects`.
    """
    verified = peers.verify(text, GenerationsStatement, GENERATIONS_STATEMENT_TYPE)
    statement = verified.payload
    if verified.signer != converter or statement.converter != converter or not statement.generations:
        raise GenerationsUnproved(converter=converter)
    return Generations(
        tuple(Term(one.generation, one.opened_at, one.issue_from, one.closed_at) for one in statement.generations)
    )


class GenerationSource:
    """Hands out the generations; asks the core again when what it knows is older than `KEPT`."""

    def __init__(self, peers: Peers, clock: Clock) -> None:
        self._peers = peers
        self._clock = clock
        self._lock = threading.Lock()
        self._known: tuple[datetime, Generations] | None = None

    def current(self) -> Generations:
        """Return the generations; what was known before while the core does not answer.

        Raises:
            Unavailable: the core was never reached.
            GenerationsUnproved: its answer does not prove itself.
        """
        now = self._clock.now()
        known = self._known
        if known is not None and known[0] <= now < known[0] + KEPT:
            return known[1]
        try:
            answer = self._peers.call(CONVERTERS[-1], linkage_core.GENERATIONS, linkage_core.GenerationsRequest())
        except Unavailable:
            if known is None:
                raise
            return known[1]
        found = self.check(answer.statements)
        with self._lock:
            self._known = now, found
        return found

    def check(self, statements: Sequence[str]) -> Generations:
        """Verify the statements of the commission and the core; none at all stands for the first generation only."""
        if not statements:
            return Generations()
        if len(statements) != len(CONVERTERS):
            raise GenerationsUnproved(count=len(statements))
        first, second = (
            read_statement(self._peers, text, converter) for converter, text in zip(CONVERTERS, statements, strict=True)
        )
        return first.agreed(second)
