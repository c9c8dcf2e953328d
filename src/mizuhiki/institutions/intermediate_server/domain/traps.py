"""Trap persons (検知用符号): pseudonyms of nobody among everybody's, for whoever walks the table (番号法24条; R-027).

Everything about a trap follows from its code, which an officer has on paper and nobody else has: the pseudonym, the
addressee number, the token that withdraws it. In the tables it is a person like the others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mizuhiki.institutions.intermediate_server.domain.errors import TrapCodeMalformed
from mizuhiki.vocabulary.persons import FourItems
from mizuhiki.vocabulary.sensitive import Sensitive

CODE_BYTES = 16
_GROUP = 4
_SEPARATORS = re.compile(r"[\s-]+")


class TrapCode(Sensitive[bytes]):
    """The 16 random octets out of which everything about a trap comes."""

    __slots__ = ()

    def __init__(self, value: bytes) -> None:
        if len(value) != CODE_BYTES:
            raise TrapCodeMalformed
        super().__init__(value)

    def written(self) -> str:
        """Return the code as it is printed: eight groups of four hexadecimal digits."""
        digits = self.reveal().hex()
        return "-".join(digits[start : start + _GROUP] for start in range(0, len(digits), _GROUP))


def parse_trap_code(text: str) -> TrapCode:
    """Return a code as it was printed or typed, with whatever spaces and hyphens.

    Raises:
        TrapCodeMalformed: it is none.
    """
    digits = _SEPARATORS.sub("", text)
    if not re.fullmatch(r"[0-9A-Fa-f]{32}", digits):
        raise TrapCodeMalformed
    return TrapCode(bytes.fromhex(digits))


@dataclass(frozen=True, slots=True)
class PlannedTrap:
    """A trap to be planted: who it seems to be, under which number, and its code."""

    code: TrapCode
    addressee_number: str
    four_items: FourItems = field(repr=False)
