"""Both institutions do the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from mizuhiki.ledger.verify import verify
from mizuhiki.runtime.problems import PeerProblem, PeerUnavailable
from mizuhiki.wire import linkage_core
from unit.institutions.linkage_core.kit import COMMISSION, CORE, HANAKO, JIRO, TARO, Linkage, entries_of


@pytest.mark.parametrize("institution", ["core", "commission"])
def test_a_day_of_exchanges_is_the_same_on_each_database(institution: str, database_url: str) -> None:
    place = Linkage(**{f"{institution}_database": database_url})  # type: ignore[arg-type] # a name made at run time
    place.publish_assessment()
    place.issue(place.asker, {"a-1": HANAKO})
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO, TARO))
    assert place.asker.ask(inquiry) == place.asker.ask(inquiry)
    with pytest.raises(PeerProblem):
        place.asker.ask(place.asker.inquiry(place.asker.encrypt(JIRO), kinds=["disability"]))
    place.transport.unregister(place.provider.name)
    with pytest.raises(PeerUnavailable):
        place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    place.transport.register(place.provider.name, lambda: place.provider.api)
    assert place.core.pump() == 1
    place.asker.peers.call(CORE, linkage_core.SEND_NOTICE, place.asker.notice(HANAKO))
    entries = entries_of(place.open_history(place.history_request(HANAKO)))
    assert [entry.kind for entry in entries] == ["exchange", "exchange", "notice"]
    assert place.refusals() == [("no-statute-row", "commission")]
    inspector, operator = place.staff(COMMISSION, "inspector"), place.staff(CORE, "operator")
    counts = place.commission.operations.count_records(inspector)
    assert (counts["allowed"], counts["refused"], counts["assessments"]) == (5, 1, 1)
    assert [count.number for count in place.core.operations.count_outcomes(operator)] == [1, 3, 1]
    assert place.core.operations.count_refusals(operator) == [("no-statute-row", "commission", 1)]
    assert [log.origin for log in place.commission.operations.list_witnessed_logs(inspector)]
    place.clock.advance(timedelta(hours=26))
    assert place.core.operations.forget_finished() > 0
    assert place.commission.operations.forget_answers() > 0
    place.close()


@pytest.mark.parametrize("institution", ["core", "commission"])
def test_a_change_of_generation_is_the_same_on_each_database(institution: str, database_url: str) -> None:
    place = Linkage(**{f"{institution}_database": database_url})  # type: ignore[arg-type] # a name made at run time
    place.publish_assessment()
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    place.open_generation()
    for server in (place.asker, place.portal, place.asker):
        server.renew(server.renewal(HANAKO, TARO))
    place.restart_core()
    place.clock.advance(timedelta(days=1))
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO, generation=2), generation=2))
    place.close_generation()
    bundle = place.open_history(place.history_request(HANAKO, generation=2))
    kinds = [json.loads(entry["entry"])["kind"] for shard in json.loads(bundle)["shards"] for entry in shard["entries"]]
    assert sorted(kinds) == ["exchange", "exchange", "generation-link", "generation-link"]
    verify(bundle)
    examined = place.core.operations.links(place.staff(CORE, "generation-officer"))
    assert (examined.batches, examined.links) == (1, 2)
    with pytest.raises(PeerProblem):
        place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    books = (place.core.operations.generations, place.commission.operations.generations)
    for name, book in zip((CORE, COMMISSION), books, strict=True):
        found = book.state(place.staff(name, "generation-officer"))
        terms = (found[1] if isinstance(found, tuple) else found).terms
        assert [(term.generation, term.closed_at is None) for term in terms] == [(1, False), (2, True)]
    place.close()
