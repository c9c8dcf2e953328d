"""Choose what stands for a character that a receiving system lacks (代替文字), and see where a choice is needed.

Nobody under a support measure adds to the list of lacking characters: a rare one could tell that its bearer lives here.
A choice can be made for any character, whether somebody bears it or not, so that what was chosen tells nothing either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.municipality.domain.substitute_choices import (
    NoSubstituteChosen,
    SubstituteChoice,
    SubstituteChosenAlready,
    in_force,
    standing,
)
from mizuhiki.institutions.municipality.operations.adapters import Adapters, actor_text
from mizuhiki.institutions.municipality.operations.disclose import withheld_of
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.names.repertoires import Repertoire
from mizuhiki.vocabulary.names.substitute_candidates import Candidate, candidates
from mizuhiki.vocabulary.names.substitution import NotASubstitute, automatic_substitute, lacking

CHOOSE = "choose-substitute"


@dataclass(frozen=True, slots=True)
class Lacking:
    """A character that no rule writes in a repertoire, on how many records and in which columns it stands."""

    character: str
    records: int
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CharacterView:
    """What is known of one character and one repertoire.

    `written` counts today, `by_rule` would without a choice; each is empty where nothing is known. The newest of the
    entries stands first; those that count today or will are `standing`.
    """

    written: str
    by_rule: str
    candidates: tuple[Candidate, ...]
    entries: tuple[SubstituteChoice, ...]
    standing: tuple[SubstituteChoice, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice as it is handed in."""

    repertoire: Repertoire
    character: str
    written: str
    reason: str
    since: date

    def entry(self, context: Context) -> SubstituteChoice:
        """Return the entry that the actor makes."""
        return SubstituteChoice(
            self.repertoire, self.character, self.written, self.reason, self.since, actor_text(context), context.now()
        )


@dataclass(frozen=True, slots=True)
class SubstituteDesk:
    """Substitute characters, bound to the adapters of one municipality. Every method: [registrar, mayor]."""

    adapters: Adapters

    def lacking(self, context: Context, repertoire: Repertoire) -> list[Lacking]:
        """Return the characters of current residents' records that no rule writes, the most frequent first."""
        return lacking_characters(context, self.adapters, repertoire)

    def in_force(self, context: Context, repertoire: Repertoire) -> list[SubstituteChoice]:
        """Return the choices for a repertoire that count today or will, by character."""
        entries = standing(_of(_choices(context, self.adapters), repertoire), context.today())
        return [one for one in entries if one.written]

    def character(self, context: Context, repertoire: Repertoire, character: str) -> CharacterView:
        """Return what is known of one character."""
        return character_view(context, self.adapters, repertoire, character)

    def choose(self, context: Context, chosen: Chosen) -> None:
        """Let a character stand for another from a day on."""
        choose(context, self.adapters, chosen)

    def withdraw(self, context: Context, repertoire: Repertoire, character: str, reason: str) -> None:
        """End what was chosen for a character, planned choices too; the entries stay."""
        withdraw(context, self.adapters, Chosen(repertoire, character, "", reason, context.today()))


def _choices(context: Context, adapters: Adapters) -> list[SubstituteChoice]:
    """Return all entries in the order they were made."""
    adapters.permit(context, CHOOSE)
    with adapters.store.snapshot() as records:
        return records.substitutes.choices()


def _of(choices: Sequence[SubstituteChoice], repertoire: Repertoire, character: str = "") -> list[SubstituteChoice]:
    """Return the entries of a repertoire, of one character when it is given."""
    return [one for one in choices if one.repertoire is repertoire and character in {"", one.original}]


def lacking_characters(context: Context, adapters: Adapters, repertoire: Repertoire) -> list[Lacking]:
    """Go through the written items of all current records; people under a support measure are left out."""
    grounds = adapters.permit(context, CHOOSE)
    found: dict[str, dict[str, set[str]]] = {}
    with adapters.store.snapshot() as records:
        chosen = in_force(records.substitutes.choices(), repertoire, context.today())
        rare = records.substitutes.rare()
        unwritten = {sign for sign in frozenset().union(*rare) if lacking(sign, repertoire, chosen=chosen)}
        for resident, texts in records.substitutes.texts([signs for signs in rare if signs & unwritten]):
            found[resident] = _lacking(texts, repertoire, chosen)
    withheld = withheld_of(context, adapters, found, "substitutes")
    columns: dict[str, set[str]] = {}
    bearers: dict[str, int] = {}
    for resident in found.keys() - withheld:
        for sign, where in found[resident].items():
            bearers[sign] = bearers.get(sign, 0) + 1
            columns.setdefault(sign, set()).update(where)
    with adapters.store.transaction() as records:
        records.audit(grounds, "substitutes-listed", repertoire.value, count=len(bearers))
    listed = [Lacking(sign, count, tuple(sorted(columns[sign]))) for sign, count in bearers.items()]
    return sorted(listed, key=lambda one: (-one.records, one.character))


def _lacking(texts: Mapping[str, str], repertoire: Repertoire, chosen: Mapping[str, str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for column, text in texts.items():
        for sign in lacking(text, repertoire, chosen=chosen):
            found.setdefault(sign, set()).add(column)
    return found


def character_view(context: Context, adapters: Adapters, repertoire: Repertoire, character: str) -> CharacterView:
    """Return what counts for one character, what could be chosen, and what was.

    Raises:
        NotOneCharacter, SubstituteNotNeeded: nothing can be chosen for it.
    """
    entries = _choices(context, adapters)
    today = context.today()
    Chosen(repertoire, character, "", "asked for", today).entry(context).require_sound(today)
    by_rule = automatic_substitute(character, repertoire)
    own = _of(entries, repertoire, character)
    return CharacterView(
        in_force(entries, repertoire, today).get(character, by_rule),
        by_rule,
        candidates(character, repertoire),
        tuple(reversed(own)),
        tuple(standing(own, today)),
    )


def choose(context: Context, adapters: Adapters, chosen: Chosen) -> None:
    """Add an entry.

    Raises:
        NotASubstitute: what was chosen is not one character of the repertoire.
        SubstituteChosenAlready: that is so from that day on already.
        Others as `SubstituteChoice.require_sound`.
    """
    grounds = adapters.permit(context, CHOOSE)
    entry = chosen.entry(context)
    entry.require_sound(context.today())
    if not entry.written:
        raise NotASubstitute(repertoire=entry.repertoire.value)
    with adapters.store.transaction() as records:
        known = standing(_of(records.substitutes.choices(), entry.repertoire, entry.original), entry.since)
        if known and all(one.written == entry.written for one in known):
            raise SubstituteChosenAlready
        records.substitutes.insert_choice(entry)
        records.audit(grounds, "substitute-chosen", entry.repertoire.value)


def withdraw(context: Context, adapters: Adapters, ended: Chosen) -> None:
    """Add an entry without a character, which ends what was chosen.

    Raises:
        NoSubstituteChosen: nothing is chosen for the character.
        Others as `SubstituteChoice.require_sound`.
    """
    grounds = adapters.permit(context, CHOOSE)
    entry = ended.entry(context)
    entry.require_sound(context.today())
    with adapters.store.transaction() as records:
        known = standing(_of(records.substitutes.choices(), entry.repertoire, entry.original), entry.since)
        if not any(one.written for one in known):
            raise NoSubstituteChosen
        records.substitutes.insert_choice(entry)
        records.audit(grounds, "substitute-withdrawn", entry.repertoire.value)
