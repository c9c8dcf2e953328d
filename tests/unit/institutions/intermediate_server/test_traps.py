"""Trap persons at a real server, with the real core and commission: planted, asked about, renewed, withdrawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.crypto.pseudonyms import BASE, SeedMalformed, decrypt_pseudonym, encrypt_pseudonym
from mizuhiki.crypto.pseudonyms.ciphertexts import pseudonym_of_nobody
from mizuhiki.crypto.pseudonyms.group import IDENTITY, multiply, require_point
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.institutions.intermediate_server.domain.errors import TrapCodeMalformed, TrapsImpossible
from mizuhiki.institutions.intermediate_server.domain.traps import TrapCode, parse_trap_code
from mizuhiki.institutions.intermediate_server.operations.plant_traps import (
    addressee_number_of,
    pseudonym_of,
    token_of,
)
from mizuhiki.institutions.intermediate_server.peers.trap_exchange import TrapsThroughCore
from mizuhiki.institutions.intermediate_server.store.sql_records import SqlRecords
from mizuhiki.institutions.intermediate_server.store.tables import ADDRESSEES, METADATA, PSEUDONYMS
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.problems import PeerProblem, PeerUnavailable
from mizuhiki.wire import intermediate_server as wire
from mizuhiki.wire.endpoint import Acknowledgement
from support.conversion import COMMISSION, CORE
from support.slow_pseudonyms import from_hash, sha512
from unit.institutions.intermediate_server.kit import AFFAIR, ASKER, HERS, HOLDER, inquiry_of
from unit.institutions.intermediate_server.test_bulk import file_of
from unit.institutions.intermediate_server.test_generations import Killed
from unit.institutions.intermediate_server.trapping import Trapping, invented


@pytest.fixture
def nation(monkeypatch: pytest.MonkeyPatch) -> Iterator[Trapping]:
    place = Trapping()
    place._patch = monkeypatch
    yield place
    place.close()


def all_rows(nation: Trapping, table: sa.Table) -> list[dict[str, Any]]:
    with nation.server(ASKER).upkeep.store._database.read() as connection:
        return [dict(row._mapping) for row in connection.execute(sa.select(table))]


# --- a pseudonym of nobody -------------------------------------------------------------------------------------------


@given(st.binary(min_size=16, max_size=64))
def test_a_pseudonym_of_nobody_is_a_canonical_element_and_never_the_identity(secret: bytes) -> None:
    found = pseudonym_of_nobody(secret)
    assert require_point(found.reveal()) != IDENTITY
    assert pseudonym_of_nobody(secret) == found
    assert pseudonym_of_nobody(secret + b"x") != found


def test_a_pseudonym_of_nobody_is_what_a_second_implementation_hashes_it_to() -> None:
    code = bytes(range(16))
    assert pseudonym_of_nobody(code).reveal() == from_hash(sha512("pseudonyms/nobody", code)).encode()


def test_a_pseudonym_of_nobody_needs_a_secret() -> None:
    with pytest.raises(SeedMalformed):
        pseudonym_of_nobody(b"short")


def test_octets_of_pseudonyms_of_nobody_are_spread_as_those_of_people() -> None:
    """The lowest bits of the encodings, where a careless choice of points would show."""
    randomness = SeededRandomness(b"spread")
    seen = Counter(pseudonym_of_nobody(randomness.bytes(16)).reveal()[5] & 7 for _ in range(1600))
    assert all(140 <= seen[octet] <= 260 for octet in range(8))


def test_a_pseudonym_of_nobody_is_encrypted_as_any_other() -> None:
    key, nobody = (5).to_bytes(32, "little"), pseudonym_of_nobody(bytes(16))
    found = encrypt_pseudonym(multiply(key, BASE), nobody, SeededRandomness(b"nobody"))
    assert decrypt_pseudonym(SecretKey(key), found) == nobody


# --- codes -----------------------------------------------------------------------------------------------------------


@given(st.binary(min_size=16, max_size=16))
def test_a_printed_code_is_read_again_however_it_is_typed(secret: bytes) -> None:
    code = TrapCode(secret)
    written = code.written()
    assert {parse_trap_code(text) for text in (written, written.replace("-", " "), written.upper())} == {code}
    assert written not in repr(code)
    number = addressee_number_of(code)
    assert len(number) == 15
    assert number.isdigit()


@pytest.mark.parametrize("text", ["", "12ab", "g" * 32, "0" * 33, "０" * 32])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(TrapCodeMalformed):
        parse_trap_code(text)


def test_number_pseudonym_and_token_do_not_lead_to_each_other() -> None:
    code = TrapCode(bytes(range(16)))
    found = [code.reveal(), pseudonym_of(code).reveal(), token_of(code)]
    assert len(set(found)) == 3
    assert pseudonym_of_nobody(token_of(code)) != pseudonym_of(code)


# --- planted and asked about -----------------------------------------------------------------------------------------


@pytest.mark.requirement("R-027", "R-220", "R-221")
def test_whoever_walks_the_table_by_a_file_raises_the_alarm(nation: Trapping) -> None:
    traps = nation.plant(3)
    everybody = [row["addressee_number"] for row in all_rows(nation, PSEUDONYMS)]
    assert {trap.addressee_number for trap in traps} < set(everybody)
    nation.server(ASKER).bulk.submit(nation.officer(ASKER), file=file_of(*everybody))
    nation.send_sections()
    [alarm] = nation.alarms()
    assert (alarm.asker, alarm.lines, len(alarm.traps)) == (ASKER, len(everybody), 3)
    nation.real[CORE].pump()
    assert [one.alarm_id for one in nation.received()] == [alarm.alarm_id]


@pytest.mark.requirement("R-220")
def test_single_inquiries_and_notices_about_a_trap_raise_it_too_and_are_answered_as_about_anybody(
    nation: Trapping,
) -> None:
    [trap] = nation.plant(1)
    nobody = nation.core.nation.person()
    nation.acquire(ASKER, "100000000000077", nobody)
    assert nation.inquire(inquiry_of("100000000000077", "lawful")).outcome == "no-data"
    assert nation.inquire(inquiry_of(HERS, "about-her")).outcome == "provided"
    assert nation.alarms() == []
    assert nation.inquire(inquiry_of(trap.addressee_number, "walking")).outcome == "no-data"
    notice = wire.BusinessNotice("n", trap.addressee_number, AFFAIR, "child-allowance.notice", "s", "本文", None)
    nation.sealed(ASKER, wire.SEND_NOTICE, notice, Acknowledgement)
    assert sorted(alarm.purpose for alarm in nation.alarms()) == ["inquiry", "notice"]


def test_a_trap_stands_in_the_tables_as_everybody_does(nation: Trapping) -> None:
    before = {table.name: len(all_rows(nation, table)) for table in METADATA.sorted_tables}
    [trap] = nation.plant(1)
    grown = {
        table.name: len(all_rows(nation, table)) - before[table.name]
        for table in METADATA.sorted_tables
        if len(all_rows(nation, table)) != before[table.name]
    }
    assert grown == {"addressees": 1, "pseudonyms": 1}
    for table in (ADDRESSEES, PSEUDONYMS):
        rows = all_rows(nation, table)
        [its] = [row for row in rows if row["addressee_number"] == trap.addressee_number]
        [hers] = [row for row in rows if row["addressee_number"] == HERS]
        assert its.keys() == hers.keys()
        for name, value in its.items():
            assert type(value) is type(hers[name])
            if name == "place":
                assert value - hers[name] == int(its["addressee_number"]) - int(hers["addressee_number"])
            elif isinstance(value, bytes | str):
                assert len(value) == len(hers[name]), name
            else:
                assert value == hers[name], name
    with nation.server(ASKER).upkeep.store.transaction() as records:
        stored = records.addressee(trap.addressee_number)
    assert stored is not None
    assert (stored.four_items, stored.protected) == (trap.four_items, False)


@pytest.mark.requirement("R-027", "R-220")
def test_a_trap_is_renewed_among_everybody_and_raises_the_alarm_in_either_generation(nation: Trapping) -> None:
    [trap] = nation.plant(1)
    nation.open_next()
    progress = nation.renew(ASKER)
    assert (progress.renewed, progress.left) == (2, 0)
    assert nation.alarms() == []
    nation.renew(HOLDER)
    nation.inquire(inquiry_of(trap.addressee_number, "old"))
    nation.issue_begins()
    nation.inquire(inquiry_of(trap.addressee_number, "new"))
    assert len(nation.alarms()) == 2
    nation.close_old()
    nation.a_day_later()
    nation.renew_all()
    assert set(nation.pseudonyms(ASKER, trap.addressee_number)) == {2}
    nation.inquire(inquiry_of(trap.addressee_number, "later"))
    assert len(nation.alarms()) == 3
    assert nation.server(ASKER).traps.withdraw(nation.security(), codes=[trap.code]) == (1, 0)
    nation.inquire(inquiry_of(trap.addressee_number, "withdrawn"))
    assert len(nation.alarms()) == 3


# --- what is lost between, and what is refused -----------------------------------------------------------------------


@pytest.mark.parametrize("where", ["before the core", "after the core", "while storing"])
def test_a_planting_that_is_killed_leaves_nothing_half_and_is_made_again_with_the_same_codes(
    nation: Trapping, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    traps, generation = nation.plan(2)
    through, storing = TrapsThroughCore.plant, SqlRecords.put_pseudonym

    def dying(self: Any, *arguments: Any) -> Any:
        if where == "after the core":
            through(self, *arguments)
        raise Killed

    def dying_at_the_second(self: Any, addressee_number: str, *rest: Any) -> None:
        if addressee_number == traps[1].addressee_number:
            raise Killed
        storing(self, addressee_number, *rest)

    with monkeypatch.context() as patch:
        if where == "while storing":
            patch.setattr(SqlRecords, "put_pseudonym", dying_at_the_second)
        else:
            patch.setattr(TrapsThroughCore, "plant", dying)
        with pytest.raises(Killed):
            nation.server(ASKER).traps(nation.security(), traps=traps, generation=generation)
    assert len(all_rows(nation, PSEUDONYMS)) == 1
    for _time in range(2):
        assert nation.server(ASKER).traps(nation.security(), traps=traps, generation=generation) == 2
    assert len(all_rows(nation, PSEUDONYMS)) == 3
    nation.inquire(inquiry_of(traps[1].addressee_number))
    assert len(nation.alarms()) == 1


def test_nothing_is_stored_while_the_core_or_the_commission_is_away_or_refuses(nation: Trapping) -> None:
    traps, generation = nation.plan(1)
    for away in (COMMISSION, CORE):
        door = nation.transport.unregister(away)
        with pytest.raises(PeerUnavailable):
            nation.server(ASKER).traps(nation.security(), traps=traps, generation=generation)
        nation.transport.register(away, lambda away=away: nation.doors[away])
        assert door is None
    with pytest.raises(PeerProblem) as caught:
        nation.server(ASKER).traps(nation.security(), traps=traps, generation=7)
    assert caught.value.peer_code == "pseudonym-generation-not-open"
    assert len(all_rows(nation, PSEUDONYMS)) == len(all_rows(nation, ADDRESSEES)) == 1
    nation.clock.advance(timedelta(minutes=1))
    assert nation.server(ASKER).traps(nation.security(), traps=traps, generation=generation) == 1


def test_a_number_that_somebody_has_is_refused_before_anything_is_sent(
    nation: Trapping, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = "mizuhiki.institutions.intermediate_server.operations.plant_traps.addressee_number_of"
    monkeypatch.setattr(where, lambda _code: HERS)
    traps, generation = nation.plan(1)
    with pytest.raises(TrapsImpossible):
        nation.server(ASKER).traps(nation.security(), traps=traps, generation=generation)
    assert nation.server(ASKER).traps.standing(nation.security()) == 0


def test_none_too_many_or_one_code_twice_are_refused(nation: Trapping) -> None:
    desk, officer = nation.server(ASKER).traps, nation.security()
    for count in (0, 21):
        with pytest.raises(TrapsImpossible):
            desk.plan(officer, people=invented(count))
    traps, generation = nation.plan(1)
    for wrong in ([], traps * 2):
        with pytest.raises(TrapsImpossible):
            desk(officer, traps=wrong, generation=generation)
    with pytest.raises(TrapsImpossible):
        desk.withdraw(officer, codes=[])
    assert desk.standing(officer) == 0


def test_only_the_security_officer_plants_withdraws_and_counts(nation: Trapping) -> None:
    desk = nation.server(ASKER).traps
    [trap], generation = nation.plan(1)
    acts: tuple[Callable[[Context], object], ...] = (
        lambda somebody: desk.plan(somebody, people=invented(1)),
        lambda somebody: desk(somebody, traps=[trap], generation=generation),
        lambda somebody: desk.withdraw(somebody, codes=[trap.code]),
        desk.standing,
    )
    for role in ("owner", "core", "machinery", "linkage-officer", "protection-officer", "mayor"):
        for act in acts:
            with pytest.raises(ActionNotPermitted):
                act(nation.security(role=role))
    with pytest.raises(ActionNotPermitted):
        nation.server(ASKER).inquire(nation.security(), request=None)  # type: ignore[arg-type]  # refused before it is read


def test_withdrawing_needs_the_code_and_not_the_server(nation: Trapping) -> None:
    [trap] = nation.plant(1)
    stranger = TrapCode(bytes(16))
    assert nation.server(ASKER).traps.withdraw(nation.security(), codes=[stranger]) == (0, 1)
    assert nation.server(HOLDER).traps.withdraw(nation.security(HOLDER), codes=[trap.code]) == (0, 0)
    held = repr([all_rows(nation, table) for table in METADATA.sorted_tables])
    for secret in (trap.code.reveal(), token_of(trap.code)):
        assert secret.hex() not in held
        assert repr(secret)[2:-1] not in held
    assert nation.server(ASKER).traps.withdraw(nation.security(), codes=[trap.code]) == (1, 0)
