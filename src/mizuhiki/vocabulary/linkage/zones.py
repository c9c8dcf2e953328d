"""Which networks an institution stands on (政府共通ネットワーク, LGWAN, 住基ネット; R-223).

A call is served only between institutions that share a network. An intermediate server stands where its owner does.
"""

from __future__ import annotations

import enum
from functools import cache

from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, kind_of, owner_of
from mizuhiki.vocabulary.linkage.source import setting

DEFAULT = "default"


class NetworkZone(enum.StrEnum):
    """One closed network, or the open one."""

    GOVERNMENT = "government"
    LGWAN = "lgwan"
    REGISTER = "register"
    INTERNET = "internet"


@cache
def _zones_of_kind(kind: InstitutionKind) -> frozenset[NetworkZone]:
    table = setting()["zones"]
    return frozenset(NetworkZone(zone) for zone in table.get(kind.value, table[DEFAULT]))


def zones_of(institution: InstitutionId) -> frozenset[NetworkZone]:
    """Return the networks an institution stands on by its kind.

    Raises:
        MalformedInstitutionId: the identifier names none.
    """
    kind = kind_of(institution)
    if kind is InstitutionKind.INTERMEDIATE_SERVER:
        return _zones_of_kind(kind_of(owner_of(institution)))
    return _zones_of_kind(kind)


def zones_shared(one: InstitutionId, other: InstitutionId) -> frozenset[NetworkZone]:
    """Return the networks on which two institutions can reach each other."""
    return zones_of(one) & zones_of(other)
