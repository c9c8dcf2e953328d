"""Inspection of part of the register (閲覧, 住基法11条, 11条の2): who may, for what, what is seen, what is published.

Since 2006-11-01 nobody inspects for selling: public bodies for tasks of law, and on the mayor's permission those who do
research of public interest, welfare work of public bodies' partners, or prove residence for a lawsuit. What is seen
are name, birth date, sex and address; people under a support measure are never among it (R-075).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.municipality.domain.copies.errors import CopyRefused
from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.vocabulary.errors import Conflict, NotFound
from mizuhiki.vocabulary.names import normalise_for_comparison
from mizuhiki.vocabulary.persons import Sex

PERMISSION_FROM = date(2006, 11, 1)
"""In force of the amendment that ended inspection by anybody for anything."""


class InspectionRefused(CopyRefused):
    """The request lacks what the Act asks for; fields `rule`, `item`."""

    code = "inspection-refused"
    title = "The register is not shown for this request"


class UnknownInspection(NotFound):
    """There is no request of that name."""

    code = "unknown-inspection"
    title = "There is no such request for inspection"


class InspectionNotInState(Conflict):
    """It was decided already, or is not permitted."""

    code = "inspection-not-in-state"
    title = "This step does not fit where the request stands"


class InspectionKind(enum.StrEnum):
    """Who asks for what."""

    PUBLIC_BODY = "public-body"
    """A task that a law or ordinance gives (11条1項)."""
    RESEARCH = "research"
    """Statistics, opinion polls, scholarship whose results are of public interest (11条の2第1項1号)."""
    WELFARE = "welfare"
    """Work of a public association for the welfare of the region (11条の2第1項2号)."""
    LAWSUIT = "lawsuit"
    """Proof of residence for a lawsuit and the like (11条の2第1項3号)."""
    COMMERCE = "commerce"
    """Direct mail, market research and anything else; always refused."""


class InspectionState(enum.StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    PERMITTED = "permitted"
    REFUSED = "refused"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class InspectionRequest:
    """閲覧申出書. `basis`: the law a public body acts on; `handling`: how the list is kept and destroyed.

    Who is seen: an address that begins with `area`, born from `born_from` to `born_until`, of `sex` when given.
    """

    kind: InspectionKind
    body: str
    responsible: str
    purpose: str
    inspectors: tuple[str, ...]
    area: str
    basis: str = ""
    handling: str = ""
    publication: str = ""
    """How the results of research are made public; needed for research."""
    born_from: date | None = None
    born_until: date | None = None
    sex: Sex | None = None

    def wants(self, record: ResidentRecord) -> bool:
        """Whether a record is within what was asked for."""
        area = normalise_for_comparison(record.address).startswith(normalise_for_comparison(self.area))
        born = (self.born_from or date.min) <= record.birth_date <= (self.born_until or date.max)
        return area and born and self.sex in {None, record.sex}


@dataclass(frozen=True, slots=True)
class Inspection:
    """A request with its decision. `people` is how many lines were shown."""

    inspection: str
    request: InspectionRequest
    asked_on: date
    state: InspectionState = InspectionState.ASKED
    decided_on: date | None = None
    decided_by: str = ""
    refusal: str = ""
    inspected_on: date | None = None
    people: int = 0


@dataclass(frozen=True, slots=True)
class InspectedLine:
    """What is seen of one person: the four items."""

    name: str
    birth_date: date
    sex: Sex
    address: str


@dataclass(frozen=True, slots=True)
class PublishedLine:
    """What is made public of an inspection once a year (11条3項, 11条の2第12項)."""

    body: str
    purpose: str
    inspected_on: date
    area: str


def require_permissible(request: InspectionRequest, day: date) -> None:
    """Check what the Act asks of a request before anybody decides on it.

    Raises:
        InspectionRefused: fields `rule` and `item` say why.
    """
    public = request.kind is InspectionKind.PUBLIC_BODY
    rule = "住民基本台帳法11条" if public else "住民基本台帳法11条の2"
    if request.kind is InspectionKind.COMMERCE and day >= PERMISSION_FROM:
        raise InspectionRefused(rule="住民基本台帳法11条の2第1項 (2006-11-01)", item="purpose")
    for item in ("body", "responsible", "purpose", "area"):
        if not getattr(request, item).strip():
            raise InspectionRefused(rule=rule, item=item)
    if not request.inspectors:
        raise InspectionRefused(rule=rule, item="inspectors")
    if public and not request.basis.strip():
        raise InspectionRefused(rule="住民基本台帳法11条2項", item="basis")
    if not public and not request.handling.strip():
        raise InspectionRefused(rule="住民基本台帳法11条の2第2項", item="handling")
    if request.kind is InspectionKind.RESEARCH and not request.publication.strip():
        raise InspectionRefused(rule="住民基本台帳法11条の2第2項", item="publication")


def published(inspections: list[Inspection], fiscal_year: int) -> list[PublishedLine]:
    """Return what a fiscal year's publication says; proofs for lawsuits are left out, as the Act has it."""
    first, last = date(fiscal_year, 4, 1), date(fiscal_year + 1, 3, 31)
    return [
        PublishedLine(one.request.body, one.request.purpose, one.inspected_on, one.request.area)
        for one in sorted(inspections, key=lambda one: (one.inspected_on or date.max, one.inspection))
        if one.inspected_on is not None
        and first <= one.inspected_on <= last
        and one.request.kind is not InspectionKind.LAWSUIT
    ]
