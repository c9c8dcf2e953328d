"""Signed objects whose signature this process has just checked: one request reads the same case or ticket repeatedly.

A signature over the same text under the same key holds for ever; what changes with time (expiry, entitlement, whether
the directory still names that key) is asked anew each time.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar, cast

import msgspec

from mizuhiki.crypto.signed_objects import VerifiedObject
from mizuhiki.vocabulary.ids import InstitutionId

M = TypeVar("M", bound=msgspec.Struct)
KeyOf = Callable[[InstitutionId], bytes]
MOST = 128
LONGEST = 16_384
"""Characters of an object that is remembered; a section of many lines is longer, and is checked each time."""


class VerifiedBefore:
    """The last `MOST` objects; safe between threads."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str, type[Any]], tuple[VerifiedObject[Any], bytes]] = OrderedDict()
        self._guard = threading.Lock()

    def find(self, text: str, payload_type: type[M], object_type: str, key_of: KeyOf) -> VerifiedObject[M] | None:
        """Return the object if this very text was verified as this type under the key that its signer still has."""
        with self._guard:
            known = self._known.get((text, object_type, payload_type))
        if known is None or key_of(known[0].signer) != known[1]:
            return None
        return cast("VerifiedObject[M]", known[0])

    def keep(self, text: str, object_type: str, verified: VerifiedObject[Any], key: bytes) -> None:
        """Remember an object that was verified just now under `key`."""
        if len(text) > LONGEST:
            return
        entry = (verified, key)
        with self._guard:
            self._known[text, object_type, type(verified.payload)] = entry
            while len(self._known) > MOST:
                self._known.popitem(last=False)
