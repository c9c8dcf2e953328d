"""The national register's part in keeping the tiers alike and in telling people who looked them up, version 1."""

from __future__ import annotations

from mizuhiki.vocabulary.ids import InstitutionKind as Kind
from mizuhiki.wire.endpoint import Endpoint
from mizuhiki.wire.register_network import OpenedLookUps
from mizuhiki.wire.sealed import Sealed

COMPARE_PAGES = Endpoint(
    name="national_register.compare_pages",
    path="/v1/page-comparisons",
    request=Sealed,
    answer=Sealed,
    callers=frozenset({Kind.MUNICIPALITY}),
    summary="Compare the digests of a municipality's register (register_network.PagesToCompare → DifferingPages).",
    basis="住基法30条の6, 36条の2; R-012",
)
COMPARE_RECORDS = Endpoint(
    name="national_register.compare_records",
    path="/v1/record-comparisons",
    request=Sealed,
    answer=Sealed,
    callers=frozenset({Kind.MUNICIPALITY}),
    summary="Compare the records of differing pages (register_network.RecordsToCompare → FoundDifferences).",
    basis="住基法30条の6, 36条の2; R-012",
)
OPEN_LOOK_UPS = Endpoint(
    name="national_register.open_look_ups",
    path="/v1/look-up-openings",
    request=Sealed,
    answer=OpenedLookUps,
    callers=frozenset({Kind.JPKI}),
    summary="A person's look-ups at every tier, each sealed to the portal (register_network.LookUpsQuestion).",
    basis="住基法30条の32; 番号法附則6条3項; R-026",
)
NETWORK_ENDPOINTS = (COMPARE_PAGES, COMPARE_RECORDS, OPEN_LOOK_UPS)
