"""Search of the published record over the text index."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, Select, select, true
from sqlalchemy.sql.elements import ColumnElement

from mizuhiki.institutions.tax_agency.domain.searching import (
    Found,
    Match,
    Question,
    Target,
    TextField,
    words_of_question,
)
from mizuhiki.institutions.tax_agency.store.rows import read_entry
from mizuhiki.institutions.tax_agency.store.tables import CORPORATIONS, ENTRIES, WORDS

_COLUMNS: dict[TextField, Column[Any]] = {
    TextField.NAME: CORPORATIONS.c.name_form,
    TextField.READING: CORPORATIONS.c.reading_form,
    TextField.ENGLISH: CORPORATIONS.c.english_form,
    TextField.PAST_NAME: CORPORATIONS.c.past_forms,
}
_CHUNK = 500


def find(connection: Connection, question: Question, *, most: int) -> Found:
    """Return up to `most` matches in the order of designation."""
    rows: dict[int, int] = {}
    for field in question.fields:
        query = matching(connection.dialect.name, question, field).limit(most + 1)
        rows.update((row.id, row.entry) for row in connection.execute(query))
    ordered = [entry for _, entry in sorted(rows.items())]
    return Found(tuple(_entries(connection, ordered[:most])), more=len(ordered) > most)


def matching(dialect: str, question: Question, field: TextField) -> Select[tuple[int, int]]:
    """Return the query for the numbers of matching rows: candidates by index words, then compared themselves.

    It is a join and not an IN, so that a limit ends it early.
    """
    candidates = WORDS.rows_with(dialect, words_of_question(question, field)).subquery()
    query = select(CORPORATIONS.c.id, CORPORATIONS.c.entry).join_from(
        candidates, CORPORATIONS, CORPORATIONS.c.id == candidates.c.row
    )
    return query.where(*_conditions(question, field))


def _conditions(question: Question, field: TextField) -> list[ColumnElement[bool]]:
    table = CORPORATIONS.c
    conditions: list[ColumnElement[bool]] = [table.published == true(), table.searchable == true()]
    if question.form:
        conditions.append(_compares(_COLUMNS[field], question, field))
    if question.text and question.target is Target.EXACT:
        conditions.append(table.name.contains(question.text, autoescape=True))
    if question.kinds:
        conditions.append(table.kind.in_([kind.value for kind in question.kinds]))
    if question.designated_from is not None:
        conditions.append(table.assignment_date >= question.designated_from)
    if question.designated_to is not None:
        conditions.append(table.assignment_date <= question.designated_to)
    return conditions


def _compares(column: Column[Any], question: Question, field: TextField) -> ColumnElement[bool]:
    form = question.form
    if question.match is Match.PART:
        return column.contains(form, autoescape=True)
    begins = column.startswith(form, autoescape=True)
    # Past names stand in one text, a line each.
    return begins | column.contains(f"\n{form}", autoescape=True) if field is TextField.PAST_NAME else begins


def _entries(connection: Connection, ids: list[int]) -> list[Any]:
    found = {}
    for start in range(0, len(ids), _CHUNK):
        query = select(ENTRIES).where(ENTRIES.c.id.in_(ids[start : start + _CHUNK]))
        found.update({row.id: read_entry(row) for row in connection.execute(query)})
    return [found[one] for one in ids]
