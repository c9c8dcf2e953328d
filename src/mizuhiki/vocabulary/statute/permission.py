"""One inquiry put to the law of a day: each kind needs a row, and the affair must be the inquirer's (番号法9条, 19条).

Commission, core and provider each ask this for themselves, a file that is tried asks it beforehand, and whoever wonders
asks it at the core's page or public interface: one function, so all of them say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mizuhiki.vocabulary.affairs import Affair, require_affair, require_user
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.statute.table import ConsideredRow, CurrentStatute, NoStatuteRow, StatuteRow, Verdict


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


def lawful_affair(statute: CurrentStatute, body: InstitutionId, code: str, day: date) -> Affair:
    """Return the affair if the number may be used for it on `day`: one of the Act, or of this body's own ordinance.

    Raises:
        AffairNotLawful: unknown, another body's ordinance, not yet or no longer lawful.
        Unavailable: see `CurrentStatute.about`.
    """
    return require_affair(code, day, ordinance_affairs=statute.about(body, code).ordinance_affairs)


def permit_inquiry(statute: CurrentStatute, question: LinkageQuestion) -> tuple[StatuteRow, ...]:
    """Return the permitting row of each kind, in the order of the kinds.

    Raises:
        Unavailable: see `CurrentStatute.about`.
        AffairNotLawful: the number may not be used for the affair on this day.
        AffairOfOthers: the affair is another kind of body's.
        NoStatuteRow, StatuteRowNotInForce: see `StatuteTable.permit`; no row permits asking for no kind at all.
    """
    if not question.kinds:
        raise NoStatuteRow(reason="combination", affair=question.affair, procedure=question.procedure, kind="")
    table = statute.about(question.inquirer, question.affair)
    affair = require_affair(question.affair, question.day, ordinance_affairs=table.ordinance_affairs)
    require_user(affair, question.inquirer)
    return tuple(
        table.permit(question.inquirer, question.affair, question.procedure, question.provider, kind, question.day)
        for kind in question.kinds
    )


def examine(statute: CurrentStatute, question: LinkageQuestion) -> ExaminedQuestion:
    """Answer a question with its reasons instead of refusing it.

    Raises:
        Unavailable: whether an ordinance permits it cannot be told now; see `CurrentStatute.about`.
    """
    table = statute.about(question.inquirer, question.affair)
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
