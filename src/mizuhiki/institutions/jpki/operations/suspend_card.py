"""Suspend, resume and end the certificates of a card whose holder calls (公的個人認証法9条, 28条)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mizuhiki.institutions.jpki.domain.carriers import Carrier
from mizuhiki.institutions.jpki.domain.certificates import Cause, Certificate, State
from mizuhiki.institutions.jpki.domain.errors import NoSuchCard
from mizuhiki.institutions.jpki.ports import Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of

SUSPEND = "suspend-certificates"
RESUME = "resume-certificates"
REVOKE = "revoke-certificates"
END = "end-certificates-with-cards"


@dataclass(frozen=True, slots=True)
class _Change:
    to: State
    cause: Cause
    event: str


@dataclass(frozen=True, slots=True)
class SuspendCard:
    """Changes of state asked for by a card's holder, by the card's serial."""

    store: Store
    authority: Authority

    def suspend(self, context: Context, *, card_serial: str) -> int:
        """Put both certificates on hold; return how many were.

        Raises:
            NoSuchCard: nothing was issued for the card.
            StateChangeNotAllowed: none of them is good.
        """
        return self._change(
            context, SUSPEND, card_serial, _Change(State.SUSPENDED, Cause.CARD_LOST, "certificates-suspended")
        )

    def resume(self, context: Context, *, card_serial: str) -> int:
        """Lift the hold; return of how many.

        Raises:
            NoSuchCard: nothing was issued for the card.
            StateChangeNotAllowed: none of them is on hold.
        """
        return self._change(context, RESUME, card_serial, _Change(State.GOOD, Cause.CARD_FOUND, "certificates-resumed"))

    def revoke(self, context: Context, *, card_serial: str) -> int:
        """End both certificates for good; return how many ended.

        Raises:
            NoSuchCard: nothing was issued for the card.
            StateChangeNotAllowed: all of them ended before.
        """
        return self._change(
            context, REVOKE, card_serial, _Change(State.REVOKED, Cause.HOLDER_ASKED, "certificates-revoked")
        )

    def end_with_cards(self, context: Context, *, card_serials: Sequence[str]) -> int:
        """End what is left of the certificates of cards that ended by law; return how many ended (R-154).

        Cards without certificates, and certificates that ended before, are passed over.
        """
        self.authority.require(context, END)
        with self.store.transaction() as records:
            found = [one for serial in card_serials for one in records.of_card(serial)]
            living = [one for one in found if one.may_become(State.REVOKED)]
            for one in living:
                records.change_state(one, State.REVOKED, Cause.CARD_ENDED, context.now())
            count = len(living) + end_dependants(records, living, context.now())
            if count:
                records.audit(grounds_of(context), "certificates-revoked", "done", count=count, cause=Cause.CARD_ENDED)
        return count

    def _change(self, context: Context, action: str, card_serial: str, change: _Change) -> int:
        self.authority.require(context, action)
        with self.store.transaction() as records:
            found = records.of_card(card_serial)
            if not found:
                raise NoSuchCard
            changing = [certificate for certificate in found if certificate.may_become(change.to)]
            if not changing:
                found[0].require_change(change.to)
            for certificate in changing:
                records.change_state(certificate, change.to, change.cause, context.now())
            count = len(changing)
            if change.to is State.REVOKED:
                count += end_dependants(records, changing, context.now())
            records.audit(grounds_of(context), change.event, "done", count=count, cause=change.cause)
        return count


def end_dependants(records: Records, ended: Sequence[Certificate], at: datetime) -> int:
    """End the phone's certificates that stood on a card's certificates which ended; return how many ended."""
    bases = {(one.person, one.kind) for one in ended if one.carrier is Carrier.CARD}
    live = records.live_of(sorted({person for person, _kind in bases}))
    phones = [
        one
        for held in live.values()
        for one in held
        if one.carrier is Carrier.PHONE and (one.person, one.kind) in bases
    ]
    for one in phones:
        records.change_state(one, State.REVOKED, Cause.CARD_ENDED, at)
    return len(phones)
