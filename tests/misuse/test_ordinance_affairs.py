"""Inquiries under an ordinance that must not pass: converters and provider each say so (番号法19条9号)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.affairs import ordinance_affair_code
from mizuhiki.vocabulary.ids import InstitutionId, intermediate_server_of
from mizuhiki.vocabulary.statute import PublishedOrdinanceAffair, StatuteTable, with_ordinances
from mizuhiki.wire import intermediate_server as server_wire
from mizuhiki.wire import linkage_core
from mizuhiki.wire.commission import ordinances as wire
from support.ordinances import BEGINS, CODE, PROCEDURE, SLUG, TAX, ordinance
from unit.institutions.intermediate_server import kit as servers
from unit.institutions.linkage_core.kit import ASKER, COMMISSION, CORE, HANAKO, TARO, Linkage

LAW = "番号法19条9号"
THEIRS = ordinance_affair_code(servers.ASKER, SLUG)


@pytest.fixture
def place() -> Iterator[Linkage]:
    linkage = Linkage()
    yield linkage
    linkage.close()


def publish(place: Linkage, *, assessed: bool = True, **changes: Any) -> str:
    filing = wire.OrdinanceFiling(filing_id="f-1", affair=wire.filed(ordinance(**changes)))
    place.municipality.call(COMMISSION, wire.LODGE_ORDINANCE_AFFAIR, filing)
    officer, kept = place.staff(COMMISSION, "assessment-officer"), place.commission.operations.ordinances
    [lodged] = kept.listed(officer)
    kept.publish(officer, lodged.key)
    if assessed:
        place.publish_assessment(CODE)
    key: str = lodged.key
    return key


def inquiry(place: Linkage, **changes: Any) -> linkage_core.SubmittedInquiries:
    values: dict[str, Any] = {"affair": CODE, "procedure": PROCEDURE, **changes}
    return place.asker.inquiry(place.asker.encrypt(HANAKO), **values)


def refused(place: Linkage, submitted: linkage_core.SubmittedInquiries) -> tuple[str, tuple[str, str]]:
    """Return the rule the asker is told, and what the core recorded: the rule and who applied it."""
    with pytest.raises(PeerProblem) as caught:
        place.asker.ask(submitted)
    assert place.provider.seen == []
    assert place.core.operations.ledger._ledger.size() == 0
    return caught.value.peer_code, place.refusals()[-1]


@pytest.mark.requirement("R-002", "R-031", "R-252")
def test_a_published_and_assessed_ordinance_is_asked_for_and_its_rule_stands_in_tickets_and_record(
    place: Linkage,
) -> None:
    publish(place)
    place.provider.answer = place.provider.provided
    answered = place.asker.ask(inquiry(place))
    assert [line.outcome for line in answered.lines] == ["provided"]
    for text in answered.tickets:
        rule = place.asker.peers.verify(text, linkage_core.Ticket, linkage_core.TICKET_TYPE).payload.rule
        assert rule.startswith(f"{CODE} {LAW}; ")
    assert place.core.operations.ledger._ledger.size() > 0


@pytest.mark.requirement("R-031", "R-252")
@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"kinds": ["resident-record"]}, "no-statute-row"),
        ({"kinds": ["local-tax", "medical-insurance"]}, "no-statute-row"),
        ({"procedure": f"{CODE}.other"}, "no-statute-row"),
        ({"procedure": "child-allowance.claim"}, "no-statute-row"),
        ({"affair": "ordinance-131130-childrens-medical-aid"}, "affair-not-lawful"),
        ({"affair": "ordinance-452025-other"}, "affair-not-lawful"),
    ],
    ids=["not named", "beyond the item", "procedure", "procedure of the Act", "another city's", "never lodged"],
)
def test_what_the_ordinance_does_not_name_is_denied(place: Linkage, changes: dict[str, Any], rule: str) -> None:
    publish(place)
    assert refused(place, inquiry(place, **changes)) == (rule, (rule, COMMISSION))


@pytest.mark.requirement("R-031", "R-252")
def test_another_body_cannot_use_the_ordinance_even_where_it_has_one_of_the_same_name(place: Linkage) -> None:
    publish(place)
    submitted = place.provider.inquiry(place.provider.encrypt(HANAKO), affair=CODE, procedure=PROCEDURE, provider=ASKER)
    with pytest.raises(PeerProblem) as caught:
        place.provider.ask(submitted)
    assert caught.value.peer_code == "affair-not-lawful"


@pytest.mark.requirement("R-252")
def test_a_lodged_and_a_returned_affair_permit_nothing(place: Linkage) -> None:
    filing = wire.OrdinanceFiling(filing_id="f-1", affair=wire.filed(ordinance()))
    place.municipality.call(COMMISSION, wire.LODGE_ORDINANCE_AFFAIR, filing)
    assert refused(place, inquiry(place))[0] == "affair-not-lawful"
    officer, kept = place.staff(COMMISSION, "assessment-officer"), place.commission.operations.ordinances
    kept.send_back(officer, kept.listed(officer)[0].key, reason="not like the item")
    assert refused(place, inquiry(place))[0] == "affair-not-lawful"


@pytest.mark.requirement("R-024", "R-252")
def test_without_an_assessment_of_the_ordinances_own_affair_nothing_is_asked(place: Linkage) -> None:
    publish(place, assessed=False)
    place.publish_assessment()
    assert refused(place, inquiry(place)) == (
        "assessment-not-published",
        ("assessment-not-published", COMMISSION),
    )


@pytest.mark.requirement("R-252")
def test_before_its_day_and_after_it_nothing_is_asked(place: Linkage) -> None:
    today = place.clock.today()
    begins, ends = today + timedelta(days=1), today + timedelta(days=2)
    publish(place, assessed=False, valid_from=begins, valid_until=ends)
    assert refused(place, inquiry(place))[0] == "affair-not-lawful"
    place.clock.advance(timedelta(days=1))
    place.publish_assessment(CODE)
    assert [line.outcome for line in place.asker.ask(inquiry(place)).lines] == ["no-data"]
    place.clock.advance(timedelta(days=2))
    with pytest.raises(PeerProblem) as caught:
        place.asker.ask(inquiry(place))
    assert caught.value.peer_code == "affair-not-lawful"


@pytest.mark.requirement("R-252")
def test_a_withdrawn_affair_is_refused_at_once_while_the_core_still_reads_yesterdays_list(place: Linkage) -> None:
    key = publish(place)
    place.clock.advance(timedelta(days=1))
    place.asker.ask(inquiry(place))
    officer = place.staff(COMMISSION, "assessment-officer")
    place.commission.operations.ordinances.withdraw(officer, key, reason="the ordinance was repealed")
    with pytest.raises(PeerProblem) as caught:
        place.asker.ask(inquiry(place))
    assert caught.value.peer_code == "statute-row-not-in-force"
    assert place.refusals()[-1] == ("statute-row-not-in-force", COMMISSION)


@pytest.mark.requirement("R-031", "R-252")
def test_a_refused_case_with_an_unheard_of_ordinance_beside_it_is_recorded_and_stops_nobody(place: Linkage) -> None:
    """The commission refuses before the core ever looked the ordinance up; the record is written without asking."""
    place.publish_assessment()
    under_ordinance = linkage_core.InquiryQuestion(
        affair=CODE,
        procedure=PROCEDURE,
        kinds=("local-tax",),
        fiscal_year=2019,
        period_from=None,
        period_until=None,
        lines=1,
    )
    submitted = place.asker.inquiry(place.asker.encrypt(HANAKO, TARO), kinds=["disability"], further=(under_ordinance,))
    with pytest.raises(PeerProblem) as caught:
        place.asker.ask(submitted)
    assert caught.value.peer_code == "no-statute-row"
    assert place.refusals()[-1] == ("no-statute-row", COMMISSION)
    place.clock.advance(timedelta(hours=30))
    place.core.pump()


@pytest.mark.requirement("R-031", "R-220", "R-252")
def test_the_core_refuses_what_a_lying_commission_permits(place: Linkage) -> None:
    """The commission converts under an affair it never published; the core reads its signed list, and its own table."""
    planted = with_ordinances(StatuteTable.load(), [PublishedOrdinanceAffair(ordinance(), BEGINS)])
    rules = place.commission.operations.conversions.rules
    object.__setattr__(rules, "statute", planted)
    object.__setattr__(place.commission.operations.register, "statute", planted)
    place.publish_assessment(CODE)
    rule, recorded = refused(place, inquiry(place))
    assert rule == "affair-not-lawful"
    assert recorded == ("affair-not-lawful", CORE)


# The provider, behind converters that permit everything


@pytest.fixture
def network() -> Iterator[servers.Network]:
    net = servers.linked()
    yield net
    net.close()


def provision(network: servers.Network, **changes: Any) -> server_wire.Provision:
    """Deliver a question with both converters' valid tickets to the provider."""
    values: dict[str, Any] = {"affair": THEIRS, "procedure": f"{THEIRS}.application", **changes}
    network.core.away = True
    network.inquire(servers.inquiry_of(servers.HERS, **values))
    network.core.away = False
    request = network.core.provision(network.core.submissions[-1])
    answer: server_wire.Provision = network.core.peers.call(
        intermediate_server_of(servers.HOLDER), server_wire.PROVIDE, request
    )
    return answer


def told(institution: InstitutionId = servers.ASKER, **changes: Any) -> wire.PublishedAffair:
    return wire.PublishedAffair(
        institution=institution,
        affair=wire.filed(ordinance(**changes)),
        published_on=BEGINS,
        asked_until=None,
        lawful_until=None,
    )


@pytest.mark.requirement("R-031", "R-252")
@pytest.mark.parametrize(
    ("affairs", "changes", "rule"),
    [
        ([], {}, "affair-not-lawful"),
        ([told(asked=(TAX,), procedures=ordinance().procedures)], {"kinds": ["public-assistance"]}, "no-statute-row"),
        ([told(item="2-999")], {}, "no-statute-row"),
        ([told(valid_from=BEGINS, valid_until=BEGINS)], {}, "affair-not-lawful"),
    ],
    ids=["unpublished", "a kind not named", "an item that does not exist", "over"],
)
def test_two_good_tickets_open_nothing_that_the_provider_finds_no_rule_for(
    network: servers.Network, affairs: list[wire.PublishedAffair], changes: dict[str, Any], rule: str
) -> None:
    network.core.ordinances = affairs
    with pytest.raises(PeerProblem) as caught:
        provision(network, **changes)
    assert caught.value.peer_code == rule


@pytest.mark.requirement("R-252")
def test_the_provider_answers_what_the_ordinance_names(network: servers.Network) -> None:
    network.core.ordinances = [told()]
    assert [line.outcome for line in provision(network).lines] == ["provided"]


@pytest.mark.requirement("R-252")
def test_a_list_of_another_signer_opens_nothing_at_the_provider(network: servers.Network) -> None:
    network.core.ordinances = [told()]
    network.core.list_signer = network.core.peers
    with pytest.raises(PeerProblem) as caught:
        provision(network)
    assert caught.value.peer_code == "ordinance-affairs-out-of-reach"
