"""What an agency may hold is a closed list, and the number adds nothing to it but itself (R-020)."""

from __future__ import annotations

import importlib
import tomllib

import msgspec
import pytest
from sqlalchemy import MetaData

from architecture.source_tree import ROOT, institutions, name_of

CATALOGUE = ROOT / "docs" / "data-catalogue.toml"
AGENCIES = [name for name in map(name_of, institutions()) if name.startswith("agency/") or name == "tax_agency"]
RUNNING = frozenset({"audit_event", "page_sessions", "staff_accounts", "lease", "outbox", "inbox", "deliveries"})
"""Tables that the runtime makes for every institution: nothing of the affair."""
OF_THE_NUMBER = frozenset({"number_index", "number_encrypted", "linkage"})
"""All that the number may add: itself, encrypted; how it is found; whether its holder can be asked about."""


class Holding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    agency: str
    table: str
    columns: list[str]
    what: str
    basis: str
    added_by_number: list[str] = []


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    holding: list[Holding]


def catalogue() -> list[Holding]:
    return msgspec.convert(tomllib.loads(CATALOGUE.read_text(encoding="utf-8")), type=Catalogue).holding


def tables(agency: str) -> dict[str, set[str]]:
    store = importlib.import_module(f"mizuhiki.institutions.{agency.replace('/', '.')}.store")
    metadata: MetaData = store.METADATA
    return {table.name: {column.name for column in table.columns} for table in metadata.sorted_tables}


@pytest.mark.requirement("R-020")
@pytest.mark.parametrize("agency", AGENCIES)
def test_an_agency_holds_what_the_catalogue_says_and_nothing_else(agency: str) -> None:
    listed = {one.table: {*one.columns, *one.added_by_number} for one in catalogue() if one.agency == agency}
    held = {name: columns for name, columns in tables(agency).items() if name not in RUNNING}
    assert held == listed, f"say in {CATALOGUE.name} which law lets {agency} hold this"


@pytest.mark.requirement("R-020")
def test_the_number_adds_itself_and_nothing_else() -> None:
    for one in catalogue():
        assert set(one.added_by_number) <= OF_THE_NUMBER, one.table
        assert not set(one.columns) & OF_THE_NUMBER, one.table
        assert one.what, one.table
        assert one.basis, one.table
        if one.added_by_number:
            assert "番号法" not in one.basis, f"{one.table}: what is known of people rests on the law of the affair"


@pytest.mark.requirement("R-020")
def test_the_catalogue_names_each_table_of_an_agency_that_exists_once() -> None:
    named = [(one.agency, one.table) for one in catalogue()]
    assert len(set(named)) == len(named)
    assert {agency for agency, _ in named} == set(AGENCIES)
