"""End cards by the law's own causes, every night (番号法17条6項; 施行令14条; R-154).

A card ends without anybody's decision: because its last day is over, because its holder moved and did not notify it or
show the card in time, or left the country. The register judges all cards whose holders a notice came about, or whose
day came, since it last did, writes down which ended on which day and why, in the holder's own chain too, and tells the
certification authorities and the municipality. Running it again finds nothing that ended already; a night that was
left out is made up for by the next.
"""

from __future__ import annotations

from collections.abc import Sequence

from mizuhiki.institutions.national_register.domain.card_moves import CardLapse, ToldMove, lapse_on
from mizuhiki.institutions.national_register.domain.errors import OtherMunicipality, UnknownPerson
from mizuhiki.institutions.national_register.domain.look_ups import CARD_LAPSED, LookUp
from mizuhiki.institutions.national_register.domain.records import NumberedPerson
from mizuhiki.institutions.national_register.ports import Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of

TAKE, LAPSE = "take-card-moves", "lapse-cards"
CHUNK = 500
"""People judged in one transaction, so that no desk waits long behind the night's work."""


def take_card_moves(
    context: Context, *, store: Store, authority: Authority, municipality_code: str, moves: Sequence[ToldMove]
) -> int:
    """Keep what a municipality tells of moves; return how many notices were new.

    Of somebody whom the register does not know in the municipality's register a notice is kept and audited, but counts
    only once identification information says so: that takes another way, by the prefecture, and may come later.

    Raises:
        OtherMunicipality: a notice is another municipality's.
        UnknownPerson: nobody was numbered under a code.
    """
    authority.require(context, TAKE)
    if any(told.move.municipality_code != municipality_code for told in moves):
        raise OtherMunicipality
    with store.transaction() as records:
        known = records.card_moves.known([told.move.notice_id for told in moves])
        new = {told.move.notice_id: told for told in moves if told.move.notice_id not in known}
        found = []
        for told in new.values():
            person = records.person_by_code(told.code)
            if person is None:
                raise UnknownPerson(change=told.move.notice_id)
            found.append((person, told.move))
        records.card_moves.keep(found, context.today())
        records.audit(grounds_of(context), "card-moves-taken", "done", count=len(found))
        strange = [person for person, _move in found if not _resident_of(records, person, municipality_code)]
        if strange:
            records.audit(grounds_of(context), "card-moves-taken", "residence-not-known", count=len(strange))
    return len(found)


def _resident_of(records: Records, person: NumberedPerson, municipality_code: str) -> bool:
    return person.municipality_code == municipality_code or municipality_code in records.municipalities_of(person)


def lapse_cards(context: Context, *, store: Store, authority: Authority) -> int:
    """Judge the cards that may have ended by today; return how many did."""
    authority.require(context, LAPSE)
    with store.transaction() as records:
        people = records.card_moves.concerned(records.card_moves.last_watch(), context.today())
    ended = 0
    for start in range(0, len(people), CHUNK):
        with store.transaction() as records:
            ended += _judge(context, records, people[start : start + CHUNK])
    with store.transaction() as records:
        records.card_moves.keep_watch(context.today(), context.now())
    return ended


def _judge(context: Context, records: Records, people: Sequence[str]) -> int:
    lapses: list[CardLapse] = []
    holders: dict[str, NumberedPerson] = records.card_moves.holders(people)
    for card in records.card_moves.histories(people):
        found = lapse_on(card, context.today())
        if found is not None:
            lapses.append(CardLapse(holders[card.person], card.card_serial, *found))
    records.card_moves.lapse(lapses)
    for lapse in lapses:
        records.record_look_up(
            LookUp(
                kind=CARD_LAPSED,
                person=lapse.person.person,
                asker=str(context.actor.institution),
                affair=context.affair,
                legal_basis=context.legal_basis,
                outcome=lapse.cause.value,
                at=context.now(),
            )
        )
    if lapses:
        records.audit(grounds_of(context), "cards-lapsed", "done", count=len(lapses))
    return len(lapses)
