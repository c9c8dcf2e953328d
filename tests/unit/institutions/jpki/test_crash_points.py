"""A stop at any point of the issue: what was recorded is taken up again or given up, and never issued twice."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509

from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.operations.authorities import Authorities, Planned
from mizuhiki.institutions.jpki.store.sql_records import SqlRecords
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.problems import PeerProblem
from unit.institutions.jpki.kit import JPKI, Desk


class Killed(BaseException):
    """The process ended here."""


def rows(desk: Desk, query: str) -> list[tuple[Any, ...]]:
    path = desk.environment.settings.database_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        return connection.execute(query).fetchall()


def calendar(desk: Desk) -> Context:
    return Context(Actor(JPKI, "calendar"), "card-issue", "公的個人認証法3条", "test", desk.clock, "trace")


def kill_at(monkeypatch: pytest.MonkeyPatch, point: str) -> list[bytes]:
    """End the process at a point of the next issue; return what the authorities signed until then."""
    signed: list[bytes] = []
    real = Authorities.sign

    def sign(self: Authorities, planned: Planned) -> bytes:
        if point == "recorded" or (point == "first-signed" and signed):
            raise Killed
        signed.append(real(self, planned))
        return signed[-1]

    def keep(*_arguments: object, **_named: object) -> None:
        raise Killed

    monkeypatch.setattr(Authorities, "sign", sign)
    if point == "both-signed":
        monkeypatch.setattr(SqlRecords, "insert_certificates", keep)
    if point == "kept-not-noted":
        monkeypatch.setattr(SqlRecords, "plans_signed", keep)
    return signed


POINTS = ("recorded", "first-signed", "both-signed", "kept-not-noted")


@pytest.mark.requirement("R-201")
@pytest.mark.parametrize("point", POINTS)
def test_a_stopped_issue_is_taken_up_and_gives_each_certificate_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    with monkeypatch.context() as patch:
        signed = kill_at(patch, point)
        with pytest.raises(Killed):
            desk.issue()
    plans = rows(desk, "SELECT kind, serial, state FROM planned_certificates ORDER BY kind")
    assert [state for _kind, _serial, state in plans] == ["planned", "planned"]
    assert rows(desk, "SELECT count(*) FROM certificates") == [(0,)]
    desk.clock.advance(timedelta(hours=3))
    issued = desk.issue()
    ders = (issued.user_identification_certificate, issued.signature_certificate)
    serials = {x509.load_der_x509_certificate(der).serial_number for der in ders}
    assert serials == {serial for _kind, serial, _state in plans}
    assert set(signed) <= set(ders)
    assert rows(desk, "SELECT count(*) FROM certificates") == [(2,)]
    assert rows(desk, "SELECT DISTINCT state FROM planned_certificates") == [("signed",)]
    assert desk.issue() == issued


def test_a_plan_nobody_took_up_for_a_day_is_void_and_then_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        kill_at(patch, "recorded")
        with pytest.raises(Killed):
            desk.issue()
    expiry = desk.app.operations.expiry
    desk.clock.advance(timedelta(days=1) - timedelta(seconds=1))
    assert expiry.give_up(calendar(desk)) == 0
    desk.clock.advance(timedelta(seconds=1))
    assert expiry.give_up(calendar(desk)) == 2
    assert expiry.give_up(calendar(desk)) == 0
    with pytest.raises(PeerProblem) as caught:
        desk.issue()
    assert caught.value.peer_code == "certificate-request-void"
    assert rows(desk, "SELECT count(*) FROM certificates") == [(0,)]


def test_nothing_is_kept_when_the_signed_part_is_not_what_was_linted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Authorities.sign

    def other(self: Authorities, planned: Planned) -> bytes:
        return real(self, Planned(**{**_fields(planned), "serial": planned.serial ^ 1, "encoded": b""}))

    with monkeypatch.context() as patch:
        patch.setattr(Authorities, "sign", other)
        with pytest.raises(PeerProblem) as caught:
            desk.issue()
    assert caught.value.peer_code == "certificate-profile-broken"
    assert rows(desk, "SELECT count(*) FROM certificates") == [(0,)]


def _fields(planned: Planned) -> dict[str, Any]:
    return {name: getattr(planned, name) for name in Planned.__slots__}


def test_operators_see_what_was_recorded_and_not_signed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        kill_at(patch, "recorded")
        with pytest.raises(Killed):
            desk.issue()
    assert {plan.kind for plan in desk.app.operations.expiry.queue(desk.operator())} == set(Kind)
    desk.issue()
    assert desk.app.operations.expiry.queue(desk.operator()) == []
