"""The table of copies with the number, every cell before and after 2018-11-27, against the published one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from mizuhiki.institutions.municipality.domain.copies.errors import (
    CopyRefused,
    DeliveryNotApplicable,
    DeliveryNotJustified,
    DeliveryRefused,
    ItemNotForRequester,
    NumberCopyNotYet,
    RepresentativePlaceOnly,
    ScopeRefused,
)
from mizuhiki.institutions.municipality.domain.copies.kinds import Delivery, Item, Paper, Place, Requester, Scope, Way
from mizuhiki.institutions.municipality.domain.copies.number_copies import Row, cell_for, row_of, table
from mizuhiki.institutions.municipality.domain.copies.requests import Asker, Sending
from mizuhiki.institutions.municipality.domain.copies.rules import Standing, decide
from mizuhiki.institutions.municipality.web import copy_words
from support.copies import request_of, resident

NOTICE = date(2018, 11, 27)
EVE = NOTICE - timedelta(days=1)
YES, NO, NONE, IF_JUSTIFIED, OWN_PLACE = "yes", "no", "none", "justified", "place"
COUNTER, POST = Way.COUNTER, Way.POST
# As the published table reads: direct, the person's address, elsewhere. Typed from it, not from the code's table.
PUBLISHED = {
    ("R-066", Requester.SELF, COUNTER): ((YES, NONE, NONE), (YES, NONE, NONE)),
    ("R-067", Requester.SELF, POST): ((NONE, YES, IF_JUSTIFIED), (NONE, YES, IF_JUSTIFIED)),
    ("R-068/R-069", Requester.LEGAL_REPRESENTATIVE, COUNTER): ((NO, YES, NO), (YES, NONE, NONE)),
    ("R-070/R-071", Requester.LEGAL_REPRESENTATIVE, POST): ((NONE, YES, NO), (NONE, YES, OWN_PLACE)),
    ("R-072", Requester.REPRESENTATIVE_MESSENGER, COUNTER): ((NO, YES, NO), (NO, YES, OWN_PLACE)),
    ("R-073", Requester.VOLUNTARY_AGENT, COUNTER): ((NO, YES, NO), (NO, YES, NO)),
    ("R-073", Requester.VOLUNTARY_AGENT, POST): ((NONE, YES, NO), (NONE, YES, NO)),
}
DELIVERIES = (Delivery.DIRECT, Delivery.PRINCIPAL_ADDRESS, Delivery.ELSEWHERE)
ERRORS = {NO: DeliveryRefused, NONE: DeliveryNotApplicable, IF_JUSTIFIED: DeliveryNotJustified,
          OWN_PLACE: RepresentativePlaceOnly}  # fmt: skip
CELLS = [
    pytest.param(
        requester, way, delivery, day, verdict, id=f"{name} {requester.value} {way.value} {delivery.value} {day}"
    )
    for (name, requester, way), (before, after) in PUBLISHED.items()
    for day, verdicts in ((date(2015, 10, 5), before), (EVE, before), (NOTICE, after), (date(2025, 1, 1), after))
    for delivery, verdict in zip(DELIVERIES, verdicts, strict=True)
]


def outcome(requester: Requester, way: Way, delivery: Delivery, day: date, **changes: Any) -> str:
    """The code of the refusal, or nothing."""
    child = resident("child", birth_date=date(2014, 5, 5))
    values: dict[str, Any] = {
        "person": "child",
        "asker": Asker(requester, "somebody", "child" if requester is Requester.SELF else ""),
        "way": way,
        "sending": Sending(delivery, address="" if delivery is not Delivery.ELSEWHERE else "東京都架空区1"),
        "items": frozenset({Item.NUMBER}),
        "papers": frozenset({Paper.PROOF_OF_REPRESENTATION, Paper.POWER_OF_ATTORNEY}),
    }
    try:
        decide(request_of(**(values | changes)), Standing((child,), ("child",)), day)
    except CopyRefused as refusal:
        return refusal.code if refusal.fields["rule"] else "refused without a rule"
    return ""


@pytest.mark.requirement("R-066", "R-067", "R-068", "R-069", "R-070", "R-071", "R-072", "R-073", "R-040")
@pytest.mark.parametrize(("requester", "way", "delivery", "day", "verdict"), CELLS)
def test_every_cell_is_decided_as_published(
    requester: Requester, way: Way, delivery: Delivery, day: date, verdict: str
) -> None:
    assert outcome(requester, way, delivery, day) == ("" if verdict == YES else ERRORS[verdict].code)


@pytest.mark.requirement("R-067")
def test_sending_elsewhere_needs_place_reason_and_the_clerks_finding() -> None:
    def sent(**parts: Any) -> str:
        return outcome(Requester.SELF, POST, Delivery.ELSEWHERE, NOTICE, sending=Sending(Delivery.ELSEWHERE, **parts))

    full = {"address": "東京都架空区1", "reason": "in hospital until spring", "found_justified": True}
    assert sent(**full) == ""
    for left_out in full:
        assert sent(**{k: v for k, v in full.items() if k != left_out}) == DeliveryNotJustified.code
    assert sent(**(full | {"reason": "  "})) == DeliveryNotJustified.code


@pytest.mark.requirement("R-071", "R-072")
@pytest.mark.parametrize(
    ("requester", "way"),
    [(Requester.LEGAL_REPRESENTATIVE, POST), (Requester.REPRESENTATIVE_MESSENGER, COUNTER)],
)
def test_elsewhere_is_the_representatives_proved_home_or_workplace(requester: Requester, way: Way) -> None:
    papers = {Paper.PROOF_OF_REPRESENTATION, Paper.POWER_OF_ATTORNEY}

    def sent(place: Place, *more: Paper, day: date = NOTICE) -> str:
        sending = Sending(Delivery.ELSEWHERE, place, "東京都架空区1", "the child lives with a foster family", True)  # noqa: FBT003 - a finding
        return outcome(requester, way, Delivery.ELSEWHERE, day, sending=sending, papers=frozenset(papers | set(more)))

    for place in Place:
        own = place in {Place.REPRESENTATIVE_HOME, Place.REPRESENTATIVE_WORKPLACE}
        assert sent(place, Paper.PROOF_OF_PLACE) == ("" if own else RepresentativePlaceOnly.code)
        assert sent(place) == RepresentativePlaceOnly.code
        assert sent(place, Paper.PROOF_OF_PLACE, day=EVE) == DeliveryRefused.code


@pytest.mark.requirement("R-073", "R-074")
@pytest.mark.parametrize("day", [EVE, NOTICE])
@pytest.mark.parametrize("way", list(Way))
def test_the_refusal_of_sending_an_agents_copy_elsewhere_gives_the_reason_of_the_rule(way: Way, day: date) -> None:
    sending = Sending(Delivery.ELSEWHERE, Place.OTHER, "東京都架空区1", "a reason", True)  # noqa: FBT003 - a finding
    request = request_of(
        person="child", asker=Asker(Requester.VOLUNTARY_AGENT, "agent"), way=way, sending=sending,
        items=frozenset({Item.NUMBER}), papers=frozenset({Paper.POWER_OF_ATTORNEY}),
    )  # fmt: skip
    with pytest.raises(DeliveryRefused) as refused:
        decide(request, Standing((resident("child"),), ()), day)
    notice = "2018-11-27改正前" if day < NOTICE else "2018-11-27"
    assert refused.value.fields == {
        "rule": f"住民基本台帳事務処理要領第2-4-(1)-1 ({notice})",
        "reason": "not-handed-so-not-sent",
    }
    words = copy_words.REFUSALS["not-handed-so-not-sent"]
    assert words.startswith("the counter does not hand it to the agent")
    assert words.endswith("not found justified")


@pytest.mark.requirement("R-069", "R-073")
def test_the_representative_of_somebody_of_fifteen_is_an_agent_unless_a_guardian() -> None:
    birth = date(2005, 3, 10)
    teenager = resident("teenager", birth_date=birth)

    def at(day: date, *, guardian: bool = False) -> str:
        asker = Asker(Requester.LEGAL_REPRESENTATIVE, "parent", guardian=guardian)
        request = request_of(
            person="teenager", asker=asker, items=frozenset({Item.NUMBER}),
            papers=frozenset({Paper.PROOF_OF_REPRESENTATION}),
        )  # fmt: skip
        try:
            decide(request, Standing((teenager,), ()), day)
        except CopyRefused as refusal:
            return refusal.code
        return ""

    assert at(date(2020, 3, 9)) == ""
    assert at(date(2020, 3, 10)) == DeliveryRefused.code
    assert at(date(2020, 3, 10), guardian=True) == ""


@pytest.mark.requirement("R-040")
@pytest.mark.parametrize("kind", [Requester.THIRD_PARTY, Requester.LAWYER, Requester.PUBLIC_BODY])
def test_nobody_who_asks_in_their_own_name_has_a_row(kind: Requester) -> None:
    with pytest.raises(ItemNotForRequester):
        row_of(kind, represented_by_law=True)


def test_a_messenger_of_the_person_is_an_agent_and_the_household_is_the_person() -> None:
    assert row_of(Requester.MESSENGER, represented_by_law=True) is Row.VOLUNTARY_AGENT
    assert row_of(Requester.SAME_HOUSEHOLD, represented_by_law=False) is Row.PERSON


@pytest.mark.requirement("R-073")
def test_an_agent_gets_one_persons_number_at_a_time() -> None:
    request = request_of(
        person="child", scope=Scope.HOUSEHOLD, asker=Asker(Requester.VOLUNTARY_AGENT, "agent"),
        items=frozenset({Item.NUMBER}), papers=frozenset({Paper.POWER_OF_ATTORNEY}),
        sending=Sending(Delivery.PRINCIPAL_ADDRESS),
    )  # fmt: skip
    with pytest.raises(ScopeRefused):
        decide(request, Standing((resident("child"), resident("mother")), ()), NOTICE)


def test_every_way_of_every_row_has_one_cell_on_each_day_from_the_first_on() -> None:
    for day in (date(2015, 10, 5), EVE, NOTICE, date(2030, 1, 1)):
        for row in Row:
            for way in Way:
                for delivery in Delivery:
                    fitting = [
                        c
                        for c in table()
                        if (c.requester, c.way, c.delivery) == (row, way, delivery) and c.holds_on(day)
                    ]
                    assert fitting == [cell_for(row, way, delivery, day)]
    with pytest.raises(NumberCopyNotYet):
        cell_for(Row.PERSON, Way.COUNTER, Delivery.DIRECT, date(2015, 10, 4))
