"""Information asked from other institutions through the own intermediate server (番号法19条8号, 22条)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mizuhiki.vocabulary.layouts import Scalar


@dataclass(frozen=True, slots=True)
class LinkedInformation:
    """What became of one inquiry. `outcome` is ``provided``, ``no-data`` or a refusal.

    `statute` names the row of the statute table; `refusal_code` and `refusal_detail` say which rule refused and who;
    `receipt` proves the deemed submission (法22条2項).
    """

    kind: str
    provider: str
    outcome: str
    exchange_number: str
    statute: str
    refusal_code: str
    refusal_detail: str
    items: dict[str, Scalar]
    receipt: str
    received_at: datetime
