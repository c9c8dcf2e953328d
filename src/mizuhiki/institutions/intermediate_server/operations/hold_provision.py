"""Hold an answer until the holder's staff approved it (手動承認; R-219)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from mizuhiki.crypto.digests import labelled_hash
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.intermediate_server.domain.errors import ProvisionAwaitsApproval, ProvisionRefusedByOfficer
from mizuhiki.institutions.intermediate_server.domain.exchanges import AskedSection
from mizuhiki.institutions.intermediate_server.domain.holding import HeldProvision, HoldState
from mizuhiki.institutions.intermediate_server.ports import Store
from mizuhiki.runtime.context import Context


def question_hash(section: AskedSection, addressees: Sequence[str]) -> bytes:
    """Return the hash that names a question, whichever case it is asked in."""
    return labelled_hash(
        "held-provision",
        msgspec.json.encode(
            [
                section.inquirer,
                section.affair,
                section.procedure,
                sorted(section.kinds),
                section.fiscal_year,
                section.period_from,
                section.period_until,
                sorted(addressees),
            ]
        ),
    )


@dataclass(frozen=True, slots=True)
class HoldProvision:
    """Queues answers and looks up what staff decided."""

    store: Store
    randomness: Randomness

    def approved(self, context: Context, section: AskedSection, addressees: Sequence[str]) -> str:
        """Return the approved hold of a question; the caller spends it with the answer.

        Raises:
            ProvisionAwaitsApproval: staff did not decide yet; the question stands in the queue.
            ProvisionRefusedByOfficer: staff refused this question.
        """
        name = question_hash(section, addressees)
        with self.store.transaction() as records:
            hold = records.latest_hold(name)
            if hold is None or not hold.answers(context.now()):
                hold = HeldProvision(
                    hold_id=self.randomness.token(),
                    content_hash=name,
                    inquirer=section.inquirer,
                    affair=section.affair,
                    procedure=section.procedure,
                    kinds=section.kinds,
                    addressees=tuple(addressees),
                    asked_at=context.now(),
                )
                records.put_hold(hold)
        if hold.state is HoldState.APPROVED:
            return hold.hold_id
        if hold.state is HoldState.REFUSED:
            raise ProvisionRefusedByOfficer(f"the holder refused: {hold.reason}", reason=hold.reason)
        raise ProvisionAwaitsApproval(due=hold.due_at.isoformat())
