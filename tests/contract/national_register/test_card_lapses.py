"""Every night the register ends the cards that the law ends, on both databases (番号法17条6項; 施行令14条; R-154)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text

from mizuhiki.crypto.x509 import CertificateRevoked
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.wire import national_register as wire
from mizuhiki.wire.endpoint import Acknowledgement
from unit.institutions.national_register.kit import HOME, OTHER, REGISTER, TODAY, Nation, open_nation

PLANNED = TODAY + timedelta(days=10)
MOVED = PLANNED
ANNOUNCED = ("announced", PLANNED, TODAY)
DAY = timedelta(days=1)


@pytest.fixture
def nation(database_url: str) -> Iterator[Nation]:
    nation = open_nation(database_url=database_url)
    yield nation
    nation.close()


@pytest.fixture
def url(database_url: str) -> str:
    return database_url


def moves_in(nation: Nation, code: str, reported: date, moved: date = MOVED) -> None:
    nation.notify(code, 1, municipality=OTHER, reason="move-in")
    nation.moved(code, ("entered", moved, reported), municipality=OTHER)


def show(nation: Nation, serial: str, day: date, municipality: str = OTHER) -> None:
    with nation.register.operations.store.transaction() as records:
        records.continue_card(serial, municipality, day)


def told(nation: Nation) -> list[tuple[str, date, str]]:
    return [(one.card_serial, one.lapsed_on, one.cause) for one in nation.lapses]


def ends_on(nation: Nation, serial: str, first: date, cause: str) -> None:
    """Check the night before, the night of, and that neither a second run nor a later night finds it again."""
    nation.night(first - DAY)
    assert told(nation) == []
    nation.night(first)
    assert told(nation) == [(serial, first, cause)]
    nation.night(first)
    nation.night(first + 300 * DAY)
    assert told(nation) == [(serial, first, cause)]


@pytest.mark.requirement("R-154")
def test_a_card_ends_after_30_days_without_a_notice_of_move_in(nation: Nation) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    nation.moved(code, ANNOUNCED)
    ends_on(nation, card.card_serial, PLANNED + 31 * DAY, "no-notice-30-days-after-planned-day")


@pytest.mark.requirement("R-154")
def test_a_cancelled_move_ends_no_card(nation: Nation) -> None:
    code = nation.resident("first")
    nation.card(code)
    nation.moved(code, ANNOUNCED, ("cancelled", TODAY, TODAY + DAY))
    nation.night(PLANNED + 400 * DAY)
    assert told(nation) == []


@pytest.mark.requirement("R-154")
@pytest.mark.parametrize(("late", "ended"), [(14, False), (15, True)])
def test_a_notice_later_than_14_days_after_the_move_ends_the_card_from_the_fifteenth(
    nation: Nation, late: int, *, ended: bool
) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    nation.moved(code, ANNOUNCED)
    moves_in(nation, code, MOVED + late * DAY)
    nation.night(MOVED + late * DAY)
    expected = [(card.card_serial, MOVED + 15 * DAY, "no-notice-14-days-after-move")] if ended else []
    assert told(nation) == expected


@pytest.mark.requirement("R-154")
def test_a_card_not_shown_within_90_days_of_the_notice_ends(nation: Nation) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    nation.moved(code, ANNOUNCED)
    moves_in(nation, code, MOVED + 14 * DAY)
    ends_on(nation, card.card_serial, MOVED + 14 * DAY + 91 * DAY, "not-shown-within-90-days")


@pytest.mark.requirement("R-154")
def test_a_card_shown_on_the_ninetieth_day_goes_on_to_its_own_last_day(nation: Nation) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    nation.moved(code, ANNOUNCED)
    moves_in(nation, code, MOVED)
    nation.night(MOVED + 90 * DAY)
    show(nation, card.card_serial, MOVED + 90 * DAY)
    ends_on(nation, card.card_serial, card.expires_on + DAY, "expired")


@pytest.mark.requirement("R-154")
def test_a_card_shown_nowhere_before_the_next_move_ends_with_that_move(nation: Nation) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    nation.moved(code, ANNOUNCED)
    moves_in(nation, code, MOVED)
    nation.night(MOVED + 20 * DAY)
    again = MOVED + 30 * DAY
    nation.moved(code, ("announced", again, again), municipality=OTHER)
    nation.moved(code, ("entered", again, again + DAY))
    nation.night(again + DAY)
    assert told(nation) == [(card.card_serial, again, "moved-on-without-showing")]


@pytest.mark.requirement("R-154")
@pytest.mark.parametrize(
    ("left", "allowed", "ended"),
    [
        (date(2024, 5, 26), True, True),
        (date(2024, 5, 27), True, False),
        (date(2024, 5, 27), False, True),
    ],
)
def test_a_move_abroad_ends_the_card_of_whoever_may_not_use_it_there(
    nation: Nation, left: date, *, allowed: bool, ended: bool
) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    nation.night(left)
    nation.moved(code, ("left-country", left, left), abroad=allowed)
    nation.night(left)
    assert told(nation) == ([(card.card_serial, left, "moved-abroad")] if ended else [])


@pytest.mark.requirement("R-154")
@pytest.mark.parametrize(
    ("by", "day", "ended"), [(HOME, TODAY + DAY, False), (OTHER, TODAY + DAY, True), (HOME, TODAY + 2 * DAY, True)]
)
def test_leaving_told_by_mistake_ends_no_card_when_the_same_place_withdraws_it(
    nation: Nation, by: str, day: date, *, ended: bool
) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    left = TODAY + DAY
    nation.moved(code, ("left-country", left, left))
    nation.moved(code, ("left-country-withdrawn", day, left), municipality=by)
    nation.night(left)
    assert told(nation) == ([(card.card_serial, left, "moved-abroad")] if ended else [])


@pytest.mark.requirement("R-154")
def test_an_entry_that_was_withdrawn_leaves_the_announced_move_without_one(nation: Nation) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    nation.moved(code, ANNOUNCED)
    moves_in(nation, code, MOVED)
    nation.moved(code, ("entered-withdrawn", MOVED, MOVED + DAY), municipality=OTHER)
    ends_on(nation, card.card_serial, PLANNED + 31 * DAY, "no-notice-30-days-after-planned-day")


@pytest.mark.requirement("R-154")
def test_a_withdrawal_after_the_night_brings_no_ended_card_back(nation: Nation) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    nation.moved(code, ("left-country", TODAY + DAY, TODAY + DAY))
    nation.night(TODAY + DAY)
    nation.moved(code, ("left-country-withdrawn", TODAY + DAY, TODAY + 2 * DAY))
    nation.night(TODAY + 2 * DAY)
    assert told(nation) == [(card.card_serial, TODAY + DAY, "moved-abroad")]
    assert not nation.confirmed(code, card)


@pytest.mark.requirement("R-154")
def test_a_new_card_is_not_ended_by_the_moves_before_it(nation: Nation) -> None:
    code = nation.resident("first")
    nation.moved(code, ("entered", TODAY - 20 * DAY, TODAY))
    card = nation.card(code)
    nation.night(TODAY + 400 * DAY)
    assert told(nation) == []
    assert nation.register.operations.store.counts()["cards"] == 1
    assert card.expires_on > TODAY + 400 * DAY


@pytest.mark.requirement("R-154")
def test_a_night_that_was_left_out_is_made_up_for_and_the_day_is_the_laws(nation: Nation) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    nation.moved(code, ANNOUNCED)
    nation.night(TODAY)
    nation.night(PLANNED + 200 * DAY)
    assert told(nation) == [(card.card_serial, PLANNED + 31 * DAY, "no-notice-30-days-after-planned-day")]


@pytest.mark.requirement("R-154")
def test_certificates_end_with_the_card_and_another_card_can_be_registered(nation: Nation) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    certificates = nation.certificates(code, card)
    pair = certificates.user_identification_certificate, certificates.user_identification_ca
    nation.moved(code, ANNOUNCED)
    nation.night(PLANNED + 30 * DAY)
    nation.require_good(*pair)
    assert nation.confirmed(code, card)
    nation.night(PLANNED + 31 * DAY)
    with pytest.raises(CertificateRevoked):
        nation.require_good(*pair)
    assert not nation.confirmed(code, card)
    again = nation.card(code, "second", day=PLANNED + 31 * DAY)
    assert nation.confirmed(code, again)


@pytest.mark.requirement("R-154")
def test_the_holders_own_chain_says_which_rule_ended_the_card(nation: Nation) -> None:
    code = nation.resident("first")
    nation.card(code)
    nation.moved(code, ANNOUNCED)
    nation.night(PLANNED + 31 * DAY)
    register = nation.register.operations
    with register.store.transaction() as records:
        person = records.person_by_code(ResidentRecordCode.parse(code))
    assert person is not None
    bundle = register.store.bundle(person.person)
    assert "card-lapsed" in bundle
    assert "no-notice-30-days-after-planned-day" in bundle


@pytest.mark.requirement("R-154")
@pytest.mark.parametrize("entered", [TODAY + DAY, TODAY + 8 * DAY])
def test_who_is_entered_again_where_the_move_was_announced_did_notify_in_time(nation: Nation, entered: date) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    nation.moved(code, ("announced", PLANNED, TODAY + DAY), ("entered", entered, entered))
    nation.night(entered + DAY)
    show(nation, card.card_serial, entered + DAY, HOME)
    ends_on(nation, card.card_serial, card.expires_on + DAY, "expired")


@pytest.mark.requirement("R-154")
def test_who_announces_a_move_on_the_day_of_the_entry_must_be_entered_elsewhere(nation: Nation) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    entered = TODAY + DAY
    nation.moved(code, ("announced", TODAY + 2 * DAY, TODAY), ("entered", entered, entered))
    nation.moved(code, ("announced", PLANNED, entered))
    nation.night(entered)
    show(nation, card.card_serial, entered, HOME)
    ends_on(nation, card.card_serial, PLANNED + 31 * DAY, "no-notice-30-days-after-planned-day")


@pytest.mark.requirement("R-154")
@pytest.mark.parametrize(
    "strange",
    [
        ("announced", TODAY, TODAY),
        ("entered", TODAY - 60 * DAY, TODAY),
        ("left-country", TODAY, TODAY),
    ],
)
def test_a_municipality_that_never_had_the_holder_in_its_register_ends_no_card(
    nation: Nation, strange: tuple[str, date, date], url: str
) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    nation.night(TODAY + DAY)
    kind, happened, reported = strange
    nation.moved(code, (kind, happened + 2 * DAY, reported + DAY), municipality=OTHER)
    nation.night(TODAY + 300 * DAY)
    assert told(nation) == []
    assert nation.confirmed(code, card)
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT outcome FROM audit_event WHERE event = 'card-moves-taken'"))
        outcomes = set(rows.scalars())
    engine.dispose()
    assert "residence-not-known" in outcomes


@pytest.mark.requirement("R-154")
def test_a_municipality_that_never_had_the_holder_cannot_take_back_what_another_announced(nation: Nation) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    nation.moved(code, ANNOUNCED)
    nation.moved(code, ("cancelled", PLANNED, TODAY + DAY), municipality=OTHER)
    ends_on(nation, card.card_serial, PLANNED + 31 * DAY, "no-notice-30-days-after-planned-day")


@pytest.mark.requirement("R-154")
def test_a_notice_that_comes_before_the_identification_information_counts_as_soon_as_that_came(nation: Nation) -> None:
    code = nation.resident("first")
    card = nation.card(code)
    nation.moved(code, ANNOUNCED)
    nation.moved(code, ("entered", MOVED, MOVED + 15 * DAY), municipality=OTHER)
    nation.night(MOVED + 50 * DAY)
    assert told(nation) == []
    nation.notify(code, 1, municipality=OTHER, reason="move-in")
    nation.night(MOVED + 51 * DAY)
    assert told(nation) == [(card.card_serial, MOVED + 15 * DAY, "no-notice-14-days-after-move")]


@pytest.mark.requirement("R-154")
def test_a_notice_is_taken_once_and_only_from_a_municipality_about_its_own_moves(nation: Nation, url: str) -> None:
    code = nation.resident("first")
    nation.card(code)
    nation.moved(code, ANNOUNCED)
    nation.moved(code, ANNOUNCED)
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT municipality_code, kind FROM card_moves")).all()
    engine.dispose()
    assert [tuple(row) for row in rows] == [(HOME, "announced")]
    move = wire.CardMove(
        notice_id="n", resident_record_code="0" * 11, kind="announced", happened_on=TODAY, reported_on=TODAY
    )
    with pytest.raises(PeerProblem) as caught:
        nation.peers["jpki"].call_sealed(REGISTER, wire.TAKE_CARD_MOVES, wire.CardMoves(moves=[move]), Acknowledgement)
    assert caught.value.peer_code == "caller-not-listed"


def test_a_night_reads_by_index_what_came_since_the_last(tmp_path: Path) -> None:
    nation = open_nation(database_url=f"sqlite:///{tmp_path}/register.sqlite")
    store = nation.register.operations.store
    asked: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    with store.transaction() as records:
        moves = records.card_moves
        connection = moves._connection
        event.listen(connection, "before_cursor_execute", keep)
        moves.concerned(TODAY, TODAY + DAY)
        statement, values = asked[-1]
        steps = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    nation.close()
    assert any("ix_identification_changes_taken_at" in step for step in steps), steps
    assert [step for step in steps if step.startswith("SCAN") and "card_moves" in step] == []
    assert [step for step in steps if step.startswith("SCAN") and "identification_changes" in step] == []
