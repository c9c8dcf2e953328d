"""The statute table for programs of anybody: read the query, ask the operation behind the pages, write the answer."""

from __future__ import annotations

from mizuhiki.institutions.linkage_core.domain.errors import NoSuchBody
from mizuhiki.institutions.linkage_core.operations.read_statute import ReadStatute
from mizuhiki.runtime.directory import NotInDirectory
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.public_answers import PublicAnswers
from mizuhiki.runtime.public_api import serve_public
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.statute import (
    LinkageQuestion,
    RowFilter,
    StatuteName,
    StatuteRow,
    class_name,
    is_class,
    kind_name,
    procedures,
)
from mizuhiki.wire.linkage_core import statute as wire

PERMITTED = "permitted"
PUBLISHED_ASSESSMENT = "published-assessment"
"""What else an inquiry needs: the table cannot tell, the commission asks for it (番号法28条; R-024)."""


class StatuteHandlers:
    """One method per question."""

    def __init__(self, statute: ReadStatute, environment: Environment) -> None:
        self._statute = statute
        self._environment = environment

    def rows(self, query: wire.RowsQuery) -> wire.StatuteRows:
        """Return a page of rows."""
        day = query.day or self._environment.clock.today()
        wanted = RowFilter(
            number=query.number or "",
            inquirer_class=query.inquirer_class or "",
            affair=query.affair or "",
            provider_class=query.provider_class or "",
            kind=query.kind or "",
            permitting_only=query.permitting,
        )
        found = self._statute.browse(day=day, wanted=wanted, page=query.page, size=query.size)
        return wire.StatuteRows(
            day=day,
            count=found.count,
            permitting=found.permitting,
            page=found.page,
            pages=found.pages,
            rows=[_row(one) for one in found.rows],
        )

    def row(self, query: wire.RowQuery) -> wire.StatuteRow:
        """Return one row."""
        return _row(self._statute.row(name=query.row))

    def item(self, query: wire.ItemQuery) -> wire.StatuteItem:
        """Return one item."""
        day = self._environment.clock.today()
        found = self._statute.item(number=query.number, day=day)
        return wire.StatuteItem(
            number=found.number, day=day, in_force=found.is_in_force, rows=[_row(one) for one in found.rows]
        )

    def comparison(self, query: wire.ComparisonQuery) -> wire.StatuteComparison:
        """Return what began or ended."""
        found = self._statute.compare(earlier=query.earlier, later=query.later)
        return wire.StatuteComparison(
            earlier=query.earlier,
            later=query.later,
            changed=[wire.ChangedRow(one.change.value, _row(one.row)) for one in found.changed],
            unchanged=found.unchanged,
        )

    def permission(self, query: wire.PermissionQuery) -> wire.Permission:
        """Return whether, and why."""
        question = LinkageQuestion(
            inquirer=self._body("inquirer", query.inquirer),
            affair=query.affair,
            procedure=query.procedure,
            provider=self._body("provider", query.provider),
            kinds=(query.kind,),
            day=query.day or self._environment.clock.today(),
        )
        found = self._statute.examine(question)
        refusal = found.refusal
        return wire.Permission(
            day=question.day,
            permitted=found.permitted,
            code=refusal.code if refusal else PERMITTED,
            title=refusal.title if refusal else "A row of the table permits this",
            reason=str(refusal.fields.get("reason", "")) if refusal else "",
            rule=found.rule,
            also_needed=[PUBLISHED_ASSESSMENT] if found.permitted else [],
            considered=[wire.ConsideredRow(one.verdict.value, _row(one.row)) for one in found.considered],
        )

    def names(self, _query: wire.NamesQuery) -> wire.StatuteNames:
        """Return every code of the table with its name."""
        table = self._statute.whole().table
        classes = {name for row in table.rows for name in (row.inquirer_class, row.provider_class)}
        found = [table.affair(code) for code in dict.fromkeys(row.affair for row in table.rows)]
        known = [*procedures(), *table.ordinance_procedures.values()]
        return wire.StatuteNames(
            classes=[self._class(slug) for slug in sorted(classes)],
            kinds=[_name(slug, kind_name(slug)) for slug in sorted({row.kind for row in table.rows})],
            affairs=[wire.Name(one.code, one.title_ja, one.title_en) for one in found],
            procedures=[wire.Name(one.code, one.title_ja, one.title_en) for one in known],
        )

    def _class(self, slug: str) -> wire.Name:
        """Return the name of a class, or of the one body whose ordinance rows are."""
        if is_class(slug):
            return _name(slug, class_name(slug))
        try:
            entry = self._environment.directory.entry(InstitutionId(slug))
        except NotInDirectory:
            return wire.Name(slug, slug, slug)
        return wire.Name(slug, entry.name_ja, entry.name_en)

    def _body(self, part: str, name: str) -> InstitutionId:
        try:
            return self._environment.directory.entry(InstitutionId(name)).institution
        except NotInDirectory:
            raise NoSuchBody(part=part) from None


def _row(row: StatuteRow) -> wire.StatuteRow:
    return wire.StatuteRow(
        row=row.name,
        number=row.number,
        inquirer_class=row.inquirer_class,
        affair=row.affair,
        procedures=list(row.procedures),
        provider_class=row.provider_class,
        kind=row.kind,
        items=list(row.items),
        condition=row.condition,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        citation=row.citation,
        reason=row.reason,
    )


def _name(slug: str, name: StatuteName) -> wire.Name:
    return wire.Name(slug, name.ja, name.en)


def serve_statute(public: PublicAnswers, statute: ReadStatute, environment: Environment) -> None:
    """Register the questions that anybody may ask about the table."""
    handlers = StatuteHandlers(statute, environment)
    serve_public(public, wire.STATUTE_ROWS, handlers.rows)
    serve_public(public, wire.STATUTE_ROW, handlers.row)
    serve_public(public, wire.STATUTE_ITEM, handlers.item)
    serve_public(public, wire.STATUTE_COMPARISON, handlers.comparison)
    serve_public(public, wire.STATUTE_PERMISSION, handlers.permission)
    serve_public(public, wire.STATUTE_NAMES, handlers.names)
