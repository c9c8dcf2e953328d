"""Affairs under ordinances at the commission: lodged, published, listed, ended (番号法9条2項, 19条9号)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta

from mizuhiki.vocabulary.affairs import LOCAL_BODIES, AffairField
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.ids import InstitutionKind as Kind
from mizuhiki.vocabulary.statute import AskedOfItem, OrdinanceAffair, OrdinanceProcedure
from mizuhiki.vocabulary.statute.ordinances import LONGEST_TITLE, MOST_ASKED, MOST_PROCEDURES
from mizuhiki.wire.endpoint import Endpoint, Message
from mizuhiki.wire.types import AffairText, Identifier, InstitutionText, KindText, SignedObject

ORDINANCE_AFFAIRS_TYPE = "ordinance-affairs"
"""Object type of the commission's list: the `typ` header of its signed payload."""
SlugText = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$(?!\n)", max_length=40)]
TitleText = Annotated[str, Meta(min_length=1, max_length=LONGEST_TITLE)]


class ItemAsked(Message, frozen=True):
    """A class of providers and a kind, as the item of table 2 has them."""

    provider_class: KindText
    kind: KindText


class FiledProcedure(Message, frozen=True):
    """A procedure of the affair; its code is ``<affair>.<slug>``."""

    slug: SlugText
    title_ja: TitleText
    title_en: TitleText


class FiledAffair(Message, frozen=True):
    """An affair under an ordinance; see `vocabulary.statute.OrdinanceAffair`. `valid_until` is its last day."""

    slug: SlugText
    title_ja: TitleText
    title_en: TitleText
    field: AffairField
    ordinance: TitleText
    item: Annotated[str, Meta(pattern=r"^2-[0-9]+(-[0-9]+)?$(?!\n)", max_length=16)]
    asked: Annotated[list[ItemAsked], Meta(min_length=1, max_length=MOST_ASKED)]
    procedures: Annotated[list[FiledProcedure], Meta(min_length=1, max_length=MOST_PROCEDURES)]
    valid_from: date
    valid_until: date | None


def filed(affair: OrdinanceAffair) -> FiledAffair:
    """Return an affair as it is sent; whose it is goes beside it."""
    return FiledAffair(
        slug=affair.slug,
        title_ja=affair.title_ja,
        title_en=affair.title_en,
        field=affair.field,
        ordinance=affair.ordinance,
        item=affair.item,
        asked=[ItemAsked(provider_class=one.provider_class, kind=one.kind) for one in affair.asked],
        procedures=[
            FiledProcedure(slug=one.slug, title_ja=one.title_ja, title_en=one.title_en) for one in affair.procedures
        ],
        valid_from=affair.valid_from,
        valid_until=affair.valid_until,
    )


def affair_of(institution: InstitutionId, sent: FiledAffair) -> OrdinanceAffair:
    """Return the affair that was sent, of this body."""
    return OrdinanceAffair(
        institution=institution,
        slug=sent.slug,
        title_ja=sent.title_ja,
        title_en=sent.title_en,
        field=sent.field,
        ordinance=sent.ordinance,
        item=sent.item,
        asked=tuple(AskedOfItem(one.provider_class, one.kind) for one in sent.asked),
        procedures=tuple(OrdinanceProcedure(one.slug, one.title_ja, one.title_en) for one in sent.procedures),
        valid_from=sent.valid_from,
        valid_until=sent.valid_until,
    )


class OrdinanceFiling(Message, frozen=True):
    """Lodge an affair of the caller's; the same filing again changes nothing and tells where it stands."""

    filing_id: Identifier
    affair: FiledAffair


class OrdinanceReceipt(Message, frozen=True):
    """Where a filing stands: ``lodged``, ``published``, ``returned`` (with the reason) or ``withdrawn``."""

    filing_id: Identifier
    affair: AffairText
    title_ja: str
    title_en: str
    lodged_at: datetime
    state: Identifier
    reason: str


class OwnFilingsRequest(Message, frozen=True):
    """Ask where the caller's own filings stand."""


class OwnFilings(Message, frozen=True):
    """Every filing of the caller, newest first."""

    filings: list[OrdinanceReceipt]


class OrdinanceEnd(Message, frozen=True):
    """End an affair of the caller's: from the day on which this arrives, nothing is asked for it any more."""

    filing_id: Identifier


class PublishedAffair(Message, frozen=True):
    """An affair as it was published; see `vocabulary.statute.PublishedOrdinanceAffair` for the last two days."""

    institution: InstitutionText
    affair: FiledAffair
    published_on: date
    asked_until: date | None
    lawful_until: date | None


class OrdinanceAffairsStatement(Message, frozen=True):
    """Payload the commission signs: every affair ever published of the bodies named.

    `of` is the one body asked about, or empty: then the list goes on after the body `next`, unless that is empty.
    """

    stated_at: datetime
    of: str
    after: str
    affairs: list[PublishedAffair]
    next: str


class OrdinanceAffairsRequest(Message, frozen=True):
    """Ask for the affairs of one body, or, where `of` is empty, of everybody after `after`, by pages."""

    of: Annotated[str, Meta(pattern=r"^([a-z]+(-[a-z0-9]+)*)?$(?!\n)", max_length=64)] = ""
    after: Annotated[str, Meta(pattern=r"^([a-z]+(-[a-z0-9]+)*)?$(?!\n)", max_length=64)] = ""


class OrdinanceAffairs(Message, frozen=True):
    """Signed object over `OrdinanceAffairsStatement`."""

    statement: SignedObject


LODGE_ORDINANCE_AFFAIR = Endpoint(
    name="commission.lodge_ordinance_affair",
    path="/v1/ordinance-affairs",
    request=OrdinanceFiling,
    answer=OrdinanceReceipt,
    callers=LOCAL_BODIES,
    summary="Lodge an affair under the caller's own ordinance, that is to be linked.",
    basis="番号法9条2項, 19条9号; R-002, R-252",
)
OWN_ORDINANCE_FILINGS = Endpoint(
    name="commission.own_ordinance_filings",
    path="/v1/ordinance-affairs/own",
    request=OwnFilingsRequest,
    answer=OwnFilings,
    callers=LOCAL_BODIES,
    summary="Where the caller's own filings of affairs under ordinances stand.",
    basis="番号法9条2項, 19条9号; R-252",
)
END_ORDINANCE_AFFAIR = Endpoint(
    name="commission.end_ordinance_affair",
    path="/v1/ordinance-affairs/end",
    request=OrdinanceEnd,
    answer=OrdinanceReceipt,
    callers=LOCAL_BODIES,
    summary="End linkage for an affair of the caller's.",
    basis="番号法9条2項, 19条9号; R-252",
)
ORDINANCE_AFFAIRS = Endpoint(
    name="commission.ordinance_affairs",
    path="/v1/ordinance-affairs/published",
    request=OrdinanceAffairsRequest,
    answer=OrdinanceAffairs,
    callers=frozenset(Kind) - {Kind.OUTSIDE_PARTIES},
    summary="Affairs under ordinances that the commission published, signed; of one body or of all, by pages.",
    basis="番号法19条9号; R-002, R-252",
)
ENDPOINTS = (LODGE_ORDINANCE_AFFAIR, OWN_ORDINANCE_FILINGS, END_ORDINANCE_AFFAIR, ORDINANCE_AFFAIRS)
