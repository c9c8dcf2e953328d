"""Take changes in the register and revoke what they end (公的個人認証法12条, 31条; R-202).

One transaction and a few queries for any number of events, because the first import of a municipality brings
thousands, nearly all about people without a card.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mizuhiki.institutions.jpki.domain.certificates import Cause, Certificate, State
from mizuhiki.institutions.jpki.domain.register_events import RegisterChange, effect_of
from mizuhiki.institutions.jpki.ports import Records, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of

ACTION = "take-register-events"


@dataclass(frozen=True, slots=True)
class TakeRegisterEvents:
    """Applies events in the order they came; an event taken before changes nothing."""

    store: Store
    authority: Authority

    def __call__(self, context: Context, *, changes: Sequence[RegisterChange]) -> int:
        """Return how many certificates were revoked."""
        self.authority.require(context, ACTION)
        with self.store.transaction() as records:
            known = records.known_events([change.event_id for change in changes])
            new = list({change.event_id: change for change in changes if change.event_id not in known}.values())
            if not new:
                return 0
            records.keep_events(new, context.now())
            people = {change.event_id: records.person_index(change.code) for change in new}
            live = records.live_of(sorted(set(people.values())))
            causes: Counter[Cause] = Counter()
            for change in new:
                person = people[change.event_id]
                if person in live:
                    live[person] = self._apply(context, records, change, live[person], causes)
            grounds = grounds_of(context)
            records.audit(grounds, "register-events-taken", "done", count=len(new))
            for cause, count in sorted(causes.items()):
                records.audit(grounds, "certificates-revoked", "done", count=count, cause=cause)
            return causes.total()

    @staticmethod
    def _apply(
        context: Context,
        records: Records,
        change: RegisterChange,
        certificates: list[Certificate],
        causes: Counter[Cause],
    ) -> list[Certificate]:
        """Apply one change and return the certificates that live on, as they are then."""
        items = records.items_digest(change.four_items)
        left: list[Certificate] = []
        for certificate in certificates:
            effect = effect_of(change, certificate, items)
            if effect.cause is not None:
                records.change_state(certificate, State.REVOKED, effect.cause, context.now(), change.event_id)
                causes[effect.cause] += 1
                continue
            if effect.items is not None:
                records.correct_items(certificate, effect.items)
            left.append(certificate if effect.items is None else replace(certificate, items=effect.items))
        return left
