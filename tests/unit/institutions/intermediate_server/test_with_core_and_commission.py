"""Two intermediate servers, the core and the commission as they are built, in one process with real keys and proofs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from mizuhiki.crypto.pseudonyms import Pseudonym, ciphertexts_root, encrypt_pseudonym
from mizuhiki.crypto.signed_objects import object_hash
from mizuhiki.institutions.commission.app import build as build_commission
from mizuhiki.institutions.commission.operations.keep_assessments import Submission
from mizuhiki.institutions.linkage_core.app import build as build_core
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.joint_key import JointKeySource
from mizuhiki.vocabulary.ids import InstitutionId, intermediate_server_of
from mizuhiki.wire import intermediate_server as wire
from mizuhiki.wire import linkage_core
from mizuhiki.wire.endpoint import Acknowledgement
from mizuhiki.wire.national_register import PseudonymAcquisition
from support.conversion import COMMISSION, CORE, REGISTER
from support.conversion import Nation as People
from support.environment import make_environment, serve_fake
from unit.institutions.intermediate_server.kit import (
    ACCOUNT,
    AFFAIR,
    ASKER,
    HERS,
    HOLDER,
    KIND,
    PORTAL,
    THEIRS,
    Door,
    Network,
    copy_of,
    inquiry_of,
    items_of,
    tax_items,
)


class Nation(Network):
    """The network with the real core and commission in the places of the fakes."""

    def __init__(self) -> None:
        super().__init__()
        self.real: dict[InstitutionId, Any] = {}
        for institution, build in ((COMMISSION, build_commission), (CORE, build_core)):
            self._place(institution, build)
        self.joint_key = JointKeySource(self.core.register).joint_key()

    def _make_core(self) -> Any:
        register = serve_fake(self.transport, REGISTER, {}, clock=self.clock)
        return SimpleNamespace(register=register, nation=People())

    def _place(self, institution: InstitutionId, build: Any) -> None:
        app = build(make_environment(institution, clock=self.clock, transport=self.transport))
        self.real[institution] = app
        self.doors[institution] = app.wsgi
        self.transport.register(institution, lambda: Door(self, institution))

    def close(self) -> None:
        super().close()
        for app in self.real.values():
            app.close()

    def _context(self, institution: InstitutionId, role: str) -> Context:
        return Context(Actor(institution, role, "officer"), AFFAIR, "番号法28条", "assess", self.clock, "trace")

    def publish_assessment(self, institution: InstitutionId, affair: str = AFFAIR) -> None:
        operations = self.real[COMMISSION].operations
        submission = Submission(
            submission_id=f"{institution}-{affair}",
            affair=affair,
            title="Assessment",
            persons=20_000,
            handlers=30,
            serious_accident=False,
            document_digest=b"d" * 32,
        )
        assessment = operations.submit_assessment(
            self._context(institution, "peer"), institution=institution, submission=submission
        )
        operations.publish_assessment(
            self._context(COMMISSION, "assessment-officer"), assessment_id=assessment.assessment_id
        )

    def acquire(self, owner: InstitutionId, addressee: str, person: Pseudonym) -> None:
        """Acquire a pseudonym: signed by the server, stated by the register, converted by core and commission."""
        items = None if owner == PORTAL else items_of()
        prepared = self.prepare(owner, wire.Addressee(addressee, items))
        number = prepared.lines[0].acquisition_number
        server, register, now = intermediate_server_of(owner), self.core.register, self.clock.now()
        randomness = make_environment("national-register", transport=self.transport).randomness
        inputs = [encrypt_pseudonym(self.joint_key, person, randomness)]
        own = register.verify(prepared.acquisition, PseudonymAcquisition, "pseudonym-acquisition").payload
        statement = linkage_core.RegisterStatement(
            batch_id=own.batch_id,
            holder=server,
            affair=own.affair,
            acquisition_hash=object_hash(prepared.acquisition),
            generation=1,
            lines=[
                linkage_core.RegisterStatementLine(
                    acquisition_number=number,
                    four_items=register.seal(server, items_of(), f"four-items/{number}".encode()),
                )
            ],
            inputs_root=ciphertexts_root(inputs),
            issued_at=now,
            expires_at=now + timedelta(minutes=30),
        )
        case = register.sign(linkage_core.REGISTER_STATEMENT_TYPE, statement)
        request = linkage_core.IssueRequest(case=case, acquisition=prepared.acquisition, inputs=inputs)
        register.call(CORE, linkage_core.ISSUE_PSEUDONYMS, request)


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
