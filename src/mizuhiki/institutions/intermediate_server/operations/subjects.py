"""Who may be asked about: the addressee's pseudonym, and what is held to compare the answer with (R-229)."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from mizuhiki.institutions.intermediate_server.domain.errors import (
    AddresseeMismatch,
    FourItemsMissing,
    PseudonymNotAcquired,
    UnknownAddressee,
)
from mizuhiki.institutions.intermediate_server.ports import PersonKey, Standing, Subject
from mizuhiki.vocabulary.generations import FIRST
from mizuhiki.vocabulary.persons import FourItems


class Asked(NamedTuple):
    """Who is asked about: the pseudonym, and the generation it is of and is converted in."""

    pseudonym: PersonKey
    generation: int


def subject_of(subject: Subject | None) -> tuple[PersonKey, FourItems]:
    """Return the pseudonym and the own four items of somebody who may be asked about.

    Raises:
        UnknownAddressee, AddresseeMismatch, PseudonymNotAcquired, FourItemsMissing: nobody can be asked about it.
    """
    if subject is None:
        raise UnknownAddressee
    if subject.mismatched:
        raise AddresseeMismatch
    return own_of(subject)


def require_askable(standing: Standing | None) -> None:
    """Refuse by the same rules, in the same order, before anything of the person is read. Errors as in `subject_of`."""
    if standing is None:
        raise UnknownAddressee
    if standing.mismatched:
        raise AddresseeMismatch
    if not standing.is_acquired:
        raise PseudonymNotAcquired
    if not standing.has_four_items:
        raise FourItemsMissing


def own_of(subject: Subject) -> tuple[PersonKey, FourItems]:
    """Return the same of somebody who was asked about already, blocked meanwhile or not; errors as in `subject_of`."""
    if subject.pseudonym is None:
        raise PseudonymNotAcquired
    if subject.addressee.four_items is None:
        raise FourItemsMissing
    return subject.pseudonym, subject.addressee.four_items


def asked_of(subject: Subject | None) -> tuple[Asked, FourItems]:
    """Return the pseudonym with its generation, and the own four items; errors as in `subject_of`."""
    pseudonym, own = subject_of(subject)
    return Asked(pseudonym, FIRST if subject is None else subject.generation), own


def is_gone(subject: Subject | None, closed: Collection[int] = ()) -> bool:
    """Say whether somebody has no code, or none but of these generations."""
    return subject is None or subject.pseudonym is None or subject.generation in closed
