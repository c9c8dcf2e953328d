"""The joint key, the core's own key, and timed work."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mizuhiki.crypto.pseudonyms import SHUFFLE_BASE, ConversionProofInvalid
from mizuhiki.institutions.linkage_core.domain.errors import FirstHalfUnfit
from mizuhiki.institutions.linkage_core.operations.keep_joint_key import KeepJointKey
from mizuhiki.runtime.joint_key import JointKeySource
from mizuhiki.runtime.problems import PeerUnavailable
from mizuhiki.vocabulary.statute import LinkageQuestion
from mizuhiki.wire import linkage_core
from unit.institutions.linkage_core.kit import COMMISSION, CORE, HANAKO, TARO, Linkage


def test_both_converters_and_every_server_agree_on_the_joint_key(place: Linkage) -> None:
    core = place.core.operations.factors.joint_key.joint_key()
    assert place.commission.operations.factors.joint_key.joint_key() == core
    assert JointKeySource(place.provider.peers).joint_key() == core


@pytest.mark.requirement("R-032")
def test_the_joint_key_is_neither_converters_own_key(place: Linkage) -> None:
    theirs, ours = place.core.operations.factors.joint_key.contributions()
    assert len({theirs.own_point, ours.own_point, ours.point}) == 3
    assert ours.base == theirs.point


def test_the_joint_key_outlives_a_restart_without_the_commission(place: Linkage) -> None:
    before = place.core.operations.factors.joint_key.joint_key()
    place.transport.unregister(COMMISSION)
    place.restart_core()
    assert place.core.operations.factors.joint_key.joint_key() == before


class Memory:
    def __init__(self) -> None:
        self.kept = ""

    def contribution(self) -> str:
        return self.kept

    def keep_contribution(self, statement: str, now: object) -> None:
        self.kept = statement


@pytest.mark.parametrize("part", ["base", "point", "own_point"])
def test_a_contribution_that_does_not_prove_itself_is_not_kept(place: Linkage, part: str) -> None:
    known = place.core.operations.factors.joint_key
    honest = known._first.joint_contribution("")

    class Dishonest:
        def joint_contribution(self, _kept: str) -> object:
            return replace(honest, **{part: SHUFFLE_BASE})

    memory = Memory()
    keeper = KeepJointKey(known._converter, Dishonest(), memory, place.clock)  # type: ignore[arg-type]
    with pytest.raises(FirstHalfUnfit if part == "base" else ConversionProofInvalid):
        keeper.joint_key()
    assert memory.kept == ""


def test_a_case_out_of_time_is_dropped_with_its_rule_when_the_commission_never_answered(place: Linkage) -> None:
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO))
    place.transport.unregister(COMMISSION)
    with pytest.raises(PeerUnavailable):
        place.asker.ask(inquiry)
    assert place.core.pump() == 0
    place.clock.advance(timedelta(hours=2))
    assert place.core.pump() == 1
    assert place.refusals() == [("core-case-out-of-time", CORE)]


def test_a_history_is_not_opened_without_its_asker(place: Linkage) -> None:
    submitted = place.history_request(HANAKO)
    place.transport.unregister(COMMISSION)
    with pytest.raises(PeerUnavailable):
        place.open_history(submitted)
    place.transport.register(COMMISSION, lambda: place.commission.wsgi)
    assert place.core.pump() == 0
    place.clock.advance(timedelta(hours=2))
    assert place.core.pump() == 1


def test_answers_are_forgotten_a_day_after_their_case_expired_and_records_stay(place: Linkage) -> None:
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO))
    place.asker.ask(inquiry)
    place.clock.advance(timedelta(hours=24))
    assert place.core.operations.forget_finished() == 0
    assert place.commission.operations.forget_answers() == 0
    place.clock.advance(timedelta(hours=2))
    assert place.core.operations.forget_finished() == 1
    assert place.commission.operations.forget_answers() == 1
    counts = place.core.operations.count_outcomes(place.staff(CORE, "operator"))
    assert [(count.outcome, count.number) for count in counts] == [("no-data", 1)]


def test_the_jobs_do_their_work_on_one_worker(place: Linkage) -> None:
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO, TARO)))
    by_name = {job.name: job for job in place.core.jobs}
    assert by_name["checkpoint"].every <= timedelta(seconds=1)
    for job in (*place.core.jobs, *place.commission.jobs):
        job.run()
    inspector = place.staff(COMMISSION, "inspector")
    [log] = place.commission.operations.list_witnessed_logs(inspector)
    assert log.size == 3


def test_why_is_answered_row_by_row(place: Linkage) -> None:
    question = LinkageQuestion(
        inquirer=place.asker.owner,
        affair="child-allowance",
        procedure="child-allowance.claim",
        provider=place.provider.owner,
        kinds=("local-tax",),
        day=place.clock.today(),
    )
    considered = place.core.operations.statute.examine(question).considered
    assert [entry.row.number for entry in considered if entry.verdict == "permits"] == ["2-74"]


def test_an_unknown_exchange_number_reconciles_to_nothing(place: Linkage) -> None:
    unknown = linkage_core.NamedExchange(inquirer="municipality-452025", exchange_number="unknown")
    request = linkage_core.ReconciliationRequest(exchanges=[unknown])
    assert place.asker.peers.call(CORE, linkage_core.RECONCILE, request).exchanges == []
