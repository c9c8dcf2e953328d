"""What travels between institutions, and attack programs that look in it for one person's two appearances or a name.

An appearance is everything that left any institution because of one act about one person: a pseudonym issued, a person
asked about. A coalition hears all of it, and holds pseudonyms of servers and what a converter keeps secret.
"""

from __future__ import annotations

import base64
import binascii
import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mizuhiki.crypto.digests import labelled_hash
from mizuhiki.crypto.pseudonyms import BASE, Ciphertext, Converter
from mizuhiki.crypto.pseudonyms.group import IDENTITY, add, multiply, multiply_base, scalar_divide, subtract
from mizuhiki.vocabulary.ids import InstitutionId, owner_of
from support.overheard import Overheard

GENERATION = 1
SHORTEST = 8
"""Texts shorter than this (flags, years, outcomes) are not names of anything."""
SIGNED = re.compile(r"(eyJ[\w-]+)\.([\w-]+)\.([\w-]+)")
FEW = 16
"""So many masks are tried one after the other: what a counter in the place of randomness would give."""


def _opened(value: Any) -> Any:
    """A message with everything read that anybody can read: signed objects are signed and not sealed."""
    if isinstance(value, dict):
        return {name: _opened(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_opened(part) for part in value]
    signed = SIGNED.fullmatch(value) if isinstance(value, str) else None
    if signed is None:
        return value
    header, payload = (
        json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in signed.groups()[:2]
    )
    return {"header": header, "payload": _opened(payload), "signature": signed.group(3)}


@dataclass(frozen=True)
class Appearance:
    """The messages of one act, requests and answers, read."""

    messages: tuple[Any, ...]

    @classmethod
    def of(cls, heard: Sequence[Overheard]) -> Appearance:
        """Leave out what an owner and its own server say to each other: that does not leave the institution."""
        between = [one for one in heard if _body(one.sender) != _body(one.recipient)]
        return cls(tuple(_opened(json.loads(text)) for one in between for text in (one.request, one.answer)))

    def texts(self) -> Iterator[str]:
        yield from (part for part in _parts(self.messages) if isinstance(part, str))

    def ciphertexts(self) -> Iterator[Ciphertext]:
        yield from (
            _read(part) for part in _parts(self.messages) if isinstance(part, dict) and part.keys() == {"c1", "c2"}
        )

    def first_halves(self, target: InstitutionId) -> list[Ciphertext]:
        """What the commission answered for a target."""
        answered = (part for part in _parts(self.messages) if isinstance(part, dict) and part.get("target") == target)
        return [_read(one) for part in answered for one in part.get("outputs", ())]

    def with_inputs(self, ciphertext: Ciphertext) -> Appearance:
        """The same if the asker had sent this ciphertext."""
        return replace(
            self, messages=tuple(_changed(one, "inputs", lambda _: [_written(ciphertext)]) for one in self.messages)
        )

    def with_outputs(self, change: Callable[[Ciphertext], Ciphertext]) -> Appearance:
        """The same if every converted ciphertext were what `change` makes of the asker's."""
        [asked, *_] = self.ciphertexts()
        made = [_written(change(asked))]
        return replace(self, messages=tuple(_changed(one, "outputs", lambda _: made) for one in self.messages))

    def with_text(self, name: str, text: str) -> Appearance:
        return replace(self, messages=tuple(_changed(one, name, lambda _: text) for one in self.messages))


def _body(institution: InstitutionId) -> str:
    return owner_of(institution) if institution.startswith("intermediate-") else institution


def _parts(value: Any) -> Iterator[Any]:
    yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        yield from _parts(part)


def _changed(value: Any, name: str, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {key: change(part) if key == name else _changed(part, name, change) for key, part in value.items()}
    return [_changed(part, name, change) for part in value] if isinstance(value, list) else value


def _read(pair: Mapping[str, str]) -> Ciphertext:
    return Ciphertext(base64.b64decode(pair["c1"]), base64.b64decode(pair["c2"]))


def _written(ciphertext: Ciphertext) -> dict[str, str]:
    return {name: base64.b64encode(half).decode() for name, half in (("c1", ciphertext.c1), ("c2", ciphertext.c2))}


@dataclass(frozen=True)
class Coalition:
    """What is held beside the transcripts; `tables` are pseudonyms with the addressee numbers they stand for."""

    joint_key: bytes
    tables: Mapping[InstitutionId, Mapping[bytes, str]]
    route: tuple[InstitutionId, InstitutionId]
    """The servers of who asks and of who answers."""
    converter: Converter | None = None
    scalars: tuple[bytes, ...] = ()
    """Every secret of the converter that could open something."""

    def name_of(self, point: bytes) -> str | None:
        return next((table[point] for table in self.tables.values() if point in table), None)

    def half(self, point: bytes) -> bytes:
        """What this coalition's converter makes of a pseudonym, or of a half of a ciphertext, on the route."""
        assert self.converter is not None
        factors = [self.converter._factor(b"shuffle", one, GENERATION) for one in self.route]
        return multiply(scalar_divide(factors[1], factors[0]), point)

    def openings(self, ciphertext: Ciphertext) -> Iterator[bytes]:
        """What each of its secrets, and none, makes of a ciphertext, as it is and after its own half."""
        masks = [IDENTITY, *(multiply(one, ciphertext.c1) for one in self.scalars)]
        for mask in masks:
            point = subtract(ciphertext.c2, mask)
            if point != IDENTITY:
                yield point
                if self.converter is not None:
                    yield self.half(point)


Heard = Sequence[Appearance]
Pairs = dict[int, int]
"""Which of the first appearances goes with which of the others."""
Names = dict[int, str]
"""Whose appearance it is, by an addressee number at any server."""


# --- programs that pair appearances


def _joined(left: Sequence[set[Any]], right: Sequence[set[Any]]) -> Pairs:
    """Pair those that alone on their side have a value which one alone on the other side has."""
    sides = []
    for side in (left, right):
        places: dict[Any, set[int]] = {}
        for place, values in enumerate(side):
            for value in values:
                places.setdefault(value, set()).add(place)
        sides.append({value: found.pop() for value, found in places.items() if len(found) == 1})
    return {sides[0][value]: sides[1][value] for value in sides[0].keys() & sides[1].keys()}


def by_shared_value(left: Heard, right: Heard, _coalition: Coalition) -> Pairs:
    """Join by any text that stands in both: a number, a hash, a half of a ciphertext."""
    sides = [[{text for text in one.texts() if len(text) >= SHORTEST} for one in side] for side in (left, right)]
    return _joined(*sides)


def by_shared_opening(left: Heard, right: Heard, coalition: Coalition) -> Pairs:
    """Join by any point that the coalition's secrets make of any ciphertext."""
    sides = [
        [{point for sent in one.ciphertexts() for point in coalition.openings(sent)} for one in side]
        for side in (left, right)
    ]
    return _joined(*sides)


# --- programs that name appearances


def by_name_in_the_clear(heard: Heard, coalition: Coalition) -> Names:
    """Look for every addressee number and pseudonym that is known, however it may be written."""
    known: dict[bytes, str] = {}
    for table in coalition.tables.values():
        for pseudonym, number in table.items():
            known |= dict.fromkeys((pseudonym, pseudonym.hex().encode(), number.encode()), number)
    found: Names = {}
    for place, one in enumerate(heard):
        octets = b"\n".join(form for text in one.texts() for form in _forms(text))
        found.update((place, number) for name, number in known.items() if name in octets)
    return found


def _forms(text: str) -> Iterator[bytes]:
    yield text.encode()
    for decode in (base64.b64decode, base64.urlsafe_b64decode):
        try:
            yield decode(text + "=" * (-len(text) % 4))
        except (binascii.Error, ValueError):
            continue


def by_opening(heard: Heard, coalition: Coalition) -> Names:
    """Open every ciphertext with every secret, and with none, and look the result up."""
    found: Names = {}
    for place, one in enumerate(heard):
        for sent in one.ciphertexts():
            names = [coalition.name_of(point) for point in coalition.openings(sent)]
            found.update((place, name) for name in names if name is not None)
    return found


def by_guessed_mask(heard: Heard, coalition: Coalition) -> Names:
    """Try the unit mask and the few after it."""
    scalars = [(number + 1).to_bytes(32, "little") for number in range(FEW)]
    masks = {multiply_base(one): multiply(one, coalition.joint_key) for one in scalars}
    found: Names = {}
    for place, one in enumerate(heard):
        for sent in one.ciphertexts():
            name = coalition.name_of(subtract(sent.c2, masks[sent.c1])) if sent.c1 in masks else None
            found |= {place: name} if name is not None else {}
    return found


def by_reused_randomness(heard: Heard, coalition: Coalition) -> Names:
    """Subtract two ciphertexts with the same first half, and look the difference of two known pseudonyms up."""
    known = {
        subtract(one, other): (table[one], table[other])
        for table in coalition.tables.values()
        for one, other in itertools.permutations(table, 2)
    }
    first: dict[bytes, tuple[int, bytes]] = {}
    found: Names = {}
    for place, sent in ((place, sent) for place, one in enumerate(heard) for sent in one.ciphertexts()):
        earlier, half = first.setdefault(sent.c1, (place, sent.c2))
        if earlier != place and (names := known.get(subtract(half, sent.c2))):
            found |= {earlier: names[0], place: names[1]}
    return found


def by_guessed_reference(heard: Heard, references: Sequence[str]) -> Names:
    """Hash every file number that could be meant as the message says that it is hashed."""
    found: Names = {}
    for place, one in enumerate(heard):
        lines = [part for part in _parts(one.messages) if isinstance(part, dict) and "case_reference_hash" in part]
        for line in lines:
            told = base64.b64decode(line["case_reference_hash"])
            number = line["exchange_number"].encode()
            hashes = {labelled_hash("case-reference", number, each.encode()): each for each in references}
            found |= {place: hashes[told]} if told in hashes else {}
    return found


def by_one_half(heard: Heard, coalition: Coalition) -> Names:
    """Do one converter's half on what the commission answered, as if nothing had to be opened."""
    found: Names = {}
    for place, one in enumerate(heard):
        for half in one.first_halves(coalition.route[1]):
            name = coalition.name_of(coalition.half(half.c2))
            found |= {place: name} if name is not None else {}
    return found


def unmasked(point: bytes) -> Ciphertext:
    """What an asker of bad intent sends in the place of a ciphertext: the pseudonym where its mask belongs."""
    return Ciphertext(BASE, point)


def masked(point: bytes, scalar: bytes, key: bytes) -> Ciphertext:
    """A ciphertext with a mask of the caller's choice."""
    return Ciphertext(multiply_base(scalar), add(point, multiply(scalar, key)))
