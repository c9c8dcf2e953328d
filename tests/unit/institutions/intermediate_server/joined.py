"""Several persons known to asker and holder, and inquiries about them that leave in one case."""

from __future__ import annotations

from typing import TypeVar

from mizuhiki.institutions.intermediate_server.api.business import read_inquiry
from mizuhiki.institutions.intermediate_server.domain.exchanges import InquiryResult
from mizuhiki.institutions.intermediate_server.operations.carry_inquiries import Asking
from mizuhiki.institutions.intermediate_server.operations.subjects import asked_of
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.wire import intermediate_server as wire
from unit.institutions.intermediate_server.kit import (
    AFFAIR,
    ASKER,
    HOLDER,
    Network,
    copy_of,
    inquiry_of,
    tax_items,
)
from unit.institutions.intermediate_server.whole import Nation

Place = TypeVar("Place", bound=Network)
PERSONS = 3


def hers(person: int) -> str:
    """Her addressee number at the asker."""
    return f"1000000000001{person:02d}"


def theirs(person: int) -> str:
    """The same person's number at the holder."""
    return f"2000000000001{person:02d}"


def income(person: int) -> int:
    """What the holder's copy says of this person alone."""
    return 1_000_000 + person


def told_income(answer: wire.BusinessAnswer | InquiryResult) -> object:
    [part] = answer.information
    return part.items["total_income_yen"]


def populated(place: Place, persons: int = PERSONS) -> Place:
    for person in range(persons):
        known = place.core.nation.person()
        for owner, number in ((ASKER, hers(person)), (HOLDER, theirs(person))):
            if isinstance(place, Nation):
                place.acquire(owner, number, known)
            else:
                place.enrol(owner, number, known)
        place.register_copies(HOLDER, copy_of(theirs(person), items=tax_items(income=income(person))))
    return place


def asked(person: int, **changes: object) -> wire.BusinessInquiry:
    return inquiry_of(hers(person), **{"request_id": f"request-{person}", **changes})


def owner_context(place: Network) -> Context:
    return Context(Actor(ASKER, "owner"), AFFAIR, "番号法19条8号", "claim", place.clock, "trace")


def asking(place: Network, inquiry: wire.BusinessInquiry) -> Asking:
    request = read_inquiry(inquiry)
    with place.server(ASKER).upkeep.store.snapshot() as records:
        found = records.subjects([request.addressee_number], 1)
    return Asking(request, *asked_of(found[request.addressee_number]))


def together(place: Network, *inquiries: wire.BusinessInquiry) -> list[InquiryResult | None]:
    """Send inquiries as the thread does that leads a group of them."""
    group = [asking(place, one) for one in inquiries]
    return place.server(ASKER).inquire.carry.new(owner_context(place), group)


def counted(place: Network) -> tuple[dict[str, int], dict[str, int]]:
    """How many exchanges ended how at the asker and at the holder, from their records."""
    asker, holder = (place.server(owner).upkeep.outcomes(place.officer(owner)) for owner in (ASKER, HOLDER))
    return dict(asker), dict(holder)
