"""Rows to records and back."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Row

from mizuhiki.institutions.tax_agency.domain.codes import CloseCause, Process
from mizuhiki.institutions.tax_agency.domain.corporations import Entry, NewCorporation, Profile
from mizuhiki.institutions.tax_agency.ports import Application, ApplicationState, Notice
from mizuhiki.vocabulary.typed_values import converted

_SAME = (
    "number", "line", "correct", "update_date", "change_date", "assignment_date", "close_date", "successor",
    "change_cause", "association", "public",
)  # fmt: skip


def read_entry(row: Row[Any]) -> Entry:
    """Return the line a row holds."""
    return Entry(
        process=Process(row.process),
        close_cause=None if row.close_cause is None else CloseCause(row.close_cause),
        profile=converted(row.profile, Profile),
        **{name: getattr(row, name) for name in _SAME},
    )


def entry_values(entry: Entry) -> dict[str, object]:
    """Return the columns of a line."""
    return {
        "process": entry.process.value,
        "close_cause": None if entry.close_cause is None else entry.close_cause.value,
        "profile": msgspec.to_builtins(entry.profile),
        **{name: getattr(entry, name) for name in _SAME},
    }


def read_application(row: Row[Any]) -> Application:
    """Return the application a row holds."""
    return Application(
        application=row.id,
        new=converted(row.content, NewCorporation),
        state=ApplicationState(row.state),
        received_at=row.received_at,
        number=row.number,
        reason=row.reason,
    )


def read_notice(row: Row[Any]) -> Notice:
    """Return the notice a row holds."""
    return Notice(
        number=row.number, name=row.name, address=row.address, designated_on=row.designated_on, sent_on=row.sent_on
    )
