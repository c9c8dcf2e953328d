"""A provider's process is stopped and started again, in a nation of processes; the asker is on the shared platform.

Nothing here is faked: the peer is a process that is gone, and the wait is told with its name and its beginning.
"""

from __future__ import annotations

import multiprocessing
import shutil
import sqlite3
from pathlib import Path

import pytest

from mizuhiki.institutions.intermediate_server.domain.exchanges import InquiryRequest
from mizuhiki.vocabulary.ids import InstitutionId, intermediate_server_of
from mizuhiki.world.child import WORLD_CONFIG, run_child
from mizuhiki.world.nation.plan import PLATFORM, is_on_platform
from mizuhiki.world.processes import ProcessStage
from mizuhiki.world.roster import read_roster
from support.nation import founded_folder

CITY, PROVIDER = InstitutionId("municipality-131032"), InstitutionId("municipality-452025")
SERVER, STOPPED = intermediate_server_of(CITY), intermediate_server_of(PROVIDER)
VILLAGE_SERVER = intermediate_server_of(InstitutionId("municipality-155861"))


def stop(stage: ProcessStage) -> None:
    """Stop the provider's process for good."""
    child = stage._children[STOPPED]
    child.terminate()
    child.join(30)
    assert not child.is_alive()


def start(stage: ProcessStage, data: Path) -> None:
    """Start it again, on the port it had."""
    server = multiprocessing.get_context("forkserver")
    ours, theirs = server.Pipe()
    child = server.Process(target=run_child, args=(data / STOPPED / WORLD_CONFIG, theirs), daemon=True)
    child.start()
    theirs.close()
    stage._children[STOPPED], stage._pipes[STOPPED] = child, ours
    assert ours.poll(120)
    assert ours.recv_bytes() == b"ready"


@pytest.mark.requirement("R-219")
def test_an_inquiry_waits_for_a_stopped_provider_and_is_answered_when_it_is_back(tmp_path: Path) -> None:
    data = tmp_path / "nation"
    shutil.copytree(founded_folder(), data)
    roster = read_roster(data)
    assert roster is not None
    with sqlite3.connect(data / CITY / "institution.sqlite") as database:
        [(number,)] = database.execute("SELECT addressee_number FROM addressees LIMIT 1").fetchall()
    request = InquiryRequest(
        "stopped-1", number, PROVIDER, "child-allowance", "child-allowance.claim", ("local-tax",), 2019, None, None, "1"
    )
    with ProcessStage(data, roster) as stage:
        assert is_on_platform(SERVER)
        assert {PLATFORM} == {name for name in stage._children if name == PLATFORM}
        assert SERVER not in stage._children, "the bodies of the platform have no process of their own"
        assert VILLAGE_SERVER not in stage._children
        server = stage.operations(SERVER)
        owner = stage.context(CITY, "owner", "child-allowance", "番号法19条8号", "ask")
        officer = stage.context(SERVER, "linkage-officer", "information-provision", "番号法23条", "look")
        stop(stage)
        told = server.inquire(owner, request=request)
        assert (told.outcome, told.waiting.target, told.waiting.code) == (
            "pending",
            PROVIDER,
            "core-recipient-unavailable",
        )
        [outage] = server.upkeep.outages(officer)
        assert (outage.target, outage.since, outage.ended_at) == (PROVIDER, told.waiting.since, None)
        start(stage, data)
        assert server.inquire(owner, request=request).outcome in {"no-data", "provided"}
        [ended] = server.upkeep.outages(officer)
        assert ended.ended_at is not None
        assert server.upkeep.queue(officer) == []
