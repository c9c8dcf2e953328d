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
    LAST_DAY_OF_TABLE_TWO,
    AskedCombination,
    Change,
    PublishedCount,
    RowChange,
    RowFilter,
    compare_days,
    ended_with_table_two,
    in_force,
    published_counts,
    row_out_of_force,
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
    "LAST_DAY_OF_TABLE_TWO",
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
    "ended_with_table_two",
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
    "row_out_of_force",
    "rows_in_force",
    "rule_in_words",
    "unused_rows",
]
