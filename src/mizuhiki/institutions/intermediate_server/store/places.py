"""Where an addressee's pseudonym of a generation is kept: a number that says both (decision 0107).

It fits a key of 64 bits up to generation 9,222; `vocabulary.generations.LAST` is lower.
"""

from __future__ import annotations

from mizuhiki.institutions.intermediate_server.domain.addressees import ADDRESSEE_DIGITS

PLACES_OF_A_GENERATION: int = 10**ADDRESSEE_DIGITS


def place_of(addressee_number: str, generation: int) -> int:
    """Return the place of a pseudonym."""
    return generation * PLACES_OF_A_GENERATION + int(addressee_number)


def addressee_at(place: int) -> str:
    """Return the addressee number of whose pseudonym a place is."""
    return f"{place % PLACES_OF_A_GENERATION:0{ADDRESSEE_DIGITS}d}"
