"""Search of the register by what a person at a counter can say (R-037): beginnings of names, parts of addresses.

Over a million records the words asked for must lead to the rows: names by ranges of covering indexes, addresses by
index words of each different address. The words of an address are compared again with the text itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, select, union

from mizuhiki.institutions.municipality.domain.residents import ResidentQuery
from mizuhiki.institutions.municipality.store.chunks import chunks
from mizuhiki.institutions.municipality.store.tables import ADDRESS_WORDS, ADDRESSES, HAS_ALIAS, RESIDENTS
from mizuhiki.runtime.bulk_rows import insert_rows
from mizuhiki.runtime.database import Day, Integer, Text
from mizuhiki.runtime.keyed_rows import find_among
from mizuhiki.vocabulary.names import index_words, normalise_for_comparison, query_words
from mizuhiki.vocabulary.names.person_name import is_one_line
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
        found = find_among(connection, ADDRESSES, ["address_key"], ("address_key", chunk))
        known |= {row.address_key for row in found}
    fresh = [key for key in wanted if key not in known]
    if not fresh:
        return
    insert_rows(connection, ADDRESSES, ("address_key",), [(key,) for key in fresh])
    rows: list[tuple[int, list[str]]] = []
    for chunk in chunks(fresh):
        found = find_among(connection, ADDRESSES, ["id", "address_key"], ("address_key", chunk))
        rows += [(row.id, index_words(row.address_key, _MARK)) for row in found]
    ADDRESS_WORDS.add_many(connection, rows)


def find_residents(
    connection: Connection, query: ResidentQuery, limit: int, *, columns: tuple[ColumnElement[Any], ...] = ()
) -> Sequence[Row[Any]]:
    """Return at most `limit` rows that fit every part; names from the beginning, addresses anywhere.

    Of each row the `columns` are read, or all where none are named. When a name or the birth date restricts, the first
    by state and reading are taken; when only the address (and sex) does, any.
    """
    if not all(is_one_line(text) for text in (query.name, query.name_kana, query.address)):
        # No record holds such a text. Normalised, one of nothing but selectors would restrict nothing at all.
        return []
    values = _values(query)
    shape, asked = frozenset(values), {**values, "limit": limit}
    if shape <= {"address", "sex"}:
        words = query_words(values.get("address", "")[-_CHARACTERS_ASKED:], _MARK, prefix=False)
        statement = _with_words(connection.dialect.name, shape, words, columns)
    else:
        statement = _statement(shape, columns)
    for name in ("name", "name_kana"):
        if name in asked:
            asked[f"{name}_end"] = asked[name] + _LAST
    if "address" in asked:
        asked["address"] = "".join(f"/{sign}" if sign in "/%_" else sign for sign in asked["address"])
    return connection.execute(statement, asked).all()


def _values(query: ResidentQuery) -> dict[str, Any]:
    """Return what is asked for in the form it is compared in, by the name of its parameter."""
    values: dict[str, Any] = {}
    if query.name.strip():
        values["name"] = normalise_for_comparison(query.name)
    if query.name_kana.strip():
        values["name_kana"] = normalise_for_comparison(query.name_kana)
    if query.birth_date is not None:
        values["birth_date"] = query.birth_date
    if query.sex is not None:
        values["sex"] = int(query.sex)
    if query.address.strip():
        values["address"] = normalise_address(query.address)
    return values


@lru_cache(maxsize=128)
def _statement(shape: frozenset[str], columns: tuple[ColumnElement[Any], ...]) -> Select[Any]:
    """Return the query for a set of parts; to build it anew costs more than the database needs to answer it."""
    r, conditions = RESIDENTS.c, _conditions(shape)
    if "name" in shape:
        # Two ranges of two indexes; an OR of both would look at every record.
        found: Any = union(
            _listed(_begins(r.name_key, "name"), *conditions),
            _listed(HAS_ALIAS, _begins(r.alias_key, "name"), *conditions),
        )
    else:
        found = _listed(*conditions)
    return _shown(found, columns)


def _shown(found: Any, columns: tuple[ColumnElement[Any], ...]) -> Select[Any]:  # noqa: ANN401 - a select or a union
    r, wanted = RESIDENTS.c, select(*columns) if columns else select(RESIDENTS)
    wanted = wanted.where(r.resident.in_(select(found.subquery().c.resident)))
    return wanted.order_by(r.state, r.kana_key, r.resident).limit(bindparam("limit", type_=Integer))


def _listed(*conditions: ColumnElement[bool]) -> Select[Any]:
    r = RESIDENTS.c
    first = select(r.resident).where(*conditions).order_by(r.state, r.kana_key, r.resident)
    return select(first.limit(bindparam("limit", type_=Integer)).subquery().c.resident)


def _begins(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    return and_(column >= bindparam(name, type_=Text), column < bindparam(f"{name}_end", type_=Text))


def _conditions(shape: frozenset[str]) -> list[ColumnElement[bool]]:
    r, conditions = RESIDENTS.c, list[ColumnElement[bool]]()
    if "name_kana" in shape:
        conditions.append(_begins(r.kana_key, "name_kana"))
    if "birth_date" in shape:
        conditions.append(r.birth_date == bindparam("birth_date", type_=Day))
    conditions += _of_sex(shape)
    if "address" in shape:
        conditions.append(_contains(r.address_key))
    return conditions


def _of_sex(shape: frozenset[str]) -> list[ColumnElement[bool]]:
    return [RESIDENTS.c.sex == bindparam("sex", type_=Integer)] if "sex" in shape else []


def _contains(column: ColumnElement[str]) -> ColumnElement[bool]:
    return column.contains(bindparam("address", type_=Text), escape="/")


def _with_words(
    dialect: str, shape: frozenset[str], words: Sequence[str], columns: tuple[ColumnElement[Any], ...]
) -> Select[Any]:
    """Return the query by the words of an address, which are part of the index's own query."""
    r, a, limit = RESIDENTS.c, ADDRESSES.c, bindparam("limit", type_=Integer)
    if not words:
        return _shown(select(r.resident).where(*_conditions(shape)).limit(limit), columns)
    rows = ADDRESS_WORDS.rows_with(dialect, words).subquery()
    joined = rows.join(ADDRESSES, a.id == rows.c.row).join(RESIDENTS, r.address_key == a.address_key)
    found = select(r.resident).select_from(joined).where(_contains(a.address_key), *_of_sex(shape))
    return _shown(found.limit(limit), columns)
