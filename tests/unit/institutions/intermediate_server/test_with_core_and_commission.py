"""Two intermediate servers, the core and the commission as they are built, in one process with real keys and proofs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from mizuhiki.wire import intermediate_server as wire
from mizuhiki.wire.endpoint import Acknowledgement
from unit.institutions.intermediate_server.kit import (
    ACCOUNT,
    AFFAIR,
    ASKER,
    HERS,
    HOLDER,
    KIND,
    PORTAL,
    THEIRS,
    copy_of,
    inquiry_of,
    tax_items,
)
from unit.institutions.intermediate_server.whole import Nation


@pytest.fixture
def nation() -> Iterator[Nation]:
    place = Nation()
    person = place.core.nation.person()
    for owner, addressee in ((ASKER, HERS), (HOLDER, THEIRS), (PORTAL, ACCOUNT)):
        place.acquire(owner, addressee, person)
    place.register_copies(HOLDER, copy_of(THEIRS))
    yield place
    place.close()


@pytest.mark.requirement("R-222")
def test_pseudonyms_come_from_the_register_through_both_converters(nation: Nation) -> None:
    assert nation.held(ASKER, HERS).held == [HERS]
    assert nation.held(HOLDER, THEIRS).held == [THEIRS]


@pytest.mark.requirement("R-257", "R-363")
def test_each_body_holds_the_person_under_its_own_number_and_its_own_code(nation: Nation) -> None:
    codes = set()
    for owner, number in ((ASKER, HERS), (HOLDER, THEIRS), (PORTAL, ACCOUNT)):
        with nation.server(owner).upkeep.store.transaction() as records:
            held, code = records.addressee(number), records.pseudonyms_of(number).get(1)
        assert held is not None
        assert code is not None
        assert (held.addressee_number, held.four_items is None) == (number, owner == PORTAL)
        codes.add(code.reveal())
    assert len({HERS, THEIRS, ACCOUNT}) == len(codes) == 3
    with nation.server(HOLDER).upkeep.store.transaction() as records:
        copies = [copy for found in records.copies([THEIRS], [KIND]).values() for copy in found]
    assert [copy.items for copy in copies] == [tax_items()]


@pytest.mark.requirement("R-217", "R-231")
def test_an_inquiry_is_answered_only_after_the_assessment_and_all_three_records_reconcile(nation: Nation) -> None:
    refused = nation.inquire(inquiry_of(HERS))
    assert (refused.outcome, refused.refused_by) == ("assessment-not-published", "commission")
    nation.publish_assessment(ASKER)
    answer = nation.inquire(inquiry_of(HERS, "request-2"))
    assert (answer.outcome, answer.information[0].items) == ("provided", tax_items())
    missing = nation.inquire(inquiry_of(HERS, "request-3", fiscal_year=2018))
    assert missing.outcome == "no-data"
    for owner, outcomes in (
        (ASKER, {"assessment-not-published": 1, "provided": 1, "no-data": 1}),
        (HOLDER, {"provided": 1, "no-data": 1}),
    ):
        assert nation.server(owner).reconcile(nation.officer(owner)) == []
        assert nation.server(owner).upkeep.outcomes(nation.officer(owner)) == outcomes


def test_a_kind_without_a_statute_row_is_refused(nation: Nation) -> None:
    nation.publish_assessment(ASKER)
    answer = nation.inquire(inquiry_of(HERS, kinds=["medical-insurance"]))
    assert (answer.outcome, answer.information) == ("no-statute-row", [])
    assert nation.server(ASKER).reconcile(nation.officer(ASKER)) == []


def test_a_provider_that_is_away_answers_later_and_once(nation: Nation) -> None:
    nation.publish_assessment(ASKER)

    def away(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("503 Service Unavailable", [("Content-Type", "text/plain"), ("Content-Length", "0")])
        return [b""]

    nation.doors[HOLDER] = away
    assert nation.inquire(inquiry_of(HERS)).outcome == "pending"
    nation.doors[HOLDER] = nation.apps[HOLDER].wsgi
    nation.clock.advance(timedelta(minutes=5))
    nation.server(ASKER).upkeep.retry_pending(nation.officer(ASKER))
    assert nation.inquire(inquiry_of(HERS)).outcome == "provided"
    assert nation.server(ASKER).reconcile(nation.officer(ASKER)) == []
    assert nation.server(HOLDER).reconcile(nation.officer(HOLDER)) == []


@pytest.mark.requirement("R-276")
def test_a_notice_goes_through_both_converters_to_the_portal_account(nation: Nation) -> None:
    nation.publish_assessment(ASKER)
    notice = wire.BusinessNotice("n-1", HERS, AFFAIR, "child-allowance.notice", "支給", "決定しました。", None)
    nation.sealed(ASKER, wire.SEND_NOTICE, notice, Acknowledgement)
    nation.sealed(ASKER, wire.SEND_NOTICE, notice, Acknowledgement)
    found = nation.sealed(PORTAL, wire.COLLECT_NOTICES, wire.NoticesRequest(ACCOUNT), wire.Notices)
    assert [(one.sender, one.subject) for one in found.notices] == [(ASKER, "支給")]


def test_the_witness_cosigns_both_servers_logs(nation: Nation) -> None:
    nation.publish_assessment(ASKER)
    nation.inquire(inquiry_of(HERS))
    for owner in (ASKER, HOLDER):
        assert nation.apps[owner].pump() >= 1
        assert nation.apps[owner].pump() == 0
    assert KIND == "local-tax"
