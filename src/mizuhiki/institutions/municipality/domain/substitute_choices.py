"""What people chose where a system lacks a character, by character and repertoire.

A choice is the municipality's, not a person's: two residents whose names share a character must not be written
differently in one file, and whoever reads the file has one rule to know. It holds for every narrower repertoire too
that has the chosen character, unless one was chosen for that repertoire itself.

Entries are only ever added. The newest one counts from its day on; one without a character withdraws what was chosen.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from mizuhiki.vocabulary.errors import Conflict, Malformed, NotFound
from mizuhiki.vocabulary.names.repertoires import Repertoire, holds, written_units
from mizuhiki.vocabulary.names.substitution import NotASubstitute, can_substitute

LONGEST_REASON = 400


class NotOneCharacter(Malformed):
    """What is to be substituted is not one character with the selectors that belong to it."""

    code = "not-one-character"
    title = "Enter one character, with its variation selector if it has one"


class SubstituteNotNeeded(Conflict):
    """The repertoire holds the character."""

    code = "substitute-not-needed"
    title = "The receiving system can write this character; it needs no substitute"


class SubstituteReasonMissing(Malformed):
    """A choice says why this character stands for the other."""

    code = "substitute-reason-missing"
    title = "Say in at most 400 characters why this character may stand for the other"


class SubstituteFromThePast(Malformed):
    """What has left already was written by the rules of its day."""

    code = "substitute-from-the-past"
    title = "A choice begins today or later"


class SubstituteChosenAlready(Conflict):
    """The entries say the same from that day on."""

    code = "substitute-chosen-already"
    title = "This substitute is chosen already"


class NoSubstituteChosen(NotFound):
    """There is nothing to withdraw."""

    code = "no-substitute-chosen"
    title = "No substitute is chosen for this character"


@dataclass(frozen=True, slots=True)
class SubstituteChoice:
    """One entry: from `since` on `written` stands for `original` in a repertoire; empty where a choice is withdrawn."""

    repertoire: Repertoire
    original: str
    written: str
    reason: str
    since: date
    by: str
    at: datetime

    def require_sound(self, today: date) -> None:
        """Check an entry that is to be added.

        Raises:
            NotOneCharacter, SubstituteNotNeeded, SubstituteReasonMissing, SubstituteFromThePast: see there.
            NotASubstitute: what was chosen is not one character of the repertoire.
        """
        if len(written_units(self.original)) != 1 or not _can_stand(self.original[0]):
            raise NotOneCharacter
        if holds(self.repertoire, self.original):
            raise SubstituteNotNeeded
        if self.written and not can_substitute(self.written, self.repertoire):
            raise NotASubstitute(repertoire=self.repertoire.value)
        if not self.reason.strip() or len(self.reason) > LONGEST_REASON:
            raise SubstituteReasonMissing
        if self.since < today:
            raise SubstituteFromThePast


def _can_stand(sign: str) -> bool:
    """Whether a character can stand in a text of the register: also of private use, or newer than our Unicode data."""
    return unicodedata.category(sign) not in {"Cc", "Cs", "Zl", "Zp"}


def newest(choices: Iterable[SubstituteChoice], day: date) -> dict[str, SubstituteChoice]:
    """Return by character the entry that counts on a day, withdrawals too; `choices` stand in the order of entry."""
    return {one.original: one for one in choices if one.since <= day}


def standing(choices: Sequence[SubstituteChoice], day: date) -> list[SubstituteChoice]:
    """Return the entries of one repertoire that count on a day or will later, by character; withdrawals too."""
    found = []
    ends: dict[str, list[date]] = {}
    for one in reversed(choices):
        later = ends.setdefault(one.original, [])
        if not any(since <= max(one.since, day) for since in later):
            found.append(one)
        later.append(one.since)
    return sorted(found, key=lambda one: (one.original, one.since))


def in_force(choices: Sequence[SubstituteChoice], repertoire: Repertoire, day: date) -> dict[str, str]:
    """Return what stands for what in a repertoire on a day; wider ones help where the choice can be written."""
    order = list(Repertoire)
    found: dict[str, str] = {}
    for wider in reversed(order[order.index(repertoire) :]):
        own = newest((one for one in choices if one.repertoire is wider), day)
        found |= {original: one.written for original, one in own.items() if can_substitute(one.written, repertoire)}
    return found


class SubstituteRecords(Protocol):
    """Choices and the texts they are for, in the open transaction."""

    def choices(self) -> list[SubstituteChoice]:
        """Return every entry in the order they were made."""

    def insert_choice(self, choice: SubstituteChoice) -> None:
        """Append an entry."""

    def rare(self) -> list[frozenset[str]]:
        """Return each different set of characters beyond the narrowest repertoire that a current record has."""

    def texts(self, rare: Sequence[frozenset[str]]) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Return the written items of the current records with one of these sets, by column of the file."""


class WithSubstitutes(Protocol):
    """The part of a transaction that knows what was chosen."""

    @property
    def substitutes(self) -> SubstituteRecords:
        """Substitute characters chosen by people."""
