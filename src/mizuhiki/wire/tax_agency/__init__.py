"""Interfaces served by the tax agency (Corporate Numbers)."""

from mizuhiki.wire.tax_agency.v1 import (
    ENDPOINTS,
    MOST_NUMBERS,
    RESOLVE_CORPORATE_NUMBERS,
    PublishedCorporation,
    ResolveCorporateNumbers,
    ResolvedCorporateNumbers,
)

__all__ = [
    "ENDPOINTS",
    "MOST_NUMBERS",
    "RESOLVE_CORPORATE_NUMBERS",
    "PublishedCorporation",
    "ResolveCorporateNumbers",
    "ResolvedCorporateNumbers",
]
