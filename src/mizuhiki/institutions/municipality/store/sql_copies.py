"""Issued copies and inspections on one open connection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, select

from mizuhiki.institutions.municipality.domain.copies.errors import UnknownIssue
from mizuhiki.institutions.municipality.domain.copies.inspections import (
    Inspection,
    InspectionRequest,
    InspectionState,
    UnknownInspection,
)
from mizuhiki.institutions.municipality.domain.copies.kinds import (
    CopyKind,
    Delivery,
    IdentityLevel,
    Item,
    Requester,
    Scope,
    Shown,
    Way,
)
from mizuhiki.institutions.municipality.domain.copies.requests import (
    CopyRequest,
    Issue,
    IssueEvent,
    IssueStep,
    IssueView,
    NationwideQuery,
)
from mizuhiki.institutions.municipality.store.cipher import Cipher
from mizuhiki.institutions.municipality.store.copy_tables import INSPECTIONS, ISSUE_STEPS, ISSUES
from mizuhiki.vocabulary.typed_values import converted, read_json


class SqlCopies:
    """Implements `domain.copies.storage.CopyRecords`."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    def next_number(self, year: int) -> str:
        """Return the next number of a calendar year."""
        query = select(func.count()).select_from(ISSUES).where(ISSUES.c.number.startswith(f"{year}-"))
        return f"{year}-{self._connection.execute(query).scalar_one() + 1:06d}"

    def insert(self, issue: Issue, request: CopyRequest | NationwideQuery) -> None:
        """Store an issue with the request it answers; two with one request id are refused by the database."""
        content = self._cipher.encrypt_person(msgspec.json.encode(request), ISSUES.name, issue.issue)
        self._connection.execute(
            ISSUES.insert().values(
                issue=issue.issue,
                request_id=request.request_id,
                number=issue.number,
                kind=issue.kind.value,
                scope=issue.scope.value,
                requester=issue.requester.value,
                way=issue.way.value,
                delivery=issue.delivery.value,
                identity=issue.identity.value,
                shown=[one.value for one in issue.shown],
                items=[one.value for one in issue.items],
                subjects=list(issue.subjects),
                copies=issue.copies,
                fee_yen=issue.fee_yen,
                issued_on=issue.issued_on,
                digest=issue.digest,
                home=issue.home,
                asked_by=issue.asked_by,
                content_encrypted=content,
            )
        )

    def add_step(self, event: IssueEvent) -> None:
        """Append a step."""
        self._connection.execute(
            ISSUE_STEPS.insert().values(
                issue=event.issue, step=event.step.value, at=event.at, by=event.by, note=event.note
            )
        )

    def of_request(self, request_id: str) -> str | None:
        """Return the issue that a request led to."""
        return self._connection.execute(
            select(ISSUES.c.issue).where(ISSUES.c.request_id == request_id)
        ).scalar_one_or_none()

    def view(self, issue: str) -> IssueView:
        """Return an issue with its steps.

        Raises:
            UnknownIssue: there is none.
        """
        row = self._connection.execute(select(ISSUES).where(ISSUES.c.issue == issue)).one_or_none()
        if row is None:
            raise UnknownIssue
        return self._views([row])[0]

    def request(self, issue: str) -> CopyRequest | NationwideQuery:
        """Return what was asked for; a query when the record stands at another municipality, or it asked.

        Raises:
            UnknownIssue: there is none.
        """
        query = select(ISSUES.c.content_encrypted, ISSUES.c.home, ISSUES.c.asked_by).where(ISSUES.c.issue == issue)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise UnknownIssue
        plain = self._cipher.decrypt_person(row.content_encrypted, ISSUES.name, issue)
        if row.home or row.asked_by:
            return read_json(plain, NationwideQuery)
        return read_json(plain, CopyRequest)

    def issued_on(self, day: date) -> list[IssueView]:
        """Return the issues of a day in order."""
        rows = self._connection.execute(select(ISSUES).where(ISSUES.c.issued_on == day).order_by(ISSUES.c.id))
        return self._views(list(rows))

    def _views(self, rows: Sequence[Row[Any]]) -> list[IssueView]:
        steps: dict[str, list[IssueEvent]] = {row.issue: [] for row in rows}
        names = list(steps)
        for start in range(0, len(names), 500):
            chosen = ISSUE_STEPS.c.issue.in_(names[start : start + 500])
            found = self._connection.execute(select(ISSUE_STEPS).where(chosen).order_by(ISSUE_STEPS.c.id))
            for row in found:
                steps[row.issue].append(IssueEvent(row.issue, IssueStep(row.step), row.at, row.by, row.note))
        return [IssueView(_issue(row), tuple(steps[row.issue])) for row in rows]

    # Inspections

    def put_inspection(self, inspection: Inspection) -> None:
        """Store a new or changed inspection."""
        values = {
            "inspection": inspection.inspection,
            "kind": inspection.request.kind.value,
            "content": msgspec.to_builtins(inspection.request),
            "asked_on": inspection.asked_on,
            "state": inspection.state.value,
            "decided_on": inspection.decided_on,
            "decided_by": inspection.decided_by,
            "refusal": inspection.refusal,
            "inspected_on": inspection.inspected_on,
            "people": inspection.people,
        }
        changed = self._connection.execute(
            INSPECTIONS.update().where(INSPECTIONS.c.inspection == inspection.inspection).values(**values)
        )
        if not changed.rowcount:
            self._connection.execute(INSPECTIONS.insert().values(**values))

    def inspection(self, inspection: str) -> Inspection:
        """Return an inspection.

        Raises:
            UnknownInspection: there is none.
        """
        query = select(INSPECTIONS).where(INSPECTIONS.c.inspection == inspection)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise UnknownInspection
        return _inspection(row)

    def inspections(self) -> list[Inspection]:
        """Return all inspections, newest first."""
        return [
            _inspection(row) for row in self._connection.execute(select(INSPECTIONS).order_by(INSPECTIONS.c.id.desc()))
        ]


def _issue(row: Row[Any]) -> Issue:
    return Issue(
        issue=row.issue,
        number=row.number,
        kind=CopyKind(row.kind),
        scope=Scope(row.scope),
        requester=Requester(row.requester),
        way=Way(row.way),
        delivery=Delivery(row.delivery),
        identity=IdentityLevel(row.identity),
        shown=tuple(Shown(one) for one in row.shown),
        items=tuple(Item(one) for one in row.items),
        subjects=tuple(row.subjects),
        copies=row.copies,
        fee_yen=row.fee_yen,
        issued_on=row.issued_on,
        digest=row.digest,
        home=row.home,
        asked_by=row.asked_by,
    )


def _inspection(row: Row[Any]) -> Inspection:
    return Inspection(
        inspection=row.inspection,
        request=converted(row.content, InspectionRequest),
        asked_on=row.asked_on,
        state=InspectionState(row.state),
        decided_on=row.decided_on,
        decided_by=row.decided_by,
        refusal=row.refusal,
        inspected_on=row.inspected_on,
        people=row.people,
    )
