"""Trap persons in the demo nation: planted on a page, unnoticed by lawful business, sprung by who walks the table."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import Client, TestResponse

from mizuhiki.institutions.intermediate_server.domain.bulk import BulkFile, BulkLine
from mizuhiki.institutions.intermediate_server.domain.exchanges import InquiryRequest
from mizuhiki.institutions.intermediate_server.store.tables import PSEUDONYMS
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


def table_of(stage: LocalStage) -> list[str]:
    """What a thief of the server reads: every addressee with a pseudonym."""
    with stage.operations(SERVER).upkeep.store._database.read() as connection:
        return sorted(connection.execute(sa.select(PSEUDONYMS.c.addressee_number)).scalars())


def walked(addressees: list[str]) -> BulkFile:
    """A file that asks another city about everybody, in the form of any other file."""
    lines = tuple(
        BulkLine(
            number,
            InquiryRequest(
                request_id=f"walk-{number}",
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
    return BulkFile("walk", "walk.dat", lines)


@pytest.mark.requirement("R-220", "R-221")
def test_who_walks_the_table_of_a_city_is_seen_by_the_commission_and_lawful_business_is_not(stage: LocalStage) -> None:
    officer, inspector = Desk(stage, SERVER, "security-officer"), Desk(stage, COMMISSION, "inspector")
    before = table_of(stage)
    printed = officer.post("/traps", step="plan", **{"unkept-people": INVENTED}).text
    fields = {name: unescape(value) for name, value in HIDDEN.findall(printed) if name != "csrf_token"}
    assert officer.post("/traps", step="plant", **fields).status_code == 303
    assert "3 planted; 3 of this office stand now." in officer.read("/traps")
    traps = set(re.findall(r"\b\d{15}\b", printed))
    assert set(table_of(stage)) - set(before) == traps

    told = tell(ChildAllowance(stage).steps(), lambda _result: None)
    assert {one.state for one in told} == {"done"}, [one.detail for one in told]
    stage.pump()
    assert "No alarm was raised." in inspector.read("/alarms")

    server = stage.operations(SERVER)
    thief = stage.context(SERVER, "linkage-officer", "information-provision", "番号法19条8号", "walk the table")
    server.bulk.submit(thief, file=walked(table_of(stage)))
    server.bulk.resume(stage.context(SERVER, "machinery", "information-provision", "番号法19条8号", "send sections"))
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
