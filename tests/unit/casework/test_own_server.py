"""What goes to the own intermediate server and what to the register, over the wire to fakes of both."""

from __future__ import annotations

from datetime import date

import pytest

from mizuhiki.casework.domain import Person
from mizuhiki.casework.domain.questions import Question
from mizuhiki.casework.peers.own_server import OwnServer
from mizuhiki.runtime.peers import Peers, request_context
from mizuhiki.runtime.serving import Call
from mizuhiki.runtime.transport import InProcessTransport
from mizuhiki.vocabulary.errors import Refused
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import FourItems, Sex
from mizuhiki.wire import intermediate_server as server
from mizuhiki.wire import national_register as register
from support.environment import serve_fake
from support.municipality import MIYAKONOJO

ITEMS = FourItems("山田　太郎", "ヤマダ　タロウ", date(1985, 2, 3), Sex.MALE, "宮崎県都城市姫城町6-21")


def _person(addressee_number: str, number: str) -> Person:
    return Person(
        person=addressee_number,
        addressee_number=addressee_number,
        number=IndividualNumber.parse(number),
        four_items=ITEMS,
        municipality_code=MIYAKONOJO[-6:],
    )


FIRST = _person("000000000000001", "123456789018")
SECOND = _person("000000000000002", "023456789013")
SIGNED = "a.b.c"


class TooEarly(Refused):
    code = "test-too-early"
    title = "not yet in force"


def _question() -> Question:
    return Question(
        request_id="q1",
        addressee_number=FIRST.addressee_number,
        provider=InstitutionId("pension-service"),
        affair="child-allowance",
        procedure="child-allowance.claim",
        kind="pension-enrolment",
        fiscal_year=2019,
        case_reference="case",
    )


@pytest.mark.requirement("R-221")
def test_numbers_go_to_the_register_only_and_refused_lines_are_told() -> None:
    transport = InProcessTransport()
    seen: dict[str, object] = {}

    def prepare(_call: Call, request: server.AcquisitionRequest) -> server.PreparedAcquisition:
        seen["server"] = request
        lines = [
            server.PreparedLine(addressee_number=a.addressee_number, acquisition_number=f"q{n}")
            for n, a in enumerate(request.addressees)
        ]
        return server.PreparedAcquisition(acquisition=SIGNED, lines=lines)

    def request_pseudonyms(call: Call, request: register.RequestedPseudonyms) -> register.AcquisitionResult:
        context = request_context(register.REQUEST_PSEUDONYMS.name)
        seen["subjects"] = registry.open(request.envelope, call.peer, register.PseudonymSubjects, context).subjects
        return register.AcquisitionResult(
            accepted=1, refused=[register.RefusedLine(acquisition_number="q1", refusal="unknown-person")]
        )

    serve_fake(
        transport,
        f"intermediate-{MIYAKONOJO}",
        {},
        sealed={server.PREPARE_ACQUISITION: (server.AcquisitionRequest, prepare)},
    )
    registry = serve_fake(transport, "national-register", {register.REQUEST_PSEUDONYMS: request_pseudonyms})
    linkage = OwnServer(_own(transport), InstitutionId(MIYAKONOJO))
    requested, refused = linkage.acquire("child-allowance", [FIRST, SECOND])
    assert (requested, refused) == ([FIRST.addressee_number], [SECOND.addressee_number])
    assert "123456789018" not in str(seen["server"])
    assert [s.individual_number for s in seen["subjects"]] == ["123456789018", "023456789013"]  # type: ignore[attr-defined]  # filled above


def _own(transport: InProcessTransport) -> Peers:
    return serve_fake(transport, MIYAKONOJO, {})


def test_a_refusal_and_an_outage_of_the_own_server_become_outcomes() -> None:
    transport = InProcessTransport()
    own = _own(transport)
    linkage = OwnServer(own, InstitutionId(MIYAKONOJO))
    assert linkage.inquire(_question()).outcome == "unavailable"

    def refuse(_call: Call, _request: server.BusinessInquiry) -> server.BusinessAnswer:
        raise TooEarly

    serve_fake(
        transport,
        f"intermediate-{MIYAKONOJO}",
        {},
        sealed={server.INQUIRE: (server.BusinessInquiry, refuse)},
    )
    answer = linkage.inquire(_question())
    assert answer.outcome == "test-too-early"
    assert answer.detail


def test_whoever_differs_from_the_register_is_held_for_nothing() -> None:
    transport = InProcessTransport()
    both = [FIRST.addressee_number, SECOND.addressee_number]

    def states(_call: Call, request: server.HeldPseudonymsRequest) -> server.HeldPseudonyms:
        return server.HeldPseudonyms(held=list(request.addressee_numbers), mismatched=[SECOND.addressee_number])

    serve_fake(transport, f"intermediate-{MIYAKONOJO}", {server.HELD_PSEUDONYMS: states})
    linkage = OwnServer(_own(transport), InstitutionId(MIYAKONOJO))
    assert linkage.held(both) == {FIRST.addressee_number}
    assert linkage.mismatched(both) == {SECOND.addressee_number}
