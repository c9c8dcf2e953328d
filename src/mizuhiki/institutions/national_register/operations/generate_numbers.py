"""Generate the numbers to be designated (番号法8条2項; R-007, R-009, R-010).

Conditions on a number (法8条2項): different from every number ever given; converted from the resident record code;
not able to restore the code. FF1 over eleven digits gives all three; the UNIQUE constraints of the store are kept as
a second, independent guard.

Requests that wait while another is being committed are committed together: one durable write serves them all, and an
answer is given only after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.crypto.number_generation import generate_number
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.national_register.domain.errors import (
    CodeAlreadyNumbered,
    CodeNotInBundle,
    LineChanged,
    NumberingInterrupted,
)
from mizuhiki.institutions.national_register.domain.records import NumberedPerson, NumberLine, NumberOutcome
from mizuhiki.institutions.national_register.ports import CodeState, LineKey, Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.common_writes import CommonWrites
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of
from mizuhiki.vocabulary.numbers import ResidentRecordCode

ACTION = "generate-numbers"
FIRST_GENERATION = 0
SEED_BYTES = 16
LINES_AT_ONCE = 5_000
"""Lines after which a common write takes no further request, so that none waits for long."""


@dataclass(frozen=True, slots=True)
class _Request:
    """One caller's lines."""

    context: Context
    municipality_code: str
    lines: Sequence[NumberLine]


class NumberQueue:
    """Generates numbers for many callers at once; safe between threads."""

    def __init__(self, store: Store, authority: Authority, randomness: Randomness, key: SecretKey) -> None:
        self._store = store
        self._authority = authority
        self._randomness = randomness
        self._key = key
        self._writes: CommonWrites[_Request, list[NumberOutcome]] = CommonWrites(
            self._write,
            interrupted=NumberingInterrupted,
            at_once=LINES_AT_ONCE,
            weight=lambda request: len(request.lines),
        )

    def generate_numbers(
        self, context: Context, *, municipality_code: str, lines: Sequence[NumberLine]
    ) -> list[NumberOutcome]:
        """Generate one number per line, in order; a line sent again gets the number it got before.

        Lines that may not be numbered carry a refusal code; the others of the batch go through.

        Raises:
            NumberingInterrupted: the common write failed for a reason outside this request; ask again.
        """
        self._authority.require(context, ACTION)
        return self._writes.ask(_Request(context, municipality_code, lines))

    def _write(self, requests: Sequence[_Request]) -> list[list[NumberOutcome]]:
        with self._store.transaction() as records:
            return self._decide(records, requests)

    def _decide(self, records: Records, requests: Sequence[_Request]) -> list[list[NumberOutcome]]:
        keys = [(request.municipality_code, line.line_id) for request in requests for line in request.lines]
        states = records.code_states([line.code for request in requests for line in request.lines])
        stored = [state.person.person for state in states.values() if state.person is not None]
        decision = _Decision(
            records,
            self._randomness,
            self._key,
            records.numbers_of_lines(keys),
            states,
            records.asked_for(stored) if stored else set(),
        )
        outcomes = [[decision.line(request.municipality_code, line) for line in request.lines] for request in requests]
        now = max(request.context.now() for request in requests)
        records.insert_numbered(decision.new, now)
        records.keep_lines(decision.loaded, now)
        for request, outcome in zip(requests, outcomes, strict=True):
            given = sum(line.number is not None for line in outcome)
            records.audit(grounds_of(request.context), "numbers-generated", "done", count=given)
        return outcomes


@dataclass(frozen=True, slots=True)
class _Decision:
    """What is known at the start of one write, and what it adds."""

    records: Records
    randomness: Randomness
    key: SecretKey
    known: dict[LineKey, NumberedPerson]
    states: dict[str, CodeState]
    asked_for: set[str]
    """Persons whom an earlier line asked for."""
    loaded: dict[LineKey, NumberedPerson] = field(default_factory=dict)
    """Persons numbered in bulk whom a line asks for now."""
    new: dict[LineKey, NumberedPerson] = field(default_factory=dict)
    taken: set[ResidentRecordCode] = field(default_factory=set)

    def line(self, municipality_code: str, line: NumberLine) -> NumberOutcome:
        """Decide one line: given before, refused, or numbered now."""
        name = municipality_code, line.line_id
        before = self.known.get(name) or self.new.get(name) or self.loaded.get(name)
        if before is not None:
            if before.code == line.code:
                return NumberOutcome(line.line_id, before.number)
            return NumberOutcome(line.line_id, None, LineChanged.code)
        state = self.states.get(self.records.code_key(line.code))
        if state is None or state.municipality_code != municipality_code:
            return NumberOutcome(line.line_id, None, CodeNotInBundle.code)
        loaded = state.person is not None and state.person.person not in self.asked_for
        if (state.person is not None and not loaded) or line.code in self.taken:
            return NumberOutcome(line.line_id, None, CodeAlreadyNumbered.code)
        self.taken.add(line.code)
        if state.person is not None:
            self.loaded[name] = state.person
            return NumberOutcome(line.line_id, state.person.number)
        number = generate_number(self.key, line.code, FIRST_GENERATION)
        self.new[name] = NumberedPerson(
            person=self.randomness.token(),
            code=line.code,
            number=number,
            seed=self.randomness.bytes(SEED_BYTES),
            municipality_code=municipality_code,
            sequence=0,
            four_items=None,
            in_register=False,
        )
        return NumberOutcome(line.line_id, number)
