"""Identifiers that cross institution boundaries.

An institution is named by its kind and, where there are several of a kind, a key: ``municipality-452025``,
``prefecture-45``, ``intermediate-municipality-452025``, ``linkage-core``. The string form is used everywhere:
host name label, directory entry, signature key id, log origin.
"""

from __future__ import annotations

import enum
import re
from functools import lru_cache
from typing import NamedTuple, NewType

from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.vocabulary.places.municipalities import designated_cities

InstitutionId = NewType("InstitutionId", str)
"""A parsed institution identifier; made only by `parse_institution_id` and `institution_id`."""


class ExchangeName(NamedTuple):
    """What names an exchange at all three places; `exchange_number` (処理通番) alone is the inquirer's own."""

    inquirer: InstitutionId
    exchange_number: str


class InstitutionKind(enum.StrEnum):
    """What an institution is in law; access rules are written against kinds."""

    MUNICIPALITY = "municipality"
    PREFECTURE = "prefecture"
    NATIONAL_REGISTER = "national-register"
    JPKI = "jpki"
    LINKAGE_CORE = "linkage-core"
    COMMISSION = "commission"
    INTERMEDIATE_SERVER = "intermediate"
    PENSION_SERVICE = "pension-service"
    STUDENT_SERVICES = "student-services-organization"
    PORTAL = "portal"
    TAX_AGENCY = "tax-agency"
    OUTSIDE_PARTIES = "outside-parties"
    PUBLIC_EMPLOYMENT_OFFICE = "public-employment-office"
    HEALTH_INSURANCE_SOCIETY = "health-insurance-society"
    PREFECTURE_WELFARE = "prefecture-welfare"
    BOARD_OF_EDUCATION = "prefectural-board-of-education"


SINGLE_KINDS = frozenset(
    {
        InstitutionKind.NATIONAL_REGISTER,
        InstitutionKind.JPKI,
        InstitutionKind.LINKAGE_CORE,
        InstitutionKind.COMMISSION,
        InstitutionKind.PENSION_SERVICE,
        InstitutionKind.STUDENT_SERVICES,
        InstitutionKind.PORTAL,
        InstitutionKind.TAX_AGENCY,
        InstitutionKind.OUTSIDE_PARTIES,
        InstitutionKind.PUBLIC_EMPLOYMENT_OFFICE,
        InstitutionKind.HEALTH_INSURANCE_SOCIETY,
    }
)

_KEYED = {
    InstitutionKind.MUNICIPALITY: re.compile(r"[0-9]{6}\Z"),
    InstitutionKind.PREFECTURE: re.compile(r"[0-9]{2}\Z"),
    InstitutionKind.PREFECTURE_WELFARE: re.compile(r"[0-9]{2}\Z"),
    InstitutionKind.BOARD_OF_EDUCATION: re.compile(r"[0-9]{2}\Z"),
}

_BODY_IN_LAW = {InstitutionKind.PREFECTURE_WELFARE: InstitutionKind.PREFECTURE.value}
"""Kinds that are a section of a body the law names as a whole."""
DESIGNATED_CITY = "designated-city"
"""The class of the cities named by cabinet order: what the law gives them, it does not give to other municipalities."""

_COLLECTIVE_NAMES = {InstitutionKind.HEALTH_INSURANCE_SOCIETY: ("medical-insurers",)}
"""Names under which the law speaks of several classes of bodies at once (医療保険者: 番号法別表第二の1の項 et al.)."""


class MalformedInstitutionId(Malformed):
    """Not the name of an institution."""

    code = "malformed-institution-id"
    title = "This is not an institution identifier"


def parse_institution_id(text: str) -> InstitutionId:
    """Return `text` as an institution identifier.

    Raises:
        MalformedInstitutionId: the text names no kind, lacks its key, or has one it must not have.
    """
    kind_of(InstitutionId(text))
    return InstitutionId(text)


def institution_id(kind: InstitutionKind, key: str = "") -> InstitutionId:
    """Compose the identifier of an institution from its kind and key."""
    return parse_institution_id(f"{kind.value}-{key}" if key else kind.value)


@lru_cache(maxsize=16_384)
def kind_of(institution: InstitutionId) -> InstitutionKind:
    """Return the kind an identifier names.

    Raises:
        MalformedInstitutionId: see `parse_institution_id`.
    """
    for kind in SINGLE_KINDS:
        if institution == kind.value:
            return kind
    prefix = f"{InstitutionKind.INTERMEDIATE_SERVER.value}-"
    if institution.startswith(prefix):
        owner = kind_of(InstitutionId(institution.removeprefix(prefix)))
        if owner is not InstitutionKind.INTERMEDIATE_SERVER:
            return InstitutionKind.INTERMEDIATE_SERVER
    for kind, key in _KEYED.items():
        if institution.startswith(f"{kind.value}-") and key.match(institution.removeprefix(f"{kind.value}-")):
            return kind
    raise MalformedInstitutionId(field="institution")


def key_of(institution: InstitutionId) -> str:
    """Return the key part of an identifier (municipality code, prefecture code, owner); empty for single kinds."""
    kind = kind_of(institution)
    return "" if kind in SINGLE_KINDS else institution.removeprefix(f"{kind.value}-")


def intermediate_server_of(owner: InstitutionId) -> InstitutionId:
    """Return the identifier of the intermediate server that serves `owner`."""
    return institution_id(InstitutionKind.INTERMEDIATE_SERVER, owner)


def owner_of(intermediate_server: InstitutionId) -> InstitutionId:
    """Return the institution an intermediate server belongs to.

    Raises:
        MalformedInstitutionId: the identifier is not that of an intermediate server.
    """
    if kind_of(intermediate_server) is not InstitutionKind.INTERMEDIATE_SERVER:
        raise MalformedInstitutionId(field="institution")
    return parse_institution_id(key_of(intermediate_server))


def body_in_law(kind: InstitutionKind) -> str:
    """Return the slug under which tables of law name a body of this kind: a section has that of its body."""
    return _BODY_IN_LAW.get(kind, kind.value)


def same_body(one: InstitutionId, other: InstitutionId) -> bool:
    """Tell whether two institutions are one body in law, or sections of it: they share within, which is no linkage."""
    first, second = kind_of(one), kind_of(other)
    return one == other or (body_in_law(first) == body_in_law(second) and key_of(one) == key_of(other))


def inquirer_names_in_law(institution: InstitutionId) -> tuple[str, ...]:
    """Return every slug under which law names this body as one that does an affair or asks.

    The law gives designated cities (地方自治法252条の19) affairs that stay the governor's elsewhere. Its own ordinances
    name the body itself, so its identifier comes last.
    """
    kind = kind_of(institution)
    if kind is InstitutionKind.MUNICIPALITY and key_of(institution) in designated_cities():
        return (kind.value, DESIGNATED_CITY, institution)
    return tuple(dict.fromkeys((body_in_law(kind), institution)))


def provider_names_in_law(kind: InstitutionKind) -> tuple[str, ...]:
    """Return every slug under which the statute table may name a body of this kind as a provider."""
    return (body_in_law(kind), *_COLLECTIVE_NAMES.get(kind, ()))
