"""The statute table for everybody: browse it, read one item, compare two days. Law is public, nobody signs in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from urllib.parse import urlencode

from mizuhiki.institutions.linkage_core.domain.errors import DaysReversed
from mizuhiki.institutions.linkage_core.operations.read_statute import Comparison, ReadStatute, RowPage
from mizuhiki.institutions.linkage_core.operations.service import LinkageCore
from mizuhiki.runtime.pages import Reply, Site, request
from mizuhiki.ui.components import Action, Cell, Choice, Column, Pages, Row, Tag, Tone
from mizuhiki.ui.forms import Form
from mizuhiki.vocabulary.dates import parse_date
from mizuhiki.vocabulary.statute import (
    LAST_DAY_OF_TABLE_TWO,
    Change,
    RowFilter,
    StatuteRow,
    class_name,
    ended_with_table_two,
    is_class,
    kind_name,
    published_counts,
    remark,
)

PAGE_SIZE = 50
CHANGES = {
    Change.BEGAN: ("Began", Tone.DONE),
    Change.ENDED: ("Ended", Tone.PROBLEM),
    Change.STAYED: ("Unchanged", Tone.NEUTRAL),
}
_NARROWING = ("number", "inquirer_class", "affair", "provider_class", "kind")


class StatuteWording:
    """Rows of the table in the words of a page."""

    def __init__(self, site: Site, statute: ReadStatute) -> None:
        self._site = site
        self._statute = statute

    def columns(self) -> list[Column]:
        """Return the columns of a table of rows."""
        _ = self._site.translate
        return [
            Column(_("Item")),
            Column(_("Who asks")),
            Column(_("Affair")),
            Column(_("Who is asked")),
            Column(_("Kind")),
            Column(_("Procedures")),
            Column(_("In force from")),
            Column(_("In force until")),
        ]

    def row(self, one: StatuteRow) -> Row:
        """Return the cells of a row; the first links to its item."""
        cells: tuple[Cell, ...] = (
            Action(one.number, f"/statute/{one.number}"),
            self.class_title(one.inquirer_class),
            self.affair_title(one.affair),
            self.class_title(one.provider_class),
            self.kind_title(one.kind),
            "; ".join(self.procedure_title(code) for code in one.procedures) or None,
            one.valid_from,
            one.valid_until,
        )
        return Row(cells)

    def class_title(self, slug: str) -> str:
        """Return the name of a class of bodies, or of the one body whose ordinance a row is."""
        if is_class(slug):
            return class_name(slug).in_language(self._site.language)
        return self._site.institution_name(slug)

    def table_has_ended(self) -> str:
        """Return why nothing is permitted any more by rows that ended with table 2."""
        _ = self._site.translate
        return _(
            "These rows ended on %(day)s. On the next day table 2 of the Act was replaced by ministerial orders, "
            "which were not available for this table. What no row in force permits is refused.",
            day=LAST_DAY_OF_TABLE_TWO.isoformat(),
        )

    def remarks(self, texts: Iterable[str]) -> list[str]:
        """Return what rows say besides, each once."""
        return [remark(text, self._site.language) for text in dict.fromkeys(texts) if text]

    def kind_title(self, slug: str) -> str:
        """Return the name of a kind of information."""
        return kind_name(slug).in_language(self._site.language)

    def affair_title(self, code: str) -> str:
        """Return an affair's title."""
        found = self._statute.whole().table.affair(code)
        return found.title_en if self._site.language == "en" else found.title_ja

    def procedure_title(self, code: str) -> str:
        """Return a procedure's title."""
        found = self._statute.whole().table.procedure(code)
        return found.title_en if self._site.language == "en" else found.title_ja


class StatutePages:
    """Browsing, one item, two days compared."""

    def __init__(self, site: Site, core: LinkageCore) -> None:
        self._site = site
        self._statute = core.statute
        self._wording = StatuteWording(site, core.statute)
        site.route("/statute", public=True)(self.browse)
        site.route("/statute/comparison", public=True)(self.comparison)
        site.route("/statute/<number>", public=True)(self.item)

    def _days(self, **defaults: date) -> Form:
        given = {name: request.args.get(name) or day.isoformat() for name, day in defaults.items()}
        narrowing = {name: request.args.get(name, "") for name in _NARROWING}
        return Form(given | narrowing | {"permitting": request.args.get("permitting", "")})

    def browse(self) -> Reply:
        """Show rows in force on a day, narrowed as asked, with the figures published about them."""
        _ = self._site.translate
        form = self._days(day=self._site.environment.clock.today())
        day = form.parse("day", parse_date, _("Enter a day, such as 2019-12-02"))
        wanted = RowFilter(
            **{name: form.value(name) for name in _NARROWING}, permitting_only=bool(form.value("permitting"))
        )
        found = self._browsed(day, wanted) if day else RowPage((), 0, 0, 1, 1)
        words = {name: form.value(name) for name in ("day", *_NARROWING, "permitting") if form.value(name)}
        return self._site.render(
            "statute.html",
            form=form,
            choices=self._choices(),
            columns=self._wording.columns(),
            rows=[self._wording.row(one) for one in found.rows],
            number=found.count,
            permitting=found.permitting,
            pages=Pages(found.page, found.pages, "/statute?" + urlencode(words) + "&page={page}"),
            counts=published_counts(),
            without_ordinances=not self._statute.whole().with_ordinances,
            ended=self._wording.table_has_ended() if found.ended else "",
        )

    def _browsed(self, day: date, wanted: RowFilter) -> RowPage:
        """Return the page asked for, or the last one where there are fewer."""
        asked = request.args.get("page", "1")
        page = max(int(asked), 1) if asked.isdecimal() and len(asked) < len(str(2**31)) else 1
        found = self._statute.browse(day=day, wanted=wanted, page=page, size=PAGE_SIZE)
        if page <= found.pages:
            return found
        return self._statute.browse(day=day, wanted=wanted, page=found.pages, size=PAGE_SIZE)

    def _choices(self) -> dict[str, list[Choice]]:
        rows = self._statute.rows
        return {
            "inquirer_class": self._named(self._wording.class_title, (row.inquirer_class for row in rows)),
            "provider_class": self._named(self._wording.class_title, (row.provider_class for row in rows)),
            "kind": self._named(self._wording.kind_title, (row.kind for row in rows)),
            "permitting": [Choice("1", self._site.translate("Only rows that permit something"))],
            "affair": [
                Choice(code, self._wording.affair_title(code)) for code in dict.fromkeys(r.affair for r in rows)
            ],
        }

    @staticmethod
    def _named(title_of: Callable[[str], str], slugs: Iterable[str]) -> list[Choice]:
        return [Choice(slug, title_of(slug)) for slug in sorted(set(slugs))]

    def comparison(self) -> Reply:
        """Show what began and what ended between two days."""
        _ = self._site.translate
        today = self._site.environment.clock.today()
        form = self._days(earlier=today.replace(year=today.year - 1, day=1), later=today)
        wrong = _("Enter a day, such as 2019-12-02")
        earlier, later = form.parse("earlier", parse_date, wrong), form.parse("later", parse_date, wrong)
        found = Comparison((), 0)
        try:
            found = self._statute.compare(earlier=earlier, later=later) if earlier and later else found
        except DaysReversed:
            form.refuse("earlier", _("The earlier day must not be after the later one"))
        columns = self._wording.columns()
        return self._site.render(
            "statute_comparison.html",
            form=form,
            compared=form.good,
            columns=[columns[0], Column(_("Change")), *columns[1:]],
            rows=[self._changed(one.row, one.change) for one in found.changed],
            unchanged=found.unchanged,
            without_ordinances=not self._statute.whole().with_ordinances,
        )

    def _changed(self, row: StatuteRow, change: Change) -> Row:
        words, tone = CHANGES[change]
        number, *others = self._wording.row(row).cells
        return Row((number, Tag(self._site.translate(words), tone), *others))

    def item(self, number: str) -> Reply:
        """Show all rows of one item with its citation and what the sources do not say."""
        today = self._site.environment.clock.today()
        found = self._statute.item(number=number, day=today)
        rows = found.rows
        return self._site.render(
            "statute_item.html",
            number=number,
            citations=list(dict.fromkeys(row.citation for row in rows)),
            reasons=self._wording.remarks(row.reason for row in rows),
            conditions=self._wording.remarks(row.condition for row in rows),
            in_force=found.is_in_force,
            day=today.isoformat(),
            ended=self._wording.table_has_ended() if ended_with_table_two(rows, today) else "",
            columns=self._wording.columns(),
            rows=[self._wording.row(one) for one in rows],
        )
