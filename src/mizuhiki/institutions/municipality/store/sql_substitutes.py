"""Substitute characters on one open connection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from mizuhiki.institutions.municipality.domain.events.items import details_of
from mizuhiki.institutions.municipality.domain.residents import RecordState
from mizuhiki.institutions.municipality.domain.substitute_choices import SubstituteChoice
from mizuhiki.institutions.municipality.store.chunks import chunks
from mizuhiki.institutions.municipality.store.substitute_tables import SUBSTITUTE_CHOICES
from mizuhiki.institutions.municipality.store.tables import HAS_RARE, RESIDENTS
from mizuhiki.runtime.keyed_rows import insert_row
from mizuhiki.vocabulary.names.repertoires import Repertoire

_SLICE = 2000
_OF_RECORD = (
    "family",
    "given",
    "family_kana",
    "given_kana",
    "address",
    "registered_domicile",
    "head_of_family_register",
    "previous_address",
)


class SqlSubstitutes:
    """Implements `domain.substitute_choices.SubstituteRecords`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def choices(self) -> list[SubstituteChoice]:
        """Return every entry in the order they were made."""
        rows = self._connection.execute(select(SUBSTITUTE_CHOICES).order_by(SUBSTITUTE_CHOICES.c.id))
        return [
            SubstituteChoice(
                Repertoire(row.repertoire),
                row.original,
                row.written,
                row.reason,
                row.since,
                row.chosen_by,
                row.chosen_at,
            )
            for row in rows
        ]

    def insert_choice(self, choice: SubstituteChoice) -> None:
        """Append an entry."""
        insert_row(
            self._connection,
            SUBSTITUTE_CHOICES,
            {
                "repertoire": choice.repertoire.value,
                "original": choice.original,
                "written": choice.written,
                "reason": choice.reason,
                "since": choice.since,
                "chosen_by": choice.by,
                "chosen_at": choice.at,
            },
        )

    def rare(self) -> list[frozenset[str]]:
        """Return each different set of characters beyond the narrowest repertoire that a current record has."""
        query = select(RESIDENTS.c.rare).where(HAS_RARE, RESIDENTS.c.state != RecordState.REMOVED.value).distinct()
        return [frozenset(rare.split(" ")) for rare in self._connection.execute(query).scalars()]

    def texts(self, rare: Sequence[frozenset[str]]) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Return the written items of the current records with one of these sets, by column of the file."""
        columns = [RESIDENTS.c[name] for name in ("resident", *_OF_RECORD, "details")]
        for chunk in chunks([" ".join(sorted(signs)) for signs in rare]):
            query = select(*columns).where(
                HAS_RARE, RESIDENTS.c.rare.in_(chunk), RESIDENTS.c.state != RecordState.REMOVED.value
            )
            for row in self._connection.execute(query.execution_options(yield_per=_SLICE)):
                yield row.resident, _texts(row)


def _texts(row: Row[Any]) -> dict[str, str]:
    details = details_of(row.details)
    stay = details.residence
    return {name: str(getattr(row, name)) for name in _OF_RECORD} | {
        "residence_status": stay.status if stay else "",
        "stay_period": stay.period if stay else "",
        "alias": details.alias,
        "alias_kana": details.alias_kana,
        "former_name": details.former_name,
        "former_name_kana": details.former_name_kana,
    }
