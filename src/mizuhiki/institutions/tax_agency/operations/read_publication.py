"""Reading what is published: for pages, the Web-API, files and other institutions. Anybody may (R-016)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.tax_agency.domain.corporations import Entry, PublishedLine
from mizuhiki.institutions.tax_agency.domain.errors import NoSuchCorporation, NoSuchPublicFile, QuestionRefused
from mizuhiki.institutions.tax_agency.domain.names import search_form
from mizuhiki.institutions.tax_agency.domain.published import Form
from mizuhiki.institutions.tax_agency.domain.searching import (
    MOST_COUNTED,
    MOST_SHOWN,
    Found,
    Match,
    Order,
    Question,
)
from mizuhiki.institutions.tax_agency.domain.web_api import (
    ABROAD,
    DIVIDE_SIZE,
    DiffRequest,
    NameRequest,
    NumRequest,
)
from mizuhiki.institutions.tax_agency.ports import PublicFile, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context

READ = "read-publication"


@dataclass(frozen=True, slots=True)
class WebApiAnswer:
    """Lines of one division of an answer with the header's four values."""

    form: Form
    last_update: date
    count: int
    divide: int
    divisions: int
    lines: tuple[PublishedLine, ...]
    first_sequence: int


@dataclass(frozen=True, slots=True)
class ReadPublication:
    """Every way of reading."""

    store: Store
    authority: Authority

    def history(self, context: Context, number: str) -> list[PublishedLine]:
        """Return the published lines of a corporation, newest first.

        Raises:
            NoSuchCorporation: nothing is published under the number.
        """
        self.authority.require(context, READ)
        lines = self.store.published(number)
        if not lines:
            raise NoSuchCorporation
        return lines

    def resolve(self, context: Context, numbers: Sequence[str]) -> list[Entry]:
        """Return the state of those of the numbers that are published."""
        self.authority.require(context, READ)
        return self.store.published_of(numbers)

    def search(self, context: Context, question: Question, order: Order, *, descending: bool = False) -> Found:
        """Return at most `MOST_SHOWN` matches in an order; `more` says that the search should be narrowed."""
        self.authority.require(context, READ)
        found = self.store.search(question, most=MOST_SHOWN)
        keys = {
            Order.NAME: lambda one: (search_form(one.profile.name), one.number),
            Order.NUMBER: lambda one: one.number,
            Order.ADDRESS: lambda one: (one.profile.municipality_code or ABROAD, one.profile.address, one.number),
            Order.DESIGNATED: lambda one: (one.assignment_date, one.number),
        }
        return Found(tuple(sorted(found.entries, key=keys[order], reverse=descending)), found.more)

    def files(self, context: Context) -> list[PublicFile]:
        """Return the files for download, newest day first."""
        self.authority.require(context, READ)
        return self.store.files()

    def file_content(self, context: Context, name: str) -> bytes:
        """Return a file.

        Raises:
            NoSuchPublicFile: none of that name is published.
        """
        self.authority.require(context, READ)
        content = self.store.file_content(name)
        if content is None:
            raise NoSuchPublicFile
        return content

    def num(self, context: Context, request: NumRequest) -> WebApiAnswer:
        """Answer `num`: numbers nothing is published under are left out."""
        self.authority.require(context, READ)
        lines: list[PublishedLine] = []
        for number in request.numbers:
            found = self.store.published(number)
            lines += reversed(found) if request.history else found[:1]
        return self._divided(context, request.form, lines, 1)

    def diff(self, context: Context, request: DiffRequest) -> WebApiAnswer:
        """Answer `diff`: lines published in the period, in order."""
        self.authority.require(context, READ)
        kinds = {kind.value for kind in request.kinds}
        lines = [
            line
            for line in self.store.updated(request.first, request.last)
            if (not kinds or line.entry.profile.kind in kinds) and _lies_in(line.entry, request.place)
        ]
        return self._divided(context, request.form, lines, request.divide)

    def name(self, context: Context, request: NameRequest) -> WebApiAnswer:
        """Answer `name`; with past names, also the lines in which a past name stands.

        Raises:
            QuestionRefused: too many match, or there is no such division.
        """
        self.authority.require(context, READ)
        found = self.store.search(request.question, most=MOST_COUNTED)
        if found.more:
            raise QuestionRefused(
                "063", "name", f"{MOST_COUNTED}件を超えるため、条件(name, address)を追加してください。"
            )
        lines: list[PublishedLine] = []
        for entry in found.entries:
            if request.question.past_names:
                lines += [one for one in self.store.published(entry.number) if _named(one.entry, request.question)]
            else:
                lines.append(PublishedLine(entry=entry, latest=True))
        return self._divided(context, request.form, lines, request.divide)

    def _divided(self, context: Context, form: Form, lines: Sequence[PublishedLine], divide: int) -> WebApiAnswer:
        divisions = max(1, -(-len(lines) // DIVIDE_SIZE))
        if divide > divisions:
            raise QuestionRefused("022", "divide", f"分割番号(divide)は{divisions}以下を指定してください。")
        start = (divide - 1) * DIVIDE_SIZE
        return WebApiAnswer(
            form=form,
            last_update=self.store.last_update() or context.today(),
            count=len(lines),
            divide=divide,
            divisions=divisions,
            lines=tuple(lines[start : start + DIVIDE_SIZE]),
            first_sequence=start + 1,
        )


def _lies_in(entry: Entry, place: str) -> bool:
    if not place:
        return True
    return entry.profile.prefecture_code == place or entry.profile.municipality_code[:5] == place


def _named(entry: Entry, question: Question) -> bool:
    form = search_form(entry.profile.name)
    return form.startswith(question.form) if question.match is Match.PREFIX else question.form in form
