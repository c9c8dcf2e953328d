"""Generate the numbers to be designated (番号法8条2項; R-007, R-009, R-010).

Conditions on a number (法8条2項): different from every number ever given; converted from the resident record code;
not able to restore the code. FF1 over eleven digits gives all three; the UNIQUE constraints of the store are kept as
a second, independent guard.
"""

from __future__ import annotations

from collections.abc import Sequence

from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.crypto.number_generation import generate_number
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.national_register.domain.errors import CodeAlreadyNumbered, CodeNotInBundle, LineChanged
from mizuhiki.institutions.national_register.domain.records import NumberedPerson, NumberLine, NumberOutcome
from mizuhiki.institutions.national_register.operations.grounds import grounds_of
from mizuhiki.institutions.national_register.ports import CodeState, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.numbers import ResidentRecordCode

ACTION = "generate-numbers"
FIRST_GENERATION = 0
SEED_BYTES = 16


def _outcome(
    state: CodeState | None,
    municipality_code: str,
    line: NumberLine,
    *,
    new: dict[str, NumberedPerson],
    taken: set[ResidentRecordCode],
    key: SecretKey,
    randomness: Randomness,
) -> NumberOutcome:
    """Decide one line: given before, refused, or numbered now."""
    if state is None or state.municipality_code != municipality_code:
        return NumberOutcome(line.line_id, None, CodeNotInBundle.code)
    if state.person is not None or line.code in taken:
        return NumberOutcome(line.line_id, None, CodeAlreadyNumbered.code)
    taken.add(line.code)
    number = generate_number(key, line.code, FIRST_GENERATION)
    new[line.line_id] = NumberedPerson(
        person=randomness.token(),
        code=line.code,
        number=number,
        seed=randomness.bytes(SEED_BYTES),
        municipality_code=municipality_code,
        sequence=0,
        four_items=None,
        in_register=False,
    )
    return NumberOutcome(line.line_id, number)


def generate_numbers(
    context: Context,
    *,
    store: Store,
    authority: Authority,
    randomness: Randomness,
    key: SecretKey,
    municipality_code: str,
    lines: Sequence[NumberLine],
) -> list[NumberOutcome]:
    """Generate one number per line, in order; a line sent again gets the number it got before.

    Lines that may not be numbered carry a refusal code; the others of the batch go through.
    """
    authority.require(context, ACTION)
    outcomes: list[NumberOutcome] = []
    new: dict[str, NumberedPerson] = {}
    taken: set[ResidentRecordCode] = set()
    with store.transaction() as records:
        known = records.numbers_of_lines(municipality_code, [line.line_id for line in lines])
        states = records.code_states([line.code for line in lines])
        for line in lines:
            before = known.get(line.line_id) or new.get(line.line_id)
            if before is None:
                outcome = _outcome(
                    states.get(records.code_key(line.code)),
                    municipality_code,
                    line,
                    new=new,
                    taken=taken,
                    key=key,
                    randomness=randomness,
                )
                outcomes.append(outcome)
            elif before.code == line.code:
                outcomes.append(NumberOutcome(line.line_id, before.number))
            else:
                outcomes.append(NumberOutcome(line.line_id, None, LineChanged.code))
        records.insert_numbered(municipality_code, new, context.now())
        given = sum(outcome.number is not None for outcome in outcomes)
        records.audit(grounds_of(context), "numbers-generated", "done", count=given)
    return outcomes
