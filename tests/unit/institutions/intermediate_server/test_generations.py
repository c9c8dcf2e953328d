"""A change of generation at real servers, core and commission: before, during and after; renewed, killed, erased."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from mizuhiki.crypto.pseudonyms import Pseudonym
from mizuhiki.institutions.intermediate_server.operations.renew_pseudonyms import RenewalProgress
from mizuhiki.institutions.intermediate_server.peers.renewal_exchange import RenewalThroughCore
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.generations import Generations
from mizuhiki.vocabulary.ids import InstitutionId, intermediate_server_of
from mizuhiki.wire import intermediate_server as wire
from mizuhiki.wire.endpoint import Acknowledgement
from support.conversion import COMMISSION, CORE
from unit.institutions.intermediate_server.kit import (
    ACCOUNT,
    AFFAIR,
    ASKER,
    HERS,
    HOLDER,
    PORTAL,
    THEIRS,
    copy_of,
    inquiry_of,
)
from unit.institutions.intermediate_server.test_bulk import file_of
from unit.institutions.intermediate_server.whole import Nation

MINUTES = timedelta(minutes=11)
"""After this long everybody has asked which generations there are."""


class Changing(Nation):
    """The nation with one person everywhere, whose codes change."""

    def __init__(self) -> None:
        super().__init__()
        self.person = self.core.nation.person()
        for owner, addressee in ((ASKER, HERS), (HOLDER, THEIRS), (PORTAL, ACCOUNT)):
            self.acquire(owner, addressee, self.person)
        self.register_copies(HOLDER, copy_of(THEIRS))
        self.publish_assessment(ASKER)

    def ceremony(self, institution: InstitutionId) -> tuple[Any, Context]:
        actor = Actor(institution, "generation-officer", "officer")
        context = Context(actor, AFFAIR, "番号法21条の2", "ceremony", self.clock, "trace")
        return self.real[institution].operations.generations, context

    def open_next(self, generation: int = 2) -> None:
        book, context = self.ceremony(COMMISSION)
        book.open_next(context, generation=generation, issue_from=self.clock.now() + timedelta(days=7))
        book, context = self.ceremony(CORE)
        book.open_next(context, generation=generation)
        self.clock.advance(MINUTES)

    def issue_begins(self) -> None:
        self.clock.advance(timedelta(days=7))

    def close_old(self, generation: int = 1) -> None:
        book, context = self.ceremony(COMMISSION)
        book.close(context, generation=generation, at=self.clock.now())
        book, context = self.ceremony(CORE)
        book.close(context, generation=generation)
        self.clock.advance(MINUTES)

    def a_day_later(self) -> None:
        """When every case of the closed generation has ended."""
        self.clock.advance(timedelta(days=1))

    def renew(self, owner: InstitutionId, **options: int) -> RenewalProgress:
        return self.server(owner).renewal(self.officer(owner, "machinery"), **options)

    def renew_all(self) -> None:
        for owner in (ASKER, HOLDER, PORTAL):
            assert self.renew(owner).left == 0

    def pseudonyms(self, owner: InstitutionId, addressee: str) -> dict[int, bytes]:
        with self.server(owner).upkeep.store.transaction() as records:
            return {number: one.reveal() for number, one in records.pseudonyms_of(addressee).items()}

    def expected(self, owner: InstitutionId, generation: int, person: Pseudonym | None = None) -> bytes:
        """What the real converters make of a person for a server."""
        cases = self.real[CORE].operations.cases.convert
        commission = self.real[COMMISSION].operations.conversions.converter
        value = 1
        for converter in (commission, cases.converter):
            factor = converter._factor(b"shuffle", intermediate_server_of(owner), generation)
            value = value * int.from_bytes(factor, "little")
        from mizuhiki.crypto.pseudonyms.group import ORDER, multiply  # noqa: PLC0415 - the group, for the expectation

        return multiply((value % ORDER).to_bytes(32, "little"), (person or self.person).reveal())

    def refusal(self, addressee: str) -> str:
        with pytest.raises(PeerProblem) as caught:
            self.inquire(inquiry_of(addressee, "nobody"))
        return str(caught.value.peer_code)

    def watch(self) -> list[int]:
        """Note the generation of every case that the holder's server answers from now on."""
        seen: list[int] = []
        provide = self.server(HOLDER).provide
        asked = type(provide).__call__

        def noting(this: Any, context: Any, *, sections: Any, pseudonyms: Any) -> bytes:
            seen.append(sections[0].generation)
            return asked(this, context, sections=sections, pseudonyms=pseudonyms)

        self._patch.setattr(type(provide), "__call__", noting)
        return seen

    _patch: pytest.MonkeyPatch


@pytest.fixture
def nation(monkeypatch: pytest.MonkeyPatch) -> Iterator[Changing]:
    place = Changing()
    place._patch = monkeypatch
    yield place
    place.close()


@pytest.mark.requirement("R-027", "R-220")
def test_inquiries_are_answered_before_during_and_after_a_change_of_generation(nation: Changing) -> None:
    seen = nation.watch()
    assert nation.inquire(inquiry_of(HERS, "before")).outcome == "provided"
    nation.open_next()
    assert nation.inquire(inquiry_of(HERS, "opened")).outcome == "provided"
    nation.renew_all()
    assert nation.inquire(inquiry_of(HERS, "renewed")).outcome == "provided"
    nation.issue_begins()
    assert nation.inquire(inquiry_of(HERS, "issued")).outcome == "provided"
    nation.close_old()
    assert nation.renew(ASKER).erased == 0
    nation.a_day_later()
    nation.renew_all()
    assert nation.inquire(inquiry_of(HERS, "closed")).outcome == "provided"
    assert seen == [1, 1, 1, 2, 2]
    for owner, addressee in ((ASKER, HERS), (HOLDER, THEIRS), (PORTAL, ACCOUNT)):
        assert nation.pseudonyms(owner, addressee) == {2: nation.expected(owner, 2)}
        assert nation.server(owner).reconcile(nation.officer(owner)) == []


def test_an_asker_that_was_not_renewed_goes_on_in_the_old_generation_until_it_is_closed(nation: Changing) -> None:
    seen = nation.watch()
    nation.open_next()
    nation.renew(HOLDER)
    nation.issue_begins()
    assert nation.inquire(inquiry_of(HERS, "overlap")).outcome == "provided"
    nation.close_old()
    refused = nation.inquire(inquiry_of(HERS, "closed"))
    assert (refused.outcome, refused.refused_by) == ("pseudonym-generation-closed", "commission")
    assert seen == [1]


@pytest.mark.requirement("R-220")
def test_a_provider_that_was_not_renewed_answers_when_it_is_and_never_that_it_has_nothing(nation: Changing) -> None:
    nation.open_next()
    nation.renew(ASKER)
    nation.issue_begins()
    waiting = nation.inquire(inquiry_of(HERS))
    assert (waiting.outcome, waiting.waiting_for) == ("pending", HOLDER)
    nation.renew(HOLDER)
    nation.clock.advance(timedelta(minutes=10))
    nation.server(ASKER).upkeep.retry_pending(nation.officer(ASKER))
    assert nation.inquire(inquiry_of(HERS)).outcome == "provided"


def test_whoever_is_issued_in_the_new_generation_is_brought_to_the_old_one_while_it_is_open(nation: Changing) -> None:
    nation.open_next()
    nation.issue_begins()
    newcomer = nation.core.nation.person()
    nation.acquire(HOLDER, "200000000000002", newcomer, 2)
    assert nation.pseudonyms(HOLDER, "200000000000002") == {2: nation.expected(HOLDER, 2, newcomer)}
    progress = nation.renew(HOLDER)
    assert (progress.renewed, progress.left, progress.held) == (2, 0, {1: 2, 2: 2})
    assert nation.pseudonyms(HOLDER, "200000000000002")[1] == nation.expected(HOLDER, 1, newcomer)


def test_notices_come_and_are_collected_across_the_change(nation: Changing) -> None:
    def send(name: str) -> None:
        notice = wire.BusinessNotice(name, HERS, AFFAIR, "child-allowance.notice", name, "決定しました。", None)
        nation.sealed(ASKER, wire.SEND_NOTICE, notice, Acknowledgement)
        nation.clock.advance(timedelta(minutes=1))

    def collected() -> list[str]:
        found = nation.sealed(PORTAL, wire.COLLECT_NOTICES, wire.NoticesRequest(ACCOUNT), wire.Notices)
        return [one.subject for one in found.notices]

    send("one")
    nation.open_next()
    nation.renew_all()
    nation.issue_begins()
    send("two")
    nation.close_old()
    nation.a_day_later()
    assert nation.renew(PORTAL).erased == 1
    nation.renew(ASKER)
    send("three")
    assert collected() == ["three", "two", "one"]


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_renewal_that_is_killed_goes_on_and_ends_with_the_same_codes(
    nation: Changing, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    people = {f"20000000000001{place}": nation.core.nation.person() for place in range(4)}
    for addressee, person in people.items():
        nation.acquire(HOLDER, addressee, person)
    nation.open_next()
    object.__setattr__(nation.server(HOLDER).renewal, "batch", 2)
    renew, calls = RenewalThroughCore.renew, []

    def dying(self: Any, *arguments: Any) -> Any:
        calls.append(arguments)
        if where == "before" and len(calls) == 2:
            raise Killed
        found = renew(self, *arguments)
        if where == "after" and len(calls) == 2:
            raise Killed
        return found

    monkeypatch.setattr(RenewalThroughCore, "renew", dying)
    with pytest.raises(Killed):
        nation.renew(HOLDER)
    monkeypatch.setattr(RenewalThroughCore, "renew", renew)
    progress = nation.renew(HOLDER, batches=1)
    assert (progress.renewed, progress.left, progress.stopped_by) == (2, 1, "")
    assert nation.renew(HOLDER).left == 0
    assert nation.renew(HOLDER).renewed == 0
    for addressee, person in people.items():
        assert nation.pseudonyms(HOLDER, addressee) == {g: nation.expected(HOLDER, g, person) for g in (1, 2)}
    # whatever was asked twice is linked once
    assert len(nation.real[CORE].operations.store.links()) == 5


def test_an_outage_or_a_refusal_ends_a_run_and_is_told(nation: Changing) -> None:
    nation.open_next()
    nation.renew(HOLDER)

    def away(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("503 Service Unavailable", [("Content-Type", "text/plain"), ("Content-Length", "0")])
        return [b""]

    nation.doors[COMMISSION] = away
    progress = nation.renew(ASKER)
    assert (progress.renewed, progress.left) == (0, 1)
    assert progress.stopped_by == "core-commission-unavailable"
    nation.doors[COMMISSION] = nation.real[COMMISSION].wsgi
    assert nation.renew(ASKER).left == 0


def test_two_addressees_that_turn_out_to_be_one_person_are_a_case(nation: Changing) -> None:
    nation.open_next()
    nation.issue_begins()
    nation.acquire(HOLDER, "200000000000009", nation.person, 2)
    nation.renew(HOLDER)
    cases = [(one.kind, one.reference) for one in nation.server(HOLDER).cases(nation.officer(HOLDER))]
    assert ("double-addressee", THEIRS) in cases
    assert nation.held(HOLDER, THEIRS).mismatched == [THEIRS]


def test_leftovers_of_a_closed_generation_are_erased_and_acquired_anew(nation: Changing) -> None:
    nation.open_next()
    nation.renew(HOLDER)
    nation.issue_begins()
    nation.close_old()
    nation.a_day_later()
    progress = nation.renew(ASKER)
    assert (progress.erased, progress.held) == (1, {})
    assert nation.refusal(HERS) == "pseudonym-not-acquired"
    nation.acquire(ASKER, HERS, nation.person, 2)
    assert nation.inquire(inquiry_of(HERS, "anew")).outcome == "provided"


def test_a_section_goes_in_the_newest_generation_that_all_its_persons_have(nation: Changing) -> None:
    """One was issued before the change and one after it; until they are renewed no section holds both."""
    seen = nation.watch()
    nation.open_next()
    nation.issue_begins()
    newcomer = nation.core.nation.person()
    nation.acquire(ASKER, "100000000000009", newcomer, 2)
    nation.acquire(HOLDER, "200000000000009", newcomer, 2)
    nation.register_copies(HOLDER, copy_of("200000000000009"))
    bulk = nation.server(ASKER).bulk
    context = Context(Actor(ASKER, "owner"), AFFAIR, "番号法19条8号", "ask with a file", nation.clock, "trace")
    bulk.submit(context, file=file_of(HERS, "100000000000009"))
    [section_id] = bulk.store.pending_sections("file-1", 10)
    assert not bulk.send_section(context, section_id=section_id)
    assert seen == []
    nation.renew(ASKER)
    nation.renew(HOLDER)
    assert bulk.send_section(context, section_id=section_id)
    assert seen == [2]
    assert bulk.progress(context, file_id="file-1").outcomes == {"provided": 2}


@pytest.mark.requirement("R-027")
def test_a_closed_generation_is_refused_by_the_provider_on_its_own_look(
    nation: Changing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both converters forgot that it is closed; the provider did not."""
    nation.open_next()
    nation.renew(HOLDER)
    nation.issue_begins()
    nation.close_old()
    cases = nation.real[CORE].operations.cases
    for book in (nation.real[COMMISSION].operations.conversions.generations, cases.convert.rules.generations):
        monkeypatch.setattr(book, "current", Generations)
    refused = nation.inquire(inquiry_of(HERS))
    assert (refused.outcome, refused.refused_by) == ("pseudonym-generation-closed", intermediate_server_of(HOLDER))
