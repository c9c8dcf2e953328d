"""The prefecture's register server, version 1."""

from __future__ import annotations

from mizuhiki.vocabulary.ids import InstitutionKind as Kind
from mizuhiki.wire.endpoint import Acknowledgement, Endpoint
from mizuhiki.wire.register_network import TierLookUps
from mizuhiki.wire.sealed import Sealed

NOTIFY_IDENTIFICATION = Endpoint(
    name="prefecture.notify_identification",
    path="/v1/identification-changes",
    request=Sealed,
    answer=Acknowledgement,
    callers=frozenset({Kind.MUNICIPALITY}),
    summary="Take identification information notified by a municipality (national_register.IdentificationChanges).",
    basis="住基法30条の6; R-012, R-049",
)
SEARCH_IDENTIFICATION = Endpoint(
    name="prefecture.search_identification",
    path="/v1/identification-search",
    request=Sealed,
    answer=Sealed,
    callers=frozenset({Kind.MUNICIPALITY, Kind.PREFECTURE_WELFARE, Kind.BOARD_OF_EDUCATION}),
    summary="Identification information of a resident of the prefecture (national_register.IdentificationSearch).",
    basis="住基法30条の12; R-050, R-052",
)
COMPARE_PAGES = Endpoint(
    name="prefecture.compare_pages",
    path="/v1/page-comparisons",
    request=Sealed,
    answer=Sealed,
    callers=frozenset({Kind.MUNICIPALITY}),
    summary="Compare the digests of a municipality's register (register_network.PagesToCompare → DifferingPages).",
    basis="住基法30条の6, 36条の2; R-012",
)
COMPARE_RECORDS = Endpoint(
    name="prefecture.compare_records",
    path="/v1/record-comparisons",
    request=Sealed,
    answer=Sealed,
    callers=frozenset({Kind.MUNICIPALITY}),
    summary="Compare the records of differing pages (register_network.RecordsToCompare → FoundDifferences).",
    basis="住基法30条の6, 36条の2; R-012",
)
OPEN_LOOK_UPS = Endpoint(
    name="prefecture.open_look_ups",
    path="/v1/look-up-openings",
    request=Sealed,
    answer=TierLookUps,
    callers=frozenset({Kind.NATIONAL_REGISTER}),
    summary="A person's look-ups, sealed to the portal (register_network.LookUpsQuestion → TierLookUps).",
    basis="住基法30条の32; 番号法附則6条3項; R-026",
)
ENDPOINTS = (
    NOTIFY_IDENTIFICATION,
    SEARCH_IDENTIFICATION,
    COMPARE_PAGES,
    COMPARE_RECORDS,
    OPEN_LOOK_UPS,
)
