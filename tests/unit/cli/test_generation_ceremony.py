"""``mizuhiki generation`` through a whole change: converters and servers are real, the network is in process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mizuhiki.vocabulary.ids import InstitutionId, intermediate_server_of
from mizuhiki.world import generations
from support.conversion import COMMISSION, CORE
from support.environment import make_environment
from unit.cli.console import Console, Ended
from unit.institutions.intermediate_server.kit import ASKER, HERS, HOLDER, PORTAL, inquiry_of
from unit.institutions.intermediate_server.test_generations import MINUTES, Changing


@dataclass(frozen=True)
class Ceremony:
    """The command at every institution of a nation; a configuration is a file named after its institution."""

    console: Console
    nation: Changing
    folder: Path

    def run(self, command: str, institution: InstitutionId, *options: str) -> Ended:
        config = self.folder / institution
        config.touch()
        return self.console.run("generation", command, "--config", str(config), *options, "--json")

    def told(self, command: str, institution: InstitutionId, *options: str) -> Any:
        ended = self.run(command, institution, *options)
        assert ended.code == 0, ended.out
        return ended.document

    def day(self, days: int) -> str:
        return (self.nation.clock.today() + timedelta(days=days)).isoformat()


@pytest.fixture(name="ceremony")
def _ceremony(console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ceremony]:
    nation = Changing()

    @contextmanager
    def operations(config: Path) -> Iterator[tuple[object, object]]:
        """What is built from a configuration elsewhere stands here already."""
        name = InstitutionId(config.name)
        app = nation.real.get(name)
        found = app.operations if app else nation.server(InstitutionId(name.removeprefix("intermediate-")))
        yield found, make_environment(name, clock=nation.clock, transport=nation.transport)

    monkeypatch.setattr(generations, "_operations", operations)
    yield Ceremony(console, nation, tmp_path)
    nation.close()


def numbers(document: Any) -> list[tuple[int, bool]]:
    """The generations with whether an end is set."""
    return [(one["generation"], one["closed_at"] is not None) for one in document["generations"]]


@pytest.mark.requirement("R-027", "R-032")
def test_a_generation_is_opened_renewed_examined_and_closed_by_command(ceremony: Ceremony) -> None:
    nation, servers = ceremony.nation, [intermediate_server_of(owner) for owner in (ASKER, HOLDER, PORTAL)]
    assert ceremony.run("open", CORE, "--generation", "2").document["error"] == "pseudonym-generation-of-one-converter"
    opened = ceremony.told("open", COMMISSION, "--generation", "2", "--issue-from", ceremony.day(7))
    assert numbers(opened) == [(1, False), (2, False)]
    assert (
        ceremony.told("open", CORE, "--generation", "2")["generations"][1]["issue_from"]
        == (opened["generations"][1]["issue_from"])
    )
    nation.clock.advance(MINUTES)
    for server in servers:
        progress = ceremony.told("renew", server)
        assert (progress["renewed"], progress["left"], progress["held"]) == (1, 0, {"1": 1, "2": 1})
    # three servers renewed one person: the core links once, in the first batch
    assert ceremony.told("links", CORE) == {"batches": 1, "links": 1}
    nation.clock.advance(timedelta(days=7))
    assert nation.inquire(inquiry_of(HERS, "issued")).outcome == "provided"
    assert ceremony.run("close", CORE, "--generation", "1").document["error"] == "pseudonym-generation-of-one-converter"
    assert numbers(ceremony.told("close", COMMISSION, "--generation", "1", "--on", ceremony.day(0))) == [
        (1, True),
        (2, False),
    ]
    closed = ceremony.told("close", CORE, "--generation", "1")
    for converter in (COMMISSION, CORE):
        assert numbers(ceremony.told("show", converter)) == numbers(closed) == [(1, True), (2, False)]
    nation.clock.advance(MINUTES + timedelta(days=1))
    erased = ceremony.told("renew", servers[0])
    assert (erased["erased"], erased["ended"], erased["held"]) == (1, 0, {"2": 1})
    assert nation.inquire(inquiry_of(HERS, "closed")).outcome == "provided"


def test_renewing_by_command_tells_by_its_exit_code_that_some_are_left(ceremony: Ceremony) -> None:
    ceremony.nation.open_next()
    server = intermediate_server_of(ASKER)
    ceremony.nation.doors[COMMISSION] = lambda _environ, start: (start("503 Service Unavailable", []), [b""])[1]
    ended = ceremony.run("renew", server)
    assert (ended.code, ended.document["left"], ended.document["stopped_by"]) == (1, 1, "core-commission-unavailable")
    ceremony.nation.doors[COMMISSION] = ceremony.nation.real[COMMISSION].wsgi
    assert ceremony.told("renew", server)["left"] == 0


def test_links_by_command_refuse_what_the_ledger_does_not_say(
    ceremony: Ceremony, monkeypatch: pytest.MonkeyPatch
) -> None:
    ceremony.nation.open_next()
    ceremony.told("renew", intermediate_server_of(ASKER))
    ledger = ceremony.nation.real[CORE].operations.links.ledger
    monkeypatch.setattr(type(ledger), "are_joined", lambda *_: False)
    ended = ceremony.run("links", CORE)
    assert (ended.code, ended.document["error"]) == (1, "pseudonym-link-not-recorded")
