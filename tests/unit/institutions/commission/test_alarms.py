"""Alarms at the commission: taken from the core about cases converted here, shown, closed with a finding, reopened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from mizuhiki.institutions.commission.domain.alarms import LONGEST_FINDING, AlarmState
from mizuhiki.institutions.commission.domain.errors import AlarmStepImpossible, FindingMissing
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import PeerConflict, PeerProblem
from mizuhiki.vocabulary.errors import NotFound
from mizuhiki.wire import commission as wire
from support.environment import make_environment
from unit.institutions.commission.test_console import PASSPHRASE, browser
from unit.institutions.linkage_core.kit import ASKER, COMMISSION, HANAKO, PROVIDER, Linkage, shown_office
from unit.institutions.linkage_core.traps import Trapper, alarms, received


@pytest.fixture
def place() -> Iterator[Linkage]:
    """An alarm stands at the core, and the commission was not told yet."""
    linkage = Linkage()
    linkage.publish_assessment()
    for account, role in (("officer", "assessment-officer"), ("inspector", "inspector")):
        linkage.commission.operations.add_staff(account, "監督 四郎", role, PASSPHRASE)
    trapper = Trapper(linkage.asker, b"code")
    trapper.plant()
    trapper.ask(*trapper.people)
    yield linkage
    linkage.close()


def core_of(place: Linkage, institution: str = "linkage-core") -> Peers:
    surroundings: dict[str, Any] = {"clock": place.clock, "transport": place.transport, "directory": place.directory}
    return Peers(make_environment(institution, **surroundings))


def payload(place: Linkage, **changes: object) -> wire.TrapAlarm:
    [alarm] = alarms(place)
    values: dict[str, Any] = {
        name: getattr(alarm, name)
        for name in ("alarm_id", "case_hash", "purpose", "asker", "other", "affair", "procedure", "lines")
    }
    trap = wire.SprungTrap(trap_id="t", planted_by=ASKER, exchange_number="n", had_records=False)
    times = {"requested_at": alarm.requested_at, "raised_at": alarm.raised_at}
    return wire.TrapAlarm(**{**values, "traps": [trap], **times, **changes})


def tell(place: Linkage, alarm: wire.TrapAlarm, by: str = "linkage-core", signed_by: str = "linkage-core") -> str:
    text = core_of(place, signed_by).sign(wire.TRAP_ALARM_TYPE, alarm)
    try:
        core_of(place, by).call(COMMISSION, wire.RECEIVE_ALARM, wire.SubmittedAlarm(alarm=text))
    except PeerProblem as error:
        return str(error.peer_code)
    return ""


def test_an_alarm_about_a_case_that_was_not_converted_here_is_refused(place: Linkage) -> None:
    assert tell(place, payload(place, case_hash=bytes(32))) == "alarm-of-unknown-case"
    assert received(place) == []


@pytest.mark.parametrize(
    "change",
    [
        {"asker": PROVIDER},
        {"other": ASKER},
        {"lines": 2},
        {"purpose": "notice"},
        {"affair": "local-tax"},
        {"procedure": "child-allowance.notice"},
    ],
)
def test_the_core_cannot_blame_somebody_else_for_a_case(place: Linkage, change: dict[str, Any]) -> None:
    assert tell(place, payload(place, **change)) == "alarm-of-unknown-case"
    assert received(place) == []


def test_only_the_core_tells_alarms_and_only_in_its_own_name(place: Linkage) -> None:
    server = place.asker.name
    assert tell(place, payload(place), by=server) != ""
    assert tell(place, payload(place), signed_by=server) == "alarm-not-of-core"
    text = core_of(place).sign("conversion-ticket", payload(place))
    with pytest.raises(PeerProblem):
        core_of(place).call(COMMISSION, wire.RECEIVE_ALARM, wire.SubmittedAlarm(alarm=text))
    assert received(place) == []


def test_the_same_alarm_again_changes_nothing_and_another_about_the_case_is_refused(place: Linkage) -> None:
    place.core.pump()
    [stored] = received(place)
    said = payload(place, traps=[wire.SprungTrap(**vars_of(trap)) for trap in stored.traps])
    assert tell(place, said) == ""
    assert received(place) == [stored]
    assert tell(place, payload(place, alarm_id="another")) == "alarm-changed"
    assert issubclass(PeerConflict, PeerProblem)
    # Also after staff decided, the core's repetition is the same alarm.
    inspector = place.staff(COMMISSION, "inspector")
    place.commission.operations.alarms.close(inspector, stored.alarm_id, finding="Walked by a stolen server.")
    assert tell(place, said) == ""
    assert received(place)[0].state is AlarmState.CLOSED


def vars_of(trap: Any) -> dict[str, Any]:
    return {name: getattr(trap, name) for name in trap.__struct_fields__}


def test_closing_needs_a_finding_and_an_open_alarm(place: Linkage) -> None:
    place.core.pump()
    [alarm] = received(place)
    desk, inspector = place.commission.operations.alarms, place.staff(COMMISSION, "inspector")
    for finding in ("", "  \n ", "x" * (LONGEST_FINDING + 1)):
        with pytest.raises(FindingMissing):
            desk.close(inspector, alarm.alarm_id, finding=finding)
    with pytest.raises(AlarmStepImpossible):
        desk.reopen(inspector, alarm.alarm_id)
    desk.close(inspector, alarm.alarm_id, finding="x" * LONGEST_FINDING)
    with pytest.raises(AlarmStepImpossible):
        desk.close(inspector, alarm.alarm_id, finding="again")
    for act in (lambda: desk.one(inspector, "nothing"), lambda: desk.reopen(inspector, "nothing")):
        with pytest.raises(NotFound):
            act()


@pytest.mark.parametrize("role", ["peer", "generation-officer", "operator"])
def test_nobody_else_reads_or_decides(place: Linkage, role: str) -> None:
    place.core.pump()
    [alarm] = received(place)
    desk, somebody = place.commission.operations.alarms, place.staff(COMMISSION, role)
    for act in (
        lambda: desk.listed(somebody, limit=1),
        lambda: desk.one(somebody, alarm.alarm_id),
        lambda: desk.close(somebody, alarm.alarm_id, finding="x"),
        lambda: desk.reopen(somebody, alarm.alarm_id),
    ):
        with pytest.raises(ActionNotPermitted):
            act()
    with pytest.raises(ActionNotPermitted):
        desk.receive(place.staff(COMMISSION, "inspector"), alarm=alarm)


def test_an_officer_reads_closes_and_opens_an_alarm_on_the_pages(place: Linkage) -> None:
    officer = browser(place, "inspector")
    assert "No alarm was raised." in officer.get("/alarms").text
    place.core.pump()
    [alarm] = received(place)
    listed = officer.get("/alarms").text
    assert "1 open" in listed
    assert f'href="/alarms/{alarm.alarm_id}"' in listed
    path = f"/alarms/{alarm.alarm_id}"
    shown = officer.get(path).text
    for part in (ASKER, PROVIDER, alarm.traps[0].exchange_number, alarm.traps[0].trap_id, alarm.case_hash.hex()):
        assert part in shown
    assert "Write what was found" in officer.post(path, step="close", finding=" ").text
    long = officer.post(path, step="close", finding="長" * (LONGEST_FINDING + 1))
    assert f"At most {LONGEST_FINDING} characters" in long.text
    assert received(place)[0].state is AlarmState.OPEN
    assert officer.post(path, step="close", finding="A clerk tried a list.").status_code == 303
    closed = officer.get(path).text
    assert "A clerk tried a list." in closed
    assert "監督 四郎" in closed or "inspector" in closed
    assert "1 open" not in officer.get("/alarms").text
    assert officer.post(path, step="close", finding="Again").status_code == 409
    assert officer.post(path, step="reopen").status_code == 303
    opened = officer.get(path).text
    assert "A clerk tried a list." in opened, "a finding stays"
    assert "Opened again" in opened
    assert officer.get("/alarms/unknown").status_code == 404
    assert browser(place, "officer").get(path).status_code == 200


@pytest.mark.parametrize("language", ["ja", "en"])
def test_alarms_name_institutions_in_the_readers_language_with_their_identifiers(place: Linkage, language: str) -> None:
    north, south = (("架空北市", "架空南市"), ("Invented North City", "Invented South City"))[language == "en"]
    place.rename(ASKER, "架空北市", "Invented North City")
    place.rename(PROVIDER, "架空南市", "Invented South City")
    place.core.pump()
    [alarm] = received(place)
    [trap] = alarm.traps
    officer = browser(place, "inspector", language)
    listed, one = officer.get("/alarms").text, officer.get(f"/alarms/{alarm.alarm_id}").text
    for page in (listed, one):
        assert shown_office(north, ASKER) in page
        assert shown_office(south, PROVIDER) in page
    assert (alarm.asker, alarm.other, trap.planted_by) == (ASKER, PROVIDER, ASKER)
    assert one.count(shown_office(north, ASKER)) == 2, "as the one who asked, and as the one who planted the trap"


def test_a_trap_that_had_records_is_marked(place: Linkage) -> None:
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    trapper = Trapper(place.asker, b"other")
    trapper.plant(trapper.submitted(place.asker.encrypt(HANAKO)))
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    place.core.pump()
    pages = [browser(place).get(f"/alarms/{alarm.alarm_id}").text for alarm in received(place)]
    assert sorted("may be a real person" in page for page in pages) == [False, True]


def test_every_step_leaves_a_line_of_the_audit_trail_without_the_finding(place: Linkage) -> None:
    place.core.pump()
    [alarm] = received(place)
    desk, inspector = place.commission.operations.alarms, place.staff(COMMISSION, "inspector")
    desk.close(inspector, alarm.alarm_id, finding="Nobody was meant.")
    desk.reopen(inspector, alarm.alarm_id)
    found: dict[str, list[Any]] = {}
    for app in (place.core, place.commission):
        with app.operations.store._database.read() as connection:
            rows = connection.execute(sa.text("SELECT event, fields FROM audit_event ORDER BY id")).all()
        for row in rows:
            found.setdefault(row.event, []).append(row.fields)
    assert {name: len(lines) for name, lines in found.items() if "refused" not in name} == {
        "traps-planted": 1,
        "trap-alarm": 1,
        "trap-alarm-told": 1,
        "alarm-received": 1,
        "alarm-decided": 2,
    }
    assert "Nobody was meant." not in str(found)
