"""Trap persons in the demo nation: planted on a page, unnoticed by lawful business, sprung by who walks the table."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import Client, TestResponse

from mizuhiki.institutions.intermediate_server.domain.bulk import BulkFile, BulkLine
from mizuhiki.institutions.intermediate_server.domain.exchanges import InquiryRequest
from mizuhiki.institutions.intermediate_server.store.tables import PSEUDONYMS
from mizuhiki.institutions.linkage_core.operations import watch_traps
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id, intermediate_server_of
from mizuhiki.world.local import LocalStage
from mizuhiki.world.story.child_allowance import TO_MUNICIPALITY, ChildAllowance
from mizuhiki.world.story.telling import tell
from support.pages import csrf_token

CITY = institution_id(InstitutionKind.MUNICIPALITY, TO_MUNICIPALITY)
OTHER = institution_id(InstitutionKind.MUNICIPALITY, "452025")
SERVER = intermediate_server_of(CITY)
CORE = institution_id(InstitutionKind.LINKAGE_CORE)
COMMISSION = institution_id(InstitutionKind.COMMISSION)
PASSPHRASE = "a long enough passphrase"
INVENTED = """架空 桃,カクウ モモ,1954-05-17,2,東京都港区架空5番
架空 栗,カクウ クリ,1971-05-17,1,東京都港区架空7番
架空 柿,カクウ カキ,1988-05-17,2,東京都港区架空8番"""
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class Desk:
    """A member of staff at the pages of an institution."""

    def __init__(self, stage: LocalStage, institution: InstitutionId, role: str) -> None:
        account = f"trap-{role}"
        stage.operations(institution).add_staff(account, "担当 架空", role, PASSPHRASE)
        self._client = Client(stage.nation.app(institution).wsgi)
        self._base = f"http://{stage.directory.entry(institution).host}"
        assert self.post("/sign-in", account=account, passphrase=PASSPHRASE).status_code == 303

    def read(self, path: str) -> str:
        answer = self._client.get(path, base_url=self._base, headers={"Accept-Language": "en"})
        assert answer.status_code == 200, answer.text[:500]
        return answer.text

    def post(self, path: str, **fields: Any) -> TestResponse:
        data = {"csrf_token": csrf_token(self.read(path)), **fields}
        return self._client.post(path, base_url=self._base, data=data, headers={"Accept-Language": "en"})


def walk(stage: LocalStage, name: str) -> Context:
    """Ask about everybody in the table by a file."""
    server = stage.operations(SERVER)
    thief = stage.context(SERVER, "linkage-officer", "information-provision", "番号法19条8号", "walk the table")
    server.bulk.submit(thief, file=walked(name, table_of(stage)))
    server.bulk.resume(stage.context(SERVER, "machinery", "information-provision", "番号法19条8号", "send sections"))
    return thief


def plant(officer: Desk) -> set[str]:
    """Plant the invented people on the page; return the addressee numbers on the officer's paper."""
    printed = officer.post("/traps", step="plan", **{"unkept-people": INVENTED}).text
    fields = {name: unescape(value) for name, value in HIDDEN.findall(printed) if name != "csrf_token"}
    assert officer.post("/traps", step="plant", **fields).status_code == 303
    assert "3 planted; 3 of this office stand now." in officer.read("/traps")
    return set(re.findall(r"\b\d{15}\b", printed))


def table_of(stage: LocalStage) -> list[str]:
    """What a thief of the server reads: every addressee with a pseudonym."""
    with stage.operations(SERVER).upkeep.store._database.read() as connection:
        return sorted(connection.execute(sa.select(PSEUDONYMS.c.addressee_number).distinct()).scalars())


def walked(name: str, addressees: list[str]) -> BulkFile:
    """A file that asks another city about everybody, in the form of any other file."""
    lines = tuple(
        BulkLine(
            number,
            InquiryRequest(
                request_id=f"{name}-{number}",
                addressee_number=addressee,
                provider=OTHER,
                affair="child-allowance",
                procedure="child-allowance.claim",
                kinds=("local-tax",),
                fiscal_year=2019,
                period_from=None,
                period_until=None,
                case_reference="",
                not_disclosed=False,
            ),
        )
        for number, addressee in enumerate(addressees, start=1)
    )
    return BulkFile(name, f"{name}.dat", lines)


@pytest.mark.requirement("R-220", "R-221")
def test_who_walks_the_table_of_a_city_is_seen_by_the_commission_and_lawful_business_is_not(stage: LocalStage) -> None:
    officer, inspector = Desk(stage, SERVER, "security-officer"), Desk(stage, COMMISSION, "inspector")
    before = table_of(stage)
    traps = plant(officer)
    assert set(table_of(stage)) - set(before) == traps

    told = tell(ChildAllowance(stage).steps(), lambda _result: None)
    assert {one.state for one in told} == {"done"}, [one.detail for one in told]
    stage.pump()
    assert "No alarm was raised." in inspector.read("/alarms")

    thief = walk(stage, "walk")
    server = stage.operations(SERVER)
    outcomes = {one.number: one.result.outcome for one in server.bulk.outcomes(thief, file_id="walk", page=1).results}
    asked = dict(enumerate(table_of(stage), start=1))
    assert {outcomes[number] for number, addressee in asked.items() if addressee in traps} == {"no-data"}
    assert list(outcomes.values()).count("no-data") > len(traps), "others get the same answer"

    assert "Waits, 0 attempts" in Desk(stage, CORE, "operator").read("/alarms")
    stage.pump()
    listed = inspector.read("/alarms")
    assert "1 open" in listed
    [path] = set(re.findall(r'href="(/alarms/[^"]+)"', listed))
    alarm = inspector.read(path)
    assert alarm.count(CITY) >= 1 + len(traps)
    assert not any(addressee in alarm for addressee in traps), "an alarm names no addressee"
    assert (
        inspector.post(path, step="close", finding="The server was stolen; its keys are replaced.").status_code == 303
    )
    assert "its keys are replaced" in inspector.read(path)
    assert "1 open" not in inspector.read("/alarms")


@pytest.mark.requirement("R-027", "R-220")
def test_traps_outlive_a_change_of_generation_and_an_alarm_waits_for_the_commission(
    stage: LocalStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(Desk(stage, SERVER, "security-officer"))
    basis, why = "番号法21条の2", "change of generation"
    officers = [
        stage.context(name, "generation-officer", "information-linkage", basis, why) for name in (COMMISSION, CORE)
    ]
    books = [stage.operations(name).generations for name in (COMMISSION, CORE)]
    books[0].open_next(officers[0], generation=2, issue_from=officers[0].now() + timedelta(days=1))
    books[1].open_next(officers[1], generation=2)
    renewal = stage.operations(SERVER).renewal
    renewal.generations._known = None  # asked for before it was opened
    progress = renewal(stage.context(SERVER, "machinery", "information-linkage", basis, why))
    assert (progress.left, progress.stopped_by) == (0, "")
    assert "No alarm was raised." in Desk(stage, COMMISSION, "inspector").read("/alarms")

    walk(stage, "old")
    monkeypatch.setattr(watch_traps, "FIRST_WAIT", timedelta())
    commission = stage.nation.app(COMMISSION).wsgi
    stage.nation.transport.unregister(COMMISSION)
    core = stage.nation.app(CORE)
    assert core.pump() == 0
    operator = Desk(stage, CORE, "operator")
    assert "Waits, 1 attempts" in operator.read("/alarms")
    stage.nation.transport.register(COMMISSION, lambda: commission)
    assert core.pump() == 1
    assert "Told" in operator.read("/alarms")
    assert "1 open" in Desk(stage, COMMISSION, "assessment-officer").read("/alarms")
