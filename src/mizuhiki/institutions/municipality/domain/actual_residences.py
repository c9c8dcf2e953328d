"""Registration of an actual residence for the delivery of a card (居所情報登録; R-107 to R-119).

Four cases may have the card sent elsewhere than to the register's address. The address is a sensitive value: in the
case of violence a leak endangers a life.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.municipality.domain.notice_errors import (
    AttachmentMissing,
    CaseConditionMissing,
    ConsentMisplaced,
    HallNotAllowed,
    ResidenceNotFresh,
    ResidenceOutOfPeriod,
    SourceNotAllowed,
)
from mizuhiki.institutions.municipality.domain.notice_forms import START
from mizuhiki.vocabulary.sensitive import Sensitive

PERIOD_BEGINS = date(2015, 9, 1)
PERIOD_ENDS = date(2015, 9, 30)
"""Registration for the initial sending (R-111); publicity from about July."""


class ActualAddress(Sensitive[str]):
    """Where somebody really stays, or their agent; shown by `reveal()` only."""

    __slots__ = ()


class ResidenceCase(enum.StrEnum):
    """Why a card cannot be received at the register's address."""

    DISASTER = "disaster"
    """Evacuated after the Great East Japan Earthquake (R-107)."""
    VIOLENCE = "violence"
    """Victim of domestic violence or the like (R-108)."""
    LONG_STAY = "long-stay"
    """In a hospital or home for long, with nobody at the address (R-109)."""
    UNAVOIDABLE = "unavoidable"
    """Another unavoidable reason (R-110)."""


class ResidenceSource(enum.StrEnum):
    """Where the municipality has the address from."""

    APPLICATION = "application"
    HELD_BY_MUNICIPALITY = "held-by-municipality"
    """Evacuation addresses it holds (R-115), or those of the welfare department (R-117)."""
    CONTACT_BY_MUNICIPALITY = "contact-by-municipality"
    """The municipality asked the victim it supports (R-117)."""


class DeliveryPath(enum.StrEnum):
    """Who sends the card to the residence."""

    CARD_MAKER = "card-maker"
    TOWN_HALL = "town-hall"
    """Kept at the hall first; the card maker learns the hall's address only (R-116)."""


class Attachment(enum.StrEnum):
    """Papers of an application (R-112, R-113, R-118)."""

    IDENTITY_COPY = "identity-copy"
    PLACE_PROOF = "place-proof"
    VICTIM_PROOF = "victim-proof"
    POWER_OF_ATTORNEY = "power-of-attorney"
    AGENT_IDENTITY_COPY = "agent-identity-copy"


@dataclass(frozen=True, slots=True)
class LongStay:
    """Both conditions of a long stay, and the one that excludes it (R-109)."""

    nobody_at_address: bool
    expected_for_long: bool
    collects_after_leaving: bool = False


@dataclass(frozen=True, slots=True)
class Agent:
    """Who registers for the person; `deliver_to` when the card shall go to the agent's home or office (R-118)."""

    name: str
    deliver_to: ActualAddress | None = None


@dataclass(frozen=True, slots=True)
class ResidenceForm:
    """An application or an entry ex officio; `resident` is the record's token."""

    request_id: str
    resident: str
    case: ResidenceCase
    address: ActualAddress
    reason: str
    received_on: date
    source: ResidenceSource = ResidenceSource.APPLICATION
    path: DeliveryPath = DeliveryPath.CARD_MAKER
    attachments: frozenset[Attachment] = frozenset()
    confirmed_on: date | None = None
    """Day the municipality confirmed an address it held already."""
    consent_to_share: bool = False
    long_stay: LongStay | None = None
    agent: Agent | None = None


@dataclass(frozen=True, slots=True)
class ResidencePolicy:
    """What a municipality may decide: whether it asks evacuees for a proof of being a victim (R-113)."""

    victim_proof_required: bool = False


@dataclass(frozen=True, slots=True)
class ActualResidence:
    """A registration as it is held; `superseded_on` is set once a newer one took its place (R-119)."""

    residence: str
    resident: str
    case: ResidenceCase
    source: ResidenceSource
    path: DeliveryPath
    address: ActualAddress
    reason: str
    received_on: date
    attachments: frozenset[Attachment]
    confirmed_on: date | None
    consent_to_share: bool
    agent: Agent | None
    entered_by: str
    approved_by: str = ""
    superseded_on: date | None = None

    @property
    def delivery_address(self) -> ActualAddress:
        """Where the card goes: the agent's address if so wished, else the residence."""
        return self.agent.deliver_to if self.agent is not None and self.agent.deliver_to is not None else self.address


_SOURCES: dict[ResidenceCase, frozenset[ResidenceSource]] = {
    ResidenceCase.DISASTER: frozenset({ResidenceSource.APPLICATION, ResidenceSource.HELD_BY_MUNICIPALITY}),
    ResidenceCase.VIOLENCE: frozenset({ResidenceSource.APPLICATION, ResidenceSource.CONTACT_BY_MUNICIPALITY}),
    ResidenceCase.LONG_STAY: frozenset({ResidenceSource.APPLICATION, ResidenceSource.HELD_BY_MUNICIPALITY}),
    ResidenceCase.UNAVOIDABLE: frozenset({ResidenceSource.APPLICATION}),
}
_HALL_CASES = frozenset({ResidenceCase.VIOLENCE, ResidenceCase.LONG_STAY})


def sources_of(case: ResidenceCase) -> frozenset[ResidenceSource]:
    """Return where the address may come from in a case."""
    return _SOURCES[case]


def required_attachments(
    case: ResidenceCase, source: ResidenceSource, agent: Agent | None, policy: ResidencePolicy
) -> tuple[Attachment, ...]:
    """Return the papers that must be there, in the order of the checklist."""
    needed: list[Attachment] = []
    if source is ResidenceSource.APPLICATION:
        needed += [Attachment.IDENTITY_COPY, Attachment.PLACE_PROOF]
        if case is ResidenceCase.DISASTER and policy.victim_proof_required:
            needed.append(Attachment.VICTIM_PROOF)
    if agent is not None:
        needed += [Attachment.POWER_OF_ATTORNEY, Attachment.AGENT_IDENTITY_COPY]
    return tuple(needed)


def require_period(received_on: date, *, initial_recipient: bool, registered_before: bool) -> None:
    """Check when the application came.

    For the initial sending there is one month. A registered person who moves again registers again whenever that is
    (R-119); whoever got the number later is not bound to the month, but no card exists before the Act's first day.

    Raises:
        ResidenceOutOfPeriod: too early or too late.
    """
    if registered_before:
        return
    inside = PERIOD_BEGINS <= received_on <= PERIOD_ENDS
    if not inside and (initial_recipient or received_on < START):
        raise ResidenceOutOfPeriod


def require_registrable(form: ResidenceForm, policy: ResidencePolicy) -> None:
    """Check the rules of a case that do not depend on the calendar.

    Raises:
        CaseConditionMissing, SourceNotAllowed, HallNotAllowed, ConsentMisplaced, AttachmentMissing, ResidenceNotFresh:
            in this order.
    """
    if not form.address.reveal().strip():
        raise CaseConditionMissing(item="address")
    if not form.reason.strip():
        raise CaseConditionMissing(item="reason")
    _require_long_stay(form)
    if form.source not in _SOURCES[form.case]:
        raise SourceNotAllowed(item=form.source.value)
    if form.path is DeliveryPath.TOWN_HALL and form.case not in _HALL_CASES:
        raise HallNotAllowed
    if form.consent_to_share and form.case is not ResidenceCase.DISASTER:
        raise ConsentMisplaced
    for paper in required_attachments(form.case, form.source, form.agent, policy):
        if paper not in form.attachments:
            raise AttachmentMissing(item=paper.value)
    _require_fresh(form)


def _require_long_stay(form: ResidenceForm) -> None:
    if form.case is not ResidenceCase.LONG_STAY:
        return
    stay = form.long_stay
    if stay is None or not stay.expected_for_long:
        raise CaseConditionMissing(item="expected-for-long")
    if not stay.nobody_at_address:
        raise CaseConditionMissing(item="nobody-at-address")
    if stay.collects_after_leaving:
        raise CaseConditionMissing(item="collects-after-leaving")


def _require_fresh(form: ResidenceForm) -> None:
    if form.source is ResidenceSource.APPLICATION:
        return
    confirmed = form.confirmed_on
    if confirmed is None or not PERIOD_BEGINS <= confirmed <= form.received_on:
        raise ResidenceNotFresh
