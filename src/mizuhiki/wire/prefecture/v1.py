"""The prefecture's register server, version 1."""

from __future__ import annotations

from mizuhiki.vocabulary.ids import InstitutionKind as Kind
from mizuhiki.wire.endpoint import Acknowledgement, Endpoint
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
ENDPOINTS = (NOTIFY_IDENTIFICATION,)
