"""Substitute characters (代替文字) for systems that cannot write a name as the register does.

A name is never changed silently: the result carries the original, every substitution with its rule, and the marks a
certificate needs. What no rule covers is refused; then a person chooses, and that is a rule of its own.

Rules, in the order they are tried on one character that the target lacks:

1. `CHOSEN`: what the caller says a person decided;
2. `SELECTOR_DROPPED`: the base character of a variation sequence;
3. `COMPATIBILITY_FORM`: the one unified character Unicode gives for a compatibility ideograph (NFC);
4. `SAME_POSITION`: the character that the standard has where the table of Windows has this one (－ and −);
5. `VARIANT_TABLE`: the form of `variants.csv`.
"""

from __future__ import annotations

import enum
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from mizuhiki.vocabulary.errors import Corrupt, Malformed
from mizuhiki.vocabulary.names.comparison import variant_table
from mizuhiki.vocabulary.names.repertoires import Repertoire, holds, is_selector, same_position, written_units

_NO_CHOICE: Mapping[str, str] = {}


class NoSubstitute(Malformed):
    """No rule gives a character of the target; `position` counts characters from 0, `repertoire` names the target."""

    code = "no-substitute-character"
    title = "No substitute is known for a character that the receiving system cannot write; choose one"


class NotASubstitute(Malformed):
    """The character chosen by a person is not one single character of the target."""

    code = "not-a-substitute-character"
    title = "The chosen substitute is not one character that the receiving system can write"


class TraceDoesNotFit(Corrupt):
    """A stored trace of substitutions does not belong to the text it is applied to."""

    code = "substitution-trace-does-not-fit"
    title = "The stored substitutions do not belong to this text"


class SubstitutionRule(enum.StrEnum):
    """Why a character stands for another."""

    CHOSEN = "chosen-by-a-person"
    SELECTOR_DROPPED = "variation-selector-dropped"
    COMPATIBILITY_FORM = "compatibility-ideograph-unified"
    SAME_POSITION = "same-position-of-the-standard"
    VARIANT_TABLE = "variant-table"


@dataclass(frozen=True, slots=True)
class Substitution:
    """One substitution: at character `position` of the written text stands `written` for `original`."""

    position: int
    original: str
    written: str
    rules: tuple[SubstitutionRule, ...]


@dataclass(frozen=True, slots=True)
class SubstitutedText:
    """A text as a target writes it, with all that leads back to the original."""

    original: str
    written: str
    repertoire: Repertoire
    substitutions: tuple[Substitution, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything was substituted."""
        return bool(self.substitutions)

    @property
    def marks(self) -> str:
        """One digit per written character, 1 for a substitute: items .2 and .6 of a signature certificate."""
        replaced = {one.position for one in self.substitutions}
        if any(is_selector(sign) for sign in self.written):
            # Only the register's own repertoire keeps selectors, and there nothing is substituted.
            return "0" * len(self.written)
        return "".join("1" if place in replaced else "0" for place in range(len(self.written)))

    def trace(self) -> str:
        """Return the substitutions as JSON text to be stored beside the written text."""
        return json.dumps(
            {
                "repertoire": self.repertoire.value,
                "substitutions": [
                    [one.position, one.original, one.written, [rule.value for rule in one.rules]]
                    for one in self.substitutions
                ],
            },
            ensure_ascii=False,
        )


def _within(repertoire: Repertoire, unit: str) -> tuple[str, tuple[SubstitutionRule, ...]] | None:
    """Apply the rules that need nobody, one after another, until the target holds the result."""
    rules: list[SubstitutionRule] = []
    base = unit[0]
    if len(unit) > 1:
        rules.append(SubstitutionRule.SELECTOR_DROPPED)
    if holds(repertoire, base):
        return base, tuple(rules)
    unified = unicodedata.normalize("NFC", base)
    if unified != base and len(unified) == 1:
        base = unified
        rules.append(SubstitutionRule.COMPATIBILITY_FORM)
        if holds(repertoire, base):
            return base, tuple(rules)
    positioned = same_position(base)
    if positioned and holds(repertoire, positioned):
        return positioned, (*rules, SubstitutionRule.SAME_POSITION)
    form = variant_table().get(base)
    if form is not None and holds(repertoire, form):
        return form, (*rules, SubstitutionRule.VARIANT_TABLE)
    return None


def can_substitute(written: str, repertoire: Repertoire) -> bool:
    """Whether a text is one visible character of a repertoire, so that a person may choose it."""
    return len(written) == 1 and written.isprintable() and bool(written.strip()) and holds(repertoire, written)


def automatic_substitute(unit: str, repertoire: Repertoire) -> str:
    """Return what the rules that need nobody write for a character the target lacks; empty when none does."""
    found = _within(repertoire, unit)
    return "" if found is None else found[0]


def lacking(text: str, repertoire: Repertoire, *, chosen: Mapping[str, str] = _NO_CHOICE) -> tuple[str, ...]:
    """Return the characters, with their selectors, that neither a choice nor a rule writes; each once, in order."""
    units = dict.fromkeys(unit for unit in written_units(text) if not holds(repertoire, unit))
    return tuple(unit for unit in units if unit not in chosen and _within(repertoire, unit) is None)


def substitute(text: str, repertoire: Repertoire, *, chosen: Mapping[str, str] = _NO_CHOICE) -> SubstitutedText:
    """Write a text in a repertoire; `chosen` maps characters (with selectors) to what a person decided for them.

    Raises:
        NoSubstitute: no rule covers a character; its position, never the name, is told.
        NotASubstitute: a choice is not one character of the repertoire.
    """
    written: list[str] = []
    done: list[Substitution] = []
    for position, unit in enumerate(written_units(text)):
        if holds(repertoire, unit):
            written.append(unit)
            continue
        choice = chosen.get(unit)
        if choice is not None:
            if not can_substitute(choice, repertoire):
                raise NotASubstitute(position=position, repertoire=repertoire.value)
            found: tuple[str, tuple[SubstitutionRule, ...]] | None = (choice, (SubstitutionRule.CHOSEN,))
        else:
            found = _within(repertoire, unit)
        if found is None:
            raise NoSubstitute(position=position, repertoire=repertoire.value)
        written.append(found[0])
        done.append(Substitution(position, unit, *found))
    return SubstitutedText(text, "".join(written), repertoire, tuple(done))


def restore(written: str, trace: str) -> SubstitutedText:
    """Return the original of a written text by its stored trace.

    Raises:
        TraceDoesNotFit: the trace cannot be read, or another character stands where it says a substitute does.
    """
    units = written_units(written)
    try:
        stored = json.loads(trace)
        repertoire = Repertoire(stored["repertoire"])
        done = tuple(
            Substitution(int(position), str(original), str(substitute_), tuple(SubstitutionRule(one) for one in rules))
            for position, original, substitute_, rules in stored["substitutions"]
        )
    except (ValueError, KeyError, TypeError) as error:
        raise TraceDoesNotFit from error
    for one in done:
        if not 0 <= one.position < len(units) or units[one.position] != one.written:
            raise TraceDoesNotFit(position=one.position)
        units[one.position] = one.original
    return SubstitutedText("".join(units), written, repertoire, done)
