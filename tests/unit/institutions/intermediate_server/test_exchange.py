from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from mizuhiki.crypto.digests import sha256
from mizuhiki.institutions.intermediate_server.domain.errors import ApprovalSpent
from mizuhiki.institutions.intermediate_server.operations.end_inquiries import (
    ADDRESS_DIFFERS,
    MISLINK_CASE,
    REJECTED_CASE,
)
from mizuhiki.institutions.intermediate_server.operations.upkeep import UNRECONCILED
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.ledger_store import Ledger
from mizuhiki.runtime.problems import PeerConflict, PeerProblem
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.errors import Refused
from mizuhiki.wire import intermediate_server as wire
from mizuhiki.wire.endpoint import Acknowledgement
from mizuhiki.wire.national_register import FourItemsMessage
from unit.institutions.intermediate_server.kit import (
    ASKER,
    HERS,
    HOLDER,
    KIND,
    RULE,
    THEIRS,
    Network,
    copy_of,
    inquiry_of,
    items_of,
    linked,
    tax_items,
)


class Crash(RuntimeError):
    """A process that ends."""


@pytest.mark.requirement("R-217")
def test_an_office_gets_what_an_attached_certificate_would_have_told_with_a_receipt(network: Network) -> None:
    answer = network.inquire(inquiry_of(HERS))
    assert answer.outcome == "provided"
    [information] = answer.information
    assert (information.kind, information.items) == (KIND, tax_items())
    assert answer.statute == RULE
    receipt = network.core.peers.verify(answer.receipt, _Receipt, "deemed-submission-receipt")
    assert receipt.signer == "intermediate-municipality-131130"
    content = msgspec.json.encode([[KIND, information.layout_version, sorted(information.items.items())]])
    assert receipt.payload.information_hash == sha256(content)


class _Receipt(msgspec.Struct):
    exchange_number: str
    information_hash: bytes


def test_the_same_request_is_asked_once_and_answered_from_store(network: Network) -> None:
    first = network.inquire(inquiry_of(HERS))
    again = network.inquire(inquiry_of(HERS))
    fetched = network.sealed(ASKER, wire.FETCH_RESULT, wire.ResultRequest("request-1"), wire.BusinessAnswer)
    assert first == again == fetched
    assert len(network.core.submissions) == 1


def test_a_request_id_is_not_taken_for_another_inquiry(network: Network) -> None:
    network.inquire(inquiry_of(HERS))
    with pytest.raises(PeerConflict) as refused:
        network.inquire(inquiry_of(HERS, fiscal_year=2018))
    assert refused.value.peer_code == "inquiry-request-changed"


def test_asking_ones_own_institution_is_refused(network: Network) -> None:
    with pytest.raises(PeerProblem) as refused:
        network.inquire(inquiry_of(HERS, provider=ASKER))
    assert refused.value.peer_code == "own-institution-asked"


@pytest.mark.requirement("R-231")
@pytest.mark.parametrize(
    "reason", ["no copy", "another year", "not disclosed", "protected", "unknown person", "mismatched"]
)
def test_whatever_the_reason_an_inquiry_without_answer_looks_the_same(reason: str) -> None:
    network = Network()
    person = network.core.nation.person()
    network.enrol(ASKER, HERS, person)
    if reason == "mismatched":
        network.enrol(HOLDER, THEIRS, person, registered=items_of(name="架空　次郎"))
    elif reason != "unknown person":
        network.enrol(HOLDER, THEIRS, person, protected=reason == "protected")
    if reason not in {"no copy", "unknown person"}:
        year = 2018 if reason == "another year" else 2019
        network.register_copies(HOLDER, copy_of(THEIRS, not_disclosed=reason == "not disclosed", fiscal_year=year))
    answer = network.inquire(inquiry_of(HERS))
    assert (answer.outcome, answer.information, answer.receipt, answer.refused_by) == ("no-data", [], "", "")
    [delivered] = network.core.deliveries
    told = network.core.peers.call("intermediate-municipality-452025", wire.PROVIDE, delivered)  # type: ignore[arg-type] # text
    assert set(msgspec.to_builtins(told.lines[0]).items()) == {
        ("exchange_number", answer.exchange_number),
        ("outcome", "no-data"),
        ("answer", None),
    }
    network.close()


@pytest.mark.requirement("R-231")
def test_a_refusal_is_stored_with_who_refused_by_which_rule(network: Network) -> None:
    network.core.refusal = Refused("no row allows it")
    answer = network.inquire(inquiry_of(HERS))
    assert (answer.outcome, answer.refused_by, answer.refusal_detail) == ("refused", "linkage-core", "no row allows it")
    network.core.refusal = None
    assert network.inquire(inquiry_of(HERS)) == answer
    assert network.server(ASKER).upkeep.outcomes(network.officer(ASKER)) == {"refused": 1}
    assert network.server(ASKER).reconcile(network.officer(ASKER)) == []


def test_while_the_core_is_away_an_inquiry_waits_and_is_sent_later_unchanged(network: Network) -> None:
    network.core.away = True
    assert network.inquire(inquiry_of(HERS)).outcome == "pending"
    assert network.inquire(inquiry_of(HERS)).outcome == "pending"
    network.core.away = False
    network.clock.advance(timedelta(minutes=5))
    assert network.server(ASKER).upkeep.retry_pending(network.officer(ASKER)) == 1
    assert network.inquire(inquiry_of(HERS)).outcome == "provided"
    assert len({submission.case for submission in network.core.submissions}) == 1


def test_an_inquiry_that_cannot_go_on_does_not_stop_the_others(network: Network) -> None:
    other = network.core.nation.person()
    network.enrol(ASKER, "100000000000002", other, items_of(name="架空　次郎"))
    network.enrol(HOLDER, "200000000000002", other, items_of(name="架空　次郎"))
    network.register_copies(HOLDER, copy_of("200000000000002"))
    network.core.away = True
    network.inquire(inquiry_of(HERS))
    network.inquire(inquiry_of("100000000000002", "request-2"))
    with network.server(ASKER).upkeep.store.transaction() as records:
        records.mark_mismatch(HERS, mismatched=True)
    network.core.away = False
    network.clock.advance(timedelta(minutes=5))
    network.server(ASKER).upkeep.retry_pending(network.officer(ASKER))
    assert network.inquire(inquiry_of("100000000000002", "request-2")).outcome == "provided"


def test_the_retry_job_leaves_an_inquiry_to_the_thread_that_has_it_in_hand(network: Network) -> None:
    network.core.away = True
    network.inquire(inquiry_of(HERS))
    network.core.away = False
    network.clock.advance(timedelta(minutes=5))
    upkeep = network.server(ASKER).upkeep
    sent = len(network.core.submissions)
    with upkeep.inquire.in_hand.holding("request-1"):
        assert upkeep.retry_pending(network.officer(ASKER)) == 0
        assert len(network.core.submissions) == sent
    assert upkeep.retry_pending(network.officer(ASKER)) == 1
    assert network.inquire(inquiry_of(HERS)).outcome == "provided"


def test_an_answer_lost_on_the_way_is_not_made_twice(network: Network) -> None:
    network.core.lose_answers = 1
    assert network.inquire(inquiry_of(HERS)).outcome == "pending"
    assert network.inquire(inquiry_of(HERS)).outcome == "provided"
    assert network.server(HOLDER).upkeep.outcomes(network.officer(HOLDER)) == {"provided": 1}


def test_a_crash_between_store_and_send_loses_nothing(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    server = network.server(ASKER)

    def crash(*_args: Any) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(type(server.inquire.carry.exchange), "ask", crash)
        with pytest.raises(PeerProblem):
            network.inquire(inquiry_of(HERS))
    assert server.upkeep.outcomes(network.officer(ASKER)) == {"pending": 1}
    network.clock.advance(timedelta(minutes=5))
    server.upkeep.retry_pending(network.officer(ASKER))
    assert network.inquire(inquiry_of(HERS)).outcome == "provided"


@pytest.mark.parametrize("crashing", [1, 2])
def test_a_crash_between_answer_and_record_leaves_one_record_of_one_answer(
    network: Network, monkeypatch: pytest.MonkeyPatch, crashing: int
) -> None:
    # The first record of an exchange is the provider's, the second the asker's.
    append, calls = Ledger.append_many, iter(range(1, 100))

    def crash(*args: Any, **more: Any) -> int:
        if next(calls) == crashing:
            raise Crash
        return append(*args, **more)

    monkeypatch.setattr(Ledger, "append_many", crash)
    try:
        assert network.inquire(inquiry_of(HERS)).outcome == "pending"
    except PeerProblem:
        assert crashing == 2
    assert network.server(ASKER).upkeep.outcomes(network.officer(ASKER)) == {"pending": 1}
    assert network.inquire(inquiry_of(HERS)).outcome == "provided"
    for owner in (ASKER, HOLDER):
        assert network.server(owner).upkeep.outcomes(network.officer(owner)) == {"provided": 1}


@pytest.mark.parametrize(
    ("changed", "differing"),
    [
        ({"name": "架空　次郎"}, ("name",)),
        ({"birth_date": date(1985, 4, 2)}, ("birth_date",)),
        ({"sex": 1}, ("sex",)),
    ],
)
def test_an_answer_about_somebody_else_is_not_used(changed: dict[str, Any], differing: tuple[str, ...]) -> None:
    # Each register agreed with its own addressee: the wrong link is in the register's number, which no converter sees.
    network = linked(items=items_of(**changed))
    answer = network.inquire(inquiry_of(HERS))
    assert (answer.outcome, answer.information, answer.receipt) == ("mislink-suspected", [], "")
    [case] = network.server(ASKER).cases(network.officer(ASKER))
    assert (case.kind, case.reference) == (MISLINK_CASE, answer.exchange_number)
    assert differing[0] in case.detail
    assert network.server(ASKER).reconcile(network.officer(ASKER)) == []
    network.close()


def test_another_address_alone_is_told_to_an_officer_and_the_answer_is_used() -> None:
    network = linked(items=items_of(address="宮崎県日向市本町１番５号"))
    assert network.inquire(inquiry_of(HERS)).outcome == "provided"
    assert [case.kind for case in network.server(ASKER).cases(network.officer(ASKER))] == [ADDRESS_DIFFERS]
    network.close()


def test_the_same_name_in_another_spacing_is_the_same_person() -> None:
    network = linked(items=items_of(name="架空 花子"))
    assert network.inquire(inquiry_of(HERS)).outcome == "provided"
    assert network.server(ASKER).cases(network.officer(ASKER)) == []
    network.close()


@pytest.mark.requirement("R-229")
def test_during_a_change_over_an_answer_in_the_old_layout_is_taken() -> None:
    network = Network()
    network.clock.set(network.clock.now().replace(year=2019, month=7, day=10))
    person = network.core.nation.person()
    network.enrol(ASKER, HERS, person)
    network.enrol(HOLDER, THEIRS, person)
    old = tax_items(day=date(2019, 5, 1))
    assert set(old) < set(tax_items())
    network.register_copies(HOLDER, copy_of(THEIRS, layout_version="2017-11", items=old))
    answer = network.inquire(inquiry_of(HERS))
    assert (answer.outcome, answer.information[0].layout_version) == ("provided", "2017-11")
    network.close()


@pytest.mark.requirement("R-229")
def test_after_the_change_over_a_copy_in_the_old_layout_is_not_sent() -> None:
    network = Network()
    now = network.clock.now()
    network.clock.set(now.replace(year=2019, month=7, day=10))
    person = network.core.nation.person()
    network.enrol(ASKER, HERS, person)
    network.enrol(HOLDER, THEIRS, person)
    network.register_copies(HOLDER, copy_of(THEIRS, layout_version="2017-11", items=tax_items(day=date(2019, 5, 1))))
    network.clock.set(now)
    assert network.inquire(inquiry_of(HERS)).outcome == "no-data"
    network.close()


@pytest.mark.requirement("R-229")
def test_an_answer_made_on_the_last_day_of_its_layout_is_used_when_it_comes_on_the_next_one() -> None:
    network = Network()
    network.clock.set(datetime(2019, 7, 31, 23, 59, 30, tzinfo=JST))
    person = network.core.nation.person()
    network.enrol(ASKER, HERS, person)
    network.enrol(HOLDER, THEIRS, person)
    network.register_copies(HOLDER, copy_of(THEIRS, layout_version="2017-11", items=tax_items(day=date(2019, 5, 1))))
    network.core.lose_answers = 1
    assert network.inquire(inquiry_of(HERS)).outcome == "pending"
    network.clock.set(datetime(2019, 8, 1, 0, 0, 30, tzinfo=JST))
    answer = network.inquire(inquiry_of(HERS))
    assert (answer.outcome, answer.refusal_detail) == ("provided", "")
    assert [part.layout_version for part in answer.information] == ["2017-11"]
    assert network.inquire(inquiry_of(HERS, "request-2")).outcome == "no-data", "asked for on the next day"
    network.close()


def test_an_answer_that_does_not_verify_is_not_used_and_an_officer_is_told(network: Network) -> None:
    def other_tickets(answer: Any) -> Any:
        return msgspec.structs.replace(answer, tickets=answer.tickets[::-1])

    network.core.alter_answer = other_tickets
    answer = network.inquire(inquiry_of(HERS))
    assert (answer.outcome, answer.information) == ("answer-rejected", [])
    assert answer.refused_by == "intermediate-municipality-131130"
    [case] = network.server(ASKER).cases(network.officer(ASKER))
    assert (case.kind, case.reference) == (REJECTED_CASE, answer.exchange_number)
    assert "ticket-mismatch" in case.detail
    assert network.server(ASKER).reconcile(network.officer(ASKER)) == []


@pytest.mark.parametrize("fault", ["no lines", "provided without answer", "other number"])
def test_an_answer_of_another_shape_is_rejected(network: Network, fault: str) -> None:
    def alter(answer: Any) -> Any:
        [line] = answer.lines
        lines = {
            "no lines": [],
            "provided without answer": [msgspec.structs.replace(line, answer=None)],
            "other number": [msgspec.structs.replace(line, exchange_number="another")],
        }[fault]
        return msgspec.structs.replace(answer, lines=lines)

    network.core.alter_answer = alter
    assert network.inquire(inquiry_of(HERS)).outcome == "answer-rejected"


def test_inquirer_and_provider_reconcile_with_the_core(network: Network) -> None:
    network.inquire(inquiry_of(HERS))
    for owner in (ASKER, HOLDER):
        assert network.server(owner).reconcile(network.officer(owner)) == []
        assert network.server(owner).upkeep.store.unreconciled(None, 10) == []


@pytest.mark.parametrize("owner", [ASKER, HOLDER])
@pytest.mark.parametrize("fault", ["missing", "digest", "outcome"])
def test_a_record_that_does_not_reconcile_opens_one_case(network: Network, owner: str, fault: str) -> None:
    answer = network.inquire(inquiry_of(HERS))
    outcome, digest = network.core.recorded.pop(answer.exchange_number)
    if fault != "missing":
        changed = ("no-data", digest) if fault == "outcome" else (outcome, b"x" * 32)
        network.core.recorded[answer.exchange_number] = changed
    server = network.server(owner)  # type: ignore[arg-type] # text
    context = network.officer(owner)  # type: ignore[arg-type] # text
    assert server.reconcile(context) == [answer.exchange_number]
    assert server.reconcile(context) == [answer.exchange_number]
    assert [(case.kind, case.reference) for case in server.cases(context)] == [(UNRECONCILED, answer.exchange_number)]
    network.core.recorded[answer.exchange_number] = (outcome, digest)
    assert server.reconcile(context) == []


def test_a_protected_person_is_answered_about_once_after_the_responsible_officer_agreed() -> None:
    network = linked(protected=True)
    server, officer = network.server(HOLDER), network.officer(HOLDER, "protection-officer")
    assert network.inquire(inquiry_of(HERS)).outcome == "no-data"
    [asked] = server.decisions.approvals(officer)
    assert (asked.inquirer, asked.content, asked.addressee_number) == (ASKER, KIND, THEIRS)
    server.approve_provision(officer, approval_id=asked.approval_id)
    assert network.inquire(inquiry_of(HERS)).outcome == "no-data", "what was answered stays answered"
    assert network.inquire(inquiry_of(HERS, "request-2")).outcome == "provided"
    assert network.inquire(inquiry_of(HERS, "request-3")).outcome == "no-data", "one approval, one answer"
    network.close()


@pytest.mark.requirement("R-076")
@pytest.mark.parametrize("not_disclosed", [False, True])
def test_a_measure_marked_later_withholds_the_answer_and_asks_the_officer(
    network: Network, *, not_disclosed: bool
) -> None:
    network.register_copies(HOLDER, copy_of(THEIRS, version=2, not_disclosed=not_disclosed))
    network.sealed(HOLDER, wire.MARK_ADDRESSEE, wire.AddresseeMark(THEIRS, protected=True), Acknowledgement)
    answer = network.inquire(inquiry_of(HERS))
    assert (answer.outcome, answer.information, answer.refused_by) == ("no-data", [], "")
    [asked] = network.server(HOLDER).decisions.approvals(network.officer(HOLDER, "protection-officer"))
    assert (asked.inquirer, asked.addressee_number) == (ASKER, THEIRS)
    network.sealed(HOLDER, wire.MARK_ADDRESSEE, wire.AddresseeMark(THEIRS, protected=False), Acknowledgement)
    outcome = "no-data" if not_disclosed else "provided"
    assert network.inquire(inquiry_of(HERS, "request-2")).outcome == outcome


@pytest.mark.requirement("R-076")
def test_a_mark_comes_before_the_addressee_and_is_lifted_by_a_mark_only() -> None:
    network = Network()
    person = network.core.nation.person()
    network.enrol(ASKER, HERS, person)
    network.sealed(HOLDER, wire.MARK_ADDRESSEE, wire.AddresseeMark(THEIRS, protected=True), Acknowledgement)
    network.enrol(HOLDER, THEIRS, person, protected=False)
    network.register_copies(HOLDER, copy_of(THEIRS))
    assert network.inquire(inquiry_of(HERS)).outcome == "no-data"
    network.sealed(HOLDER, wire.MARK_ADDRESSEE, wire.AddresseeMark(THEIRS, protected=False), Acknowledgement)
    assert network.inquire(inquiry_of(HERS, "request-2")).outcome == "provided"
    network.close()


def test_who_looks_after_exchanges_cannot_lift_a_measure() -> None:
    network = linked(protected=True)
    network.inquire(inquiry_of(HERS))
    with pytest.raises(ActionNotPermitted):
        network.server(HOLDER).approve_provision(network.officer(HOLDER), approval_id="any")
    network.close()


def test_two_inquiries_cannot_use_one_approval(monkeypatch: pytest.MonkeyPatch) -> None:
    network = linked(protected=True)
    monkeypatch.setattr(network.server(HOLDER).provide.gate, "_is_lifted", lambda *_: True)
    assert network.inquire(inquiry_of(HERS)).outcome == "pending"
    assert ApprovalSpent.code == "approval-spent"
    assert network.server(HOLDER).upkeep.outcomes(network.officer(HOLDER)) == {}
    network.close()


def test_both_logs_hold_the_exchange_under_the_persons_own_pseudonym_there(network: Network) -> None:
    answer = network.inquire(inquiry_of(HERS))
    found = []
    for owner, addressee in ((ASKER, HERS), (HOLDER, THEIRS)):
        store = network.server(owner).upkeep.store
        with store.transaction() as records:
            pseudonym = records.pseudonyms_of(addressee).get(1)
        assert pseudonym is not None
        found.append(pseudonym.reveal())
        ledger = store._ledger  # type: ignore[attr-defined]
        ledger.checkpoint()
        shards = ledger.bundle(found[-1]).shards
        numbers = [msgspec.json.decode(one.entry)["exchange_number"] for shard in shards for one in shard.entries]
        assert numbers == [answer.exchange_number]
    assert found[0] != found[1]


def test_an_older_copy_is_refused_and_the_same_one_is_taken_again(network: Network) -> None:
    assert network.register_copies(HOLDER, copy_of(THEIRS)).reference == "1"
    network.register_copies(HOLDER, copy_of(THEIRS, version=3, items=tax_items(income=1)))
    for version, income in ((2, 2), (3, 2)):
        with pytest.raises(PeerConflict) as refused:
            network.register_copies(HOLDER, copy_of(THEIRS, version=version, items=tax_items(income=income)))
        assert refused.value.peer_code == "local-copy-outdated"
    answer = network.inquire(inquiry_of(HERS))
    assert answer.information[0].items["total_income_yen"] == 1


def test_a_copy_that_does_not_follow_its_layout_is_refused_and_none_of_the_batch_is_stored(network: Network) -> None:
    bad = tax_items()
    del bad["taxable"]
    with pytest.raises(PeerProblem) as refused:
        network.register_copies(
            HOLDER, copy_of(THEIRS, version=2, items=tax_items(income=1)), copy_of(THEIRS, version=3, items=bad)
        )
    assert refused.value.peer_code == "layout-mismatch"
    assert network.inquire(inquiry_of(HERS)).information[0].items["total_income_yen"] == 3_210_000


def test_a_case_expires_and_the_inquiry_says_so(network: Network) -> None:
    network.core.away = True
    network.inquire(inquiry_of(HERS))
    network.core.away = False
    network.clock.advance(timedelta(days=1))
    answer = network.inquire(inquiry_of(HERS))
    assert (answer.outcome, answer.information) == ("case-expired", [])


def test_items_are_named_in_the_record_and_their_values_are_not(network: Network) -> None:
    network.inquire(inquiry_of(HERS))
    assert isinstance(items_of(), FourItemsMessage)
    [exchange] = network.server(HOLDER).upkeep.exchanges(network.officer(HOLDER), outcome="provided")
    assert (exchange.inquirer, exchange.provider, exchange.kinds) == (ASKER, HOLDER, (KIND,))
