"""One write transaction on an intermediate server's tables: rules of provision, held answers, approvals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, bindparam, or_, select, update

from mizuhiki.institutions.intermediate_server.domain.exchanges import ApprovalRequest
from mizuhiki.institutions.intermediate_server.domain.holding import (
    HeldProvision,
    HoldState,
    Mode,
    ProvisionRule,
    RulesOfDay,
    Scope,
)
from mizuhiki.institutions.intermediate_server.store.tables import APPROVALS, HELD_PROVISIONS, PROVISION_RULES
from mizuhiki.vocabulary.ids import InstitutionId

WAITING = HoldState.WAITING.value


_IN_FORCE = select(PROVISION_RULES).where(
    PROVISION_RULES.c.valid_from <= bindparam("day"),
    or_(PROVISION_RULES.c.valid_until.is_(None), PROVISION_RULES.c.valid_until >= bindparam("day")),
)
"""Made once: every section that is answered asks for it."""


def rules_on(connection: Connection, day: date) -> RulesOfDay:
    """Return the rules in force on a day."""
    rows = connection.execute(_IN_FORCE, {"day": day})
    return RulesOfDay(tuple(_rule(row) for row in rows))


def all_rules(connection: Connection, scope: Scope) -> list[ProvisionRule]:
    """Return every rule of a scope that was ever set, newest first."""
    query = select(PROVISION_RULES).where(PROVISION_RULES.c.scope == scope.value)
    rows = connection.execute(query.order_by(PROVISION_RULES.c.valid_from.desc(), PROVISION_RULES.c.rule_id))
    return [_rule(row) for row in rows]


def _rule(row: Row[Any]) -> ProvisionRule:
    return ProvisionRule(
        row.rule_id, Scope(row.scope), row.subject, Mode(row.mode), row.four_eyes, row.valid_from, row.valid_until
    )


def held_of(row: Row[Any]) -> HeldProvision:
    """Return the held answer of a row."""
    return HeldProvision(
        hold_id=row.hold_id,
        content_hash=bytes(row.content_hash),
        inquirer=InstitutionId(row.inquirer),
        affair=row.affair,
        procedure=row.procedure,
        kinds=tuple(row.kinds),
        addressees=tuple(row.addressees),
        asked_at=row.asked_at,
        state=HoldState(row.state),
        proposed_by=row.proposed_by or "",
        reason=row.reason or "",
        decided_at=row.decided_at,
    )


def approval_of(row: Row[Any]) -> ApprovalRequest:
    """Return the approval of a row."""
    return ApprovalRequest(
        row.approval_id,
        row.exchange_number,
        InstitutionId(row.inquirer),
        row.affair,
        row.asked_at,
        row.addressee_number,
        row.content,
        row.state,
        row.proposed_by or "",
    )


def waiting_holds(connection: Connection) -> list[HeldProvision]:
    """Return held answers that wait, oldest first."""
    query = select(HELD_PROVISIONS).where(HELD_PROVISIONS.c.state == WAITING)
    rows = connection.execute(query.order_by(HELD_PROVISIONS.c.asked_at, HELD_PROVISIONS.c.hold_id))
    return [held_of(row) for row in rows]


class SqlHolds:
    """The part of `ports.Records` that is about rules, held answers and the decision about approvals."""

    _connection: Connection

    def put_rule(self, rule: ProvisionRule, officer: str, now: datetime) -> None:
        """Store a rule for good; a later one changes what counts from its first day on."""
        self._connection.execute(
            PROVISION_RULES.insert().values(
                rule_id=rule.rule_id,
                scope=rule.scope.value,
                subject=rule.subject,
                mode=rule.mode.value,
                four_eyes=rule.four_eyes,
                valid_from=rule.valid_from,
                valid_until=rule.valid_until,
                set_by=officer,
                set_at=now,
            )
        )

    def latest_hold(self, content_hash: bytes) -> HeldProvision | None:
        """Return the latest held answer to this very question."""
        query = select(HELD_PROVISIONS).where(HELD_PROVISIONS.c.content_hash == content_hash)
        row = self._connection.execute(
            query.order_by(HELD_PROVISIONS.c.asked_at.desc(), HELD_PROVISIONS.c.hold_id).limit(1)
        ).one_or_none()
        return None if row is None else held_of(row)

    def put_hold(self, hold: HeldProvision) -> None:
        """Queue an answer for approval."""
        self._connection.execute(
            HELD_PROVISIONS.insert().values(
                hold_id=hold.hold_id,
                content_hash=hold.content_hash,
                inquirer=hold.inquirer,
                affair=hold.affair,
                procedure=hold.procedure,
                kinds=list(hold.kinds),
                addressees=list(hold.addressees),
                asked_at=hold.asked_at,
                state=hold.state.value,
            )
        )

    def use_hold(self, hold_id: str) -> bool:
        """Spend an approved hold; false when it is not approved or was spent."""
        return self._move(
            HELD_PROVISIONS, HELD_PROVISIONS.c.hold_id == hold_id, HoldState.APPROVED, {"state": HoldState.USED.value}
        )

    def hold(self, hold_id: str) -> HeldProvision | None:
        """Return a held answer."""
        query = select(HELD_PROVISIONS).where(HELD_PROVISIONS.c.hold_id == hold_id)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else held_of(row)

    def approval(self, approval_id: str) -> ApprovalRequest | None:
        """Return an approval about a person."""
        query = select(APPROVALS).where(APPROVALS.c.approval_id == approval_id)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else approval_of(row)

    def propose_hold(self, hold_id: str, officer: str) -> bool:
        """Note the first of two officers; false when the hold does not wait."""
        mine = HELD_PROVISIONS.c.hold_id == hold_id
        return self._move(HELD_PROVISIONS, mine, HoldState.WAITING, {"proposed_by": officer})

    def propose_approval(self, approval_id: str, officer: str) -> bool:
        """Note the first of two officers; false when the approval does not wait."""
        return self._move(
            APPROVALS, APPROVALS.c.approval_id == approval_id, HoldState.WAITING, {"proposed_by": officer}
        )

    def decide_hold(  # noqa: PLR0917 - one row's values
        self, hold_id: str, state: HoldState, officer: str, now: datetime, reason: str, note: str
    ) -> bool:
        """Approve or refuse a waiting hold; false when it does not wait."""
        mine = HELD_PROVISIONS.c.hold_id == hold_id
        return self._move(HELD_PROVISIONS, mine, HoldState.WAITING, _decision(state, officer, now, reason, note))

    def refuse_approval(self, approval_id: str, officer: str, now: datetime, reason: str, note: str) -> bool:
        """Refuse to lift a measure; false when the approval does not wait."""
        mine = APPROVALS.c.approval_id == approval_id
        values = _decision(HoldState.REFUSED, officer, now, reason, note)
        return self._move(APPROVALS, mine, HoldState.WAITING, values)

    def note_reminder(self, identifier: str, now: datetime) -> None:
        """Note that staff was reminded of a waiting hold or approval."""
        for table, key in ((HELD_PROVISIONS, HELD_PROVISIONS.c.hold_id), (APPROVALS, APPROVALS.c.approval_id)):
            self._connection.execute(update(table).where(key == identifier).values(reminded_at=now))

    def _move(self, table: Table, mine: ColumnElement[bool], state: HoldState, values: dict[str, Any]) -> bool:
        changed = self._connection.execute(update(table).where(mine, table.c.state == state.value).values(**values))
        return changed.rowcount == 1


def _decision(state: HoldState, officer: str, now: datetime, reason: str, note: str) -> dict[str, Any]:
    return {"state": state.value, "decided_by": officer, "decided_at": now, "reason": reason, "note": note}


def unreminded(connection: Connection, before: datetime) -> list[str]:
    """Return what waits without a reminder since a time: identifiers of holds and approvals."""
    found: list[str] = []
    for table, key in ((HELD_PROVISIONS, HELD_PROVISIONS.c.hold_id), (APPROVALS, APPROVALS.c.approval_id)):
        query = select(key).where(
            table.c.state == WAITING, or_(table.c.reminded_at.is_(None), table.c.reminded_at < before)
        )
        found += [str(one) for one in connection.execute(query.order_by(table.c.asked_at)).scalars()]
    return found
