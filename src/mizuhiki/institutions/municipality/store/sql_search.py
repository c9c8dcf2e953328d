"""Search of the register by what a person at a counter can say (R-037): beginnings of names, parts of addresses.

Over a million records the words asked for must lead to the rows: names by ranges of covering indexes, addresses by
index words of each different address. The words of an address are compared again with the text itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, select, union

from mizuhiki.institutions.municipality.domain.residents import ResidentQuery
from mizuhiki.institutions.municipality.store.chunks import chunks
from mizuhiki.institutions.municipality.store.tables import ADDRESS_WORDS, ADDRESSES, HAS_ALIAS, RESIDENTS
from mizuhiki.vocabulary.names import index_words, normalise_for_comparison, query_words
from mizuhiki.vocabulary.places import normalise_address

_MARK = "a"
_CHARACTERS_ASKED = 7
"""The last characters of a long address are the telling ones; the municipality's name is in nearly all."""
_LAST = "\U0010ffff"


def index_addresses(connection: Connection, keys: Iterable[str]) -> None:
    """Index the addresses among `keys` that are not indexed yet."""
    wanted = sorted(set(keys) - {""})
    known: set[str] = set()
    for chunk in chunks(wanted):
        known |= set(
            connection.execute(select(ADDRESSES.c.address_key).where(ADDRESSES.c.address_key.in_(chunk))).scalars()
        )
    fresh = [key for key in wanted if key not in known]
    if not fresh:
        return
    connection.execute(ADDRESSES.insert(), [{"address_key": key} for key in fresh])
    rows: list[tuple[int, list[str]]] = []
    for chunk in chunks(fresh):
        found = connection.execute(select(ADDRESSES).where(ADDRESSES.c.address_key.in_(chunk)))
        rows += [(row.id, index_words(row.address_key, _MARK)) for row in found]
    ADDRESS_WORDS.add_many(connection, rows)


def find_residents(
    connection: Connection, query: ResidentQuery, limit: int, *, columns: Sequence[ColumnElement[Any]] = ()
) -> Sequence[Row[Any]]:
    """Return at most `limit` rows that fit every part; names from the beginning, addresses anywhere.

    Of each row the `columns` are read, or all where none are named. When a name or the birth date restricts, the first
    by state and reading are taken; when only the address (and sex) does, any.
    """
    r = RESIDENTS.c
    conditions = _plain(query)
    if query.name.strip():
        name = normalise_for_comparison(query.name)
        # Two ranges of two indexes; an OR of both would look at every record.
        found = union(
            _listed(limit, _begins(r.name_key, name), *conditions),
            _listed(limit, HAS_ALIAS, _begins(r.alias_key, name), *conditions),
        )
        listed: Any = found.subquery()
    elif query.name_kana.strip() or query.birth_date is not None:
        listed = _listed(limit, *conditions).subquery()
    else:
        listed = _at_address(connection.dialect.name, query, limit).subquery()
    wanted = (select(*columns) if columns else select(RESIDENTS)).where(r.resident.in_(select(listed.c.resident)))
    return connection.execute(wanted.order_by(r.state, r.kana_key, r.resident).limit(limit)).all()


def _listed(limit: int, *conditions: ColumnElement[bool]) -> Select[Any]:
    r = RESIDENTS.c
    first = select(r.resident).where(*conditions).order_by(r.state, r.kana_key, r.resident).limit(limit).subquery()
    return select(first.c.resident)


def _begins(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    return and_(column >= text, column < text + _LAST)


def _plain(query: ResidentQuery) -> list[ColumnElement[bool]]:
    r, conditions = RESIDENTS.c, list[ColumnElement[bool]]()
    if query.name_kana.strip():
        conditions.append(_begins(r.kana_key, normalise_for_comparison(query.name_kana)))
    if query.birth_date is not None:
        conditions.append(r.birth_date == query.birth_date)
    conditions += _of_sex(query)
    if query.address.strip():
        conditions.append(_contains(r.address_key, normalise_address(query.address)))
    return conditions


def _contains(column: ColumnElement[str], key: str) -> ColumnElement[bool]:
    return column.contains(key, autoescape=True)


def _at_address(dialect: str, query: ResidentQuery, limit: int) -> Select[Any]:
    r, a, key = RESIDENTS.c, ADDRESSES.c, normalise_address(query.address)
    words = query_words(key[-_CHARACTERS_ASKED:], _MARK, prefix=False)
    if not words:
        return select(r.resident).where(*_plain(query)).limit(limit)
    rows = ADDRESS_WORDS.rows_with(dialect, words).subquery()
    joined = rows.join(ADDRESSES, a.id == rows.c.row).join(RESIDENTS, r.address_key == a.address_key)
    return select(r.resident).select_from(joined).where(_contains(a.address_key, key), *_of_sex(query)).limit(limit)


def _of_sex(query: ResidentQuery) -> list[ColumnElement[bool]]:
    return [] if query.sex is None else [RESIDENTS.c.sex == int(query.sex)]
