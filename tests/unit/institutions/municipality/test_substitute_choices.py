"""What people chose where a system lacks a character: checked, dated, changed and withdrawn with its history."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind
from mizuhiki.institutions.municipality.domain.residents import HouseholdEntry, MemberEntry
from mizuhiki.institutions.municipality.domain.substitute_choices import (
    NoSubstituteChosen,
    NotOneCharacter,
    SubstituteChoice,
    SubstituteChosenAlready,
    SubstituteFromThePast,
    SubstituteNotNeeded,
    SubstituteReasonMissing,
    in_force,
    standing,
)
from mizuhiki.institutions.municipality.operations.choose_substitutes import Chosen, Lacking, SubstituteDesk
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.names import NotASubstitute, PersonName, Repertoire
from mizuhiki.vocabulary.persons import Relationship, Sex
from support.events import clerk, events, note
from support.municipality import ADDRESS, MIYAKONOJO, Country

NARROW, WIDE = Repertoire.JIS_X_0208, Repertoire.JIS_X_0213
TODAY = date(2019, 12, 2)
AT = datetime(2019, 12, 2, 1, tzinfo=UTC)
CHOICE = SubstituteChoice(NARROW, "𠮷", "吉", "agreed with the bearer", TODAY, "registrar/clerk-1", AT)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"original": ""}, NotOneCharacter),
        ({"original": "𠮷𠮷"}, NotOneCharacter),
        ({"original": "\n"}, NotOneCharacter),
        ({"original": "\u2028"}, NotOneCharacter),
        ({"original": "\ud842"}, NotOneCharacter),
        ({"original": "\u00a0"}, None),
        ({"original": "吉"}, SubstituteNotNeeded),
        ({"original": "吉\U000e0100"}, None),
        ({"original": "\ue000"}, None),
        ({"written": "髙"}, NotASubstitute),
        ({"written": "吉吉"}, NotASubstitute),
        ({"written": " "}, NotASubstitute),
        ({"written": "﨑"}, NotASubstitute),
        ({"written": "﨑", "repertoire": WIDE}, None),
        ({"reason": " "}, SubstituteReasonMissing),
        ({"reason": "長" * 401}, SubstituteReasonMissing),
        ({"reason": "長" * 400}, None),
        ({"since": TODAY - timedelta(days=1)}, SubstituteFromThePast),
        ({"since": TODAY}, None),
        ({"repertoire": Repertoire.FULL}, SubstituteNotNeeded),
    ],
)
def test_a_choice_is_checked(changes: dict[str, object], error: type[MizuhikiError] | None) -> None:
    choice = dataclasses.replace(CHOICE, **changes)  # type: ignore[arg-type]  # test values
    if error is None:
        choice.require_sound(TODAY)
    else:
        with pytest.raises(error):
            choice.require_sound(TODAY)


def entry(written: str, day: int, repertoire: Repertoire = NARROW, original: str = "𠮷") -> SubstituteChoice:
    since = TODAY + timedelta(days=day)
    return dataclasses.replace(CHOICE, written=written, since=since, repertoire=repertoire, original=original)


def test_the_newest_entry_counts_from_its_day_on() -> None:
    entries = [entry("吉", 0), entry("土", 5), entry("古", 2)]
    found = [in_force(entries, NARROW, TODAY + timedelta(days=day)).get("𠮷") for day in range(-1, 7)]
    assert found == [None, "吉", "吉", "古", "古", "古", "古", "古"]
    assert [one.written for one in standing(entries, TODAY)] == ["吉", "古"]
    assert in_force([*entries, entry("", 3)], NARROW, TODAY + timedelta(days=2)) == {"𠮷": "古"}
    assert in_force([*entries, entry("", 3)], NARROW, TODAY + timedelta(days=3)) == {}


def test_a_choice_helps_every_narrower_repertoire_that_can_write_it() -> None:
    entries = [entry("吉", 0, WIDE), entry("﨑", 0, WIDE, "𡵅")]
    assert in_force(entries, NARROW, TODAY) == {"𠮷": "吉"}
    assert in_force(entries, WIDE, TODAY) == {"𠮷": "吉", "𡵅": "﨑"}
    assert in_force(entries, Repertoire.WITHOUT_SELECTORS, TODAY) == {}
    own = [*entries, entry("古", 0)]
    assert in_force(own, NARROW, TODAY)["𠮷"] == "古"
    assert in_force(own, WIDE, TODAY)["𠮷"] == "吉"


STEPS = st.lists(st.tuples(st.sampled_from(["吉", "古", ""]), st.integers(0, 6)), max_size=8)


@given(STEPS)
def test_day_by_day_what_counts_is_what_a_reader_of_the_entries_finds(steps: list[tuple[str, int]]) -> None:
    """The oracle keeps a calendar, in which each entry overwrites all days from its own on."""
    calendar = [""] * 7
    entries = []
    for written, day in steps:
        entries.append(entry(written, day))
        calendar[day:] = [written] * (7 - day)
    for day, expected in enumerate(calendar):
        today = TODAY + timedelta(days=day)
        assert in_force(entries, NARROW, today).get("𠮷", "") == expected
        coming = {one.written for one in standing(entries, today)} - {""}
        assert coming == set(calendar[day:]) - {""}


def desk_of(country: Country) -> SubstituteDesk:
    desk: SubstituteDesk = country.apps[MIYAKONOJO].operations.substitutes
    return desk


def enter(country: Country, household: str, *names: PersonName) -> list[str]:
    members = tuple(
        MemberEntry(
            name,
            date(1985, 2, 3 + place),
            Sex.MALE,
            Relationship.HEAD if place == 0 else Relationship.CHILD,
            alias="マリｱ" if place else "",
        )
        for place, name in enumerate(names)
    )
    made = HouseholdEntry(household, ADDRESS + household, date(2010, 4, 1), "", members)
    residents: list[str] = country.apps[MIYAKONOJO].operations.import_existing_residents(
        country.context("registrar"), [made]
    )
    return residents


def test_characters_without_a_substitute_are_listed_by_how_many_bear_them(either: Country) -> None:
    country = either
    enter(country, "1", PersonName("𠮷田", "一", "ヨシダ", "ハジメ"), PersonName("𠮷田", "𠮷", "ヨシダ", "ヨシ"))
    enter(country, "2", PersonName("髙橋", "辻\U000e0100", "タカハシ", "ツジ"))
    registrar = country.context("registrar")
    assert desk_of(country).lacking(registrar, NARROW) == [
        Lacking("𠮷", 2, ("family", "given", "head_of_family_register")),
        Lacking("ｱ", 1, ("alias",)),
    ]
    assert desk_of(country).lacking(registrar, Repertoire.WITHOUT_SELECTORS) == []
    desk_of(country).choose(registrar, Chosen(WIDE, "𠮷", "吉", "agreed", TODAY))
    assert [one.character for one in desk_of(country).lacking(registrar, NARROW)] == ["ｱ"]


def test_the_list_follows_what_happens_to_the_records(either: Country) -> None:
    registrar, desk = either.context("registrar"), desk_of(either)
    first, second = enter(either, "1", PersonName("山田", "一"), PersonName("山田", "二"))
    assert [one.character for one in desk.lacking(registrar, NARROW)] == ["ｱ"]
    events(either).change_name(clerk(either), note(EventKind.NAME_CHANGE), first, PersonName("𠮷田", "一"))
    assert desk.lacking(registrar, NARROW)[0] == Lacking("ｱ", 1, ("alias",))
    assert desk.lacking(registrar, NARROW)[1] == Lacking("𠮷", 1, ("family",))
    events(either).enter_death(clerk(either), note(EventKind.DEATH), second)
    assert [one.character for one in desk.lacking(registrar, NARROW)] == ["𠮷"]


def test_the_list_is_found_by_its_index_and_reads_nobody_whose_name_can_be_written(country: Country) -> None:
    enter(country, "1", PersonName("山田", "一"))
    enter(country, "2", PersonName("髙橋", "辻\U000e0100"))
    enter(country, "3", PersonName("𠮷田", "一"))
    asked: list[tuple[str, object]] = []

    def remember(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        if " rare" in statement or ".rare" in statement:
            asked.append((statement, parameters))

    sa.event.listen(sa.Engine, "before_cursor_execute", remember)
    try:
        desk_of(country).lacking(country.context("registrar"), WIDE)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", remember)
    engine = sa.create_engine(country.databases[MIYAKONOJO])
    with engine.connect() as connection:
        for statement, parameters in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            assert any("residents_by_rare" in row.detail for row in plan), plan
            assert not any(row.detail.startswith("SCAN residents") and "USING" not in row.detail for row in plan)
    engine.dispose()
    assert len(asked) == 2
    assert set(asked[1][1]) & {"𠮷", "ｱ 𠮷", "ｱ 辻\U000e0100 髙"} == {"𠮷"}


def test_the_list_does_not_tell_of_somebody_under_a_support_measure(country: Country) -> None:
    hidden, *_ = enter(country, "1", PersonName("𠮷田", "一", "ヨシダ", "ハジメ"))
    enter(country, "2", PersonName("鄧", "𡈽", "トウ", "ツチ"), PersonName("𠮷", "一", "ヨシ", "イチ"))
    registrar = country.context("registrar")
    before = {one.character: one.records for one in desk_of(country).lacking(registrar, NARROW)}
    assert before == {"𠮷": 2, "鄧": 2, "𡈽": 2, "ｱ": 1}
    country.apps[MIYAKONOJO].operations.start_measure(country.context("support-officer"), hidden, "an invented reason")
    after = {one.character: one.records for one in desk_of(country).lacking(registrar, NARROW)}
    assert after == {"𠮷": 1, "鄧": 2, "𡈽": 2, "ｱ": 1}


def test_a_choice_is_kept_with_who_and_why_and_can_be_changed_and_withdrawn(either: Country) -> None:
    country = either
    desk, registrar = desk_of(country), country.context("registrar")
    with pytest.raises(NoSubstituteChosen):
        desk.withdraw(registrar, NARROW, "𠮷", "never was")
    desk.choose(registrar, Chosen(NARROW, "𠮷", "古", "a slip", TODAY))
    with pytest.raises(SubstituteChosenAlready):
        desk.choose(registrar, Chosen(NARROW, "𠮷", "古", "again", TODAY))
    mayor = country.context("mayor", person="mayor-1")
    desk.choose(mayor, Chosen(NARROW, "𠮷", "吉", "agreed", TODAY))
    assert [(one.original, one.written) for one in desk.in_force(registrar, NARROW)] == [("𠮷", "吉")]
    view = desk.character(registrar, NARROW, "𠮷")
    assert (view.written, view.by_rule) == ("吉", "")
    assert [(one.written, one.reason, one.by, one.at) for one in view.entries] == [
        ("吉", "agreed", "mayor/mayor-1", country.clock.now()),
        ("古", "a slip", "registrar/clerk-1", country.clock.now()),
    ]
    desk.withdraw(registrar, NARROW, "𠮷", "the bearer moved")
    gone = desk.character(registrar, NARROW, "𠮷")
    assert (gone.written, len(gone.entries), gone.entries[0].written) == ("", 3, "")
    assert desk.in_force(registrar, NARROW) == []
    with pytest.raises(NotASubstitute):
        desk.choose(registrar, Chosen(NARROW, "𠮷", "", "nothing", TODAY))


def test_a_planned_choice_is_listed_and_a_withdrawal_ends_it_too(country: Country) -> None:
    desk, registrar = desk_of(country), country.context("registrar")
    desk.choose(registrar, Chosen(NARROW, "𠮷", "吉", "from the new year on", date(2020, 1, 1)))
    assert desk.character(registrar, NARROW, "𠮷").written == ""
    assert [one.since for one in desk.in_force(registrar, NARROW)] == [date(2020, 1, 1)]
    desk.withdraw(registrar, NARROW, "𠮷", "not any more")
    assert desk.in_force(registrar, NARROW) == []


def test_a_choice_goes_before_the_rules(country: Country) -> None:
    desk, registrar = desk_of(country), country.context("registrar")
    assert desk.character(registrar, NARROW, "髙").written == "高"
    desk.choose(registrar, Chosen(NARROW, "髙", "孝", "the bearer asked", TODAY))
    assert (desk.character(registrar, NARROW, "髙").written, desk.character(registrar, NARROW, "髙").by_rule) == (
        "孝",
        "高",
    )


def test_only_registrar_and_mayor_see_and_choose(country: Country) -> None:
    desk = desk_of(country)
    for role in ("counter-clerk", "tax-officer", "support-officer", "machinery", "peer"):
        context = country.context(role)
        calls: list[Callable[[], object]] = [
            partial(desk.lacking, context, NARROW),
            partial(desk.in_force, context, NARROW),
            partial(desk.character, context, NARROW, "𠮷"),
            partial(desk.choose, context, Chosen(NARROW, "𠮷", "吉", "agreed", TODAY)),
            partial(desk.withdraw, context, NARROW, "𠮷", "agreed"),
        ]
        for call in calls:
            with pytest.raises(ActionNotPermitted):
                call()
