"""End certificates that their holders do not want (公的個人認証法9条, 28条; R-167)."""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.institutions.jpki.domain.certificates import Application, Cause, Certificate, Kind, State
from mizuhiki.institutions.jpki.domain.errors import NoSuchCard
from mizuhiki.institutions.jpki.operations.suspend_card import end_dependants
from mizuhiki.institutions.jpki.ports import CardHolders, Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of

DECLINE = "decline-certificates"


@dataclass(frozen=True, slots=True)
class DeclineCertificates:
    """The signature certificate is destroyed in the chip by the desk and ended here; the other is only ended."""

    store: Store
    authority: Authority
    holders: CardHolders

    def by_operator(self, context: Context, *, card_serial: str, kind: Kind) -> int:
        """End the certificate of one kind and what stood on it; return how many ended.

        Raises:
            NoSuchCard: nothing of that kind was issued for the card.
            StateChangeNotAllowed: it ended before.
        """
        self.authority.require(context, DECLINE)
        with self.store.transaction() as records:
            found = _issued(records, card_serial, kind)
            living = [one for one in found if one.may_become(State.REVOKED)]
            if not living:
                found[0].require_change(State.REVOKED)
            return _end(context, records, living)

    def at_desk(self, context: Context, *, holder: Application, kind: Kind) -> int:
        """End the certificate of a card that lies at a municipality's desk; one that ended before stays as it is.

        `holder` carries card, holder and items as an application does, without keys.

        Raises:
            CardHolderNotConfirmed: the register does not confirm them.
            NoSuchCard: nothing of that kind was issued for the card.
        """
        self.authority.require(context, DECLINE)
        self.holders.require(holder)
        with self.store.transaction() as records:
            person = records.person_index(holder.code)
            found = [one for one in _issued(records, holder.card_serial, kind) if one.person == person]
            if not found:
                raise NoSuchCard
            living = [one for one in found if one.may_become(State.REVOKED)]
            return _end(context, records, living) if living else 0


def _issued(records: Records, card_serial: str, kind: Kind) -> list[Certificate]:
    found = [one for one in records.of_card(card_serial) if one.kind is kind]
    if not found:
        raise NoSuchCard
    return found


def _end(context: Context, records: Records, living: list[Certificate]) -> int:
    for one in living:
        records.change_state(one, State.REVOKED, Cause.NOT_WANTED, context.now())
    count = len(living) + end_dependants(records, living, context.now())
    records.audit(grounds_of(context), "certificates-revoked", "done", count=count, cause=Cause.NOT_WANTED)
    return count
