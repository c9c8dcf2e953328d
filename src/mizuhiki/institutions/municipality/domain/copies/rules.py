"""Whether a copy may be given, to whom, with what on it, and how it leaves (住基法12条-12条の4, 15条の4, 20条).

`decide` checks in this order: support measure, kind, identity, standing of the requester, items, people, delivery.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.municipality.domain.copies import number_copies
from mizuhiki.institutions.municipality.domain.copies.errors import (
    CopyForOffender,
    DeliveryNotApplicable,
    DeliveryNotJustified,
    ForeignNotYet,
    IdentityNotShown,
    ItemNotForRequester,
    KindDoesNotFit,
    NumberNotOnRecord,
    PaperMissing,
    ReasonMissing,
    RecordNotKept,
    RequesterNotEntitled,
    ScopeRefused,
)
from mizuhiki.institutions.municipality.domain.copies.kinds import (
    NATIONWIDE_DOCUMENTS,
    SPECIAL,
    CopyKind,
    Delivery,
    IdentityLevel,
    Interest,
    Item,
    Paper,
    Place,
    Profession,
    Requester,
    Scope,
    Way,
)
from mizuhiki.institutions.municipality.domain.copies.requests import Asker, CopyRequest, NationwideQuery
from mizuhiki.institutions.municipality.domain.errors import EmptyForm
from mizuhiki.institutions.municipality.domain.residents import RecordState, ResidentRecord
from mizuhiki.institutions.municipality.domain.retention import kept_until
from mizuhiki.vocabulary.dates import age_on

UNDER_LAW = 15
"""Below this age a legal representative counts as such in the table of copies with the number."""
FOREIGN_NETWORK_FROM = date(2013, 7, 8)
"""The network, code and resident cards reached foreign residents after 2013-07-07 (R-045)."""
MOST_COPIES = 20
_PAPERS: dict[Requester, Paper] = {
    Requester.LEGAL_REPRESENTATIVE: Paper.PROOF_OF_REPRESENTATION,
    Requester.REPRESENTATIVE_MESSENGER: Paper.PROOF_OF_REPRESENTATION,
    Requester.VOLUNTARY_AGENT: Paper.POWER_OF_ATTORNEY,
    Requester.MESSENGER: Paper.POWER_OF_ATTORNEY,
    Requester.THIRD_PARTY: Paper.PROOF_OF_INTEREST,
    Requester.LAWYER: Paper.UNIFIED_FORM,
    Requester.PUBLIC_BODY: Paper.OFFICIAL_LETTER,
}
_RULES: dict[Requester, str] = {
    Requester.SELF: "住民基本台帳法12条1項",
    Requester.SAME_HOUSEHOLD: "住民基本台帳法12条1項",
    Requester.MESSENGER: "住民基本台帳法12条4項",
    Requester.LEGAL_REPRESENTATIVE: "住民基本台帳法12条4項",
    Requester.REPRESENTATIVE_MESSENGER: "住民基本台帳法12条4項",
    Requester.VOLUNTARY_AGENT: "住民基本台帳法12条4項",
    Requester.THIRD_PARTY: "住民基本台帳法12条の3第1項",
    Requester.LAWYER: "住民基本台帳法12条の3第2項",
    Requester.PUBLIC_BODY: "住民基本台帳法12条の2",
}
OTHERS = frozenset({Requester.THIRD_PARTY, Requester.LAWYER, Requester.PUBLIC_BODY})
"""Ask in their own name about somebody else."""
_OFFENDER = "住民基本台帳法12条6項; 通知 2018-03-28, 2018-12-03"
OFFENDERS_SIDE = "offenders-agent-is-the-offender"
"""An agent or lawyer of the offender counts as the offender; a court gets what it needs on its own request."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the register says about a request: records asked about, those who live with them, measures on them."""

    records: tuple[ResidentRecord, ...]
    household: tuple[str, ...]
    under_measure: bool = False


def decide(request: CopyRequest, standing: Standing, day: date) -> None:
    """Check everything about a request; returning means that the copy is given.

    Raises:
        CopyRefused, NumberNotOnRecord, EmptyForm: see each; field `rule` names the provision.
    """
    if not 1 <= request.copies <= MOST_COPIES:
        raise EmptyForm(item="copies")
    if standing.under_measure and request.asker.acts_for_offender:
        raise CopyForOffender(rule=_OFFENDER, reason=OFFENDERS_SIDE)
    _require_kind(request, standing, day)
    _require_identity(request)
    _require_standing(request, standing)
    _require_items(request, standing.records, day)
    _require_delivery(request, standing.records, day)


def _require_kind(request: CopyRequest, standing: Standing, day: date) -> None:
    if request.kind is CopyKind.SUPPLEMENT:
        if request.scope is Scope.HOUSEHOLD:
            raise ScopeRefused(rule="住民基本台帳法20条")
        return
    for record in standing.records:
        removed = record.state is RecordState.REMOVED
        if removed is not (request.kind is CopyKind.REMOVED):
            raise KindDoesNotFit(rule="住民基本台帳法12条, 15条の4")
        if record.removed_on is not None and removed and kept_until(record.removed_on) < day:
            raise RecordNotKept(rule="住民基本台帳法施行令34条")


def _require_identity(request: CopyRequest) -> None:
    level = request.identity
    own = request.asker.kind in {Requester.SELF, Requester.SAME_HOUSEHOLD} and request.way is Way.COUNTER
    plain = SPECIAL.isdisjoint(request.items)
    if level is IdentityLevel.NONE or (level is IdentityLevel.QUESTIONED and not (own and plain)):
        raise IdentityNotShown(rule="住民基本台帳法12条3項; 住民票の写し等の交付に関する省令5条")


def _require_standing(request: CopyRequest, standing: Standing) -> None:
    asker = request.asker
    rule = _RULES[asker.kind]
    if not asker.name.strip():
        raise ReasonMissing(rule=rule, item="name")
    if asker.kind is Requester.SELF and asker.resident != request.person:
        raise RequesterNotEntitled(rule=rule)
    # Of somebody who left, a household that they left is none any more.
    left = request.kind in {CopyKind.REMOVED, CopyKind.SUPPLEMENT}
    if asker.kind is Requester.SAME_HOUSEHOLD and (left or asker.resident not in standing.household):
        raise RequesterNotEntitled(rule=rule)
    paper = _PAPERS.get(asker.kind)
    if paper is not None and paper not in request.papers:
        raise PaperMissing(rule=rule, item=paper.value)
    if asker.kind is Requester.REPRESENTATIVE_MESSENGER and Paper.POWER_OF_ATTORNEY not in request.papers:
        raise PaperMissing(rule=rule, item=Paper.POWER_OF_ATTORNEY.value)
    if asker.kind in OTHERS:
        _require_reason(request, asker, rule)


def _require_reason(request: CopyRequest, asker: Asker, rule: str) -> None:
    if not request.purpose.strip():
        raise ReasonMissing(rule=rule, item="purpose")
    if asker.kind is Requester.THIRD_PARTY and asker.interest is Interest.NONE:
        raise ReasonMissing(rule=rule, item="interest")
    if asker.kind is Requester.LAWYER and asker.profession is Profession.NONE:
        raise ReasonMissing(rule="住民基本台帳法12条の3第3項", item="profession")
    if asker.kind in {Requester.LAWYER, Requester.PUBLIC_BODY} and not asker.body.strip():
        raise ReasonMissing(rule=rule, item="body")


def _require_items(request: CopyRequest, records: Sequence[ResidentRecord], day: date) -> None:
    special = SPECIAL & request.items
    if not special:
        return
    asker = request.asker
    if asker.kind in OTHERS:
        raise ItemNotForRequester(rule=f"{_RULES[asker.kind]}; 住民基本台帳法7条8号の2, 13号", item=_named(special))
    if request.kind is CopyKind.SUPPLEMENT:
        raise ItemNotForRequester(rule="住民基本台帳法17条, 20条", item=_named(special))
    _require_special(request.items, records, day)


def _named(items: frozenset[Item]) -> str:
    return ", ".join(sorted(item.value for item in items))


def _require_special(items: frozenset[Item], records: Sequence[ResidentRecord], day: date) -> None:
    if Item.CODE in items and day < FOREIGN_NETWORK_FROM and any(one.kind == "foreign" for one in records):
        raise ForeignNotYet(rule="住民基本台帳法附則(2009) 3条; 30条の45")
    if Item.NUMBER in items and any(one.number is None for one in records):
        raise NumberNotOnRecord(rule="番号法7条1項")


def _require_delivery(request: CopyRequest, records: Sequence[ResidentRecord], day: date) -> None:
    sending = request.sending
    if Item.NUMBER in request.items:
        row = number_copies.row_of(request.asker.kind, represented_by_law=_by_law(request, records, day))
        if row is not number_copies.Row.PERSON and len(records) > 1:
            raise ScopeRefused(rule=f"住民基本台帳法12条4項; {number_copies.ADULT_RULE}")
        cell = number_copies.cell_for(row, request.way, sending.delivery, day)
        number_copies.require_delivery(
            cell,
            day,
            place=sending.place,
            place_proved=Paper.PROOF_OF_PLACE in request.papers,
            justified=sending.justified,
        )
        if sending.delivery is Delivery.ELSEWHERE and not sending.address.strip():
            raise ReasonMissing(rule="住民基本台帳法12条7項", item="address")
        return
    if (request.way is Way.POST) is (sending.delivery is Delivery.DIRECT):
        raise DeliveryNotApplicable(rule="住民基本台帳法12条7項")
    if sending.delivery is Delivery.ELSEWHERE:
        own_place = sending.place not in {Place.NONE, Place.OTHER} and bool(sending.address.strip())
        if not own_place and not sending.justified:
            raise DeliveryNotJustified(rule="住民基本台帳法12条7項")


def _by_law(request: CopyRequest, records: Sequence[ResidentRecord], day: date) -> bool:
    return request.asker.guardian or all(age_on(one.birth_date, day) < UNDER_LAW for one in records)


def decide_nationwide(query: NationwideQuery, records: Sequence[ResidentRecord], day: date) -> None:
    """Check a copy asked for at another municipality's counter (12条の4; R-047).

    Only the person and their household may, with their card or another public document with a photograph; domicile
    and head of the family register never stand on it, code and number on a special request.

    Raises:
        CopyRefused, NumberNotOnRecord: see each.
    """
    if query.by not in {Requester.SELF, Requester.SAME_HOUSEHOLD}:
        raise RequesterNotEntitled(rule="住民基本台帳法12条の4第1項")
    if query.shown not in NATIONWIDE_DOCUMENTS:
        raise IdentityNotShown(rule="住民基本台帳法12条の4第1項, 第6項")
    if Item.DOMICILE in query.items:
        raise ItemNotForRequester(rule="住民基本台帳法12条の4第1項, 7条5号", item=Item.DOMICILE.value)
    if day < FOREIGN_NETWORK_FROM and any(one.kind == "foreign" for one in records):
        raise ForeignNotYet(rule="住民基本台帳法附則(2009) 3条; 12条の4")
    _require_special(query.items & SPECIAL, records, day)


def fee_of(request: CopyRequest, fee_yen: int) -> int:
    """Return the fee: none for public bodies and where a law frees from it (手数料条例; 地方自治法227条)."""
    free = request.asker.kind is Requester.PUBLIC_BODY or bool(request.free_by.strip())
    return 0 if free else fee_yen * request.copies
