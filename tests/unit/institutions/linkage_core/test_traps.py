"""Trap persons at both converters: planted, watched, withdrawn; the alarm, its way to the commission, and refusals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from mizuhiki.crypto.pseudonyms import Pseudonym, pseudonym_of_nobody
from mizuhiki.institutions.commission.domain.alarms import AlarmState
from mizuhiki.institutions.commission.store import METADATA as COMMISSION_TABLES
from mizuhiki.institutions.linkage_core.domain import traps as rules
from mizuhiki.institutions.linkage_core.operations.carry_out_case import CarryOutCase
from mizuhiki.institutions.linkage_core.store.sql_records import SqlRecords
from mizuhiki.institutions.linkage_core.store.tables import METADATA as CORE_TABLES
from mizuhiki.institutions.linkage_core.store.tables import TRAP_INDEXES, TRAPS
from mizuhiki.runtime import keyed_rows
from mizuhiki.runtime.problems import PeerConflict, PeerMalformed, PeerProblem, PeerRefused, PeerUnavailable
from mizuhiki.wire import linkage_core
from unit.institutions.linkage_core.kit import (
    ASKER,
    COMMISSION,
    CORE,
    HANAKO,
    JIRO,
    PENSION,
    PROVIDER,
    TARO,
    FakeServer,
    Linkage,
    expected_pseudonym,
)
from unit.institutions.linkage_core.traps import Trapper, alarms, received

FIRST, SECOND = b"first code", b"second code"


def of(seed: bytes, server: FakeServer, generation: int = 1) -> Pseudonym:
    """A real person's pseudonym at a server."""
    return Pseudonym(expected_pseudonym(seed, server.name, generation))


def refused(trapper: Trapper, submitted: linkage_core.SubmittedTraps) -> str:
    with pytest.raises((PeerRefused, PeerConflict, PeerMalformed)) as caught:
        trapper.plant(submitted)
    return str(caught.value.peer_code)


def rows(place: Linkage, table: sa.Table) -> list[Any]:
    with place.core.operations.store._database.read() as connection:
        return list(connection.execute(sa.select(table)))


@pytest.mark.requirement("R-220")
def test_an_inquiry_about_a_trap_raises_one_alarm_that_names_the_asker_and_the_line(place: Linkage) -> None:
    asker = place.asker
    trapper = Trapper(asker, FIRST, SECOND)
    assert trapper.plant() == 2
    answer = trapper.ask(of(HANAKO, asker), trapper.people[1], of(TARO, asker))
    [alarm] = alarms(place)
    assert (alarm.asker, alarm.other, alarm.purpose, alarm.lines) == (ASKER, PROVIDER, "inquiry", 3)
    assert (alarm.affair, alarm.procedure) == ("child-allowance", "child-allowance.claim")
    [sprung] = alarm.traps
    assert sprung.exchange_number == answer.lines[1].exchange_number
    assert (sprung.planted_by, sprung.had_records) == (ASKER, False)
    assert alarm.told_at is None
    assert place.core.pump() == 1
    [told] = received(place)
    assert (told.alarm_id, told.asker, told.lines, told.state) == (alarm.alarm_id, ASKER, 3, AlarmState.OPEN)
    assert told.traps[0].exchange_number == sprung.exchange_number
    assert alarms(place)[0].told_at == place.clock.now()
    assert place.core.pump() == 0


@pytest.mark.requirement("R-220")
def test_lawful_inquiries_raise_none(place: Linkage) -> None:
    Trapper(place.asker, FIRST).plant()
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO, TARO, JIRO)))
    place.asker.peers.call(CORE, linkage_core.SEND_NOTICE, place.asker.notice(HANAKO))
    place.open_generation()
    place.asker.renew(place.asker.renewal(HANAKO, TARO))
    assert alarms(place) == []


def test_sections_of_form_2_are_watched_like_the_others_whatever_the_provider_says(place: Linkage) -> None:
    trapper = Trapper(place.asker, FIRST)
    trapper.plant()
    with pytest.raises(PeerRefused) as caught:
        trapper.ask(of(HANAKO, place.asker), *trapper.people, form=2)
    assert caught.value.peer_code == "conversion-proof-missing"  # this fake provider knows form 1 only
    [alarm] = alarms(place)
    assert (alarm.lines, len(alarm.traps)) == (2, 1)


def test_a_notice_to_a_trap_raises_an_alarm(place: Linkage, monkeypatch: pytest.MonkeyPatch) -> None:
    trapper = Trapper(place.asker, FIRST)
    trapper.plant()
    monkeypatch.setattr(place.asker, "encrypt", lambda *_seeds: trapper.inputs())
    place.asker.peers.call(CORE, linkage_core.SEND_NOTICE, place.asker.notice(HANAKO))
    [alarm] = alarms(place)
    assert (alarm.purpose, alarm.asker, alarm.other) == ("notice", ASKER, place.portal.name)
    assert place.core.pump() == 1
    assert len(received(place)) == 1


def test_the_asker_sees_no_difference(place: Linkage) -> None:
    trapper = Trapper(place.asker, FIRST)

    def told() -> list[tuple[str, bool]]:
        answer = trapper.ask(of(HANAKO, place.asker), *trapper.people)
        assert answer.answer is None
        return [(line.outcome, line.answer is None) for line in answer.lines]

    before = told()
    trapper.plant()
    assert told() == before
    place.transport.unregister(place.provider.name)
    with pytest.raises(PeerUnavailable) as without:
        trapper.ask(of(HANAKO, place.asker))
    with pytest.raises(PeerUnavailable) as with_trap:
        trapper.ask(*trapper.people)
    assert without.value.peer_code == with_trap.value.peer_code
    assert len(alarms(place)) == 2


def test_an_alarm_stands_although_the_provider_never_answers_or_refuses(place: Linkage) -> None:
    trapper = Trapper(place.asker, FIRST)
    trapper.plant()
    place.transport.unregister(place.provider.name)
    with pytest.raises(PeerUnavailable):
        trapper.ask(*trapper.people)
    assert len(alarms(place)) == 1
    place.clock.advance(timedelta(hours=2))
    place.core.pump()
    assert len(alarms(place)) == len(received(place)) == 1


def test_a_case_that_is_refused_before_anything_is_converted_raises_none(place: Linkage) -> None:
    trapper = Trapper(place.asker, FIRST)
    trapper.plant()
    with pytest.raises(PeerProblem):
        trapper.ask(*trapper.people, kinds=["disability"])
    assert alarms(place) == []


def test_the_same_case_again_raises_no_second_alarm(place: Linkage) -> None:
    trapper = Trapper(place.asker, FIRST)
    trapper.plant()
    inquiry = place.asker.inquiry(trapper.inputs())
    for _time in range(3):
        place.asker.ask(inquiry)
    assert len(alarms(place)) == 1
    trapper.ask(*trapper.people)
    assert len(alarms(place)) == 2


def test_an_alarm_waits_while_the_commission_is_away_and_arrives_once(place: Linkage) -> None:
    trapper = Trapper(place.asker, FIRST)
    trapper.plant()
    trapper.ask(*trapper.people)
    place.transport.unregister(COMMISSION)
    assert place.core.pump() == 0
    [waiting] = alarms(place)
    assert (waiting.told_at, waiting.attempts) == (None, 1)
    place.transport.register(COMMISSION, lambda: place.commission.wsgi)
    assert place.core.pump() == 0  # its next attempt is not due
    place.clock.advance(timedelta(days=3))  # long after the case is over and its answer forgotten
    place.commission.operations.forget_answers()
    assert place.core.pump() == 1
    assert len(received(place)) == 1


def test_an_alarm_whose_acknowledgement_was_lost_is_told_again_and_stored_once(place: Linkage) -> None:
    trapper = Trapper(place.asker, FIRST)
    trapper.plant()
    trapper.ask(*trapper.people)
    [alarm] = alarms(place)
    place.core.operations.traps.desk.tell(alarm)
    assert place.core.pump() == 1
    assert len(received(place)) == 1


@pytest.mark.requirement("R-027", "R-220")
@pytest.mark.parametrize("asked_in", [1, 2])
def test_a_trap_is_one_in_the_next_generation_as_well_and_stays_one_in_the_old(place: Linkage, asked_in: int) -> None:
    asker = place.asker
    trapper = Trapper(asker, FIRST)
    trapper.plant()
    place.open_generation()
    # It is renewed like everybody, among everybody.
    inputs = trapper.inputs(of(HANAKO, asker), *trapper.people, of(TARO, asker))
    renewed = asker.renew(asker.renewal(inputs=inputs))
    assert renewed[0] == of(HANAKO, asker, 2)
    place.clock.advance(timedelta(days=8))
    trap = trapper.people[0] if asked_in == 1 else renewed[1]
    trapper.ask(trap, generation=asked_in)
    assert [len(alarm.traps) for alarm in alarms(place)] == [1]
    assert trapper.withdraw() == (1, 0)
    assert rows(place, TRAP_INDEXES) == []


@pytest.mark.requirement("R-220")
def test_a_trap_planted_after_the_change_is_one_under_its_older_pseudonym_too(place: Linkage) -> None:
    asker = place.asker
    trapper = Trapper(asker, FIRST)
    place.open_generation()
    place.clock.advance(timedelta(days=8))
    newer = trapper.people
    trapper.plant(trapper.submitted(trapper.inputs(*newer), generation=2))
    [older] = asker.renew(asker.renewal(generation=2, to_generation=1, inputs=trapper.inputs(*newer)))
    trapper.ask(older, generation=1)
    trapper.ask(*newer, generation=2)
    assert len(alarms(place)) == 2


def test_a_real_person_is_planted_like_any_and_only_the_alarm_tells_that_there_were_records(place: Linkage) -> None:
    asker = place.asker
    asker.ask(asker.inquiry(asker.encrypt(HANAKO)))
    trapper = Trapper(asker, FIRST, SECOND)
    answer = trapper.plant(trapper.submitted(trapper.inputs(of(HANAKO, asker), of(TARO, asker))))
    assert answer == 2
    asker.ask(asker.inquiry(asker.encrypt(TARO, HANAKO)))
    [alarm] = alarms(place)
    assert [trap.had_records for trap in alarm.traps] == [False, True]


def test_a_person_whom_two_institutions_planted_is_told_with_both(place: Linkage) -> None:
    for server, code in ((place.asker, FIRST), (place.pension, SECOND)):
        trapper = Trapper(server, code)
        trapper.plant(trapper.submitted(trapper.inputs(of(HANAKO, server))))
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(TARO, HANAKO)))
    [alarm] = alarms(place)
    assert {trap.planted_by for trap in alarm.traps} == {ASKER, PENSION}
    assert len({trap.exchange_number for trap in alarm.traps}) == 1


@pytest.mark.requirement("R-220")
def test_a_planting_made_again_changes_nothing(place: Linkage) -> None:
    trapper = Trapper(place.asker, FIRST)
    submitted = trapper.submitted()
    assert [trapper.plant(submitted), trapper.plant(submitted), trapper.plant()] == [1, 1, 1]
    assert len(rows(place, TRAPS)) == len(rows(place, TRAP_INDEXES)) == 1
    assert alarms(place) == []


def test_withdrawn_traps_raise_none_and_only_their_own_institution_withdraws_them(place: Linkage) -> None:
    trapper = Trapper(place.asker, FIRST, SECOND)
    trapper.plant()
    assert Trapper(place.pension, FIRST, SECOND).withdraw() == (0, 0)
    assert trapper.withdraw(bytes(32)) == (0, 2)
    assert trapper.withdraw(trapper.tokens[0]) == (1, 1)
    trapper.ask(trapper.people[0])
    assert alarms(place) == []
    trapper.ask(trapper.people[1])
    assert len(alarms(place)) == 1
    assert trapper.withdraw() == (1, 0)
    assert trapper.withdraw() == (0, 0)


def test_no_more_traps_than_the_limit_stand_and_nothing_of_a_refused_planting_does(
    place: Linkage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mizuhiki.institutions.linkage_core.operations.watch_traps.MOST_STANDING", 3)
    assert Trapper(place.asker, b"a", b"b").plant() == 2
    more = Trapper(place.asker, b"c", b"d")
    submitted = more.submitted()
    assert refused(more, submitted) == "traps-too-many"
    assert refused(more, submitted) == "traps-too-many"
    assert more.standing() == 2
    assert ("traps-too-many", CORE) in place.refusals()
    # One that stands counts once, and room that was made may be used.
    assert Trapper(place.asker, b"b", b"c").plant() == 3
    assert Trapper(place.asker, b"a").withdraw() == (1, 2)
    assert Trapper(place.asker, b"d").plant() == 3
    assert Trapper(place.pension, b"a").plant() == 1
    assert rules.MOST_STANDING == 100


def test_a_planting_goes_on_after_the_commission_was_away_and_after_a_crash(
    place: Linkage, monkeypatch: pytest.MonkeyPatch
) -> None:
    trapper = Trapper(place.asker, FIRST)
    place.asker.keys.joint_key()
    place.transport.unregister(COMMISSION)
    with pytest.raises(PeerUnavailable):
        trapper.plant()
    assert trapper.standing() == 0
    place.transport.register(COMMISSION, lambda: place.commission.wsgi)

    class Killed(BaseException):
        """The process ends here."""

    def dying(*_arguments: Any) -> Any:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(CarryOutCase, "_finish", dying)
        with pytest.raises(Killed):
            place.core.pump()
    assert trapper.standing() == 0
    place.restart_core()
    assert place.core.pump() == 1
    assert trapper.standing() == 1
    # The officer, who was told nothing, sends the same traps again.
    assert trapper.plant() == 1


def test_traps_that_are_not_signed_by_their_holder_or_not_as_they_were_signed_are_refused(place: Linkage) -> None:
    trapper = Trapper(place.asker, FIRST, SECOND)
    tokens = [linkage_core.withdrawal_token_hash(token) for token in trapper.tokens]
    assert refused(trapper, trapper.submitted(holder=place.pension.name)) == "core-wrong-signer"
    other = Trapper(place.pension, FIRST)
    assert refused(other, trapper.submitted()) == "core-wrong-signer"
    assert refused(trapper, trapper.submitted(tokens=tokens[:1] * 2)) == "core-case-malformed"
    assert refused(trapper, trapper.submitted(tokens=tokens[:1])) == "core-inputs-altered"
    many = Trapper(place.asker, *(f"code {place}".encode() for place in range(21)))
    assert refused(many, many.submitted()) == "core-case-malformed"
    submitted = trapper.submitted()
    altered = linkage_core.SubmittedTraps(case=submitted.case, inputs=trapper.inputs())
    assert refused(trapper, altered) == "core-inputs-altered"
    assert refused(trapper, trapper.submitted(generation=2)) == "pseudonym-generation-not-open"
    nonce = trapper.server.randomness.token()
    trapper.plant(trapper.submitted(nonce=nonce))
    assert refused(trapper, trapper.submitted(nonce=nonce)) == "core-case-replayed"
    late = trapper.submitted()
    place.clock.advance(timedelta(hours=1))
    assert refused(trapper, late) == "core-case-out-of-time"
    assert trapper.standing() == 2


def test_watching_costs_few_statements_and_one_where_no_trap_stands(
    place: Linkage, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []
    ran: list[str] = []
    watched, run = SqlRecords.traps_among, keyed_rows.run

    def noting(connection: Any, statement: str, values: Any) -> Any:
        ran.append(statement)
        return run(connection, statement, values)

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        ran.append(statement)

    def counting(self: SqlRecords, persons: Any) -> Any:
        ran.clear()
        sa.event.listen(self._connection, "before_cursor_execute", note)
        try:
            return watched(self, persons)
        finally:
            sa.event.remove(self._connection, "before_cursor_execute", note)
            counted.append(len(ran))

    monkeypatch.setattr(keyed_rows, "run", noting)
    monkeypatch.setattr(SqlRecords, "traps_among", counting)
    asker, store = place.asker, place.core.operations.store
    section = [pseudonym_of_nobody(number.to_bytes(16, "big")) for number in range(1000)]
    asker.ask(asker.inquiry(asker.encrypt(HANAKO, TARO)))
    with store.snapshot() as records:
        assert records.traps_among(section) == []
    Trapper(asker, FIRST).plant()
    asker.ask(asker.inquiry(asker.encrypt(HANAKO, TARO)))
    with store.snapshot() as records:
        assert records.traps_among(section) == []
    assert counted == [1, 1, 1, 1 + 2]


def test_neither_database_holds_a_pseudonym_or_a_token_of_a_trap(place: Linkage) -> None:
    trapper = Trapper(place.asker, FIRST)
    trapper.plant()
    trapper.ask(*trapper.people)
    place.core.pump()
    secrets = [*trapper.tokens, *trapper.codes, *(one.reveal() for one in trapper.people)]
    for app, metadata in ((place.core, CORE_TABLES), (place.commission, COMMISSION_TABLES)):
        with app.operations.store._database.read() as connection:
            dump = repr([connection.execute(sa.select(table)).all() for table in metadata.sorted_tables])
        assert "trap" in dump
        for secret in secrets:
            assert repr(secret)[2:-1] not in dump
            assert secret.hex() not in dump


@pytest.mark.parametrize("institution", ["core", "commission"])
def test_traps_are_the_same_on_each_database(institution: str, database_url: str) -> None:
    place = Linkage(**{f"{institution}_database": database_url})  # type: ignore[arg-type] # a name made at run time
    place.publish_assessment()
    asker = place.asker
    trapper = Trapper(asker, FIRST, SECOND)
    assert [trapper.plant(), trapper.plant()] == [2, 2]
    place.open_generation()
    renewed = asker.renew(asker.renewal(inputs=trapper.inputs()))
    place.restart_core()
    place.clock.advance(timedelta(days=8))
    trapper.ask(renewed[0], trapper.people[1], generation=2)
    trapper.ask(renewed[0], generation=2)
    trapper.ask(trapper.people[0])
    assert sorted(len(alarm.traps) for alarm in alarms(place)) == [1, 1, 1]
    assert place.core.pump() == 3
    [one, *others] = received(place)
    inspector, desk = place.staff(COMMISSION, "inspector"), place.commission.operations.alarms
    desk.close(inspector, one.alarm_id, finding="A test of the traps.")
    assert [alarm.state for alarm in received(place)].count(AlarmState.CLOSED) == 1
    desk.reopen(inspector, one.alarm_id)
    found, steps = desk.one(inspector, one.alarm_id)
    assert (found.state, [step.finding for step in steps]) == (AlarmState.OPEN, ["A test of the traps.", ""])
    assert len(others) == 2
    assert trapper.withdraw() == (2, 0)
    [count] = place.core.operations.traps.standing(place.staff(CORE, "operator")) or [None]
    assert count is None
    place.close()
