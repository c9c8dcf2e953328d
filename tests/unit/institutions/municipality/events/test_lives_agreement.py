"""The comparison of random lives after each step finds every kind of fault that is planted; it is no test of itself.

Each fault is written into a register's file behind the register's back, at the one step after which it is looked for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from support.events import events_country
from support.lives import CITIES, PREFECTURES, REGISTER, Lives
from support.lives_agreement import Agreement
from support.municipality import MIYAKONOJO

SEED = 5


class Watched:
    """A few lives that agree so far."""

    def __init__(self) -> None:
        self.country = events_country()
        self.lives = Lives(self.country, SEED)
        self.lives.settle(6)
        self.country.pump()
        self.agreement = Agreement(self.lives)

    def run(self, institution: str, statement: str, *values: object) -> list[sqlite3.Row]:
        """Run a statement on a register's file as nobody may."""
        connection = sqlite3.connect(self.country.databases[institution].removeprefix("sqlite:///"))
        try:
            with connection:
                return list(connection.execute(statement, values))
        finally:
            connection.close()

    def of_several(self) -> str:
        """Somebody of Miyakonojo who lives with others and is not the head."""
        return next(one for one, person in self.lives.now.items() if person.head is False and person.city == MIYAKONOJO)

    def alone(self) -> str:
        return next(
            one
            for one, person in self.lives.now.items()
            if person.city == MIYAKONOJO and len(self.lives.oracle.group(one)) == 1
        )

    def renamed(self, one: str) -> None:
        """Tell the oracle of an event; whether the register took it is the test's matter."""
        self.lives.oracle.tell("rename", who=[one], name="架空　新名")

    def close(self) -> None:
        self.agreement.close()
        self.country.close()


@pytest.fixture
def watched() -> Iterator[Watched]:
    made = Watched()
    yield made
    made.close()


def found(watched: Watched, what: str, *, delivered: bool = True) -> None:
    with pytest.raises(AssertionError) as failed:
        watched.agreement.check(delivered=delivered)
    assert what in str(failed.value)


def test_nothing_is_found_where_nothing_is_wrong(watched: Watched) -> None:
    watched.agreement.check(delivered=True)
    for _ in range(5):
        watched.lives.step()
        watched.lives.deliver_all()
        watched.agreement.check(delivered=True)


COLUMNS = {
    "residents": ("address", "given", "relationship", "birth_date", "number_encrypted", "code_encrypted", "details"),
    "identifications": ("name", "address", "number_encrypted", "code_encrypted", "sequence"),
    "persons": ("name", "address", "number_encrypted", "seed_encrypted", "sequence"),
}
PLACES = [
    (institution, table, column)
    for institutions, table in (
        ((MIYAKONOJO,), "residents"),
        (PREFECTURES[:1], "identifications"),
        ((REGISTER,), "persons"),
    )
    for institution in institutions
    for column in COLUMNS[table]
]


def test_a_row_of_somebody_whom_the_step_does_not_concern_may_not_change_in_any_column(watched: Watched) -> None:
    for institution, table, column in PLACES:
        (row, was) = watched.run(institution, f"SELECT rowid, {column} FROM {table} ORDER BY rowid LIMIT 1")[0]  # noqa: S608 - names of ours
        another = was[:-1] + b"\x00" if isinstance(was, bytes) else 9 if isinstance(was, int) else f"{was} "
        assert another != was
        change = f"UPDATE {table} SET {column} = ? WHERE rowid = ?"  # noqa: S608 - names of ours
        watched.run(institution, change, another, row)
        found(watched, "concern")
        watched.run(institution, change, was, row)
        watched.agreement.close()
        watched.agreement = Agreement(watched.lives)


def test_a_household_with_two_heads_is_found_whomever_the_step_concerns(watched: Watched) -> None:
    one = watched.of_several()
    watched.run(MIYAKONOJO, "UPDATE residents SET relationship = '02' WHERE resident = ?", watched.lives.tokens[one])
    watched.lives.oracle.concerned.add(one)
    found(watched, "head")


def test_two_heads_of_a_household_whose_head_the_oracle_does_not_know_are_found(watched: Watched) -> None:
    one = watched.of_several()
    group = watched.lives.oracle.group(one)
    for other in group:
        watched.lives.now[other].head = None
    watched.run(MIYAKONOJO, "UPDATE residents SET relationship = '02' WHERE resident = ?", watched.lives.tokens[one])
    watched.lives.oracle.concerned |= group
    found(watched, "exactly one head")


def test_a_change_that_is_missing_is_found_although_no_row_changed(watched: Watched) -> None:
    one = watched.alone()
    watched.renamed(one)
    found(watched, one, delivered=False)


def test_a_step_that_was_undone_behind_the_registers_back_is_found(watched: Watched) -> None:
    lives, columns = watched.lives, "family, given, name_key, kana_key, details"
    before = {
        city: {row[0]: row[1:] for row in watched.run(city, f"SELECT resident, {columns} FROM residents")}  # noqa: S608 - names of ours
        for city in CITIES
    }
    assert lives.rename()
    [one] = lives.told[-1][1]["who"]
    city, token = str(lives.now[one].city), lives.tokens[one]
    back = f"UPDATE residents SET ({columns}) = (?, ?, ?, ?, ?) WHERE resident = ?"  # noqa: S608 - names of ours
    watched.run(city, back, *before[city][token], token)
    found(watched, one, delivered=False)


def test_somebody_in_a_strangers_household_is_found_although_the_step_concerns_both(watched: Watched) -> None:
    one, other = watched.alone(), watched.of_several()
    tokens = watched.lives.tokens
    move = "UPDATE residents SET relationship = '96', household = (SELECT household FROM residents WHERE resident = ?)"
    watched.run(MIYAKONOJO, f"{move} WHERE resident = ?", tokens[other], tokens[one])
    for person in watched.lives.now.values():
        person.head = None
    watched.lives.oracle.concerned |= {one, *watched.lives.oracle.group(other)}
    found(watched, "household consistent")


def test_the_address_of_a_household_whom_the_step_does_not_concern_may_not_change(watched: Watched) -> None:
    watched.run(MIYAKONOJO, "UPDATE households SET address = address || 'x' WHERE rowid = 1")
    found(watched, "an address changed where the step concerns nobody")


def test_a_number_that_is_another_is_found_although_the_step_concerns_its_holder(watched: Watched) -> None:
    one, other = watched.alone(), watched.of_several()
    [taken] = watched.run(
        MIYAKONOJO,
        "SELECT number_index, number_encrypted FROM residents WHERE resident = ?",
        watched.lives.tokens[other],
    )
    watched.run(
        MIYAKONOJO,
        "UPDATE residents SET number_index = ?, number_encrypted = ? WHERE resident = ?",
        *taken,
        watched.lives.tokens[one],
    )
    watched.lives.oracle.concerned.add(one)
    found(watched, "unchanged")


@pytest.mark.parametrize("tier", [PREFECTURES[0], REGISTER])
def test_a_tier_that_says_what_never_was_is_found_before_everything_is_delivered(watched: Watched, tier: str) -> None:
    one = watched.alone()
    assert watched.lives.rename()
    table = "persons" if tier == REGISTER else "identifications"
    name = watched.lives.now[one].name
    watched.lives.oracle.concerned.add(one)
    watched.run(tier, f"UPDATE {table} SET address = '東京都港区' WHERE name = ?", name)  # noqa: S608 - names of ours
    found(watched, "what was not true since", delivered=False)


def test_a_tier_that_goes_back_to_what_was_true_before_is_found(watched: Watched) -> None:
    lives = watched.lives
    [row] = watched.run(REGISTER, "SELECT person, name FROM persons WHERE in_register = 1 ORDER BY person LIMIT 1")
    one = lives.oracle.names[row[1]]
    rename = "UPDATE persons SET name = ? WHERE person = ?"
    lives.oracle.tell("rename", who=[one], name="架空　新名")
    city = str(lives.now[one].city)
    watched.run(city, "UPDATE residents SET given = '新名' WHERE resident = ?", lives.tokens[one])
    watched.run(REGISTER, rename, "架空　新名", row[0])
    watched.agreement.check(delivered=False)
    watched.run(REGISTER, rename, row[1], row[0])
    found(watched, "what was not true since", delivered=False)


def test_a_tier_that_was_not_told_is_found_once_everything_was_delivered(watched: Watched) -> None:
    while not watched.lives.rename():
        pass
    watched.agreement.check(delivered=False)
    found(watched, "national register")


def test_a_row_that_vanished_is_found(watched: Watched) -> None:
    watched.run(REGISTER, "DELETE FROM persons WHERE person = (SELECT min(person) FROM persons)")
    found(watched, "rows vanished")


def test_a_second_living_record_of_a_person_is_found(watched: Watched) -> None:
    one = watched.alone()
    names = [row[1] for row in watched.run(MIYAKONOJO, "PRAGMA table_info(residents)")]
    kept = ", ".join(name for name in names if name not in {"resident", "live_code_index", "live_number_index"})
    watched.run(
        MIYAKONOJO,
        f"INSERT INTO residents (resident, {kept}) SELECT 'second', {kept} FROM residents WHERE resident = ?",  # noqa: S608 - names of ours
        watched.lives.tokens[one],
    )
    watched.lives.oracle.concerned.add(one)
    found(watched, "concern")


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [
        ("removal_reason", "death", "why or where to"),
        ("details", '{"moved_to": "東京都渋谷区道玄坂9-9"}', "why or where to"),
        ("details", "{}", "why or where to"),
        ("removed_on", "2019-11-30", "removed on another day"),
    ],
)
def test_a_removed_record_that_says_otherwise_why_when_or_where_to_is_found(
    watched: Watched, column: str, value: str, what: str
) -> None:
    gone = watched.lives.now[one := watched.alone()]
    tokens = dict(watched.lives.tokens)
    assert gone.city == MIYAKONOJO
    assert watched.lives._away([one])
    watched.run(
        MIYAKONOJO,
        f"UPDATE residents SET {column} = ? WHERE resident = ?",  # noqa: S608 - names of ours
        value,
        tokens[one],
    )
    found(watched, what, delivered=False)
