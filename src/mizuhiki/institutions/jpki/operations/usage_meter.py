"""Count status answers by verifier, authority and day: the ground of fees (R-207), and nothing about certificates."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.domain.status import MonthlyUsage, StatusTimes, UsageLine
from mizuhiki.institutions.jpki.domain.verifiers import fee_on
from mizuhiki.institutions.jpki.ports import StatusStore
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context

FORGET = "forget-status-usage"
READ = "read-figures"


@dataclass(slots=True)
class UsageMeter:
    """Counts in memory until `write_down`; a process that dies loses some seconds, in the verifiers' favour."""

    status: StatusStore
    authority: Authority
    times: StatusTimes
    _counted: Counter[tuple[str, Kind, date]] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, verifier: str, kind: Kind, day: date) -> None:
        """Count one answer."""
        with self._lock:
            self._counted[verifier, kind, day] += 1

    def write_down(self) -> None:
        """Store what was counted; what could not be stored is counted again."""
        with self._lock:
            counted, self._counted = self._counted, Counter()
        if not counted:
            return
        lines = [
            UsageLine(verifier, kind, day.isoformat(), answers, answers * fee_on(day, kind, verifier))
            for (verifier, kind, day), answers in sorted(counted.items())
        ]
        stored = False
        try:
            self.status.add_usage(lines)
            stored = True
        finally:
            if not stored:
                with self._lock:
                    self._counted.update(counted)

    def statement(self, context: Context, *, verifier: str) -> Sequence[MonthlyUsage]:
        """Return what one verifier asked and owes by month and kind, newest month first (R-207)."""
        self.authority.require(context, READ)
        self.write_down()
        return self.status.usage_by_month(verifier)

    def forget(self, context: Context) -> int:
        """Delete counts whose time is over; return how many lines."""
        self.authority.require(context, FORGET)
        return self.status.forget_usage(context.today() - self.times.usage_kept)
