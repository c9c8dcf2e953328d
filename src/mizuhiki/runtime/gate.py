"""The protection gate: asked before anything about a person leaves by any channel (rule 4; R-076).

Protected people stay protected on every channel alike: register copies, kiosk, portal, linkage, notices. A channel
that does not ask is a defect; a channel that asks and is withheld must look as if there were nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Protocol

import msgspec

from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.errors import Refused


class Withheld(Refused):
    """A protection measure forbids this disclosure until the responsible officer lifts it for this request."""

    code = "withheld"
    title = "This cannot be disclosed"


class Disclosure(msgspec.Struct, frozen=True, gc=False):
    """What would leave: about whom (an internal key), by which channel, to whom, which content in words."""

    subject: str
    channel: str
    recipient: str
    content: str


class ProtectionGate(Protocol):
    """Decides whether a disclosure may happen."""

    def withheld(self, context: Context, disclosures: Sequence[Disclosure]) -> list[bool]:
        """Tell of each disclosure whether a measure forbids it: `check` for many at once, with the same answers."""
        ...

    def check(self, context: Context, disclosure: Disclosure) -> None:
        """Return when the disclosure may happen.

        Raises:
            Withheld: a measure forbids it.
        """
        ...


def _never_lifted(_context: Context, _disclosure: Disclosure) -> bool:
    return False


class MarkedSubjectsGate:
    """Withholds every disclosure about a marked subject unless it was lifted for exactly this disclosure.

    `is_marked` is asked for each subject anew, `marked_among` for many at once; `is_lifted` is asked only for marked
    ones and answers from decisions of the responsible officer, never of the person who asks.
    """

    def __init__(
        self,
        is_marked: Callable[[str], bool],
        is_lifted: Callable[[Context, Disclosure], bool] = _never_lifted,
        marked_among: Callable[[Collection[str]], frozenset[str]] | None = None,
    ) -> None:
        self._is_marked = is_marked
        self._is_lifted = is_lifted
        self._marked_among = marked_among

    def withheld(self, context: Context, disclosures: Sequence[Disclosure]) -> list[bool]:
        """Tell of each disclosure whether it is withheld; subjects are looked up together where the store can."""
        subjects = {disclosure.subject for disclosure in disclosures}
        if self._marked_among is None:
            marked = frozenset(subject for subject in subjects if self._is_marked(subject))
        else:
            marked = self._marked_among(subjects)
        return [one.subject in marked and not self._is_lifted(context, one) for one in disclosures]

    def check(self, context: Context, disclosure: Disclosure) -> None:
        """Return when the subject is not marked or the measure was lifted for this disclosure.

        Raises:
            Withheld: otherwise. The error names the channel and never the subject.
        """
        if self._is_marked(disclosure.subject) and not self._is_lifted(context, disclosure):
            raise Withheld(channel=disclosure.channel)
