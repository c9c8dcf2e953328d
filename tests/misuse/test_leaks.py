"""The leak test: who holds every intermediate server's database and one converter links nobody (R-008, R-027, R-032).

The linkage plane of a founded nation is dumped: all tables of all intermediate servers in their physical order, with
the pseudonyms opened by their owners' keys, and for a converter its secrets and its database too. Attack programs guess
which row of a municipality's server and which row of the pension service's concern the same person. Nobody in it was
ever asked about. Truth is what both converters together can compute, the stated limit.

Each program is first run on a copy with a planted weakness, which it must find; a program that finds nothing proves
nothing. A guess by chance is right about once, so more than `CHANCE` right ones count as a leak.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from mizuhiki.crypto.keystore import SecretPurpose
from mizuhiki.crypto.pseudonyms import Converter
from mizuhiki.crypto.pseudonyms.group import multiply, scalar_divide
from mizuhiki.institutions.intermediate_server.store.cipher import Cipher
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.world.local import LocalStage
from mizuhiki.world.nation.nation import Nation
from support.nation import database_file, opened_copy

PENSION = InstitutionId("intermediate-pension-service")
CITIES = tuple(InstitutionId(f"intermediate-municipality-{code}") for code in ("131032", "155861", "452025"))
CONVERTERS = (InstitutionId("commission"), InstitutionId("linkage-core"))
GENERATION = 1
CHANCE = 8
"""Right guesses of one matching by chance are Poisson with mean 1: nine or more in one of a million runs."""
SHORTEST = 4
"""Values shorter than this (flags, years, versions) are not names of anything."""

Guess = dict[tuple[InstitutionId, str], str]
"""(a municipality's server, addressee number there) to the addressee number at the pension service."""


@dataclass(frozen=True)
class Dump:
    """One database as its owner sees it: rows of each table in physical order; and pseudonym by addressee."""

    institution: InstitutionId
    tables: dict[str, list[dict[str, Any]]]
    pseudonyms: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Loot:
    """What a coalition holds."""

    cities: tuple[Dump, ...]
    pension: Dump
    converter: Converter | None = None


def _tables(path: Path) -> dict[str, list[dict[str, Any]]]:
    with sqlite3.connect(path) as connection:
        connection.row_factory = sqlite3.Row
        names = [
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not row[0].startswith("sqlite_")
        ]
        found = {}
        keyed = {row["name"] for row in connection.execute("PRAGMA table_list") if row["wr"]}
        for name in names:
            # In the order in which rows lie in the file: that of their numbers, or of their keys where they have none.
            order = "" if name in keyed else "ORDER BY rowid"
            query = f'SELECT * FROM "{name}" {order}'  # noqa: S608 - the name comes from the database itself
            found[name] = [_in_digits(dict(row)) for row in connection.execute(query)]
        return found


def _in_digits(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with the numbers that stand for an addressee as text, which the programs compare and search."""
    for name in {"addressee_number", "place"} & row.keys():
        row[name] = f"{row[name]:015d}" if isinstance(row[name], int) else row[name]
    return row


def _dump(nation: Nation, institution: InstitutionId) -> Dump:
    tables = _tables(database_file(nation, institution))
    if "pseudonyms" not in tables:
        return Dump(institution, tables)
    cipher = Cipher(institution, nation.environment(institution).keystore)
    opened = {
        row["addressee_number"]: cipher.decrypt_pseudonym(row["pseudonym_encrypted"], int(row["place"])).reveal()
        for row in tables["pseudonyms"]
    }
    return Dump(institution, tables, opened)


def _converter(nation: Nation, institution: InstitutionId) -> Converter:
    keystore = nation.environment(institution).keystore
    return Converter(
        institution, keystore.secret(SecretPurpose.CONVERTER_MASTER), keystore.secret(SecretPurpose.CONVERTER_KEY)
    )


def _moved(converter: Converter, pseudonym: bytes, source: InstitutionId, target: InstitutionId) -> bytes:
    """What an owner of this converter's master can do with a pseudonym alone."""
    quotient = scalar_divide(
        converter._factor(b"shuffle", target, GENERATION), converter._factor(b"shuffle", source, GENERATION)
    )
    return multiply(quotient, pseudonym)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStage]:
    with opened_copy(tmp_path_factory.mktemp("leaks") / "nation") as found:
        yield found


@pytest.fixture(scope="module")
def loot(opened: LocalStage) -> Loot:
    return Loot(tuple(_dump(opened.nation, city) for city in CITIES), _dump(opened.nation, PENSION))


@pytest.fixture(scope="module")
def truth(opened: LocalStage, loot: Loot) -> Guess:
    both = [_converter(opened.nation, name) for name in CONVERTERS]
    at_pension = {pseudonym: addressee for addressee, pseudonym in loot.pension.pseudonyms.items()}
    found: Guess = {}
    for city in loot.cities:
        for addressee, pseudonym in city.pseudonyms.items():
            for converter in both:
                pseudonym = _moved(converter, pseudonym, city.institution, PENSION)  # noqa: PLW2901 - step by step
            if pseudonym in at_pension:
                found[city.institution, addressee] = at_pension[pseudonym]
    return found


def by_shared_value(loot: Loot) -> Guess:
    """Join any column of any table with any column of any table by equal values, then follow each to an addressee."""
    guess: Guess = {}
    right = _values(loot.pension)
    for city in loot.cities:
        left = _values(city)
        for value in left.keys() & right.keys():
            if len(left[value]) == len(right[value]) == 1:
                (one,), (other,) = left[value], right[value]
                guess[city.institution, one] = other
    return guess


def _values(dump: Dump) -> dict[object, set[str]]:
    """Every long value of every table to the addressees of its rows; opened pseudonyms are values too."""
    found: dict[object, set[str]] = {}
    for rows in dump.tables.values():
        for row in rows:
            addressee = row.get("addressee_number")
            if addressee:
                for value in row.values():
                    if isinstance(value, str | bytes) and len(value) >= SHORTEST:
                        found.setdefault(value, set()).add(addressee)
    for addressee, pseudonym in dump.pseudonyms.items():
        found.setdefault(pseudonym, set()).add(addressee)
    return found


def by_row_order(table: str) -> Callable[[Loot], Guess]:
    """Take the n-th row here for the n-th row there, cities one after another as they were founded."""

    def attack(loot: Loot) -> Guess:
        left = [(city.institution, row["addressee_number"]) for city in loot.cities for row in city.tables[table]]
        return dict(zip(left, [row["addressee_number"] for row in loot.pension.tables[table]], strict=False))

    return attack


def by_time(table: str, column: str) -> Callable[[Loot], Guess]:
    """Take rows written next to each other in time for the same person's."""

    def attack(loot: Loot) -> Guess:
        right = sorted((row[column], row["addressee_number"]) for row in loot.pension.tables[table] if row.get(column))
        guess: Guess = {}
        for city in loot.cities:
            left = sorted((row[column], row["addressee_number"]) for row in city.tables[table] if row.get(column))
            guess |= {(city.institution, one[1]): other[1] for one, other in zip(left, right, strict=False)}
        return guess

    return attack


def by_sorted_pseudonyms(loot: Loot) -> Guess:
    """Take equal rank among the opened pseudonyms for the same person: finds a pseudonym that keeps an order."""
    left = sorted((p, (c.institution, a)) for c in loot.cities for a, p in c.pseudonyms.items())
    right = sorted((p, a) for a, p in loot.pension.pseudonyms.items())
    return {one[1]: other[1] for one, other in zip(left, right, strict=False)}


def by_one_converters_factors(loot: Loot) -> Guess:
    """Do this converter's half on every pseudonym and look whether the result is known."""
    assert loot.converter is not None
    known = {pseudonym: addressee for addressee, pseudonym in loot.pension.pseudonyms.items()}
    guess: Guess = {}
    for city in loot.cities:
        for addressee, pseudonym in city.pseudonyms.items():
            moved = _moved(loot.converter, pseudonym, city.institution, PENSION)
            for candidate in (moved, pseudonym):
                if candidate in known:
                    guess[city.institution, addressee] = known[candidate]
    return guess


def right_ones(guess: Guess, truth: Guess) -> int:
    return sum(truth.get(one) == other for one, other in guess.items())


def _with(dump: Dump, table: str, rows: list[dict[str, Any]]) -> Dump:
    return replace(dump, tables=dump.tables | {table: rows})


def _linked(loot: Loot, truth: Guess, change: Callable[[int, dict[str, Any]], dict[str, Any]], table: str) -> Loot:
    """Apply `change` with the same running number to both rows of every person."""
    number = {addressee: n for n, addressee in enumerate(truth.values())}
    cities = tuple(
        _with(
            city,
            table,
            [
                change(number.get(truth.get((city.institution, row["addressee_number"]), ""), 10**6 + n), row)
                for n, row in enumerate(city.tables[table])
            ],
        )
        for city in loot.cities
    )
    rows = [
        change(number.get(row["addressee_number"], 2 * 10**6 + n), row)
        for n, row in enumerate(loot.pension.tables[table])
    ]
    return replace(loot, cities=cities, pension=_with(loot.pension, table, rows))


def plant_shared_acquisition_number(loot: Loot, truth: Guess) -> Loot:
    return _linked(loot, truth, lambda n, row: row | {"acquisition_number": f"acquisition-{n}"}, "pseudonyms")


def plant_insertion_order(table: str) -> Callable[[Loot, Guess], Loot]:
    def plant(loot: Loot, truth: Guess) -> Loot:
        order = {addressee: n for n, addressee in enumerate(truth.values())}
        left = sorted(
            ((order[truth[key]], city.institution, row)
             for city in loot.cities for row in city.tables[table]
             if (key := (city.institution, row["addressee_number"])) in truth),
            key=lambda one: one[0],
        )  # fmt: skip
        by_city = tuple(
            _with(city, table, [row for _n, name, row in left if name == city.institution]) for city in loot.cities
        )
        met = [truth[name, row["addressee_number"]] for city in by_city for name, row in
               ((city.institution, row) for row in city.tables[table])]  # fmt: skip
        there = {row["addressee_number"]: row for row in loot.pension.tables[table]}
        return replace(loot, cities=by_city, pension=_with(loot.pension, table, [there[one] for one in met]))

    return plant


def plant_creation_time(loot: Loot, truth: Guess) -> Loot:
    one_city = replace(loot, cities=loot.cities[-1:])
    mine = {key: there for key, there in truth.items() if key[0] == one_city.cities[0].institution}
    return _linked(one_city, mine, lambda n, row: row | {"created_at": f"2019-12-02T09:{n:010d}Z"}, "pseudonyms")


def plant_one_pseudonym_everywhere(loot: Loot, truth: Guess) -> Loot:
    back = {there: key for key, there in truth.items()}
    by_city = {city.institution: city for city in loot.cities}
    same = {
        addressee: by_city[back[addressee][0]].pseudonyms[back[addressee][1]] if addressee in back else pseudonym
        for addressee, pseudonym in loot.pension.pseudonyms.items()
    }
    return replace(loot, pension=replace(loot.pension, pseudonyms=same))


def plant_order_keeping_pseudonyms(loot: Loot, truth: Guess) -> Loot:
    cities = tuple(
        replace(city, pseudonyms={a: p for a, p in city.pseudonyms.items() if (city.institution, a) in truth})
        for city in loot.cities
    )
    moved = {truth[city.institution, a]: b"\x01" + p for city in cities for a, p in city.pseudonyms.items()}
    return replace(loot, cities=cities, pension=replace(loot.pension, pseudonyms=moved))


def plant_a_lone_converter(loot: Loot, truth: Guess) -> Loot:
    """Let pseudonyms at the pension service be what one converter alone makes of the cities'."""
    assert loot.converter is not None
    by_city = {city.institution: city for city in loot.cities}
    lone = {
        there: _moved(loot.converter, by_city[name].pseudonyms[addressee], name, PENSION)
        for (name, addressee), there in truth.items()
    }
    return replace(loot, pension=replace(loot.pension, pseudonyms=lone))


Attack = Callable[[Loot], Guess]
Plant = Callable[[Loot, Guess], Loot]
PROGRAMS: dict[str, tuple[Attack, Plant]] = {
    "shared value": (by_shared_value, plant_shared_acquisition_number),
    "shared pseudonym": (by_shared_value, plant_one_pseudonym_everywhere),
    "order of pseudonym rows": (by_row_order("pseudonyms"), plant_insertion_order("pseudonyms")),
    "order of addressee rows": (by_row_order("addressees"), plant_insertion_order("addressees")),
    "time": (by_time("pseudonyms", "created_at"), plant_creation_time),
    "order of pseudonyms": (by_sorted_pseudonyms, plant_order_keeping_pseudonyms),
}


def test_most_insured_persons_are_in_both_dumps(truth: Guess, loot: Loot) -> None:
    assert len(truth) == len(loot.pension.pseudonyms) >= 4 * CHANCE
    assert len(set(truth.values())) == len(truth)


@pytest.mark.requirement("R-008", "R-027", "R-032")
@pytest.mark.parametrize("program", PROGRAMS)
def test_every_table_of_every_intermediate_server_links_nobody(program: str, loot: Loot, truth: Guess) -> None:
    attack, plant = PROGRAMS[program]
    weak = plant(loot, truth)
    found = right_ones(attack(weak), truth)
    there = {city.institution for city in weak.cities}
    assert found >= 0.9 * sum(key[0] in there for key in truth), "the program must find the planted weakness"
    assert right_ones(attack(loot), truth) <= CHANCE


@pytest.mark.requirement("R-008", "R-027", "R-032")
@pytest.mark.parametrize("name", CONVERTERS)
def test_the_same_with_all_keys_and_tables_of_one_converter_links_nobody(
    name: InstitutionId, opened: LocalStage, loot: Loot, truth: Guess
) -> None:
    mine = replace(loot, converter=_converter(opened.nation, name))
    weak = plant_a_lone_converter(mine, truth)
    assert right_ones(by_one_converters_factors(weak), truth) == len(truth), "must find the planted weakness"
    assert right_ones(by_one_converters_factors(mine), truth) <= CHANCE
    held = [value for rows in _dump(opened.nation, name).tables.values() for row in rows for value in row.values()]
    names = {
        value
        for dump in (*loot.cities, loot.pension)
        for value in itertools.chain(dump.pseudonyms, dump.pseudonyms.values())
    }
    for value in held:
        text = value if isinstance(value, bytes) else str(value).encode()
        assert not any((one if isinstance(one, bytes) else one.encode()) in text for one in names)
