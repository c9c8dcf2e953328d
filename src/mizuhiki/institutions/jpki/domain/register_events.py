"""Which certificates a change in the register ends (異動等失効情報, 公的個人認証法12条, 31条; R-202).

- Death and ex-officio removal end both kinds. So does, before `ABROAD_KEEPS`, a move abroad, which the register marks
  as one or by a move-out that no longer names an address in Japan. From that day on it ends the signature certificate
  alone, whose address is no longer true; the other goes on (R-058, R-210).
- A changed Individual Number ends the card that shows the old one, and with it both kinds (番号法17条, 7条2項).
- A move to another municipality in Japan ends nothing by itself; the entry at the new place states another address,
  which ends the signature certificate. So does any other change of name, birth date, sex or address.
- A corrected typing fault (軽微な修正) ends nothing: what the certificate says was never another fact.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from mizuhiki.institutions.jpki.domain.carriers import ABROAD_KEEPS
from mizuhiki.institutions.jpki.domain.certificates import Cause, Certificate, Kind, State
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.persons import ChangeReason, FourItems
from mizuhiki.vocabulary.places import prefectures

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
        """Whether the person is in no register of the country any more, and holds no card from abroad either."""
        if self.reason in (ChangeReason.DEATH, ChangeReason.EX_OFFICIO_REMOVAL):
            return not self.in_register
        return self.abroad and self.effective_on < ABROAD_KEEPS

    @property
    def abroad(self) -> bool:
        """Whether the person moved out of the country."""
        if self.reason is ChangeReason.MOVE_OUT:
            return not self.four_items.address.startswith(_PREFECTURES)
        return self.reason is ChangeReason.MOVE_ABROAD

    def ends_card_of(self, certificate: Certificate) -> bool:
        """Whether the number on the certificate's card is no longer the holder's; cards made since show the new one."""
        issued_on = certificate.starts.astimezone(JST).date()
        return self.reason is ChangeReason.NUMBER_CHANGE and issued_on <= self.effective_on


@dataclass(frozen=True, slots=True)
class Effect:
    """What one change does to one certificate; `items` is the new digest where only the text was corrected."""

    cause: Cause | None = None
    items: bytes | None = None


def effect_of(change: RegisterChange, certificate: Certificate, items: bytes) -> Effect:
    """Return what a change does to a certificate; `items` is the keyed digest of the four items it states now."""
    if certificate.state is State.REVOKED:
        return Effect()
    cause = _ending(change, certificate)
    if cause is not None:
        return Effect(cause=cause)
    unread = change.reason is ChangeReason.MOVE_OUT or not change.in_register
    if certificate.kind is not Kind.SIGNATURE or unread or items == certificate.items:
        return Effect()
    if change.reason is ChangeReason.MINOR_CORRECTION:
        return Effect(items=items)
    return Effect(cause=Cause.ITEMS_CHANGED)


def _ending(change: RegisterChange, certificate: Certificate) -> Cause | None:
    """Return why the event itself ends a certificate, whatever the four items say."""
    if change.reason is ChangeReason.MOVE_ABROAD and (change.leaves or certificate.kind is Kind.SIGNATURE):
        return Cause.MOVED_ABROAD
    if change.leaves:
        return Cause.LEFT_REGISTER
    return Cause.NUMBER_CHANGED if change.ends_card_of(certificate) else None
