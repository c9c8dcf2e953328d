"""Person names, their readings, when two names are the same, and substitutes for what a system cannot write."""

from mizuhiki.vocabulary.names.agreement import Agreement, NameComparison, compare_names, variants_of
from mizuhiki.vocabulary.names.comparison import fold_variants, normalise_for_comparison, variant_table
from mizuhiki.vocabulary.names.index_words import index_words, query_words
from mizuhiki.vocabulary.names.person_name import MalformedPersonName, PersonName, joined
from mizuhiki.vocabulary.names.repertoires import Repertoire
from mizuhiki.vocabulary.names.substitution import (
    NoSubstitute,
    NotASubstitute,
    SubstitutedText,
    Substitution,
    SubstitutionRule,
    TraceDoesNotFit,
    lacking,
    restore,
    substitute,
)

__all__ = [
    "Agreement",
    "MalformedPersonName",
    "NameComparison",
    "NoSubstitute",
    "NotASubstitute",
    "PersonName",
    "Repertoire",
    "SubstitutedText",
    "Substitution",
    "SubstitutionRule",
    "TraceDoesNotFit",
    "compare_names",
    "fold_variants",
    "index_words",
    "joined",
    "lacking",
    "normalise_for_comparison",
    "query_words",
    "restore",
    "substitute",
    "variant_table",
    "variants_of",
]
