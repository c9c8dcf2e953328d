"""Where a body that checks a number against identification information asks (R-050): four cases, as a table."""

from __future__ import annotations

import enum

from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, key_of, kind_of


class Route(enum.StrEnum):
    """The system that answers.

    The communication server (CS) is the municipality's way into the network: behind it answer the prefecture's server
    for people of the same prefecture and the national server for everybody else.
    """

    OWN_SYSTEM = "own-system"
    COMMUNICATION_SERVER = "communication-server"
    PREFECTURE_SERVER = "prefecture-server"
    NATIONAL_SERVER = "national-server"


_TABLE = {
    (InstitutionKind.MUNICIPALITY, True): Route.OWN_SYSTEM,
    (InstitutionKind.MUNICIPALITY, False): Route.COMMUNICATION_SERVER,
    (InstitutionKind.PREFECTURE, True): Route.PREFECTURE_SERVER,
    (InstitutionKind.PREFECTURE, False): Route.NATIONAL_SERVER,
}
"""By the kind of the asker, and whether the person lives in its own area."""


def route(asker: InstitutionId, home: str | None) -> Route:
    """Return whom `asker` asks about a person registered in the municipality `home` (six digits; None: not its own).

    Bodies that are neither municipality nor prefecture always ask the national server (住基法30条の9).
    """
    kind = kind_of(asker)
    if kind not in {InstitutionKind.MUNICIPALITY, InstitutionKind.PREFECTURE}:
        return Route.NATIONAL_SERVER
    own = home is not None and home.startswith(key_of(asker))
    return _TABLE[kind, own]
