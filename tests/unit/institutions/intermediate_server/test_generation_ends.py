"""What waits for an answer when the codes of its generation are erased, and what the portal's server remembers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from mizuhiki.institutions.commission.operations.check_case import PurposeRules
from mizuhiki.institutions.intermediate_server.domain.bulk import OutcomePage
from mizuhiki.institutions.intermediate_server.domain.exchanges import CodeChange, OpenedRecord
from mizuhiki.institutions.linkage_core.store.sql_links import SqlLinks
from mizuhiki.ledger.verify import LinkMissing, verify
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.wire.commission import CardProof
from support.conversion import COMMISSION, CORE
from unit.institutions.intermediate_server.kit import ACCOUNT, AFFAIR, ASKER, HERS, HOLDER, PORTAL, inquiry_of
from unit.institutions.intermediate_server.test_bulk import file_of
from unit.institutions.intermediate_server.test_generations import Changing

CLOSED = "pseudonym-generation-closed"
SECOND = timedelta(seconds=1)
OTHER = "100000000000009"


def away(_environ: Any, start_response: Any) -> list[bytes]:
    start_response("503 Service Unavailable", [("Content-Type", "text/plain"), ("Content-Length", "0")])
    return [b""]


class Ending(Changing):
    """The nation with a file of two persons; the commission can go away, and then nothing is converted."""

    def __init__(self) -> None:
        super().__init__()
        self.acquire(ASKER, OTHER, self.core.nation.person())

    @property
    def asking(self) -> Context:
        return Context(Actor(ASKER, "owner"), AFFAIR, "番号法19条8号", "ask with a file", self.clock, "trace")

    def commission_goes(self) -> None:
        self.doors[COMMISSION] = away

    def commission_is_back(self) -> None:
        self.doors[COMMISSION] = self.real[COMMISSION].wsgi

    def inquire_again(self, name: str) -> str:
        return self.inquire(inquiry_of(HERS, name)).outcome

    def open_history(self) -> OpenedRecord:
        context = Context(Actor(PORTAL, "owner"), "portal-account", "番号法附則6条3項", "open", self.clock, "trace")
        proof = CardProof(certificate=b"certificate", challenge=b"challenge", signature=b"signature")
        notices = self.server(PORTAL).notices
        return notices.open_history(context, request_id="h1", addressee_number=ACCOUNT, card_proof=proof)

    def ask_file(self) -> None:
        """Hand in a file, sign its section and send it."""
        bulk = self.server(ASKER).bulk
        bulk.submit(self.asking, file=file_of(HERS, OTHER))
        bulk.send(self.asking, file_id="file-1")

    def outcomes(self) -> dict[str, int]:
        return dict(self.server(ASKER).bulk.progress(self.asking, file_id="file-1").outcomes)

    def page(self) -> OutcomePage:
        return self.server(ASKER).bulk.outcomes(self.asking, file_id="file-1", page=1)

    def erased_at(self) -> timedelta:
        """How long it is until the codes of the closed generation are erased."""
        book, context = self.ceremony(COMMISSION)
        [first, _] = book.state(context).terms
        assert first.closed_at is not None
        return first.closed_at + timedelta(days=1) - self.clock.now()


@pytest.fixture(name="nation")
def _nation() -> Iterator[Ending]:
    place = Ending()
    yield place
    place.close()


def to_the_last_second(nation: Ending) -> None:
    nation.open_next()
    nation.renew(HOLDER)
    nation.issue_begins()
    nation.commission_goes()
    nation.ask_file()
    assert nation.inquire_again("single") == "pending"
    nation.commission_is_back()
    nation.close_old()
    nation.commission_goes()
    nation.clock.advance(nation.erased_at() - SECOND)


@pytest.mark.requirement("R-219", "R-220")
def test_what_was_signed_under_a_code_ends_when_the_code_is_erased_and_not_a_second_before(nation: Ending) -> None:
    to_the_last_second(nation)
    early = nation.renew(ASKER)
    assert (early.erased, early.ended, nation.outcomes()) == (0, 0, {})
    assert nation.inquire_again("single") == "pending"
    nation.clock.advance(SECOND)
    late = nation.renew(ASKER)
    assert (late.erased, late.ended, late.held) == (2, 3, {})
    assert nation.outcomes() == {CLOSED: 2}
    assert [one.result.refused_by for one in nation.page().results] == ["intermediate-" + ASKER] * 2
    assert nation.inquire_again("single") == CLOSED
    assert nation.renew(ASKER).ended == 0


@pytest.mark.requirement("R-219", "R-225")
def test_it_is_recorded_reconciles_and_is_asked_anew_under_the_new_code(nation: Ending) -> None:
    to_the_last_second(nation)
    nation.clock.advance(SECOND)
    nation.renew(ASKER)
    nation.commission_is_back()
    server = nation.server(ASKER)
    recorded = server.upkeep.exchanges(nation.officer(ASKER), outcome=CLOSED)
    assert len(recorded) == 3
    assert server.reconcile(nation.officer(ASKER)) == []
    nation.acquire(ASKER, HERS, nation.person, 2)
    assert nation.inquire(inquiry_of(HERS, "anew")).outcome == "provided"


def test_an_answer_that_the_core_holds_is_told_as_long_as_the_person_has_any_code(nation: Ending) -> None:
    """The core answered and the way back was cut; everybody was renewed, so the old answer can still be filed."""
    nation.open_next()
    ask, bulk = type(nation.server(ASKER).bulk.exchange).ask_section, nation.server(ASKER).bulk

    def cut(self: Any, *arguments: Any) -> Any:
        ask(self, *arguments)
        from mizuhiki.runtime.problems import PeerUnavailable  # noqa: PLC0415 - what a caller sees of a cut line

        raise PeerUnavailable(peer=CORE)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(bulk.exchange), "ask_section", cut)
        nation.ask_file()
    nation.renew_all()
    nation.issue_begins()
    nation.close_old()
    nation.clock.advance(nation.erased_at())
    progress = nation.renew(ASKER)
    assert (progress.erased, progress.ended, nation.outcomes()) == (2, 0, {})
    nation.clock.advance(timedelta(hours=1))
    assert bulk.resume(nation.asking) == 1
    assert nation.outcomes() == {"provided": 1, "no-data": 1}


@pytest.mark.requirement("R-220")
def test_a_section_that_was_signed_while_the_codes_were_erased_ends_at_the_next_attempt(
    nation: Ending, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_the_last_second(nation)
    nation.clock.advance(SECOND)
    with monkeypatch.context() as patch:
        patch.setattr(type(nation.server(ASKER).renewal.end), "__call__", lambda *_: 0)
        assert nation.renew(ASKER).erased == 2
    assert nation.outcomes() == {}
    assert nation.inquire_again("single") == CLOSED
    [section] = nation.server(ASKER).bulk.store.pending_sections("file-1", 10)
    assert nation.server(ASKER).bulk.send_section(nation.asking, section_id=section)
    assert nation.outcomes() == {CLOSED: 2}


@pytest.mark.requirement("R-026", "R-027", "R-220")
def test_the_portals_server_remembers_what_became_of_a_code_beyond_its_end(nation: Ending) -> None:
    def changes(owner: InstitutionId = PORTAL, addressee: str = ACCOUNT) -> list[CodeChange]:
        with nation.server(owner).renewal.store.snapshot() as records:
            return records.code_changes(addressee)

    nation.open_next()
    assert changes() == []
    nation.renew_all()
    nation.renew_all()
    assert changes() == [CodeChange(1, 2)]
    assert changes(ASKER, HERS) == []  # whom the record does not concern remembers nothing
    nation.issue_begins()
    nation.close_old()
    nation.clock.advance(nation.erased_at())
    nation.renew_all()
    assert changes() == [CodeChange(1, 2)]


def test_a_code_that_ends_without_a_newer_one_is_remembered_as_that(nation: Ending) -> None:
    nation.open_next()
    nation.issue_begins()
    nation.close_old()
    nation.clock.advance(nation.erased_at())
    nation.renew(PORTAL)
    with nation.server(PORTAL).renewal.store.snapshot() as records:
        assert records.code_changes(ACCOUNT) == [CodeChange(1, 0)]


@pytest.mark.requirement("R-026", "R-027")
def test_a_core_that_links_nothing_is_found_out_by_what_the_portals_server_tells(
    nation: Ending, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record under the new code alone verifies; with what the server knows it does not."""
    assert nation.inquire(inquiry_of(HERS, "before")).outcome == "provided"
    nation.open_next()
    with monkeypatch.context() as patch:
        patch.setattr(SqlLinks, "put", lambda *_: 0)
        nation.renew_all()
    nation.issue_begins()
    monkeypatch.setattr(PurposeRules, "_history", lambda *_: "番号法附則6条3項")  # the card is not under test
    opened = nation.open_history()
    assert (opened.generation, opened.changes) == (2, (CodeChange(1, 2),))
    assert verify(opened.bundle).entries == 0
    with pytest.raises(LinkMissing):
        verify(opened.bundle, joined=[(one.earlier, one.later) for one in opened.changes])
