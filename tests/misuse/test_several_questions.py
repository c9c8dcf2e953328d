"""Cases of several questions in bad hands: what does not fit is refused by name at all three (decision 0106)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from mizuhiki.crypto.pseudonyms import Pseudonym
from mizuhiki.crypto.signed_objects import object_hash
from mizuhiki.institutions.commission.domain.conversion import TicketContent
from mizuhiki.institutions.commission.operations.check_case import PurposeRules
from mizuhiki.institutions.commission.peers.tickets import SignedTickets
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.wire import commission, linkage_core
from mizuhiki.wire import intermediate_server as wire
from support.environment import make_environment
from unit.institutions.intermediate_server.joined import PERSONS, asked, counted, populated, together, told_income
from unit.institutions.intermediate_server.kit import ASKER as MUNICIPALITY
from unit.institutions.intermediate_server.kit import HOLDER, Network
from unit.institutions.linkage_core.kit import (
    ASKER,
    COMMISSION,
    CORE,
    HANAKO,
    JIRO,
    PROVIDER,
    TARO,
    Linkage,
    expected_pseudonym,
)
from unit.institutions.linkage_core.traps import Trapper, alarms, received

HOUSING = {"affair": "public-housing", "procedure": "public-housing.application"}
UNLAWFUL = {"affair": "public-housing", "procedure": "child-allowance.claim"}


def question(lines: int = 1, kinds: tuple[str, ...] = ("local-tax",), **changes: Any) -> linkage_core.InquiryQuestion:
    values = {**HOUSING, "fiscal_year": 2019, "period_from": None, "period_until": None, "lines": lines, **changes}
    return linkage_core.InquiryQuestion(kinds=list(kinds), **values)


@pytest.fixture
def place() -> Iterator[Linkage]:
    linkage = Linkage()
    for affair in ("child-allowance", HOUSING["affair"]):
        linkage.publish_assessment(affair)
    yield linkage
    linkage.close()


@pytest.fixture
def network() -> Iterator[Network]:
    linked = populated(Network())
    yield linked
    linked.close()


UNFIT: dict[str, tuple[str, dict[str, Any]]] = {
    "no line for it": ("inquiry-questions-malformed", {"further": (question(0),)}),
    "less than none": ("inquiry-questions-malformed", {"further": (question(-1),)}),
    "none is left for the first": ("inquiry-questions-malformed", {"further": (question(3),)}),
    "none is left and one is below": ("inquiry-questions-malformed", {"further": (question(4), question(-2))}),
    "one answer for all": ("inquiry-questions-malformed", {"further": (question(),), "form": 2}),
    "more than a case may have": ("inquiry-questions-malformed", {"further": (question(),) * 101}),
    "no kind": ("core-case-malformed", {"further": (question(kinds=()),)}),
    "a kind twice": ("core-case-malformed", {"further": (question(kinds=("local-tax", "local-tax")),)}),
}


@pytest.mark.requirement("R-217")
@pytest.mark.parametrize("fault", UNFIT)
def test_the_core_refuses_questions_that_do_not_fit(place: Linkage, fault: str) -> None:
    code, changes = UNFIT[fault]
    with pytest.raises(PeerProblem) as caught:
        place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO, TARO, JIRO), **changes))
    assert caught.value.peer_code == code
    assert place.refusals() == [(code, CORE)]
    assert place.decisions() == []


@pytest.mark.parametrize("fault", [fault for fault in UNFIT if fault != "a kind twice"])
def test_the_commission_refuses_them_itself(place: Linkage, fault: str) -> None:
    """But for a kind that is named twice, which the same row permits."""
    code, changes = UNFIT[fault]
    submitted = place.asker.inquiry(place.asker.encrypt(HANAKO, TARO, JIRO), **changes)
    request = commission.ConversionRequest(
        purpose="inquiry", case=submitted.case, inputs=submitted.inputs, targets=[place.provider.name, CORE]
    )
    with pytest.raises(PeerProblem) as caught:
        Peers(place.core_environment).call(COMMISSION, commission.CONVERT, request)
    assert caught.value.peer_code == code.replace("core-", "commission-")
    assert {allowed for allowed, _ in place.decisions()} == {False}


@pytest.mark.requirement("R-031", "R-217", "R-225")
def test_a_case_with_one_unlawful_question_is_refused_whole_and_recorded_as_that_questions(place: Linkage) -> None:
    further = (question(), question(**UNLAWFUL))
    with pytest.raises(PeerProblem) as caught:
        place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO, TARO, JIRO), further=further))
    assert caught.value.peer_code == "no-statute-row"
    assert place.provider.seen == []
    [decision] = place.commission.operations.list_decisions(place.staff(COMMISSION, "inspector"))
    [line] = place.core.operations.list_refusals(place.staff(CORE, "operator"))
    for one in (decision, line):
        assert (one.affair, one.procedure, one.rule) == (*UNLAWFUL.values(), "no-statute-row")
    assert decision.persons == 1


@pytest.mark.requirement("R-031", "R-217")
def test_the_core_looks_at_each_question_itself(place: Linkage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PurposeRules, "_question", lambda *_: "whatever the core wants")
    with pytest.raises(PeerProblem) as caught:
        place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO, TARO), further=(question(**UNLAWFUL),)))
    assert (caught.value.peer_code, caught.value.refused_by or CORE) == ("no-statute-row", CORE)
    assert place.refusals() == [("no-statute-row", CORE)]
    assert place.provider.seen == []


@pytest.mark.requirement("R-225")
def test_questions_refused_by_different_rules_are_recorded_each_with_its_own(place: Linkage) -> None:
    unassessed = {"affair": "disability-services", "procedure": "disability-services.application"}
    further = (question(), question(**UNLAWFUL), question(**unassessed))
    with pytest.raises(PeerProblem) as caught:
        place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO, TARO, JIRO, HANAKO), further=further))
    assert caught.value.peer_code == "no-statute-row"
    decisions = place.commission.operations.list_decisions(place.staff(COMMISSION, "inspector"))
    assert {(one.affair, one.rule, one.persons, one.allowed) for one in decisions} == {
        (UNLAWFUL["affair"], "no-statute-row", 1, False),
        (unassessed["affair"], "assessment-not-published", 1, False),
    }
    [line] = place.core.operations.list_refusals(place.staff(CORE, "operator"))
    assert (line.affair, line.procedure, line.rule, line.refused_by) == (
        *UNLAWFUL.values(),
        "no-statute-row",
        COMMISSION,
    )


def test_what_the_core_cannot_see_of_another_bodys_rule_is_recorded_of_no_question(place: Linkage) -> None:
    unassessed = {"affair": "disability-services", "procedure": "disability-services.application"}
    with pytest.raises(PeerProblem):
        place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO, TARO), further=(question(**unassessed),)))
    [line] = place.core.operations.list_refusals(place.staff(CORE, "operator"))
    assert (line.affair, line.procedure, line.kinds, line.rule) == ("", "", (), "assessment-not-published")
    [decision] = place.commission.operations.list_decisions(place.staff(COMMISSION, "inspector"))
    assert decision.affair == unassessed["affair"]


def test_what_is_wrong_with_the_whole_case_is_recorded_of_no_question(place: Linkage) -> None:
    """Also where one of its questions would be refused by itself."""
    submitted = place.asker.inquiry(place.asker.encrypt(HANAKO, TARO), further=(question(),), nonce="once")
    place.asker.ask(submitted)
    for further in (question(), question(**UNLAWFUL)):
        again = place.asker.inquiry(place.asker.encrypt(HANAKO, TARO), further=(further,), nonce="once")
        with pytest.raises(PeerProblem) as caught:
            place.asker.ask(again)
        assert caught.value.peer_code == "core-case-replayed"
    lines = place.core.operations.list_refusals(place.staff(CORE, "operator"))
    assert [(one.affair, one.kinds, one.rule) for one in lines] == [("", (), "core-case-replayed")] * 2

    late = place.asker.inquiry(place.asker.encrypt(HANAKO, TARO), further=(question(**UNLAWFUL),))
    place.clock.advance(timedelta(hours=1))
    request = commission.ConversionRequest(
        purpose="inquiry", case=late.case, inputs=late.inputs, targets=[place.provider.name, CORE]
    )
    with pytest.raises(PeerProblem):
        Peers(place.core_environment).call(COMMISSION, commission.CONVERT, request)
    found = place.commission.operations.list_decisions(place.staff(COMMISSION, "inspector"))
    [decision] = [one for one in found if not one.allowed]
    assert (decision.affair, decision.persons, decision.rule) == ("", 2, "commission-case-out-of-time")


@pytest.mark.requirement("R-217")
def test_a_ticket_of_the_commission_must_name_a_rule_for_each_question(
    place: Linkage, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign = SignedTickets.sign

    def first_only(self: SignedTickets, content: TicketContent) -> str:
        return sign(self, replace(content, rules=content.rules[:1]))

    monkeypatch.setattr(SignedTickets, "sign", first_only)
    with pytest.raises(PeerProblem) as caught:
        place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO, TARO), further=(question(),)))
    assert caught.value.peer_code == "core-first-half-unfit"


@pytest.mark.requirement("R-220")
def test_a_trap_in_a_later_question_raises_an_alarm_that_names_it_and_reaches_the_commission(place: Linkage) -> None:
    trapper = Trapper(place.asker, b"first code")
    trapper.plant()
    hanako, taro = (Pseudonym(expected_pseudonym(seed, place.asker.name)) for seed in (HANAKO, TARO))
    answer = trapper.ask(hanako, taro, *trapper.people, further=(question(),))
    [alarm] = alarms(place)
    assert [one.exchange_number for one in alarm.traps] == [answer.lines[2].exchange_number]
    assert (alarm.asker, alarm.other, alarm.lines) == (ASKER, PROVIDER, 3)
    assert (alarm.affair, alarm.procedure) == tuple(HOUSING.values())
    assert place.core.pump() == 1
    assert [one.alarm_id for one in received(place)] == [alarm.alarm_id]


# --- at the provider and at the asker, with a core in bad hands


def three(network: Network) -> list[Any]:
    return together(network, asked(0), asked(1, **HOUSING), asked(2, **HOUSING))


@pytest.mark.requirement("R-031", "R-217")
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_provider_looks_at_each_question_itself(network: Network, order: tuple[int, int]) -> None:
    """This core asks no permission."""
    inquiries = [asked(0), asked(1, **UNLAWFUL)]
    assert together(network, *(inquiries[place] for place in order)) == [None, None]
    assert counted(network)[1] == {}
    assert [network.inquire(one).outcome for one in inquiries] == ["provided", "no-statute-row"]


@pytest.mark.requirement("R-217")
def test_the_provider_and_the_asker_want_a_rule_for_each_question(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = type(network.core).tickets

    def one_rule(self: Any, *arguments: Any) -> list[str]:
        return tickets(self, *arguments[:5])

    monkeypatch.setattr(type(network.core), "tickets", one_rule)
    assert three(network) == [None] * PERSONS, "the provider refused, so each goes on by itself"
    assert counted(network) == ({"pending": PERSONS, "refused-with-others": PERSONS}, {})

    def told_with_fewer(answer: Any) -> Any:
        """Tickets with one rule in the place of those with two, as only both converters together could make them."""
        case = network.core.peers.verify(
            network.core.submissions[-1].case, linkage_core.Inquiry, linkage_core.INQUIRY_TYPE
        ).payload
        inputs = network.core.submissions[-1].inputs
        source, target = (f"intermediate-{one}" for one in (MUNICIPALITY, HOLDER))
        halves = network.core.halves(inputs, type(HOLDER)(source), type(HOLDER)(target), case.section_id)
        text = network.core.submissions[-1].case
        short = one_rule(network.core, "inquiry", object_hash(text), type(HOLDER)(target), halves, case.expires_at)
        return msgspec.structs.replace(answer, tickets=short)

    monkeypatch.setattr(type(network.core), "tickets", tickets)
    network.core.alter_answer = told_with_fewer
    later = [asked(person, request_id=f"later-{person}", **(HOUSING if person else {})) for person in range(PERSONS)]
    assert {one.outcome for one in together(network, *later) if one} == {"answer-rejected"}


def test_an_answer_to_one_question_does_not_open_as_the_answer_to_another(network: Network) -> None:
    """The core tells a person's answer to the line of the same person under another question."""
    inquiries = [asked(0), asked(0, request_id="housing", **HOUSING)]

    def swapped(answer: Any) -> Any:
        first, second = answer.lines
        lines = [
            msgspec.structs.replace(first, answer=second.answer),
            msgspec.structs.replace(second, answer=first.answer),
        ]
        return msgspec.structs.replace(answer, lines=lines)

    network.core.alter_answer = swapped
    assert [one.outcome for one in together(network, *inquiries) if one] == ["answer-rejected"] * 2


def test_questions_moved_between_lines_change_the_case_that_was_signed(network: Network) -> None:
    """Another count of lines is another case: tickets and section of the first do not fit it."""
    kept: list[wire.ProvisionRequest] = []

    def keep(request: wire.ProvisionRequest) -> wire.ProvisionRequest:
        kept.append(request)
        return request

    network.core.alter = keep
    results = three(network)
    assert [told_income(one) for one in results] == [1_000_000, 1_000_001, 1_000_002]
    [request] = kept
    case = network.core.peers.verify(request.case, linkage_core.Inquiry, linkage_core.INQUIRY_TYPE).payload
    [further] = case.further
    moved = msgspec.structs.replace(case, further=(msgspec.structs.replace(further, lines=1),))
    server = type(HOLDER)(f"intermediate-{MUNICIPALITY}")
    signing = Peers(make_environment(server, clock=network.clock, transport=network.transport))
    forged = msgspec.structs.replace(request, case=signing.sign(linkage_core.INQUIRY_TYPE, moved))
    with pytest.raises(PeerProblem) as caught:
        network.core.peers.call(type(HOLDER)(f"intermediate-{HOLDER}"), wire.PROVIDE, forged)
    assert caught.value.peer_code == "ticket-mismatch"
