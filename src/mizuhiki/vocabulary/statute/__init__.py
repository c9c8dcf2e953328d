"""Who may ask whom for what: the statute table of information linkage (番号法19条8号, 別表第二) and procedures."""

from mizuhiki.vocabulary.statute.names import StatuteName, class_name, kind_name, remark
from mizuhiki.vocabulary.statute.papers import Paper, papers_before, papers_replaced
from mizuhiki.vocabulary.statute.permission import (
    ExaminedQuestion,
    LinkageQuestion,
    examine,
    permit_inquiry,
    rule_in_words,
)
from mizuhiki.vocabulary.statute.procedures import NoSuchProcedure, Procedure, procedure, procedures
from mizuhiki.vocabulary.statute.reading import (
    AskedCombination,
    Change,
    PublishedCount,
    RowChange,
    RowFilter,
    compare_days,
    in_force,
    published_counts,
    rows_in_force,
    unused_rows,
)
from mizuhiki.vocabulary.statute.table import (
    ConsideredRow,
    NoStatuteRow,
    StatuteRow,
    StatuteRowNotInForce,
    StatuteTable,
    Verdict,
)

__all__ = [
    "AskedCombination",
    "Change",
    "ConsideredRow",
    "ExaminedQuestion",
    "LinkageQuestion",
    "NoStatuteRow",
    "NoSuchProcedure",
    "Paper",
    "Procedure",
    "PublishedCount",
    "RowChange",
    "RowFilter",
    "StatuteName",
    "StatuteRow",
    "StatuteRowNotInForce",
    "StatuteTable",
    "Verdict",
    "class_name",
    "compare_days",
    "examine",
    "in_force",
    "kind_name",
    "papers_before",
    "papers_replaced",
    "permit_inquiry",
    "procedure",
    "procedures",
    "published_counts",
    "remark",
    "rows_in_force",
    "rule_in_words",
    "unused_rows",
]
