"""Identification information as the prefecture holds it (住基法30条の6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.prefecture.domain.errors import (
    ChangeOfOtherMunicipality,
    MunicipalityElsewhere,
    NoticeOutOfOrder,
)
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode
from mizuhiki.vocabulary.persons import ChangeReason, FourItems


@dataclass(frozen=True, slots=True)
class IdentificationNotice:
    """本人確認情報 of one person with change data; `sequence` rises per (municipality, person)."""

    change_id: str
    sequence: int
    municipality_code: str
    reason: ChangeReason
    effective_on: date
    code: ResidentRecordCode
    number: IndividualNumber
    four_items: FourItems
    in_register: bool
    protected: bool = False
    previous_code: ResidentRecordCode | None = None


def check_origin(prefecture_code: str, sender: str, notice: IdentificationNotice) -> None:
    """Check that `sender`, a municipality code, is of this prefecture and speaks of its own register.

    Raises:
        MunicipalityElsewhere: the sender lies in another prefecture.
        ChangeOfOtherMunicipality: the notice concerns another municipality.
    """
    if not sender.startswith(prefecture_code):
        raise MunicipalityElsewhere
    if notice.municipality_code != sender:
        raise ChangeOfOtherMunicipality(change=notice.change_id)


def check_order(known_sequence: int, notice: IdentificationNotice) -> None:
    """Check that a notice follows the last one known from the same municipality (0 when none).

    Raises:
        NoticeOutOfOrder: it does not.
    """
    if notice.sequence <= known_sequence:
        raise NoticeOutOfOrder(change=notice.change_id, known=known_sequence)
