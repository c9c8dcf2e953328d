"""Who owns an intermediate server with its tables and keys looks for the traps in it and does no better than by chance.

The programs see what a server holds of fifty people, forty of whom exist, and name ten. Each is shown its weakness
planted first, so that it is known to find what can be found. What lies outside of these tables (a body's business
records, the papers of its officer) is not theirs; that people with local copies are no traps is a limit, shown too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.institutions.intermediate_server.store.tables import METADATA
from mizuhiki.vocabulary.persons import FourItems, Sex
from mizuhiki.wire.national_register import FourItemsMessage
from unit.institutions.intermediate_server.kit import ASKER
from unit.institutions.intermediate_server.trapping import Trapping

PEOPLE, TRAPS = 40, 10
LUCK = 5
"""Of ten names of ten traps among fifty, two are right by chance; six or more come once in four hundred draws."""
SURNAMES = ("架空", "仮名", "想定", "例示", "見本")
NAMES = ("一郎", "二子", "三太", "四葉", "五月")
TOWNS = ("甲町", "乙町", "丙町", "丁町")
Row = dict[str, Any]


@dataclass(frozen=True)
class Loot:
    """Every table in the order in which its rows lie, with what the server's keys open."""

    tables: dict[str, list[Row]]
    points: dict[str, bytes]
    items: dict[str, FourItems]

    @property
    def everybody(self) -> list[str]:
        return [row["addressee_number"] for row in self.tables["pseudonyms"]]


Program = Callable[[Loot], list[str]]


def somebody(randomness: SeededRandomness) -> FourItems:
    """Officers and parents invent names alike."""
    surname, name, town = (words[randomness.below(len(words))] for words in (SURNAMES, NAMES, TOWNS))
    born = date(1930 + randomness.below(90), 1 + randomness.below(12), 1 + randomness.below(28))
    address = f"東京都港区{town}{1 + randomness.below(9)}-{1 + randomness.below(9)}"
    return FourItems(f"{surname} {name}", "カクウ", born, Sex(1 + randomness.below(2)), address)


@pytest.fixture(scope="module")
def found() -> Iterator[tuple[Loot, set[str]]]:
    """A server to which people came one by one, with a planting now and then."""
    nation = Trapping()
    chance = SeededRandomness(b"people and traps")
    traps: set[str] = set()
    with pytest.MonkeyPatch.context() as patch:
        for place in range(PEOPLE - 1):
            items = somebody(chance)
            written = FourItemsMessage(
                name=items.name,
                name_kana=items.name_kana,
                birth_date=items.birth_date,
                sex=int(items.sex),
                address=items.address,
            )
            patch.setattr("unit.institutions.intermediate_server.whole.items_of", lambda written=written: written)
            number = f"{chance.below(10**15):015d}"
            nation.acquire(ASKER, number, nation.core.nation.person())
            if place % 8 == 4:
                desk, officer = nation.server(ASKER).traps, nation.security()
                planned, generation = desk.plan(officer, people=[somebody(chance), somebody(chance)])
                desk(officer, traps=planned, generation=generation)
                traps |= {one.addressee_number for one in planned}
    nation.server(ASKER).upkeep.purge_acquisitions(nation.officer(ASKER, "machinery"))
    loot = loot_of(nation)
    assert nation.server(ASKER).traps.standing(nation.security()) == TRAPS
    yield loot, traps
    nation.close()


def loot_of(nation: Trapping) -> Loot:
    store = nation.server(ASKER).upkeep.store
    with store._database.read() as connection:
        tables = {
            table.name: [dict(row._mapping) for row in connection.execute(sa.select(table))]
            for table in METADATA.sorted_tables
        }
    points, items = {}, {}
    with store.transaction() as records:
        for number in [row["addressee_number"] for row in tables["pseudonyms"]]:
            [point] = records.pseudonyms_of(number).values()
            points[number], items[number] = point.reveal(), records.addressee(number).four_items
    return Loot(tables, points, items)


def by_rare_marks(loot: Loot) -> list[str]:
    """Whose row beside the others says something that few say."""
    marks = {
        row["addressee_number"]: tuple(
            (name, type(value) if isinstance(value, bytes) else value)
            for name, value in row.items()
            if name != "addressee_number"
        )
        for row in loot.tables["addressees"]
    }
    return _rarest(marks, loot)


def by_traces(loot: Loot) -> list[str]:
    """Of whom fewest other tables know."""
    traces = Counter(
        value
        for name, rows in loot.tables.items()
        if name not in {"addressees", "pseudonyms"}
        for row in rows
        for value in row.values()
        if isinstance(value, str)
    )
    return sorted(loot.everybody, key=lambda number: (traces[number], loot.points[number]))[:TRAPS]


def by_last_rows(loot: Loot) -> list[str]:
    """Who came last."""
    return loot.everybody[-TRAPS:]


def by_rank_in_two_tables(loot: Loot) -> list[str]:
    """Whose place among the addressees is furthest from the place among the pseudonyms: written at another time."""
    first = [row["addressee_number"] for row in loot.tables["addressees"]]
    second = loot.everybody
    return sorted(second, key=lambda number: -abs(first.index(number) - second.index(number)))[:TRAPS]


def by_small_points(loot: Loot) -> list[str]:
    """Whose pseudonym is smallest as a number."""
    return sorted(loot.points, key=lambda number: loot.points[number])[:TRAPS]


def by_small_numbers(loot: Loot) -> list[str]:
    """Whose addressee number is smallest."""
    return sorted(loot.everybody)[:TRAPS]


def by_length(loot: Loot) -> list[str]:
    """Whose four items take a room that few others' take."""
    lengths = {row["addressee_number"]: len(row["four_items"]) for row in loot.tables["addressees"]}
    return _rarest(lengths, loot)


def by_written_names(loot: Loot) -> list[str]:
    """Whose name is written in a way that few names are."""
    return _rarest({number: len(items.name) for number, items in loot.items.items()}, loot)


def _rarest(marks: dict[str, Any], loot: Loot) -> list[str]:
    seen = Counter(marks[number] for number in loot.everybody)
    return sorted(loot.everybody, key=lambda number: (seen[marks[number]], loot.points[number]))[:TRAPS]


def _with(loot: Loot, table: str, rows: list[Row]) -> Loot:
    return replace(loot, tables={**loot.tables, table: rows})


def _marked(loot: Loot, traps: set[str]) -> Loot:
    rows = [{**row, "protected": row["addressee_number"] in traps} for row in loot.tables["addressees"]]
    return _with(loot, "addressees", rows)


def _copied(loot: Loot, traps: set[str]) -> Loot:
    """The limit: a body that publishes copies of everybody has none of people who do not exist."""
    rows = [{"addressee_number": number, "kind": "local-tax"} for number in loot.everybody if number not in traps]
    return _with(loot, "local_copies", rows)


def _last(loot: Loot, traps: set[str], table: str = "pseudonyms") -> Loot:
    rows = loot.tables[table]
    return _with(loot, table, sorted(rows, key=lambda row: row["addressee_number"] in traps))


def _small_points(loot: Loot, traps: set[str]) -> Loot:
    return replace(loot, points={n: (bytes(4) + p[4:]) if n in traps else p for n, p in loot.points.items()})


def _small_numbers(loot: Loot, traps: set[str]) -> Loot:
    named = {number: f"0000{number[4:]}" if number in traps else f"9{number[1:]}" for number in loot.everybody}
    rows = [{**row, "addressee_number": named[row["addressee_number"]]} for row in loot.tables["pseudonyms"]]
    return replace(_with(loot, "pseudonyms", rows), points={named[n]: p for n, p in loot.points.items()})


def _short(loot: Loot, traps: set[str]) -> Loot:
    rows = [
        {**row, "four_items": bytes(7)} if row["addressee_number"] in traps else {**row, "four_items": bytes(160)}
        for row in loot.tables["addressees"]
    ]
    return _with(loot, "addressees", rows)


def _named(loot: Loot, traps: set[str]) -> Loot:
    return replace(loot, items={n: replace(i, name="囮" if n in traps else "架空 一郎") for n, i in loot.items.items()})


def _apart(loot: Loot, traps: set[str]) -> Loot:
    """Traps whose addressees were written long before everybody's and their pseudonyms long after."""
    addressees = sorted(loot.tables["addressees"], key=lambda row: row["addressee_number"] not in traps)
    return _last(_with(loot, "addressees", addressees), traps)


PROGRAMS: dict[str, tuple[Program, Callable[[Loot, set[str]], Loot]]] = {
    "rare marks": (by_rare_marks, _marked),
    "traces in other tables": (by_traces, _copied),
    "last rows": (by_last_rows, _last),
    "small points": (by_small_points, _small_points),
    "small numbers": (by_small_numbers, _small_numbers),
    "length of what is encrypted": (by_length, _short),
    "how names are written": (by_written_names, _named),
    "rank in two tables": (by_rank_in_two_tables, _apart),
}


@pytest.mark.requirement("R-027", "R-221")
@pytest.mark.parametrize("program", PROGRAMS)
def test_nothing_that_a_server_holds_tells_traps_from_people(found: tuple[Loot, set[str]], program: str) -> None:
    loot, traps = found
    search, plant = PROGRAMS[program]
    assert len(traps) == TRAPS
    assert len(loot.everybody) == PEOPLE + TRAPS
    weak = plant(loot, traps)
    named = {number.removeprefix("0000") for number in search(weak)}
    truth = {number[4:] if program == "small numbers" else number for number in traps}
    assert len(named & truth) >= TRAPS - 1, "the program does not find what was planted for it"
    assert len(set(search(loot)) & traps) <= LUCK
