"""The leak test on what travels: whoever hears everything between institutions learns from none of it who is meant.

Some persons are asked about twice; others are never asked about and only have pseudonyms at two bodies. Coalitions that
hear all messages and hold the pseudonyms of both servers, alone or with one converter's keys, run attack programs. Each
program is first run on transcripts with a planted weakness, in which it must find everybody.

What the core may know, and only the core, is shown as the limit that it is: which exchanges concern one person, under a
pseudonym that stands nowhere else (番号法23条).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from unittest import mock

import pytest

from misuse.transcripts import (
    GENERATION,
    Appearance,
    Coalition,
    Heard,
    Names,
    Pairs,
    by_guessed_mask,
    by_guessed_reference,
    by_name_in_the_clear,
    by_one_half,
    by_opening,
    by_reused_randomness,
    by_shared_opening,
    by_shared_value,
    masked,
    unmasked,
)
from mizuhiki.crypto.digests import labelled_hash, sha512
from mizuhiki.crypto.pseudonyms import Ciphertext, Converter, Pseudonym, combine_shares, decrypt_pseudonym
from mizuhiki.crypto.pseudonyms.group import multiply, reduce_wide, scalar_divide
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.institutions.intermediate_server.peers import inquiry_cases
from mizuhiki.vocabulary.ids import InstitutionId, intermediate_server_of
from mizuhiki.wire.linkage_core import InquiryLine
from support.conversion import COMMISSION, CORE
from support.conversion import Nation as Converters
from support.overheard import overheard
from unit.institutions.intermediate_server.kit import ASKER, HOLDER, copy_of, inquiry_of, nation_of_the_keystores
from unit.institutions.intermediate_server.whole import Nation

PERSONS = 20
"""Asked about twice; as many others are never asked about, and one more makes the servers fetch their keys."""
SERVERS = (intermediate_server_of(ASKER), intermediate_server_of(HOLDER))


def shuffled(randomness: SeededRandomness, few: range) -> list[int]:
    return sorted(few, key=lambda _: randomness.below(2**60))


def file_of(person: int) -> str:
    """A person's file at the asker; nothing of it leaves but a hash."""
    return f"file {person}"


class Making:
    """Lets persons appear, in another order each time."""

    def __init__(self) -> None:
        self.place, self.order = Nation(), SeededRandomness(b"in which order they appear")
        self.persons: list[Pseudonym] = [self.place.core.nation.person() for _ in range(2 * PERSONS + 1)]
        self.numbers = {
            owner: [f"{first}{10**13 + 7919 * place:014d}" for place in shuffled(self.order, range(2 * PERSONS + 1))]
            for first, owner in ((1, ASKER), (2, HOLDER))
        }

    def issued(self, owner: InstitutionId, few: range) -> dict[int, Appearance]:
        numbers = self.numbers[owner]
        return {
            one: self.heard(partial(self.place.acquire, owner, numbers[one], self.persons[one]))
            for one in shuffled(self.order, few)
        }

    def asked(self, turn: str, few: range) -> dict[int, Appearance]:
        numbers = self.numbers[ASKER]
        inquiries = {
            one: inquiry_of(numbers[one], f"{turn}-{one}", case_reference=file_of(one))
            for one in shuffled(self.order, few)
        }
        return {one: self.heard(partial(self.place.inquire, inquiry)) for one, inquiry in inquiries.items()}

    def heard(self, act: Callable[[], object]) -> Appearance:
        with overheard(self.place.transport) as found:
            act()
        return Appearance.of(found)

    def table(self, owner: InstitutionId) -> dict[bytes, str]:
        with self.place.server(owner).upkeep.store.transaction() as records:
            found = {number: records.pseudonyms_of(number)[GENERATION] for number in self.numbers[owner]}
        return {code.reveal(): number for number, code in found.items()}


@dataclass(frozen=True)
class Turn:
    """Appearances in their order, who is behind each, and the point that its ciphertext is made of."""

    heard: list[Appearance]
    persons: list[int]
    points: list[bytes]


@dataclass(frozen=True)
class World:
    """Transcripts, and what is true of them."""

    converters: Converters
    tables: dict[InstitutionId, dict[bytes, str]]
    numbers: dict[InstitutionId, list[str]]
    issued: tuple[Turn, Turn]
    asked: tuple[Turn, Turn]
    crafted: Turn
    unkeyed: Turn


def _turn(found: dict[int, Appearance], points: list[bytes]) -> Turn:
    return Turn(list(found.values()), list(found), [points[one] for one in found])


def _without_a_key(_: object, exchange_number: str, reference: str) -> InquiryLine:
    """A line as it was before file numbers had a key."""
    plain = labelled_hash("case-reference", exchange_number.encode(), reference.encode())
    return InquiryLine(exchange_number=exchange_number, case_reference_hash=plain)


def _crafted(pseudonym: Pseudonym) -> Ciphertext:
    return unmasked(pseudonym.reveal())


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    made = Making()
    place = made.place
    talked, silent, first = range(PERSONS), range(PERSONS, 2 * PERSONS), range(2 * PERSONS, 2 * PERSONS + 1)
    place.publish_assessment(ASKER)
    for owner in (ASKER, HOLDER):
        for few in (first, talked):
            made.issued(owner, few)
    issued = [made.issued(owner, silent) for owner in (ASKER, HOLDER)]
    place.register_copies(HOLDER, *(copy_of(made.numbers[HOLDER][one]) for one in talked))
    made.asked("before", first)
    asked = [made.asked(turn, talked) for turn in ("first", "second")]
    with mock.patch.object(inquiry_cases, "encrypt_pseudonyms", lambda _key, found, _: [*map(_crafted, found)]):
        crafted = made.asked("crafted", talked)
    with mock.patch.object(inquiry_cases.InquiryCases, "line", _without_a_key):
        unkeyed = made.asked("unkeyed", talked)
    tables = {server: made.table(owner) for server, owner in zip(SERVERS, (ASKER, HOLDER), strict=True)}
    known = {number: pseudonym for pseudonym, number in tables[SERVERS[0]].items()}
    at_asker = [known[number] for number in made.numbers[ASKER]]
    at_register = [person.reveal() for person in made.persons]
    yield World(
        nation_of_the_keystores(),
        tables,
        {server: made.numbers[owner] for server, owner in zip(SERVERS, (ASKER, HOLDER), strict=True)},
        (_turn(issued[0], at_register), _turn(issued[1], at_register)),
        (_turn(asked[0], at_asker), _turn(asked[1], at_asker)),
        _turn(crafted, at_asker),
        _turn(unkeyed, at_asker),
    )
    place.close()


COALITIONS = ("the network", str(COMMISSION), str(CORE))
"""Who hears everything; each holds the pseudonyms of both servers beside it."""


def coalition(world: World, name: str) -> Coalition:
    by_name = {str(COMMISSION): world.converters.commission, str(CORE): world.converters.core}
    converter = by_name.get(name)
    bare = Coalition(world.converters.joint_key, world.tables, SERVERS)
    return bare if converter is None else Coalition(bare.joint_key, bare.tables, SERVERS, converter, secrets(converter))


def secrets(converter: Converter) -> tuple[bytes, ...]:
    """Its part of the joint key, and for everybody in the exchange its factors and its part of their key."""
    bodies = (*SERVERS, CORE)
    kinds = (b"shuffle", b"rekey")
    factors = [converter._factor(kind, body, GENERATION) for kind in kinds for body in bodies]
    return (converter._own_scalar(), *factors, *(converter.share(body, GENERATION) for body in bodies))


def pairs(turns: tuple[Turn, Turn]) -> Pairs:
    return {place: turns[1].persons.index(one) for place, one in enumerate(turns[0].persons)}


# --- weaknesses

Plant = Callable[[World, Turn], list[Appearance]]


def with_inputs(make: Callable[[World, int, bytes], Ciphertext]) -> Plant:
    """Let the asker, or the register, have encrypted in another way."""
    return lambda world, turn: [
        one.with_inputs(make(world, place, point))
        for place, (one, point) in enumerate(zip(turn.heard, turn.points, strict=True))
    ]


def scalar_of(octets: bytes) -> bytes:
    return reduce_wide(sha512(octets))


def _rogue(world: World, converter: Converter, place: int, point: bytes) -> Ciphertext:
    """Under a joint key to which the other converter gave nothing."""
    return masked(point, scalar_of(b"%d" % place + point + converter.public_point()), converter.public_point())


same_mask_for_a_person = with_inputs(
    lambda world, _, point: masked(point, scalar_of(point), world.converters.joint_key)
)
same_mask_for_all = with_inputs(lambda world, _, point: masked(point, scalar_of(b"all"), world.converters.joint_key))
mask_by_counting = with_inputs(
    lambda world, place, point: masked(point, (place % 9 + 1).to_bytes(32, "little"), world.converters.joint_key)
)


def rogue_key(name: str) -> Plant:
    def make(world: World, place: int, point: bytes) -> Ciphertext:
        converter = world.converters.core if name == CORE else world.converters.commission
        return _rogue(world, converter, place, point)

    return with_inputs(make)


def numbered_by_person(field: str) -> Plant:
    """Let a number in the message be made from the person."""
    return lambda _, turn: [
        one.with_text(field, f"number-of-{person}") for one, person in zip(turn.heard, turn.persons, strict=True)
    ]


def addressee_told(world: World, turn: Turn) -> list[Appearance]:
    numbers = world.numbers[SERVERS[0]]
    return [
        one.with_text("exchange_number", f"{numbers[person]}-1")
        for one, person in zip(turn.heard, turn.persons, strict=True)
    ]


def nothing_fresh(world: World, turn: Turn) -> list[Appearance]:
    """Let the commission re-shuffle and re-key and add nothing of its own."""
    n = _quotient(world.converters.commission)
    f = scalar_divide(n, world.converters.commission._factor(b"rekey", SERVERS[1], GENERATION))
    return [one.with_outputs(lambda sent: Ciphertext(multiply(f, sent.c1), multiply(n, sent.c2))) for one in turn.heard]


def _quotient(converter: Converter) -> bytes:
    source, target = (converter._factor(b"shuffle", server, GENERATION) for server in SERVERS)
    return scalar_divide(target, source)


# --- pairs: two appearances of one person

PairProgram = Callable[[Heard, Heard, Coalition], Pairs]
PAIRING: dict[str, tuple[PairProgram, Plant, str]] = {
    "shared value, one mask for a person": (by_shared_value, same_mask_for_a_person, "the network"),
    "shared value, numbered by person": (by_shared_value, numbered_by_person("batch_id"), "the network"),
    "shared opening, the core's own joint key": (by_shared_opening, rogue_key(CORE), str(CORE)),
    "shared opening, the commission's own": (by_shared_opening, rogue_key(COMMISSION), str(COMMISSION)),
}


@pytest.mark.requirement("R-008", "R-027", "R-032")
@pytest.mark.parametrize("program", PAIRING)
def test_pseudonyms_of_one_person_issued_to_two_bodies_are_paired_by_nobody(world: World, program: str) -> None:
    attack, plant, name = PAIRING[program]
    left, right = world.issued
    planted = attack(plant(world, left), plant(world, right), coalition(world, name))
    assert planted == pairs(world.issued), "the program must find the planted weakness"
    for one in COALITIONS:
        assert attack(left.heard, right.heard, coalition(world, one)) == {}


@pytest.mark.requirement("R-008", "R-027", "R-032")
@pytest.mark.parametrize("program", PAIRING)
def test_two_inquiries_about_one_person_are_paired_by_nobody_but_the_core(world: World, program: str) -> None:
    attack, plant, name = PAIRING[program]
    first, second = world.asked
    plant = numbered_by_person("exchange_number") if "numbered" in program else plant
    planted = attack(plant(world, first), plant(world, second), coalition(world, name))
    assert planted == pairs(world.asked), "the program must find the planted weakness"
    for one in COALITIONS:
        assert attack(first.heard, second.heard, coalition(world, one)) == {}


# --- names: whose appearance it is

NameProgram = Callable[[Heard, Coalition], Names]
NAMING: dict[str, tuple[NameProgram, Plant, str]] = {
    "name in the clear, in a number": (by_name_in_the_clear, addressee_told, "the network"),
    "name in the clear, no mask": (
        by_name_in_the_clear,
        with_inputs(lambda _w, _p, point: unmasked(point)),
        "the network",
    ),
    "opened ciphertext, the core's own joint key": (by_opening, rogue_key(CORE), str(CORE)),
    "opened ciphertext, the commission's own": (by_opening, rogue_key(COMMISSION), str(COMMISSION)),
    "guessed mask": (by_guessed_mask, mask_by_counting, "the network"),
    "reused randomness": (by_reused_randomness, same_mask_for_all, "the network"),
}


def names(world: World, turn: Turn) -> Names:
    return {place: world.numbers[SERVERS[0]][one] for place, one in enumerate(turn.persons)}


@pytest.mark.requirement("R-008", "R-027", "R-032")
@pytest.mark.parametrize("program", NAMING)
def test_who_is_asked_about_is_named_by_nobody(world: World, program: str) -> None:
    attack, plant, name = NAMING[program]
    turn = world.asked[0]
    assert attack(plant(world, turn), coalition(world, name)) == names(world, turn), "must find the planted weakness"
    for one in COALITIONS:
        for heard in (turn.heard, world.issued[0].heard, world.issued[1].heard):
            assert attack(heard, coalition(world, one)) == {}


@pytest.mark.requirement("R-032")
def test_a_server_that_crafts_ciphertexts_with_the_core_does_not_learn_the_other_bodys_pseudonym(world: World) -> None:
    there = {place: world.numbers[SERVERS[1]][one] for place, one in enumerate(world.crafted.persons)}
    with_core = coalition(world, CORE)
    assert by_one_half(nothing_fresh(world, world.crafted), with_core) == there, "must find the planted weakness"
    for one in (str(CORE), str(COMMISSION)):
        assert by_one_half(world.crafted.heard, coalition(world, one)) == {}
        assert by_one_half(world.asked[0].heard, coalition(world, one)) == {}


# --- the limits


def subject(converters: Converters, half: Ciphertext) -> bytes:
    """The core's own pseudonym: its key has a part from each converter, and only the core was given both."""
    first, core = converters.commission, converters.core
    middle = first.key_out(CORE, GENERATION, converters.joint_key)
    key = combine_shares([one.share(CORE, GENERATION) for one in (first, core)], core.key_out(CORE, GENERATION, middle))
    [whole] = core.convert_unproved(
        [half], source=SERVERS[0], target=CORE, generation=GENERATION, key_in=middle, batch_id="any"
    )
    return decrypt_pseudonym(key, whole).reveal()


def test_the_core_alone_pairs_exchanges_and_names_nobody(world: World) -> None:
    first, second = (
        [subject(world.converters, half) for one in turn.heard for half in one.first_halves(CORE)]
        for turn in world.asked
    )
    assert {place: second.index(one) for place, one in enumerate(first)} == pairs(world.asked)
    assert not set(first) & {code for table in world.tables.values() for code in table}
    assert not [half for turn in world.issued for one in turn.heard for half in one.first_halves(CORE)]


def test_a_file_number_that_is_guessed_is_not_recognised(world: World) -> None:
    """The code of a file number is under the asking server's own key; the program finds every one without it."""
    guesses = [file_of(one) for one in range(2 * PERSONS)]
    for turn in world.asked:
        assert by_guessed_reference(turn.heard, guesses) == {}
    meant = {place: file_of(one) for place, one in enumerate(world.unkeyed.persons)}
    assert by_guessed_reference(world.unkeyed.heard, guesses) == meant
