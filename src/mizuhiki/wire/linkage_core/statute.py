"""The statute table for programs of anybody: rows, one row, one item, two days compared, and one question with its why.

Law is public, so no identity is asked for. Codes are stable; names in both languages come with `STATUTE_NAMES`. The
same operations stand behind the pages of the core, so page and program are told the same.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Meta

from mizuhiki.wire.endpoint import Answer, Message, PublicEndpoint, Request
from mizuhiki.wire.types import AffairText, InstitutionText, KindText, ProcedureText

LARGEST_PAGE = 200
"""Rows of one page at most."""

ItemText = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$(?!\n)", max_length=64)]
"""An item of the table, such as ``2-74``, or the code of an affair under an ordinance."""
RowText = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*){4}$(?!\n)", max_length=256)]
"""A row: item, class that asks, class that is asked, kind and first day, joined by full stops."""
ClassText = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$(?!\n)", max_length=64)]
"""A class of bodies."""
PageNumber = Annotated[int, Meta(ge=1, le=1_000_000)]
PageSize = Annotated[int, Meta(ge=1, le=LARGEST_PAGE)]


class RowsQuery(Message, frozen=True, kw_only=True):
    """Rows in force on `day` (today in Japan where none is given), narrowed by whatever is given."""

    day: date | None = None
    number: ItemText | None = None
    inquirer_class: ClassText | None = None
    affair: AffairText | None = None
    provider_class: ClassText | None = None
    kind: KindText | None = None
    permitting: bool = False
    page: PageNumber = 1
    size: PageSize = 50


class StatuteRow(Message, frozen=True, kw_only=True):
    """One row of the table.

    `procedures` it permits; with none it is law whose detail the sources do not give, and permits nothing. `items` and
    `condition` are empty, with a `reason`, where the sources are silent. `valid_until` is the last day.
    """

    row: str
    number: str
    inquirer_class: str
    affair: str
    procedures: list[str]
    provider_class: str
    kind: str
    items: list[str]
    condition: str
    valid_from: date
    valid_until: date | None
    citation: str
    reason: str


class StatuteRows(Message, frozen=True, kw_only=True):
    """One page of rows. `count` of all that were found, `permitting` of them with a procedure; pages count from 1."""

    day: date
    count: int
    permitting: int
    page: int
    pages: int
    rows: list[StatuteRow]


class RowQuery(Message, frozen=True):
    """One row by its name."""

    row: RowText


class ItemQuery(Message, frozen=True):
    """All rows of an item, whenever they are in force."""

    number: ItemText


class StatuteItem(Message, frozen=True, kw_only=True):
    """An item: whether any row of it is in force on `day`, and its rows, those that ended too."""

    number: str
    day: date
    in_force: bool
    rows: list[StatuteRow]


class ComparisonQuery(Message, frozen=True):
    """Two days; the earlier one first."""

    earlier: date
    later: date


class ChangedRow(Message, frozen=True):
    """A row with ``began`` or ``ended``."""

    change: str
    row: StatuteRow


class StatuteComparison(Message, frozen=True, kw_only=True):
    """What began or ended between two days, and how many rows stayed as they were."""

    earlier: date
    later: date
    changed: list[ChangedRow]
    unchanged: int


class PermissionQuery(Message, frozen=True, kw_only=True):
    """May `inquirer` ask `provider` for `kind`, doing `procedure` of `affair`, on `day` (today where none is given)?"""

    inquirer: InstitutionText
    affair: AffairText
    procedure: ProcedureText
    provider: InstitutionText
    kind: KindText
    day: date | None = None


class ConsideredRow(Message, frozen=True):
    """A row that was looked at and what it says.

    One of ``permits``, ``procedure-not-listed``, ``not-yet-in-force``, ``no-longer-in-force``, ``another-provider`` and
    ``another-kind``.
    """

    verdict: str
    row: StatuteRow


class Permission(Message, frozen=True, kw_only=True):
    """The answer and its why.

    `code` is ``permitted`` or the code of the rule with which the core would refuse such an inquiry; `reason` is that
    rule's own word, if it has one (``procedure``: rows exist, none for this procedure). `rule` names the permitting
    rows as tickets and records do. `also_needed` are conditions the table does not decide: the inquirer's protection
    assessment of the affair has to be published, which the commission asks for.
    """

    day: date
    permitted: bool
    code: str
    title: str
    reason: str
    rule: str
    also_needed: list[str]
    considered: list[ConsideredRow]


class NamesQuery(Message, frozen=True):
    """Everything that has a name; nothing is asked."""


class Name(Message, frozen=True):
    """A code with its name in both languages."""

    code: str
    ja: str
    en: str


class StatuteNames(Message, frozen=True, kw_only=True):
    """The codes of the table; a procedure belongs to the affair before its full stop."""

    classes: list[Name]
    kinds: list[Name]
    affairs: list[Name]
    procedures: list[Name]


_BASIS = "番号法19条8号, 別表第二; R-031"


def _question(
    name: str, path: str, query: type[Request], answer: type[Answer], summary: str
) -> PublicEndpoint[Request, Answer]:
    return PublicEndpoint(
        name=f"linkage_core.{name}",
        path=f"/statute-api/1/{path}",
        query=query,
        answer=answer,
        summary=summary,
        basis=_BASIS,
    )


STATUTE_ROWS = _question("statute_rows", "rows", RowsQuery, StatuteRows, "Rows in force on a day, page by page.")
STATUTE_ROW = _question("statute_row", "row", RowQuery, StatuteRow, "One row by its name.")
STATUTE_ITEM = _question("statute_item", "item", ItemQuery, StatuteItem, "All rows of one item.")
STATUTE_COMPARISON = _question(
    "statute_comparison", "comparison", ComparisonQuery, StatuteComparison, "What began or ended between two days."
)
STATUTE_PERMISSION = _question(
    "statute_permission",
    "permission",
    PermissionQuery,
    Permission,
    "May one institution ask another for a kind of information on a day, and why.",
)
STATUTE_NAMES = _question("statute_names", "names", NamesQuery, StatuteNames, "The codes with their names.")

PUBLIC = (STATUTE_ROWS, STATUTE_ROW, STATUTE_ITEM, STATUTE_COMPARISON, STATUTE_PERMISSION, STATUTE_NAMES)
