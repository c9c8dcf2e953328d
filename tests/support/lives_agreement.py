"""Whether the registers say after each step what the oracle says, by the rows that the step changed.

`Snapshot` keeps the rows of the step before and compares every column of every row with the file: it finds what was
written, whoever wrote it. `Agreement` then says by induction that all still agree:

- A changed row belongs to somebody whom the step concerns, as the oracle has it; everybody else's is what it was, byte
  for byte, number and code as encrypted included.
- A record that ends says why, when and where its person went; from then on it is what it was.
- Everything about those whom the step concerns is compared with the oracle, changed or not: a change that is missing is
  found as well.
- Until a change was delivered, a row of the tiers says what was true of the person at some time since, and what it says
  next is never older. Once everything was delivered, all tiers say what is true now.
"""

from __future__ import annotations

import json
import sqlite3
from collections import namedtuple
from collections.abc import Iterable
from typing import Any

from support.lives import ABROAD, CITIES, CODES, PREFECTURES, REGISTER, Lives
from support.lives_oracle import State

HEAD = "02"
REMOVED = "removed"
_PREFECTURE: dict[str, tuple[str, ...]] = {"identifications": ("code_index", "municipality_code")}
KEYS: dict[str, dict[str, tuple[str, ...]]] = {
    **{city: {"residents": ("resident",), "households": ("household",)} for city in CITIES},
    **dict.fromkeys(PREFECTURES, _PREFECTURE),
    REGISTER: {"persons": ("person",)},
}
"""The tables that say who lives where, with what a row is known by."""
CITY_OF = {code: city for city, code in CODES.items()}

Row = Any
"""A row as a named tuple of the table's columns."""
Change = tuple[Row | None, Row]
Key = tuple[Any, ...]


class Snapshot:
    """The rows of some tables of one database as they were when last looked at."""

    def __init__(self, path: str, keys: dict[str, tuple[str, ...]]) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None, uri=True)
        self._run = self._connection.execute
        self._run("ATTACH ? AS live", (f"file:{path}?mode=ro",))
        self._run("PRAGMA live.mmap_size = 268435456")
        self._version = self._committed()
        self._keys = keys
        self._rows: dict[str, Any] = {
            table: namedtuple(table, self._columns(table))  # noqa: PYI024 - the columns are read from the file
            for table in keys
        }
        self._count = dict.fromkeys(keys, 0)
        for table, key in keys.items():
            columns = ", ".join(self._columns(table))
            self._run(f"CREATE TABLE main.{table} ({columns}, PRIMARY KEY ({', '.join(key)})) WITHOUT ROWID")

    def _columns(self, table: str) -> list[str]:
        return [row[1] for row in self._run(f"PRAGMA live.table_info({table})")]

    def _committed(self) -> int:
        """A number that is another one after anybody else committed anything to the file."""
        (version,) = self._run("PRAGMA live.data_version").fetchone()
        return int(version)

    def changes(self) -> dict[str, list[Change]]:
        """Return rows that are new or differ in any column, each after what it was; the first time, all."""
        version = self._committed()
        if version == self._version and any(self._count.values()):
            return {}
        self._version = version
        return {table: self._changed(table) for table in self._keys}

    def _changed(self, table: str) -> list[Change]:
        columns, key, row = self._columns(table), self._keys[table], self._rows[table]
        now, was = (", ".join(f"{name}.{column}" for column in columns) for name in ("now", "was"))
        same = " AND ".join(f"was.{column} = now.{column}" for column in key)
        query = (
            f"SELECT was.{key[0]} IS NOT NULL, {now}, {was} FROM live.{table} AS now "  # noqa: S608 - names of ours
            f"LEFT JOIN main.{table} AS was ON {same} WHERE ({now}) IS NOT ({was})"
        )
        found: list[Change] = [
            (row._make(one[1 + len(columns) :]) if one[0] else None, row._make(one[1 : 1 + len(columns)]))
            for one in self._run(query)
        ]
        self._count[table] += sum(was is None for was, _ in found)
        (count,) = self._run(f"SELECT count(*) FROM live.{table}").fetchone()  # noqa: S608 - names of ours
        assert count == self._count[table], ("rows vanished", table)
        kept = f"INSERT OR REPLACE INTO main.{table} VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - names of ours
        self._connection.executemany(kept, [now for _, now in found])
        return found

    def close(self) -> None:
        self._connection.close()


class Agreement:
    """Holds the registers against the oracle of some lives after each step.

    It begins when everything was delivered; what it finds then it compares in full.
    """

    def __init__(self, lives: Lives) -> None:
        self.lives = lives
        self.oracle = lives.oracle
        self._snapshots = {
            institution: Snapshot(lives.country.databases[institution].removeprefix("sqlite:///"), keys)
            for institution, keys in KEYS.items()
        }
        self._owners: dict[tuple[str, Key], str] = {}
        self._held: dict[tuple[str, str], dict[Key, Row]] = {}
        self._constant: dict[tuple[str, str], Key] = {}
        self._numbered: dict[tuple[str, bytes], str] = {}
        self._members: dict[tuple[str, str], set[str]] = {}
        self._addresses: dict[tuple[str, str], str] = {}
        self._waiting: set[str] = set()
        self._unnamed: set[tuple[str, Key]] = set()
        self._reached: dict[tuple[str, Key], int] = {}
        self.oracle.concerned |= self.oracle.world.people.keys()
        self.check(delivered=True, numbers=False)
        lives.compare(tiers=True)

    def close(self) -> None:
        """Close the files."""
        for snapshot in self._snapshots.values():
            snapshot.close()

    def check(self, *, delivered: bool, numbers: bool = True) -> None:
        """Compare after a step; `delivered` when nothing waits anywhere; `numbers` are read through the register."""
        concerned, cancelled = self.oracle.take_concerned()
        self._waiting |= concerned
        for city in CITIES:
            self._take_records(city, concerned, cancelled=cancelled)
        for one in concerned:
            self._compare_person(one)
        for one in concerned & set(self._present(concerned)):
            self._compare_household(one)
            if numbers:
                assert self.lives.number_of(one) == self.lives.numbers[one], ("number unchanged", one)
        for tier in (*PREFECTURES, REGISTER):
            self._take_tier(tier)
        if delivered:
            for one in self._waiting:
                self._compare_tiers(one)
            assert not self._unnamed, "a number without a person after everything was delivered"
            self.oracle.forget(self._waiting)
            self._waiting.clear()
            self._reached.clear()

    def _present(self, people: Iterable[str]) -> list[str]:
        return [one for one in people if self.oracle.world.people[one].city is not None]

    # Municipalities

    def _take_records(self, city: str, concerned: set[str], *, cancelled: bool) -> None:
        changes = self._snapshots[city].changes()
        made = {self.lives.tokens[one]: one for one in concerned}
        for was, now in changes.get("residents", ()):
            one = self._owners.get((city, (now.resident,))) or made.get(now.resident)
            assert one in concerned, ("the record of somebody changed whom the step does not concern", city, one)
            if was is not None and was.state == now.state == REMOVED:
                changed = {name for name, old, new in zip(now._fields, was, now, strict=True) if old != new}
                allowed = {"relationship"} if cancelled else set()
                assert changed <= allowed, ("a removed record changed", city, one, changed)
            elif was is not None and now.state == REMOVED:
                self._compare_removal(one, now)
            self._own(city, (now.resident,), one, now)
            if was is not None:
                self._members[city, was.household].discard(now.resident)
            members = self._members.setdefault((city, now.household), set())
            (members.discard if now.state == REMOVED else members.add)(now.resident)
        for was, now in changes.get("households", ()):
            self._addresses[city, now.household] = now.address
            living = {self._owners[city, (token,)] for token in self._members.get((city, now.household), ())}
            assert was is None or living & concerned, ("an address changed where the step concerns nobody", city)

    def _compare_removal(self, one: str, now: Row) -> None:
        """A record that ends says why, when and where to, as the oracle has it of the person at that moment."""
        person = self.oracle.world.people[one]
        if person.city is not None:
            wanted = ("move-out", person.address)
        else:
            wanted = ("move-out", f"国外 {ABROAD}") if person.abroad else ("death", "")
        said = (now.removal_reason, json.loads(now.details).get("moved_to", ""))
        assert said == wanted, ("a removed record says otherwise why or where to", one, said, wanted)
        assert now.removed_on == self.lives.today.isoformat(), ("removed on another day", one, now.removed_on)

    def _own(self, institution: str, key: Key, one: str, row: Row) -> None:
        """Keep a row as a person's; code, number, day of birth and sex are on each of theirs what they were first."""
        self._owners[institution, key] = one
        self._held.setdefault((institution, one), {})[key] = row
        if row.number_index is None:
            return
        constant = (row.code_index, row.number_index, row.birth_date, row.sex)
        first = self._constant.setdefault((institution, one), constant)
        assert first == constant, ("number, code, day of birth and sex unchanged", institution, one)
        other = self._numbered.setdefault((institution, row.number_index), one)
        assert other == one, ("one person's number is another's", institution, one, other)

    def _compare_person(self, one: str) -> None:
        """One living record, and only where the person lives; it says what the oracle says."""
        person = self.oracle.world.people[one]
        living = [
            (city, row) for city in CITIES for row in self._held.get((city, one), {}).values() if row.state != REMOVED
        ]
        wanted = [] if person.city is None else [(person.city, self.lives.tokens[one])]
        assert [(city, row.resident) for city, row in living] == wanted, ("one live record per person", one)
        for _, row in living:
            assert f"{row.family}　{row.given}" == person.name, one
            assert row.address == person.address, one
            assert row.number_index is not None, one
            assert person.head in {None, row.relationship == HEAD}, ("head", one)

    def _compare_household(self, one: str) -> None:
        """Exactly those the oracle has live together share the household; one of them is its head."""
        city = str(self.oracle.world.people[one].city)
        household = self._held[city, one][(self.lives.tokens[one],)].household
        members = [self._owners[city, (token,)] for token in self._members[city, household]]
        assert set(members) == self.oracle.group(one), ("household consistent", city, one)
        rows = [self._held[city, member][(self.lives.tokens[member],)] for member in members]
        assert sum(row.relationship == HEAD for row in rows) == 1, ("exactly one head", city, one)
        assert {row.address for row in rows} == {self._addresses[city, household]}, ("one address", city, one)

    # Tiers

    def _take_tier(self, tier: str) -> None:
        for table, changes in self._snapshots[tier].changes().items():
            for _, now in changes:
                key = tuple(getattr(now, column) for column in KEYS[tier][table])
                one = self._owners.get((tier, key)) or self.oracle.names.get(now.name)
                if one is None:
                    assert now.name is None, ("a name nobody ever had", tier)
                    assert not now.in_register, ("in the register without a name", tier)
                    self._unnamed.add((tier, key))
                    continue
                self._unnamed.discard((tier, key))
                assert one in self._waiting, ("changed for somebody whom nothing concerned", tier, one)
                self._own(tier, key, one, now)
                self._reach(tier, key, one, now)

    def _reach(self, tier: str, key: Key, one: str, row: Row) -> None:
        """Find the state that a row says among those not older than what it said before."""
        states = self.oracle.history[one]
        first = self._reached.get((tier, key), 0)
        for place in range(first, len(states)):
            if _says(tier, row, states[place]):
                self._reached[tier, key] = place
                return
        raise AssertionError(("what was not true since", tier, one, states[first:], self.oracle.events_of([one])))

    def _compare_tiers(self, one: str) -> None:
        """Three tiers agree: each place that ever held the person says what is true now."""
        state = self.oracle.world.people[one].state
        held = self._held.get((REGISTER, one), {})
        assert len(held) == 1, ("one person in the national register", one)
        assert all(_says(REGISTER, row, state) for row in held.values()), ("national register", one)
        for prefecture in PREFECTURES:
            rows = self._held.get((prefecture, one), {})
            assert all(_says(prefecture, row, state) for row in rows.values()), ("prefecture", prefecture, one)
            lives_there = state[0] is not None and CODES[state[0]].startswith(prefecture.removeprefix("prefecture-"))
            assert sum(row.in_register for row in rows.values()) == lives_there, ("prefecture", prefecture, one)


def _says(tier: str, row: Row, state: State) -> bool:
    """Whether a row of a tier says a state; one of a prefecture speaks of its municipality alone."""
    city = CITY_OF[row.municipality_code]
    if row.in_register:
        return state == (city, row.name, row.address)
    return state[0] != city if tier != REGISTER else state[0] is None
