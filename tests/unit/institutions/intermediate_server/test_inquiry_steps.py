"""What is durable when an inquiry leaves, in how many steps, and who wins where two ask the same at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mizuhiki.institutions.intermediate_server.domain.exchanges import Inquiry
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.problems import PeerConflict, PeerUnavailable
from mizuhiki.wire import intermediate_server as wire
from unit.institutions.intermediate_server.kit import ASKER, HERS, Network, inquiry_of


def stored(network: Network) -> Inquiry | None:
    with network.server(ASKER).upkeep.store.snapshot() as records:
        known = records.inquiry("request-1")
    return None if known is None else known[0]


@pytest.mark.requirement("R-217")
def test_an_inquiry_and_its_signed_case_are_durable_before_it_is_sent(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange = type(network.server(ASKER).inquire.carry.exchange)
    ask, seen = exchange.ask, []

    def look(self: Any, inquiries: list[Inquiry], own: Any) -> Any:
        seen.append((stored(network), *inquiries))
        return ask(self, inquiries, own)

    monkeypatch.setattr(exchange, "ask", look)
    assert network.inquire(inquiry_of(HERS)).outcome == "provided"
    [(kept, sent)] = seen
    assert kept == sent
    assert sent.submission


def test_a_new_inquiry_is_two_writing_transactions_one_before_it_is_sent_and_one_with_its_answer(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    network.inquire(inquiry_of(HERS))  # keys are fetched once
    store: Any = network.server(ASKER).upkeep.store
    own = store._database
    write, written = Database.write, []

    def count(self: Database) -> Any:
        written.append(self is own)
        return write(self)

    monkeypatch.setattr(Database, "write", count)
    network.inquire(inquiry_of(HERS, "request-2"))
    assert sum(written) == 2


def test_without_keys_an_inquiry_is_kept_unsigned_and_signed_before_it_is_sent(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange = type(network.server(ASKER).inquire.carry.exchange)

    def away(*_args: Any) -> bytes:
        raise PeerUnavailable("no keys", peer="linkage-core")

    with monkeypatch.context() as patch:
        patch.setattr(exchange, "prepare", away)
        assert network.inquire(inquiry_of(HERS)).outcome == "pending"
    kept = stored(network)
    assert kept is not None
    assert not kept.submission
    network.clock.advance(timedelta(minutes=5))
    assert network.server(ASKER).upkeep.retry_pending(network.officer(ASKER)) == 1
    assert network.inquire(inquiry_of(HERS)).outcome == "provided"
    assert len({submission.case for submission in network.core.submissions}) == 1


@pytest.mark.parametrize("fiscal_year", [None, 2018])
def test_who_was_stored_meanwhile_stands(
    network: Network, monkeypatch: pytest.MonkeyPatch, fiscal_year: int | None
) -> None:
    exchange = type(network.server(ASKER).inquire.carry.exchange)
    prepare, first = exchange.prepare, []
    other = inquiry_of(HERS) if fiscal_year is None else inquiry_of(HERS, fiscal_year=fiscal_year)

    def meanwhile(self: Any, *of_case: Any) -> bytes:
        monkeypatch.setattr(exchange, "prepare", prepare)
        first.append(network.sealed(ASKER, wire.INQUIRE, other, wire.BusinessAnswer))
        return prepare(self, *of_case)

    monkeypatch.setattr(exchange, "prepare", meanwhile)
    if fiscal_year is None:
        assert network.inquire(inquiry_of(HERS)) == first[0]
    else:
        with pytest.raises(PeerConflict):
            network.inquire(inquiry_of(HERS))
    assert len(network.core.submissions) == 1
