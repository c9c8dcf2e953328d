"""The part of a write transaction that keeps plans, notices, terminals, incidents and drills."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from mizuhiki.institutions.jpki.domain.carriers import Carrier
from mizuhiki.institutions.jpki.domain.certificates import Kind, State
from mizuhiki.institutions.jpki.domain.issuance import CertificatePlan, PlanState
from mizuhiki.institutions.jpki.domain.practice import Drill, Ending, Incident, NoticeChannel, Terminal, TerminalState
from mizuhiki.institutions.jpki.store.sql_issuing import PLANS, SqlIssuing, plan_of
from mizuhiki.institutions.jpki.store.tables import CERTIFICATES, PRACTICE

_NOTICES, _TERMINALS, _USES = PRACTICE["renewal_notices"], PRACTICE["terminals"], PRACTICE["pinless_uses"]
_INCIDENTS, _DRILLS = PRACTICE["incidents"], PRACTICE["reissue_drills"]


class SqlPractice(SqlIssuing):
    """Implements `ports.PracticeRecords` on one open connection."""

    def open_plans(self) -> list[CertificatePlan]:
        """Return plans neither signed nor given up, oldest first."""
        query = select(PLANS).where(PLANS.c.state == PlanState.PLANNED.value)
        return [plan_of(row) for row in self._connection.execute(query.order_by(PLANS.c.recorded_at, PLANS.c.serial))]

    def give_up(self, plan: CertificatePlan, at: datetime) -> None:
        """Make a plan void."""
        self._connection.execute(
            PLANS.update()
            .where(PLANS.c.kind == plan.kind.value, PLANS.c.serial == plan.serial)
            .values(state=PlanState.VOID.value, changed_at=at)
        )

    def endings(self, since: datetime, until: datetime, *, notified: bool) -> list[Ending]:
        """Return good certificates that end in a time, with or without those whose holder was told."""
        told, channel = _NOTICES.c.sent_at.label("told"), _NOTICES.c.channel
        query = (
            select(CERTIFICATES, told, channel)
            .outerjoin(
                _NOTICES, (_NOTICES.c.kind == CERTIFICATES.c.kind) & (_NOTICES.c.serial == CERTIFICATES.c.serial)
            )
            .where(CERTIFICATES.c.state == State.GOOD.value, CERTIFICATES.c.ends >= since, CERTIFICATES.c.ends < until)
            .order_by(CERTIFICATES.c.ends, CERTIFICATES.c.kind, CERTIFICATES.c.serial)
        )
        if not notified:
            query = query.where(_NOTICES.c.sent_at.is_(None))
        return [
            Ending(
                Kind(row.kind),
                row.serial,
                row.person,
                row.municipality_code,
                Carrier(row.carrier),
                row.ends,
                row.told,
                None if row.channel is None else NoticeChannel(row.channel),
            )
            for row in self._connection.execute(query)
        ]

    def keep_renewal_notice(self, ending: Ending, opens_on: date, at: datetime, channel: NoticeChannel) -> None:
        """Remember that a holder was told."""
        self._connection.execute(
            _NOTICES.insert().values(
                kind=ending.kind.value, serial=ending.serial, opens_on=opens_on, sent_at=at, channel=channel.value
            )
        )

    def keep_terminal(self, terminal: Terminal, at: datetime) -> None:
        """Store a terminal, or its new state."""
        values = {
            "operator": terminal.operator,
            "purpose": terminal.purpose,
            "public_key": terminal.public_key,
            "certificate": terminal.certificate,
            "proposed_by": terminal.proposed_by,
            "approved_by": terminal.approved_by,
            "ends_on": terminal.ends_on,
            "state": terminal.state.value,
            "changed_at": at,
        }
        changed = self._connection.execute(
            _TERMINALS.update().where(_TERMINALS.c.terminal == terminal.terminal).values(**values)
        )
        if not changed.rowcount:
            self._connection.execute(_TERMINALS.insert().values(terminal=terminal.terminal, **values))

    def terminals(self) -> list[Terminal]:
        """Return every terminal, by name."""
        return [
            Terminal(
                terminal=row.terminal,
                operator=row.operator,
                purpose=row.purpose,
                public_key=row.public_key,
                certificate=row.certificate,
                proposed_by=row.proposed_by,
                approved_by=row.approved_by,
                ends_on=row.ends_on,
                state=TerminalState(row.state),
            )
            for row in self._connection.execute(select(_TERMINALS).order_by(_TERMINALS.c.terminal))
        ]

    def pinless_use_known(self, use: str) -> bool:
        """Say whether a use was recorded."""
        return self._connection.execute(select(_USES.c.use).where(_USES.c.use == use)).first() is not None

    def keep_pinless_use(self, use: str, terminal: str, serial: int, at: datetime) -> None:
        """Record a use; the certificate stands as an index of that terminal only (R-205)."""
        index = self._cipher.handle(f"terminal/{terminal}", Kind.USER_IDENTIFICATION, serial)
        self._connection.execute(_USES.insert().values(use=use, terminal=terminal, certificate_index=index, at=at))

    def pinless_uses(self) -> dict[str, int]:
        """Return how often each terminal used certificates without a PIN."""
        query = select(_USES.c.terminal, func.count().label("uses")).group_by(_USES.c.terminal)
        return {row.terminal: int(row.uses) for row in self._connection.execute(query)}

    def keep_incident(self, incident: Incident) -> None:
        """Store an incident, or how it was closed."""
        values = {
            "kind": incident.kind,
            "summary": incident.summary,
            "opened_by": incident.opened_by,
            "opened_at": incident.opened_at,
            "closed_by": incident.closed_by,
            "closed_at": incident.closed_at,
            "outcome": incident.outcome,
        }
        changed = self._connection.execute(
            _INCIDENTS.update().where(_INCIDENTS.c.incident == incident.incident).values(**values)
        )
        if not changed.rowcount:
            self._connection.execute(_INCIDENTS.insert().values(incident=incident.incident, **values))

    def incidents(self) -> list[Incident]:
        """Return every incident, newest first."""
        query = select(_INCIDENTS).order_by(_INCIDENTS.c.opened_at.desc(), _INCIDENTS.c.incident)
        return [
            Incident(
                incident=row.incident,
                kind=row.kind,
                summary=row.summary,
                opened_by=row.opened_by,
                opened_at=row.opened_at,
                closed_by=row.closed_by,
                closed_at=row.closed_at,
                outcome=row.outcome,
            )
            for row in self._connection.execute(query)
        ]

    def keep_drill(self, drill: Drill) -> None:
        """Store the result of a drill."""
        self._connection.execute(
            _DRILLS.insert().values(
                kind=drill.kind.value,
                certificates=drill.certificates,
                sampled=drill.sampled,
                sample_microseconds=drill.sample_microseconds,
                workers=drill.workers,
                planned_seconds=drill.planned_seconds,
                held_by=drill.held_by,
                held_at=drill.held_at,
            )
        )

    def drills(self) -> list[Drill]:
        """Return every drill, newest first."""
        query = select(_DRILLS).order_by(_DRILLS.c.id.desc())
        return [
            Drill(
                kind=Kind(row.kind),
                certificates=row.certificates,
                sampled=row.sampled,
                sample_microseconds=row.sample_microseconds,
                workers=row.workers,
                held_by=row.held_by,
                held_at=row.held_at,
            )
            for row in self._connection.execute(query)
        ]

    def living(self, kind: Kind, now: datetime, limit: int = 0) -> Sequence[tuple[int, bytes]]:
        """Return serial and DER of certificates that hold; at most `limit`, or all."""
        query = (
            select(CERTIFICATES.c.serial, CERTIFICATES.c.der_encrypted)
            .where(CERTIFICATES.c.kind == kind.value, CERTIFICATES.c.state == State.GOOD.value)
            .where(CERTIFICATES.c.ends >= now)
            .order_by(CERTIFICATES.c.serial)
        )
        rows = self._connection.execute(query.limit(limit) if limit else query)
        return [(row.serial, self._cipher.decrypt_certificate(row.der_encrypted, kind, row.serial)) for row in rows]

    def living_count(self, kind: Kind, now: datetime) -> int:
        """Return how many certificates hold."""
        query = select(func.count()).where(
            CERTIFICATES.c.kind == kind.value, CERTIFICATES.c.state == State.GOOD.value, CERTIFICATES.c.ends >= now
        )
        return int(self._connection.execute(query).scalar_one())
