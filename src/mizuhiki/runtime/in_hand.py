"""What threads of this process are working on, so that timed work does not begin the same again beside them.

Under load a request may take longer than the age at which timed work picks up what looks abandoned. Doing it twice
would be harmless, since results are stored once, but it costs most when there is least to spare.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class InHand:
    """Counted keys; safe between threads. A process that ends holds nothing, so what it left is picked up."""

    def __init__(self) -> None:
        self._keys: Counter[object] = Counter()
        self._guard = threading.Lock()

    @contextmanager
    def holding(self, key: object) -> Iterator[None]:
        """Hold `key` until the end of the block."""
        with self._guard:
            self._keys[key] += 1
        try:
            yield
        finally:
            with self._guard:
                self._keys[key] -= 1
                if not self._keys[key]:
                    del self._keys[key]

    def __contains__(self, key: object) -> bool:
        with self._guard:
            return key in self._keys
