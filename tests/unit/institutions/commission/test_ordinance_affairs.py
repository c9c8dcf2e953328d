"""Affairs under ordinances at the commission: lodged, published or returned, replaced, ended, listed under its name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from mizuhiki.institutions.commission.domain.errors import (
    OrdinanceCodeTaken,
    OrdinanceFilingUnknown,
    OrdinanceOver,
    OrdinanceReasonMissing,
    OrdinanceStepImpossible,
)
from mizuhiki.institutions.commission.operations.keep_ordinance_affairs import KeepOrdinanceAffairs
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.statute import AskedOfItem, OrdinanceAffair
from mizuhiki.wire.commission import ordinances as wire
from support.environment import make_environment
from support.ordinances import ASSISTANCE, CODE, TAX, ordinance
from unit.institutions.linkage_core.kit import ASKER, COMMISSION, Linkage

WELFARE, BOARD = InstitutionId("prefecture-welfare-45"), InstitutionId("prefectural-board-of-education-45")


@pytest.fixture
def place() -> Iterator[Linkage]:
    linkage = Linkage()
    yield linkage
    linkage.close()


def ordinances(place: Linkage) -> KeepOrdinanceAffairs:
    kept: KeepOrdinanceAffairs = place.commission.operations.ordinances
    return kept


def officer(place: Linkage) -> Context:
    return place.staff(COMMISSION, "assessment-officer")


def peers_of(place: Linkage, institution: InstitutionId) -> Peers:
    return Peers(make_environment(institution, clock=place.clock, transport=place.transport, directory=place.directory))


def lodge(
    place: Linkage, affair: OrdinanceAffair, filing_id: str = "f-1", by: Peers | None = None
) -> wire.OrdinanceReceipt:
    filing = wire.OrdinanceFiling(filing_id=filing_id, affair=wire.filed(affair))
    return (by or place.municipality).call(COMMISSION, wire.LODGE_ORDINANCE_AFFAIR, filing)


def key_of_filing(place: Linkage, filing_id: str = "f-1") -> str:
    return next(one.key for one in ordinances(place).listed(officer(place)) if one.filing_id == filing_id)


def stated(place: Linkage, of: str = "", after: str = "", by: Peers | None = None) -> wire.OrdinanceAffairsStatement:
    caller = by or place.municipality
    request = wire.OrdinanceAffairsRequest(of=of, after=after)
    answer = caller.call(COMMISSION, wire.ORDINANCE_AFFAIRS, request)
    verified = caller.verify(answer.statement, wire.OrdinanceAffairsStatement, wire.ORDINANCE_AFFAIRS_TYPE)
    assert verified.signer == COMMISSION
    return verified.payload


@pytest.mark.requirement("R-252")
def test_a_lodged_affair_is_in_force_for_nobody_until_it_is_published(place: Linkage) -> None:
    receipt = lodge(place, ordinance())
    assert (receipt.affair, receipt.state, receipt.reason) == (CODE, "lodged", "")
    assert stated(place, ASKER).affairs == []
    ordinances(place).publish(officer(place), key_of_filing(place))
    [one] = stated(place, ASKER).affairs
    assert (one.institution, one.affair, one.asked_until) == (ASKER, wire.filed(ordinance()), None)
    assert one.published_on == place.clock.today()
    assert lodge(place, ordinance()).state == "published"


def test_only_officers_decide_and_inspectors_read(place: Linkage) -> None:
    lodge(place, ordinance())
    key, kept = key_of_filing(place), ordinances(place)
    for role in ("inspector", "peer", "generation-officer"):
        staff = place.staff(COMMISSION, role)
        for step in (
            lambda staff=staff: kept.publish(staff, key),
            lambda staff=staff: kept.send_back(staff, key, reason="x"),
            lambda staff=staff: kept.withdraw(staff, key, reason="x"),
        ):
            with pytest.raises(ActionNotPermitted):
                step()
    inspector = place.staff(COMMISSION, "inspector")
    assert [one.key for one in kept.listed(inspector)] == [key]
    found, steps = kept.one(inspector, key)
    assert (found.state, [step.state for step in steps]) == ("lodged", ["lodged"])
    with pytest.raises(OrdinanceFilingUnknown):
        kept.one(inspector, "unknown")


def test_a_filing_is_returned_with_a_reason_that_its_body_reads_and_another_takes_its_place(place: Linkage) -> None:
    lodge(place, ordinance())
    key, kept = key_of_filing(place), ordinances(place)
    for reason in ("", "  ", "x" * 2_001):
        with pytest.raises(OrdinanceReasonMissing):
            kept.send_back(officer(place), key, reason=reason)
    kept.send_back(officer(place), key, reason=" 準ずる事務と言えない ")
    [own] = place.municipality.call(COMMISSION, wire.OWN_ORDINANCE_FILINGS, wire.OwnFilingsRequest()).filings
    assert (own.filing_id, own.state, own.reason) == ("f-1", "returned", "準ずる事務と言えない")
    with pytest.raises(OrdinanceStepImpossible):
        kept.publish(officer(place), key)
    assert lodge(place, ordinance(), "f-2").state == "lodged"
    assert stated(place).affairs == []


def test_the_same_filing_id_with_other_content_is_refused(place: Linkage) -> None:
    lodge(place, ordinance())
    with pytest.raises(PeerProblem) as refused:
        lodge(place, ordinance(asked=(TAX,)))
    assert refused.value.peer_code == "ordinance-filing-changed"
    assert len(ordinances(place).listed(officer(place))) == 1


@pytest.mark.requirement("R-002", "R-252")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"asked": (AskedOfItem("municipality", "medical-insurance"),)}, "ordinance-affair-beyond-item"),
        ({"asked": (TAX, AskedOfItem("pension-service", "pension-benefit"))}, "ordinance-affair-beyond-item"),
        ({"item": "2-999"}, "ordinance-affair-beyond-item"),
        ({"field": "pension"}, "ordinance-affair-not-allowed"),
        ({"procedures": ()}, "message-malformed"),
        ({"slug": "-"}, "message-malformed"),
        ({"ordinance": " "}, "ordinance-affair-malformed"),
    ],
    ids=str,
)
def test_what_cannot_be_published_is_not_even_taken(place: Linkage, changes: dict[str, object], code: str) -> None:
    with pytest.raises(PeerProblem) as refused:
        lodge(place, ordinance(**changes))
    assert refused.value.peer_code == code
    assert ordinances(place).listed(officer(place)) == []


@pytest.mark.requirement("R-252")
@pytest.mark.parametrize(
    "institution", ["pension-service", "health-insurance-society", "intermediate-municipality-452025"]
)
def test_bodies_without_ordinances_cannot_lodge_one(place: Linkage, institution: str) -> None:
    body = peers_of(place, InstitutionId(institution))
    with pytest.raises(PeerProblem) as refused:
        lodge(place, ordinance(), by=body)
    assert refused.value.peer_code == "caller-not-listed"


@pytest.mark.requirement("R-252")
def test_a_body_lodges_in_its_own_name_and_ends_its_own_affairs_only(place: Linkage) -> None:
    """Nothing in the message says whose affair it is: the hop's signature does."""
    welfare = peers_of(place, WELFARE)
    assert lodge(place, ordinance(), by=welfare).affair == "ordinance-45-childrens-medical-aid"
    assert [one.institution for one in ordinances(place).listed(officer(place))] == [WELFARE]
    end = wire.OrdinanceEnd(filing_id="f-1")
    with pytest.raises(PeerProblem) as refused:
        place.municipality.call(COMMISSION, wire.END_ORDINANCE_AFFAIR, end)
    assert refused.value.peer_code == "ordinance-filing-unknown"
    with pytest.raises(PeerProblem) as too_early:
        welfare.call(COMMISSION, wire.END_ORDINANCE_AFFAIR, end)
    assert too_early.value.peer_code == "ordinance-step-impossible"
    ordinances(place).publish(officer(place), key_of_filing(place))
    assert welfare.call(COMMISSION, wire.END_ORDINANCE_AFFAIR, end).state == "withdrawn"
    [one] = stated(place, WELFARE).affairs
    assert (one.asked_until, one.lawful_until) == (place.clock.today(), None)


def test_two_organs_of_one_local_body_do_not_share_a_code(place: Linkage) -> None:
    for body in (WELFARE, BOARD):
        lodge(place, ordinance(), f"f-{body}", by=peers_of(place, body))
    kept = ordinances(place)
    kept.publish(officer(place), key_of_filing(place, f"f-{WELFARE}"))
    with pytest.raises(OrdinanceCodeTaken):
        kept.publish(officer(place), key_of_filing(place, f"f-{BOARD}"))
    assert stated(place, BOARD).affairs == []


@pytest.mark.requirement("R-252")
@pytest.mark.parametrize("days_ahead", [0, 30])
def test_a_newer_filing_ends_the_older_where_it_begins(place: Linkage, days_ahead: int) -> None:
    begins = place.clock.today() + timedelta(days=days_ahead)
    kept = ordinances(place)
    lodge(place, ordinance())
    kept.publish(officer(place), key_of_filing(place))
    lodge(place, ordinance(asked=(ASSISTANCE,), valid_from=begins), "f-2")
    kept.publish(officer(place), key_of_filing(place, "f-2"))
    older, newer = sorted(stated(place, ASKER).affairs, key=lambda one: len(one.affair.asked), reverse=True)
    eve = begins - timedelta(days=1)
    assert (older.asked_until, older.lawful_until) == (eve if days_ahead else begins, eve)
    assert (newer.asked_until, newer.lawful_until) == (None, None)
    found, steps = kept.one(officer(place), key_of_filing(place))
    last = "published" if days_ahead else "withdrawn"
    assert (found.state, [step.state for step in steps]) == (last, ["lodged", "published", last])
    assert "f-2" in found.reason
    assert found.stands_on(place.clock.today()) is bool(days_ahead)
    place.clock.advance(timedelta(days=max(0, days_ahead - 1)))
    assert kept.one(officer(place), key_of_filing(place))[0].state == last
    place.clock.advance(timedelta(days=1))
    assert kept.one(officer(place), key_of_filing(place))[0].state == "withdrawn"


def test_what_ends_later_may_be_withdrawn_at_once_and_then_not_again(place: Linkage) -> None:
    kept = ordinances(place)
    lodge(place, ordinance())
    kept.publish(officer(place), key_of_filing(place))
    lodge(place, ordinance(valid_from=place.clock.today() + timedelta(days=30)), "f-2")
    kept.publish(officer(place), key_of_filing(place, "f-2"))
    withdrawn = kept.withdraw(officer(place), key_of_filing(place), reason="no basis")
    assert withdrawn.asked_until == place.clock.today()
    with pytest.raises(OrdinanceStepImpossible):
        kept.withdraw(officer(place), key_of_filing(place), reason="no basis")


@pytest.mark.requirement("R-252")
def test_a_newer_filing_withdrawn_before_it_begins_gives_its_place_back(place: Linkage) -> None:
    kept = ordinances(place)
    lodge(place, ordinance())
    kept.publish(officer(place), key_of_filing(place))
    lodge(place, ordinance(valid_from=place.clock.today() + timedelta(days=30)), "f-2")
    kept.publish(officer(place), key_of_filing(place, "f-2"))
    kept.withdraw(officer(place), key_of_filing(place, "f-2"), reason="decided otherwise")
    found, _ = kept.one(officer(place), key_of_filing(place))
    assert (found.asked_until, found.lawful_until, found.reason) == (None, None, "")


@pytest.mark.requirement("R-252")
def test_an_affair_whose_last_day_is_over_does_not_take_the_place_of_one_that_stands(place: Linkage) -> None:
    kept = ordinances(place)
    lodge(place, ordinance())
    kept.publish(officer(place), key_of_filing(place))
    lodge(place, ordinance(valid_until=place.clock.today() - timedelta(days=1)), "f-2")
    with pytest.raises(OrdinanceOver):
        kept.publish(officer(place), key_of_filing(place, "f-2"))
    assert kept.one(officer(place), key_of_filing(place))[0].stands_on(place.clock.today())


@pytest.mark.requirement("R-252")
def test_a_repealed_ordinance_ends_the_affair_itself(place: Linkage) -> None:
    kept = ordinances(place)
    lodge(place, ordinance())
    kept.publish(officer(place), key_of_filing(place))
    kept.withdraw(officer(place), key_of_filing(place), reason="never enacted", affair_too=True)
    with pytest.raises(PeerProblem) as refused:
        place.publish_assessment(CODE, publish=False)
    assert refused.value.peer_code == "affair-not-lawful"


def test_the_list_of_all_goes_by_pages_of_bodies_and_misses_none(
    place: Linkage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mizuhiki.institutions.commission.operations.keep_ordinance_affairs.BODIES_OF_A_PAGE", 1)
    kept = ordinances(place)
    bodies = [ASKER, WELFARE, BOARD]
    for body in bodies:
        lodge(place, ordinance(slug=f"of-{body}"[:20].rstrip("-")), f"f-{body}", by=peers_of(place, body))
        kept.publish(officer(place), key_of_filing(place, f"f-{body}"))
    after, seen = "", list[str]()
    for _ in range(5):
        page = stated(place, after=after)
        seen += [one.institution for one in page.affairs]
        after = page.next
        if not after:
            break
    assert seen == sorted(bodies)


def test_steps_are_audited_without_content(place: Linkage) -> None:
    lodge(place, ordinance())
    ordinances(place).publish(officer(place), key_of_filing(place))
    steps = ordinances(place).one(officer(place), key_of_filing(place))[1]
    assert [(step.state, step.role, step.actor) for step in steps] == [
        ("lodged", "peer", str(ASKER)),
        ("published", "assessment-officer", "officer"),
    ]


@pytest.mark.requirement("R-024", "R-252")
def test_an_assessment_is_taken_for_a_published_ordinance_and_not_before(place: Linkage) -> None:
    lodge(place, ordinance())
    with pytest.raises(PeerProblem) as refused:
        place.publish_assessment(CODE, publish=False)
    assert refused.value.peer_code == "affair-not-lawful"
    ordinances(place).publish(officer(place), key_of_filing(place))
    assert place.publish_assessment(CODE).level == "basic-items"


@pytest.mark.requirement("R-024", "R-252")
def test_an_assessment_comes_before_the_first_day_of_the_ordinance(place: Linkage) -> None:
    lodge(place, ordinance(valid_from=place.clock.today() + timedelta(days=30)))
    ordinances(place).publish(officer(place), key_of_filing(place))
    assert place.publish_assessment(CODE).level == "basic-items"
