"""Which certificates a change in the register ends (異動等失効情報, 公的個人認証法12条, 31条; R-202).

- Death, ex-officio removal and, before 2024-05-27, a move abroad end both kinds. The register marks
  a move abroad by a move-out that no longer names an address in Japan.
- A move to another municipality in Japan ends nothing by itself; the entry at the new place states another address,
  which ends the signature certificate. So does any other change of name, birth date, sex or address.
- A corrected typing fault (軽微な修正) ends nothing: what the certificate says was never another fact.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from mizuhiki.institutions.jpki.domain.certificates import Cause, Certificate, Kind, State
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.persons import ChangeReason, FourItems
from mizuhiki.vocabulary.places import prefectures

OVERSEAS_USE_FROM = date(2024, 5, 27)
"""From this day certificates of somebody who moves abroad go on (R-058)."""
_PREFECTURES = tuple(one.name for one in prefectures())


@dataclass(frozen=True, slots=True)
class RegisterChange:
    """One event, as the national register sent it."""

    event_id: str
    code: ResidentRecordCode = field(repr=False)
    reason: ChangeReason
    effective_on: date
    four_items: FourItems = field(repr=False)
    in_register: bool

    @property
    def leaves(self) -> bool:
        """Whether the person left every register of the country."""
        if self.reason in (ChangeReason.DEATH, ChangeReason.EX_OFFICIO_REMOVAL):
            return not self.in_register
        abroad = self.reason is ChangeReason.MOVE_OUT and not self.four_items.address.startswith(_PREFECTURES)
        return abroad and self.effective_on < OVERSEAS_USE_FROM


@dataclass(frozen=True, slots=True)
class Effect:
    """What one change does to one certificate; `items` is the new digest where only the text was corrected."""

    cause: Cause | None = None
    items: bytes | None = None


def effect_of(change: RegisterChange, certificate: Certificate, items: bytes) -> Effect:
    """Return what a change does to a certificate; `items` is the keyed digest of the four items it states now."""
    if certificate.state is State.REVOKED:
        return Effect()
    if change.leaves:
        return Effect(cause=Cause.LEFT_REGISTER)
    if certificate.kind is not Kind.SIGNATURE or change.reason is ChangeReason.MOVE_OUT or not change.in_register:
        return Effect()
    if items == certificate.items:
        return Effect()
    if change.reason is ChangeReason.MINOR_CORRECTION:
        return Effect(items=items)
    return Effect(cause=Cause.ITEMS_CHANGED)
