"""People of a replay: known at every server, with copies of what is asked; made before the clock starts.

Pseudonyms are made by the converters themselves, as an issue makes them, without the register's statements: those are
no part of an exchange.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from mizuhiki.crypto.keystore import Keystore, SecretKey, SecretPurpose
from mizuhiki.crypto.pseudonyms import (
    BASE,
    MAX_BATCH,
    UNSHUFFLED,
    Converter,
    Pseudonym,
    combine_shares,
    decrypt_pseudonyms,
    encrypt_pseudonyms,
    person_point,
)
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.intermediate_server.domain.addressees import Addressee
from mizuhiki.institutions.intermediate_server.domain.exchanges import LocalCopy
from mizuhiki.institutions.intermediate_server.ports import Store
from mizuhiki.runtime.conversion_keys import GENERATION
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.layouts import ItemType, layout
from mizuhiki.vocabulary.persons import FourItems, Sex
from mizuhiki.world.replay.mix import INQUIRIES_2018, PROVISIONS_2018

FISCAL_YEAR = 2019
_SEED_BYTES = 16
_PORTION = 500


def converter_of(institution: InstitutionId, keystore: Keystore) -> Converter:
    """Return a converter with the keys of its institution."""
    return Converter(
        institution,
        keystore.secret(SecretPurpose.CONVERTER_MASTER),
        keystore.secret(SecretPurpose.CONVERTER_KEY),
    )


class Issue:
    """Both converters, as they issue pseudonyms of one person to several servers."""

    def __init__(self, commission: Converter, core: Converter, randomness: Randomness) -> None:
        self._first, self._second = commission, core
        self._randomness = randomness
        contribution, _ = commission.joint_contribution(BASE)
        self._joint_key, _ = core.joint_contribution(contribution)
        self._register = SecretKey(randomness.bytes(32))

    def persons(self, count: int) -> list[Pseudonym]:
        """Return new persons."""
        return [person_point(self._register, self._randomness.bytes(_SEED_BYTES)) for _ in range(count)]

    def to(self, server: InstitutionId, persons: Sequence[Pseudonym]) -> list[Pseudonym]:
        """Return the persons' pseudonyms at a server."""
        middle = self._first.key_out(server, GENERATION, self._joint_key)
        shares = [one.share(server, GENERATION) for one in (self._first, self._second)]
        key = combine_shares(shares, self._second.key_out(server, GENERATION, middle))
        found: list[Pseudonym] = []
        for start in range(0, len(persons), MAX_BATCH):
            batch = encrypt_pseudonyms(self._joint_key, persons[start : start + MAX_BATCH], self._randomness)
            for converter, key_in in ((self._first, self._joint_key), (self._second, middle)):
                batch = converter.convert_unproved(
                    batch, source=UNSHUFFLED, target=server, generation=GENERATION, key_in=key_in, batch_id="replay"
                )
            found += decrypt_pseudonyms(key, batch)
        return found


def addressee_number(place: int, person: int) -> str:
    """Return the addressee number of a person at the server of this place."""
    return f"{place + 1}{person:014d}"


def items_of(kind: str, day: date) -> dict[str, str | int | bool | None]:
    """Return a complete copy in the layout of the day; what need not be there is absent with a reason."""
    found: dict[str, str | int | bool | None] = {}
    for item in layout(kind, day).items:
        if item.optional:
            found[item.name], found[f"{item.name}.absent"] = None, "not-applicable"
            continue
        match item.type:
            case ItemType.FLAG:
                found[item.name] = True
            case ItemType.DATE:
                found[item.name] = "2019-01-01"
            case ItemType.CODE:
                found[item.name] = item.values[0].code
            case ItemType.TEXT:
                found[item.name] = "架空"
            case _:
                found[item.name] = FISCAL_YEAR
    return found


def spread(population: int, held: int) -> int:
    """Return how far apart the persons that are asked about stand among those that are held."""
    return max(1, held // population)


class KnownPeople:
    """People at the server of one body, with its copies of these kinds."""

    def __init__(self, store: Store, place: int, kinds: Sequence[str], day: date) -> None:
        self._store, self._place, self._day = store, place, day
        self._contents = {kind: items_of(kind, day) for kind in kinds}

    def populate(self, pseudonyms: Sequence[Pseudonym], *, misses: Randomness, apart: int = 1) -> None:
        """Store people with their copies; as many have none as inquiries of 2018 were not answered (R-231)."""
        persons = [(number * apart, pseudonym) for number, pseudonym in enumerate(pseudonyms)]
        for start in range(0, len(persons), _PORTION):
            self._keep(persons[start : start + _PORTION], misses)

    def fill(self, population: int, *, held: int, randomness: Randomness) -> None:
        """Store `held` persons all in all, between the `population` that `populate` stores.

        Nobody asks about them, so no conversion leads to their pseudonyms: each is any point.
        """
        apart = spread(population, held)
        others = [one for one in range(held) if one % apart or one // apart >= population]
        for start in range(0, len(others), _PORTION):
            some = others[start : start + _PORTION]
            points = [Pseudonym.known(randomness.bytes(32)) for _ in some]
            self._keep(list(zip(some, points, strict=True)), randomness)

    def _keep(self, persons: Sequence[tuple[int, Pseudonym]], misses: Randomness) -> None:
        with self._store.transaction() as records:
            for person, pseudonym in persons:
                number = addressee_number(self._place, person)
                items = FourItems(f"架空　{person}", "カクウ", date(1980, 1, 1), Sex.FEMALE, f"架空市{person}番地")
                records.put_addressee(Addressee(number, items, protected=False))
                records.put_pseudonym(number, pseudonym)
                if misses.below(INQUIRIES_2018) >= PROVISIONS_2018:
                    continue
                for kind, content in self._contents.items():
                    records.put_copy(_copy(number, kind, content, self._day))


def _copy(number: str, kind: str, content: dict[str, str | int | bool | None], day: date) -> LocalCopy:
    return LocalCopy(
        addressee_number=number,
        kind=kind,
        layout_version=layout(kind, day).version,
        fiscal_year=FISCAL_YEAR,
        valid_from=date(2019, 6, 1),
        valid_until=None,
        items=content,
        not_disclosed=False,
        source_version=1,
        as_of=datetime(2019, 6, 1, tzinfo=UTC),
    )
