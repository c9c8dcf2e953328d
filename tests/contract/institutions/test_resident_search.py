"""Search of residents on both databases against an oracle that compares every record (R-037)."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import sqlalchemy as sa

from mizuhiki.institutions.municipality.domain.residents import (
    HouseholdEntry,
    MemberEntry,
    RecordState,
    ResidentQuery,
    ResidentRecord,
    summary_of,
)
from mizuhiki.institutions.municipality.store.sql_search import find_residents
from mizuhiki.runtime.database import Database
from mizuhiki.vocabulary.names import PersonName, normalise_for_comparison
from mizuhiki.vocabulary.persons import Relationship, Sex
from mizuhiki.vocabulary.places import normalise_address
from support.municipality import MIYAKONOJO, Country, make_country

FAMILIES = (
    ("山田", "ヤマダ"),
    ("山", "ヤマ"),
    ("髙橋", "タカハシ"),
    ("高橋", "タカハシ"),
    ("SILVA", ""),
    ("100%_", "ヒャク"),
)
GIVEN = (("太郎", "タロウ"), ("田", "デン"), ("花子", "ハナコ"))
ADDRESSES = (
    "宮崎県都城市姫城町6街区21号",
    "宮崎県都城市姫城町6街区22号 架空ハイツ101号室",
    "宮崎県都城市上町6-2",
    "宮崎県都城市城町姫6",
    "宮崎県都城市高城町100%_番地",
)
BIRTHS = (date(1985, 2, 3), date(2015, 5, 5), date(2019, 12, 1))


def entered(country: Country) -> list[ResidentRecord]:
    office = country.apps[MIYAKONOJO].operations
    people = list(itertools.product(FAMILIES, GIVEN))
    households = [
        HouseholdEntry(
            entry_id=f"h{place}",
            address=address,
            resident_since=date(2010, 4, 1),
            registered_domicile="宮崎県都城市",
            members=tuple(
                MemberEntry(
                    PersonName(family[0], given[0], family[1], given[1] if family[1] else ""),
                    BIRTHS[(place + number) % len(BIRTHS)],
                    Sex.MALE if number % 2 else Sex.FEMALE,
                    Relationship.HEAD if number == 0 else Relationship.COHABITANT,
                )
                for number, (family, given) in enumerate(people)
            ),
        )
        for place, address in enumerate(ADDRESSES)
    ]
    residents = office.import_existing_residents(country.context("registrar"), households)
    with office.adapters.store.transaction() as records:
        found: list[ResidentRecord] = records.register.residents(residents)
    return found


def fits(record: ResidentRecord, query: ResidentQuery) -> bool:
    """The rule in words: names and readings by their beginning, addresses anywhere, the rest as they are."""
    plain = normalise_for_comparison
    return all(
        (
            plain(record.name.full).startswith(plain(query.name)),
            plain(record.name.full_kana).startswith(plain(query.name_kana)),
            query.birth_date in {None, record.birth_date},
            query.sex in {None, record.sex},
            normalise_address(query.address) in normalise_address(record.address),
        )
    )


def test_a_search_finds_what_comparing_every_record_finds(database_url: str) -> None:
    country = make_country(database_url)
    try:
        everybody = entered(country)
        store = country.apps[MIYAKONOJO].operations.adapters.store
        parts: dict[str, tuple[Any, ...]] = {
            "name": ("", "山", "山田", "山田花", "高橋", "silva", "100%", "_", "無"),
            "name_kana": ("", "ヤマ", "タカハシ ハ"),
            "birth_date": (None, BIRTHS[0]),
            "sex": (None, Sex.MALE),
            "address": (
                "",
                "姫城町",
                "姫",
                "姫城町6街区21",
                "ハイツ101",
                "都城市",
                "宮崎県都城市姫城町6街区21号",
                "%_",
                "無",
            ),
        }
        asked = 0
        for values in itertools.product(*parts.values()):
            query = ResidentQuery(**dict(zip(parts, values, strict=True)))
            if query.empty:
                continue
            asked += 1
            with store.snapshot() as records:
                found = records.register.search(query, 1_000)
                listed = records.register.list_residents(query, 1_000)
            assert sorted(listed, key=str) == sorted((summary_of(one) for one in found), key=str)
            fitting = sorted(one.resident for one in everybody if fits(one, query))
            assert sorted(one.resident for one in found) == fitting, query
        assert asked > 500
    finally:
        country.close()


def test_the_first_by_state_and_reading_are_shown_when_there_are_more(database_url: str) -> None:
    country = make_country(database_url)
    try:
        everybody = entered(country)
        store = country.apps[MIYAKONOJO].operations.adapters.store
        gone = next(one for one in everybody if one.name.family == "山田")
        with store.transaction() as records:
            records.register._update([gone.resident], state=RecordState.REMOVED.value)
        with store.snapshot() as records:
            ten = records.register.search(ResidentQuery(name="山"), 10)
            everything = records.register.search(ResidentQuery(name="山"), 1_000)
        assert ten == everything[:10]
        assert everything[-1].resident == gone.resident
        order = [(one.state.value, normalise_for_comparison(one.name.full_kana)) for one in everything]
        assert order == sorted(order)
    finally:
        country.close()


def test_a_person_is_found_by_an_alias_and_by_its_own_index(database_url: str) -> None:
    country = make_country(database_url)
    try:
        office = country.apps[MIYAKONOJO].operations
        lee = MemberEntry(
            PersonName("LEE", "ALEX"),
            BIRTHS[0],
            Sex.MALE,
            Relationship.HEAD,
            nationality="XXA",
            alias="山本　一",
            alias_kana="ヤマモト　ハジメ",
        )
        entry = HouseholdEntry("lee", ADDRESSES[0], date(2010, 4, 1), "", (lee,))
        (resident,) = office.import_existing_residents(country.context("registrar"), [entry])
        entered(country)
        store = office.adapters.store
        for name, found in (("山本", [resident]), ("lee", [resident]), ("山本二", [])):
            with store.transaction() as records:
                assert [one.resident for one in records.register.search(ResidentQuery(name=name), 10)] == found
        if database_url.startswith("sqlite"):
            assert "residents_by_alias" in _plan_of_a_search(database_url)
    finally:
        country.close()


def _plan_of_a_search(database_url: str) -> str:
    """Return how SQLite answers the statement of a search by name."""
    database = Database(database_url)
    asked: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    try:
        with database.read() as connection:
            sa.event.listen(connection, "before_cursor_execute", keep)
            find_residents(connection, ResidentQuery(name="山本"), 10)
            statement, values = asked[-1]
            return str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all())
    finally:
        database.dispose()
