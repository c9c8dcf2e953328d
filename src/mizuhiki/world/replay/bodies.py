"""Bodies of a replay: who asks whom, and whose copies are asked for.

Three municipalities ask each other; the student services organization asks them and the employment office. Every
person is known to all of them, as one that is asked about has to be at both places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id
from mizuhiki.world.replay.mix import CHILD_ALLOWANCE, PROCEDURES, STUDENT_AID, Procedure

COMMISSION, CORE = institution_id(InstitutionKind.COMMISSION), institution_id(InstitutionKind.LINKAGE_CORE)
CITIES = tuple(institution_id(InstitutionKind.MUNICIPALITY, code) for code in ("452025", "131032", "155861"))
STUDENT_SERVICES = institution_id(InstitutionKind.STUDENT_SERVICES)
EMPLOYMENT_OFFICE = institution_id(InstitutionKind.PUBLIC_EMPLOYMENT_OFFICE)

ASKING = (*CITIES, STUDENT_SERVICES)
BODIES = (*ASKING, EMPLOYMENT_OFFICE)
"""Each body's place here is part of its addressee numbers."""

KEPT: Mapping[InstitutionId, Sequence[str]] = {
    **dict.fromkeys(CITIES, ("local-tax", "resident-record")),
    STUDENT_SERVICES: (),
    EMPLOYMENT_OFFICE: ("unemployment-benefit",),
}
"""Kinds of which each body has copies."""


def procedures_of(asking: InstitutionId) -> Sequence[Procedure]:
    """Return the procedures a body asks in; its most frequent published one first."""
    if asking == STUDENT_SERVICES:
        return (STUDENT_AID,)
    return (CHILD_ALLOWANCE, *(one for one in PROCEDURES if one not in {CHILD_ALLOWANCE, STUDENT_AID}))


def asked_by(asking: InstitutionId) -> Sequence[InstitutionId]:
    """Return whom a body asks at all, in an order of its own: a municipality mostly asks the next one (`files`)."""
    if asking == STUDENT_SERVICES:
        return (*CITIES, EMPLOYMENT_OFFICE)
    place = CITIES.index(asking)
    return (*CITIES[place + 1 :], *CITIES[:place])
