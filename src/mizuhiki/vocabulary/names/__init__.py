"""Person names, their readings, and when two written names are the same name."""

from mizuhiki.vocabulary.names.comparison import fold_variants, normalise_for_comparison, variant_table
from mizuhiki.vocabulary.names.person_name import MalformedPersonName, PersonName

__all__ = [
    "MalformedPersonName",
    "PersonName",
    "fold_variants",
    "normalise_for_comparison",
    "variant_table",
]
