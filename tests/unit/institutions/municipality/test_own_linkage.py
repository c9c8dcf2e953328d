"""What goes to the own intermediate server and what to the register, over the wire to fakes of both."""

from __future__ import annotations

from datetime import date

import pytest

from mizuhiki.institutions.municipality.domain.addressees import Addressee
from mizuhiki.institutions.municipality.domain.linkage import Question
from mizuhiki.institutions.municipality.peers.own_linkage import OwnLinkage
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
FIRST = Addressee("000000000000001", IndividualNumber.parse("123456789018"), ITEMS)
SECOND = Addressee("000000000000002", IndividualNumber.parse("023456789013"), ITEMS)
SIGNED = "a.b.c"


class TooEarly(Refused):
    code = "test-too-early"
    title = "not yet in force"


def _question() -> Question:
    return Question(
        "q1",
        FIRST.addressee_number,
        "pension-service",
        "child-allowance",
        "child-allowance.claim",
        "pension-enrolment",
        2019,
        None,
        None,
        "case",
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
    linkage = OwnLinkage(_own(transport), InstitutionId(MIYAKONOJO))
    requested, refused = linkage.acquire("child-allowance", [FIRST, SECOND])
    assert (requested, refused) == ([FIRST.addressee_number], [SECOND.addressee_number])
    assert "123456789018" not in str(seen["server"])
    assert [s.individual_number for s in seen["subjects"]] == ["123456789018", "023456789013"]  # type: ignore[attr-defined]  # filled above


def _own(transport: InProcessTransport) -> Peers:
    return serve_fake(transport, MIYAKONOJO, {})


def test_a_refusal_and_an_outage_of_the_own_server_become_outcomes() -> None:
    transport = InProcessTransport()
    own = _own(transport)
    linkage = OwnLinkage(own, InstitutionId(MIYAKONOJO))
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
    assert answer.refusal_detail
