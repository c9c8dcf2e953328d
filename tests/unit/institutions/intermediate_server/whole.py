"""Two intermediate servers, the core and the commission as they are built, in one process with real keys and proofs."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

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
from mizuhiki.wire.national_register import PseudonymAcquisition
from support.conversion import COMMISSION, CORE, REGISTER
from support.conversion import Nation as People
from support.environment import make_environment, serve_fake
from unit.institutions.intermediate_server.kit import AFFAIR, PORTAL, Door, Network, items_of


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

    def acquire(self, owner: InstitutionId, addressee: str, person: Pseudonym, generation: int = 1) -> None:
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
            generation=generation,
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
