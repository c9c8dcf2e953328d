"""One inquiry put to the law of a day: each kind needs a row, and the affair must be the inquirer's (番号法9条, 19条).

Commission, core and provider each ask this for themselves, a file that is tried asks it beforehand, and whoever wonders
asks it at the core's page or public interface: one function, so all of them say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mizuhiki.vocabulary.affairs import require_affair, require_user
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.statute.table import ConsideredRow, NoStatuteRow, StatuteRow, StatuteTable, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageQuestion:
    """May `inquirer` ask `provider` for `kinds`, doing `procedure` of `affair`, on `day`?"""

    inquirer: InstitutionId
    affair: str
    procedure: str
    provider: InstitutionId
    kinds: tuple[str, ...]
    day: date


@dataclass(frozen=True, slots=True)
class ExaminedQuestion:
    """A question with its answer: the rows that permit it or the refusal, and every row that was looked at."""

    permitting: tuple[StatuteRow, ...]
    considered: tuple[ConsideredRow, ...]
    refusal: MizuhikiError | None

    @property
    def permitted(self) -> bool:
        """Whether the law lets this be asked. Whether the assessment is published is the commission's own matter."""
        return self.refusal is None

    @property
    def rule(self) -> str:
        """The rows that permit it, in words for tickets and records."""
        return rule_in_words(self.permitting)


def permit_inquiry(table: StatuteTable, question: LinkageQuestion) -> tuple[StatuteRow, ...]:
    """Return the permitting row of each kind, in the order of the kinds.

    Raises:
        AffairNotLawful: the number may not be used for the affair on this day.
        AffairOfOthers: the affair is another kind of body's.
        NoStatuteRow, StatuteRowNotInForce: see `StatuteTable.permit`; no row permits asking for no kind at all.
    """
    if not question.kinds:
        raise NoStatuteRow(reason="combination", affair=question.affair, procedure=question.procedure, kind="")
    require_user(require_affair(question.affair, question.day), question.inquirer)
    return tuple(
        table.permit(question.inquirer, question.affair, question.procedure, question.provider, kind, question.day)
        for kind in question.kinds
    )


def examine(table: StatuteTable, question: LinkageQuestion) -> ExaminedQuestion:
    """Answer a question with its reasons instead of refusing it."""
    considered = dict.fromkeys(
        one
        for kind in question.kinds
        for one in table.explain(
            question.inquirer, question.affair, question.procedure, question.provider, kind, question.day
        )
        if one.verdict is not Verdict.ANOTHER_KIND or one.row.kind not in question.kinds
    )
    try:
        permitting = permit_inquiry(table, question)
    except MizuhikiError as error:
        return ExaminedQuestion((), tuple(considered), error)
    return ExaminedQuestion(permitting, tuple(considered), None)


def rule_in_words(rows: tuple[StatuteRow, ...]) -> str:
    """Return permitting rows by item and citation, each once."""
    return "; ".join(dict.fromkeys(f"{row.number} {row.citation}" for row in rows))
