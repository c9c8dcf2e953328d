"""How fast one asker may ask: a bucket that fills with time, so that a flood of one verifier harms no other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class FlowLimit:
    """Buckets by key; each holds one second's allowance and fills at its own rate."""

    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, key: str, per_second: int, now: datetime) -> bool:
        """Take one and return True, or return False when the key's bucket is empty."""
        at = now.timestamp()
        left, before = self._buckets.get(key, (float(per_second), at))
        left = min(float(per_second), left + max(0.0, at - before) * per_second)
        if left < 1.0:
            self._buckets[key] = (left, at)
            return False
        self._buckets[key] = (left - 1.0, at)
        return True
