"""The list of affairs under ordinances as an institution reads it: proved, kept a while, not needed by the Act."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.ordinance_source import (
    COMMISSION,
    KEPT,
    TRIED_AGAIN,
    OrdinanceAffairsOutOfReach,
    OrdinanceSource,
)
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import PeerRefused
from mizuhiki.runtime.serving import Call
from mizuhiki.runtime.transport import InProcessTransport
from mizuhiki.vocabulary.affairs import AffairNotLawful
from mizuhiki.vocabulary.errors import Unavailable
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.statute import AskedOfItem, LinkageQuestion, NoStatuteRow, StatuteTable, permit_inquiry
from mizuhiki.wire.commission import ordinances as wire
from support.environment import TEST_INSTANT, make_environment, serve_fake
from support.ordinances import CITY, CODE, PROCEDURE, ordinance

OTHER = InstitutionId("municipality-131032")
SINCE = date(2018, 4, 1)


def told(affair: Any = None, institution: InstitutionId = CITY, **changes: Any) -> wire.PublishedAffair:
    values: dict[str, Any] = {
        "institution": institution,
        "affair": wire.filed(affair or ordinance()),
        "published_on": SINCE,
        "asked_until": None,
        "lawful_until": None,
    }
    return wire.PublishedAffair(**{**values, **changes})


@dataclass
class Place:
    """One reader and a commission that says what the test lets it say."""

    affairs: list[wire.PublishedAffair] = field(default_factory=lambda: [told()])
    changes: dict[str, Any] = field(default_factory=dict)
    signer: Peers | None = None
    asked: list[wire.OrdinanceAffairsRequest] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = FixedClock(TEST_INSTANT)
        self.transport = InProcessTransport()
        self.commission = serve_fake(
            self.transport, COMMISSION, {wire.ORDINANCE_AFFAIRS: self._state}, clock=self.clock
        )
        environment = make_environment("linkage-core", clock=self.clock, transport=self.transport)
        self.peers = Peers(environment)
        self.source = OrdinanceSource(self.peers, self.clock, StatuteTable.load())

    def _state(self, _call: Call, request: wire.OrdinanceAffairsRequest) -> wire.OrdinanceAffairs:
        self.asked.append(request)
        values: dict[str, Any] = {
            "stated_at": self.clock.now(),
            "of": request.of,
            "after": request.after,
            "affairs": self.affairs,
            "next": "",
        }
        statement = wire.OrdinanceAffairsStatement(**{**values, **self.changes})
        return wire.OrdinanceAffairs((self.signer or self.commission).sign(wire.ORDINANCE_AFFAIRS_TYPE, statement))

    def permit(self, **changes: Any) -> None:
        values: dict[str, Any] = {
            "inquirer": CITY,
            "affair": CODE,
            "procedure": PROCEDURE,
            "provider": OTHER,
            "kinds": ("local-tax",),
            "day": self.clock.today(),
        }
        permit_inquiry(self.source, LinkageQuestion(**{**values, **changes}))


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.mark.requirement("R-031", "R-252")
def test_a_published_affair_permits_and_is_asked_for_once_in_ten_minutes(place: Place) -> None:
    for _ in range(3):
        place.permit()
    assert [one.of for one in place.asked] == [CITY]
    place.clock.advance(KEPT - timedelta(seconds=1))
    place.permit()
    assert len(place.asked) == 1
    place.clock.advance(timedelta(seconds=1))
    place.affairs = []
    with pytest.raises(AffairNotLawful):
        place.permit()


@pytest.mark.requirement("R-031")
def test_a_question_under_the_act_never_asks_for_the_list(place: Place) -> None:
    place.transport.unregister(COMMISSION)
    place.permit(affair="child-allowance", procedure="child-allowance.claim")
    assert place.asked == []


def test_an_affair_published_a_moment_ago_is_known_within_a_minute(place: Place) -> None:
    place.affairs = []
    with pytest.raises(AffairNotLawful):
        place.permit()
    place.affairs = [told()]
    with pytest.raises(AffairNotLawful):
        place.permit()
    place.clock.advance(TRIED_AGAIN)
    place.permit()


def test_without_the_commission_what_was_known_holds_and_what_was_not_known_waits(place: Place) -> None:
    place.transport.unregister(COMMISSION)
    with pytest.raises(Unavailable):
        place.permit()
    other = Place()
    other.permit()
    other.transport.unregister(COMMISSION)
    other.clock.advance(KEPT * 2)
    for _ in range(3):
        other.permit()


@pytest.mark.requirement("R-252")
def test_what_no_ordinance_can_add_is_left_out_and_the_rest_stands(place: Place) -> None:
    place.affairs = [told(ordinance(slug="other", field="pension")), told()]
    place.permit()
    with pytest.raises(AffairNotLawful):
        place.permit(affair="ordinance-452025-other", procedure="ordinance-452025-other.application")


def test_a_silent_commission_is_asked_once_a_minute_whoever_asks(place: Place, monkeypatch: Any) -> None:
    calls = []
    monkeypatch.setattr(place.peers, "call", lambda *_: calls.append(1) or (_ for _ in ()).throw(Unavailable()))
    for _ in range(5):
        with pytest.raises(OrdinanceAffairsOutOfReach):
            place.permit()
    assert len(calls) == 1
    place.clock.advance(TRIED_AGAIN)
    with pytest.raises(OrdinanceAffairsOutOfReach):
        place.permit()
    assert len(calls) == 2


@pytest.mark.requirement("R-031")
def test_any_failure_of_the_list_lets_an_inquiry_wait_and_refuses_none_for_good(place: Place, monkeypatch: Any) -> None:
    def refused(*_: Any) -> Any:
        raise PeerRefused

    monkeypatch.setattr(place.peers, "call", refused)
    with pytest.raises(Unavailable):
        place.permit()


def test_what_is_at_hand_asks_nobody(place: Place) -> None:
    at_hand = place.source.at_hand()
    asked = LinkageQuestion(
        inquirer=CITY, affair=CODE, procedure=PROCEDURE, provider=OTHER, kinds=("local-tax",), day=place.clock.today()
    )
    with pytest.raises(Unavailable):
        permit_inquiry(at_hand, asked)
    with pytest.raises(Unavailable):
        at_hand.whole()
    place.permit()
    place.clock.advance(KEPT * 9)
    assert permit_inquiry(at_hand.at_hand(), asked)
    assert len(place.asked) == 1


@pytest.mark.requirement("R-031", "R-252")
def test_the_commission_alone_cannot_let_anybody_ask_beyond_the_item(place: Place) -> None:
    """It states an affair that names pension benefits, which item 9 does not; the reader makes no row of it."""
    pension = AskedOfItem("pension-service", "pension-benefit")
    place.affairs = [told(ordinance(asked=(*ordinance().asked, pension)))]
    place.permit()
    with pytest.raises(NoStatuteRow):
        place.permit(provider=InstitutionId("pension-service"), kinds=("pension-benefit",))


UNPROVED: list[tuple[str, dict[str, Any]]] = [
    ("another body's affair", {"affairs": [told(institution=OTHER)]}),
    ("of another body", {"changes": {"of": OTHER}}),
    ("another page", {"changes": {"after": "municipality-1"}}),
]


@pytest.mark.requirement("R-031", "R-252")
@pytest.mark.parametrize(("name", "said"), UNPROVED, ids=[name for name, _ in UNPROVED])
def test_a_list_that_does_not_prove_itself_permits_nothing(name: str, said: dict[str, Any]) -> None:
    place = Place(**said)
    with pytest.raises(OrdinanceAffairsOutOfReach):
        place.permit()
    assert name


@pytest.mark.requirement("R-031", "R-252")
@pytest.mark.parametrize("signer", ["linkage-core", "municipality-452025"])
def test_a_list_signed_by_anybody_else_permits_nothing(place: Place, signer: str) -> None:
    place.signer = Peers(make_environment(signer, clock=place.clock, transport=place.transport))
    with pytest.raises(OrdinanceAffairsOutOfReach):
        place.permit()


def test_everybodys_ordinances_are_read_page_by_page_and_only_forwards(place: Place) -> None:
    affairs = {"": [told()], CITY: [told(ordinance(institution=OTHER), OTHER)]}

    def paged(_call: Call, request: wire.OrdinanceAffairsRequest) -> wire.OrdinanceAffairs:
        statement = wire.OrdinanceAffairsStatement(
            stated_at=place.clock.now(),
            of=request.of,
            after=request.after,
            affairs=affairs[request.after],
            next="" if request.after else str(CITY),
        )
        return wire.OrdinanceAffairs(place.commission.sign(wire.ORDINANCE_AFFAIRS_TYPE, statement))

    place.transport.unregister(COMMISSION)
    serve_fake(place.transport, COMMISSION, {wire.ORDINANCE_AFFAIRS: paged}, clock=place.clock)
    table = place.source.whole()
    assert set(table.ordinance_affairs) == {CODE, "ordinance-131032-childrens-medical-aid"}
    assert len(table.rows) == len(StatuteTable.load().rows) + 4


def test_pages_that_go_backwards_are_refused(place: Place) -> None:
    def circling(_call: Call, request: wire.OrdinanceAffairsRequest) -> wire.OrdinanceAffairs:
        statement = wire.OrdinanceAffairsStatement(
            stated_at=place.clock.now(), of=request.of, after=request.after, affairs=[], next=str(CITY)
        )
        return wire.OrdinanceAffairs(place.commission.sign(wire.ORDINANCE_AFFAIRS_TYPE, statement))

    place.transport.unregister(COMMISSION)
    serve_fake(place.transport, COMMISSION, {wire.ORDINANCE_AFFAIRS: circling}, clock=place.clock)
    with pytest.raises(OrdinanceAffairsOutOfReach):
        place.source.whole()


def test_a_page_waits_for_an_absent_commission_once_a_minute(place: Place) -> None:
    place.transport.unregister(COMMISSION)
    with pytest.raises(Unavailable):
        place.source.whole()
    serve_fake(place.transport, COMMISSION, {wire.ORDINANCE_AFFAIRS: place._state}, clock=place.clock)
    with pytest.raises(Unavailable):
        place.source.whole()
    place.clock.advance(TRIED_AGAIN)
    assert CODE in place.source.whole().ordinance_affairs
