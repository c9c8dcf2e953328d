"""Prefectures, municipalities, wards and addresses."""

from mizuhiki.vocabulary.places.addresses import Address, MalformedAddress, normalise_address
from mizuhiki.vocabulary.places.municipalities import (
    MalformedMunicipalityCode,
    Municipality,
    MunicipalityKind,
    NoSuchPlace,
    Prefecture,
    municipalities,
    municipality,
    municipality_check_digit,
    prefecture,
    prefectures,
)
from mizuhiki.vocabulary.places.romanisation import romanise

__all__ = [
    "Address",
    "MalformedAddress",
    "MalformedMunicipalityCode",
    "Municipality",
    "MunicipalityKind",
    "NoSuchPlace",
    "Prefecture",
    "municipalities",
    "municipality",
    "municipality_check_digit",
    "normalise_address",
    "prefecture",
    "prefectures",
    "romanise",
]
