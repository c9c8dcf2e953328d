"""Substitute characters on one open connection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, select

from mizuhiki.institutions.municipality.domain.events.items import details_of
from mizuhiki.institutions.municipality.domain.residents import RecordState
from mizuhiki.institutions.municipality.domain.substitute_choices import SubstituteChoice
from mizuhiki.institutions.municipality.store.substitute_tables import SUBSTITUTE_CHOICES
from mizuhiki.institutions.municipality.store.tables import RESIDENTS
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

    def texts(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Return the written items of every current record by column of the file of residents."""
        columns = [RESIDENTS.c[name] for name in ("resident", *_OF_RECORD, "details")]
        query = select(*columns).where(RESIDENTS.c.state != RecordState.REMOVED.value)
        for row in self._connection.execute(query.execution_options(yield_per=_SLICE)):
            details = details_of(row.details)
            texts = {name: str(value) for name, value in zip(_OF_RECORD, row[1:-1], strict=True)}
            texts |= {
                "residence_status": details.residence.status if details.residence else "",
                "stay_period": details.residence.period if details.residence else "",
                "alias": details.alias,
                "alias_kana": details.alias_kana,
                "former_name": details.former_name,
                "former_name_kana": details.former_name_kana,
            }
            yield row.resident, texts
