"""Who may ask whom for what: the statute table of information linkage (番号法19条8号, 別表第二) and procedures."""

from mizuhiki.vocabulary.statute.procedures import NoSuchProcedure, Procedure, procedure, procedures
from mizuhiki.vocabulary.statute.table import (
    ConsideredRow,
    NoStatuteRow,
    StatuteRow,
    StatuteRowNotInForce,
    StatuteTable,
    Verdict,
)

__all__ = [
    "ConsideredRow",
    "NoStatuteRow",
    "NoSuchProcedure",
    "Procedure",
    "StatuteRow",
    "StatuteRowNotInForce",
    "StatuteTable",
    "Verdict",
    "procedure",
    "procedures",
]
