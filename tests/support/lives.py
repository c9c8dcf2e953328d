"""Random lives in a small country, told to an oracle that knows nothing but the list of events that were taken.

`Lives` draws an event, has a municipality enter it and tells the oracle as plain values. `compare` reads everything the
municipalities' tables, the prefectures' and the national register's hold, and holds it against the fold of the whole
list of events; `lives_agreement` compares what each step changed.
"""

from __future__ import annotations

import random  # noqa: TID251 - draws lives, no secret
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from mizuhiki.institutions.municipality.domain.errors import RecordNotCurrent
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.events.errors import EnteredAgainSince, HouseholdInconsistent
from mizuhiki.institutions.municipality.domain.events.requests import NewPerson, Place
from mizuhiki.institutions.municipality.domain.moves import MoveInForm, MoveOutForm
from mizuhiki.institutions.municipality.domain.residents import HouseholdEntry, MemberEntry
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import Relationship, Sex, parse_position
from support.events import clerk, events, mayor, note, number, office
from support.lives_oracle import Oracle, Person, Told, folded
from support.municipality import MIYAKONOJO, SHIBUYA, Country

CITIES = (MIYAKONOJO, SHIBUYA)
CODES = {MIYAKONOJO: "452025", SHIBUYA: "131130"}
STREETS = {MIYAKONOJO: "宮崎県都城市北原町{}番地", SHIBUYA: "東京都渋谷区宇田川町{}番地"}
DOMICILE = "宮崎県都城市姫城町6"
PREFECTURES = ("prefecture-45", "prefecture-13")
REGISTER = "national-register"
BORN = date(1980, 1, 1)
ABROAD = "カナダ"
_RECORDS = "SELECT resident, household, family, given, birth_date, sex, address, relationship, state FROM residents"
_RECORD = f"{_RECORDS} WHERE resident = ?"


@dataclass
class Lives:
    """Draws events and has them entered. `tokens` are the records of people by city, the newest one."""

    country: Country
    seed: int
    oracle: Oracle = field(default_factory=Oracle)
    tokens: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    references: dict[int, tuple[str, str]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311 - a seeded model of lives, no secret
        self.homes = 0
        self.births = 0

    @property
    def told(self) -> list[Told]:
        """The events that were taken."""
        return self.oracle.told

    @property
    def now(self) -> dict[str, Person]:
        """Everybody as the oracle has them now."""
        return self.oracle.world.people

    @property
    def today(self) -> date:
        return self.country.clock.now().astimezone(JST).date()

    # What happens

    def settle(self, households: int) -> None:
        """Import households of one to four people into both cities."""
        for city in CITIES:
            entries, described = [], []
            for _ in range(households):
                home, address = self._home(city)
                names = {f"人{self.seed}・{home}・{place}": place for place in range(self.random.randint(1, 4))}
                members = tuple(
                    MemberEntry(
                        PersonName("架空", name),
                        BORN + timedelta(days=place),
                        Sex.MALE if place != 1 else Sex.FEMALE,
                        [Relationship.HEAD, Relationship.WIFE, Relationship.CHILD, Relationship.CHILD][place],
                    )
                    for name, place in names.items()
                )
                entries.append(HouseholdEntry(f"h{home}", address, date(2015, 1, 1), DOMICILE, members))
                described.append((home, address, list(names)))
            registrar = self.country.context("registrar", institution=city)
            tokens = iter(office(self.country, city).import_existing_residents(registrar, entries))
            for home, address, people in described:
                self.tokens |= {one: next(tokens) for one in people}
                shown = {one: f"架空　{one}" for one in people}
                self.oracle.tell("enter", names=shown, city=city, home=home, address=address, head=people[0])
        self.oracle.begin()
        for one in self.now:
            self.numbers[one] = self.number_of(one)

    def number_of(self, one: str) -> str:
        """The number of somebody who lives, as the register shows it at the counter."""
        city = str(self.now[one].city)
        held = office(self.country, city).resident(clerk(self.country, city), self.tokens[one]).number
        assert held is not None
        return held.reveal()

    def _home(self, city: str) -> tuple[int, str]:
        self.homes += 1
        return self.homes, STREETS[city].format(self.homes)

    def step(self) -> None:
        """Let a day pass and something happen."""
        self.country.clock.advance(timedelta(days=1))
        choices: list[Callable[[], bool]] = [
            self.move_household,
            self.move_one,
            self.join,
            self.change_head,
            self.die,
            self.move_away,
            self.move_one_away,
            self.go_abroad,
            self.come_back,
            self.bear,
            self.rename,
            self.undo,
            self.try_the_dead,
        ]
        happened = self.random.choice(choices)
        if happened():
            self.counts[happened.__name__] += 1

    def _group(self, one: str) -> list[str]:
        return sorted(self.oracle.group(one))

    def _pick(self, fits: Callable[[str], bool] | None = None) -> str | None:
        living = self.oracle.living
        found = living if fits is None else [one for one in living if fits(one)]
        return self.random.choice(found) if found else None

    def _note(self, kind: K) -> Any:
        return note(kind, self.today, self.today)

    def move_household(self) -> bool:
        one = self._pick()
        if one is None:
            return False
        city = str(self.now[one].city)
        who = self._group(one)
        home, address = self._home(city)
        tokens = [self.tokens[other] for other in who]
        entered = events(self.country, city).move_within(
            clerk(self.country, city), self._note(K.MOVE_WITHIN), tokens, Place(address)
        )
        self.references[len(self.told)] = (city, entered.event)
        self.oracle.tell("move", who=who, home=home, address=address)
        return True

    def move_one(self) -> bool:
        one = self._pick(lambda one: self.now[one].head is False)
        if one is None:
            return False
        city = str(self.now[one].city)
        home, address = self._home(city)
        entered = events(self.country, city).move_within(
            clerk(self.country, city), self._note(K.MOVE_WITHIN), [self.tokens[one]], Place(address)
        )
        self.references[len(self.told)] = (city, entered.event)
        self.oracle.tell("move", who=[one], home=home, address=address, heads=[one])
        return True

    def join(self) -> bool:
        one = self._pick(lambda one: len(self.oracle.group(one)) == 1)
        if one is None:
            return False
        city = str(self.now[one].city)
        other = self._pick(lambda other: self.now[other].city == city and other != one)
        if other is None:
            return False
        target = office(self.country, city).resident(clerk(self.country, city), self.tokens[other])
        place = Place(household=target.household, positions={self.tokens[one]: Relationship.RELATIVE})
        entered = events(self.country, city).move_within(
            clerk(self.country, city), self._note(K.MOVE_WITHIN), [self.tokens[one]], place
        )
        self.references[len(self.told)] = (city, entered.event)
        there = self.now[other]
        self.oracle.tell("move", who=[one], home=there.home, address=there.address, joined=one)
        return True

    def change_head(self) -> bool:
        one = self._pick(lambda one: self.now[one].head is False)
        if one is None:
            return False
        city = str(self.now[one].city)
        entered = events(self.country, city).change_head(
            clerk(self.country, city), self._note(K.HEAD_CHANGE), self.tokens[one]
        )
        self.references[len(self.told)] = (city, entered.event)
        self.oracle.tell("head", heads=[one])
        return True

    def die(self) -> bool:
        one = self._pick(lambda one: self.now[one].head is not None)
        if one is None or len(self.oracle.living) < 4:
            return False
        city = str(self.now[one].city)
        staying = [other for other in self._group(one) if other != one]
        heir = staying[0] if staying and self.now[one].head else None
        entered = events(self.country, city).enter_death(
            clerk(self.country, city),
            self._note(K.DEATH),
            self.tokens[one],
            new_head=None if heir is None else self.tokens[heir],
        )
        self.references[len(self.told)] = (city, entered.event)
        self.oracle.tell("gone", who=[one], heads=[] if heir is None else [heir])
        return True

    def _away(self, who: list[str]) -> bool:
        here = str(self.now[who[0]].city)
        there = SHIBUYA if here == MIYAKONOJO else MIYAKONOJO
        home, address = self._home(there)
        tokens = tuple(self.tokens[one] for one in who)
        code = office(self.country, here).resident(clerk(self.country, here), tokens[0]).code.reveal()
        reference = office(self.country, here).register_move_out(
            clerk(self.country, here), MoveOutForm(f"o{home}", tokens, self.today, address, self.today, "self")
        )
        form = MoveInForm(f"i{home}", CODES[here], reference, code, address, self.today, self.today, None, "self")
        entered = office(self.country, there).register_move_in(clerk(self.country, there), form)
        self.tokens |= dict(zip(who, entered, strict=True))
        # The old place learns of it now; what goes up the tiers is delivered whenever `deliver` has it so.
        for city in CITIES:
            self.country.apps[city].pump()
        self.oracle.tell("move", who=who, city=there, home=home, address=address)
        return True

    def move_away(self) -> bool:
        one = self._pick()
        return one is not None and self._away(self._group(one))

    def move_one_away(self) -> bool:
        one = self._pick()
        return one is not None and self._away([one])

    def go_abroad(self) -> bool:
        one = self._pick(lambda one: self.now[one].head is False)
        if one is None:
            return False
        city = str(self.now[one].city)
        entered = events(self.country, city).move_abroad(
            clerk(self.country, city), self._note(K.MOVE_OUT_ABROAD), [self.tokens[one]], ABROAD
        )
        self.country.apps[city].pump()
        self.references[len(self.told)] = (city, entered.event)
        self.oracle.tell("gone", who=[one], abroad=True)
        return True

    def _left(self) -> list[str]:
        return sorted(one for one, person in self.now.items() if person.city is None and person.abroad)

    def come_back(self) -> bool:
        away = [one for one in self._left() if one.startswith("人")]
        if not away:
            return False
        one = self.random.choice(away)
        city = self.random.choice(CITIES)
        home, address = self._home(city)
        token = self.tokens[one]
        before = next(record for known in CITIES for record in self._rows(known, _RECORD, token))
        name = PersonName(before["family"], before["given"])
        person = NewPerson(one, name, date.fromisoformat(before["birth_date"]), Sex(before["sex"]))
        person = replace(person, registered_domicile=DOMICILE, head_of_family_register="架空")
        entered = events(self.country, city).enter_returning(
            clerk(self.country, city), self._note(K.RETURN_FROM_ABROAD), [person], Place(address)
        )
        self.tokens[one] = entered.residents[0]
        self.references[len(self.told)] = (city, entered.event)
        self.oracle.tell("move", who=[one], city=city, home=home, address=address, heads=[one])
        return True

    def bear(self) -> bool:
        parent = self._pick()
        if parent is None:
            return False
        city = str(self.now[parent].city)
        self.births += 1
        one = f"子{self.seed}・{self.births}"
        held = office(self.country, city).resident(clerk(self.country, city), self.tokens[parent])
        child = NewPerson(one, PersonName("架空", one), self.today, Sex.FEMALE, Relationship.RELATIVE)
        child = replace(child, nationality="BR")
        entered = events(self.country, city).enter_foreign_birth(
            clerk(self.country, city), self._note(K.BIRTH_OF_FOREIGN_CHILD), child, held.household
        )
        (self.tokens[one],) = entered.residents
        number(self.country, self.tokens[one], name=city)
        there = self.now[parent]
        self.oracle.tell(
            "enter", names={one: f"架空　{one}"}, city=city, home=there.home, address=there.address, head=None
        )
        self.numbers[one] = self.number_of(one)
        return True

    def rename(self) -> bool:
        one = self._pick(lambda one: one.startswith("人"))
        if one is None:
            return False
        city = str(self.now[one].city)
        name = f"改名{len(self.told)}"
        entered = events(self.country, city).change_name(
            clerk(self.country, city), self._note(K.NAME_CHANGE), self.tokens[one], PersonName("架空", name)
        )
        self.references[len(self.told)] = (city, entered.event)
        self.oracle.tell("rename", who=[one], name=f"架空　{name}")
        return True

    def undo(self) -> bool:
        undone = self.oracle.undone
        possible = [place for place in self.references if place not in undone and self.told[place][0] == "gone"]
        if not possible:
            return False
        place = self.random.choice(possible)
        city, reference = self.references[place]
        # A cancellation asks the national register, which has to know where people are by then.
        self.deliver_all()
        try:
            events(self.country, city).cancel_event(mayor(self.country, city), self._note(K.CANCELLATION), reference)
        except (HouseholdInconsistent, EnteredAgainSince):
            # Nothing is told, so nobody is concerned: no record may have changed.
            return False
        self.oracle.tell("undo", which=place)
        return True

    def try_the_dead(self) -> bool:
        dead = sorted(one for one, person in self.now.items() if person.city is None)
        if not dead:
            return False
        one = self.random.choice(dead)
        token = self.tokens[one]
        city = next(known for known in CITIES if self._rows(known, _RECORD, token))
        attempts: list[Callable[[], object]] = [
            lambda: events(self.country, city).change_head(clerk(self.country, city), self._note(K.HEAD_CHANGE), token),
        ]
        if not self.now[one].abroad:  # of who left the country a death is taken
            attempts.append(
                lambda: events(self.country, city).enter_death(clerk(self.country, city), self._note(K.DEATH), token)
            )
        for attempt in attempts:
            try:
                attempt()
            except RecordNotCurrent:
                continue
            raise AssertionError("an event of somebody who is not here was taken")
        # Nothing is told: that no record changed is found when the step is compared.
        return True

    # What is delivered and compared

    def deliver(self) -> None:
        """Have some of the servers send what waits, in any order."""
        names = [*CITIES, *PREFECTURES]
        self.random.shuffle(names)
        for name in names[: self.random.randint(0, len(names))]:
            self.country.apps[name].pump()

    def deliver_all(self) -> None:
        """Have everything that waits delivered, in the order in which it goes up the tiers."""
        while sum(self.country.apps[name].pump() for name in (*CITIES, *PREFECTURES, REGISTER)):
            pass

    def _rows(self, institution: str, query: str, *values: str) -> list[dict[str, Any]]:
        connection = sqlite3.connect(self.country.databases[institution].removeprefix("sqlite:///"))
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(query, values)]
        finally:
            connection.close()

    def _records(self, city: str) -> list[dict[str, Any]]:
        return self._rows(city, f"{_RECORDS} ORDER BY resident")

    def compare(self, *, tiers: bool) -> None:
        """Hold the registers against the fold of all events; `tiers` after everything was delivered."""
        world = folded(self.told)
        assert world.people == self.oracle.world.people, "the oracle's present state is not the fold of its events"
        expected = {one: person for one, person in world.people.items() if person.city is not None}
        homes: dict[tuple[str, str], set[int]] = {}
        found: dict[str, str] = {}
        for city in CITIES:
            live = [row for row in self._records(city) if row["state"] != "removed"]
            by_token = {self.tokens[one]: one for one, person in expected.items() if person.city == city}
            differing = sorted({row["resident"] for row in live} ^ by_token.keys())
            assert not differing, ("one live record per person", city, self._told_of(differing))
            assert len(live) == len(by_token), "one live record per person"
            for row in live:
                one = by_token[row["resident"]]
                person = expected[one]
                found[one] = city
                assert f"{row['family']}　{row['given']}" == person.name
                assert row["address"] == person.address
                homes.setdefault((city, row["household"]), set()).add(person.home)
                head = parse_position(row["relationship"]) is Relationship.HEAD
                assert person.head in {None, head}, one
            heads = Counter(row["household"] for row in live if row["relationship"] == "02")
            assert heads == Counter({row["household"]: 1 for row in live}.keys()), "exactly one head"
        assert found.keys() == expected.keys()
        assert all(len(labels) == 1 for labels in homes.values()), "people who do not live together share a household"
        assert len(homes) == len({(person.city, person.home) for person in expected.values()})
        if tiers:
            self._compare_tiers(expected)

    def _told_of(self, tokens: Sequence[str]) -> list[tuple[int, Told]]:
        """What was told of the people of some records: where to look first."""
        return self.oracle.events_of(one for one, token in self.tokens.items() if token in tokens)

    def _compare_tiers(self, expected: dict[str, Person]) -> None:
        wanted = sorted((person.name, person.address, CODES[str(person.city)]) for person in expected.values())
        query = "SELECT name, address, municipality_code FROM {} WHERE in_register = 1"
        held = self._rows(REGISTER, query.format("persons"))
        assert sorted((row["name"], row["address"], row["municipality_code"]) for row in held) == wanted
        for prefecture in PREFECTURES:
            own = [one for one in wanted if one[2].startswith(prefecture.removeprefix("prefecture-"))]
            held = self._rows(prefecture, query.format("identifications"))
            assert sorted((row["name"], row["address"], row["municipality_code"]) for row in held) == own

    def compare_numbers(self) -> None:
        """Everybody has the number they were given first, and nobody another's."""
        assert len(set(self.numbers.values())) == len(self.numbers)
        for one in self.oracle.living:
            assert self.number_of(one) == self.numbers[one], "number unchanged"
