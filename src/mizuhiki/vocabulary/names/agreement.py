"""How far two written names agree: told apart, so that no decision takes a variant for the same character.

Security decisions use equality after normalisation (`FourItems.compare`); this is what a person is shown who decides.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from mizuhiki.vocabulary.names.comparison import normalise_for_comparison, variant_table


class Agreement(enum.StrEnum):
    """From the strictest to none."""

    IDENTICAL = "identical"
    SAME = "same-after-normalisation"
    """Only width, spaces, hyphens, kana, letter case or variation selectors differ: rules treat it as the same."""
    VARIANT = "variant-characters-differ"
    """Only characters of the variant table differ (髙 for 高): a person has to decide; no rule accepts it."""
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class NameComparison:
    """The agreement of two texts, and for `VARIANT` the pairs of characters that differ, in order."""

    agreement: Agreement
    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether rules may take the two for the same; variants are not."""
        return self.agreement in {Agreement.IDENTICAL, Agreement.SAME}


def compare_names(ours: str, theirs: str) -> NameComparison:
    """Compare two names as written."""
    if ours == theirs:
        return NameComparison(Agreement.IDENTICAL)
    left, right = normalise_for_comparison(ours), normalise_for_comparison(theirs)
    if left == right:
        return NameComparison(Agreement.SAME)
    if normalise_for_comparison(ours, variants=True) != normalise_for_comparison(theirs, variants=True):
        return NameComparison(Agreement.DIFFERENT)
    return NameComparison(Agreement.VARIANT, tuple((a, b) for a, b in zip(left, right, strict=False) if a != b))


def variants_of(character: str) -> tuple[str, ...]:
    """Return every other character of the table that is compared as the same one, in the order of the table."""
    table = variant_table()
    form = table.get(character, character)
    family = (form, *(variant for variant, known in table.items() if known == form))
    return tuple(one for one in family if one != character) if len(family) > 1 else ()
