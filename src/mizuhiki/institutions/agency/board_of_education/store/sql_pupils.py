"""Supported pupils and accounts on one open connection, and a board's whole transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from mizuhiki.casework.store import CaseCipher, SqlCaseRecords
from mizuhiki.institutions.agency.board_of_education.domain.errors import AccountKnown, UnknownAccount, UnknownPupil
from mizuhiki.institutions.agency.board_of_education.domain.expenses import Category, Item, Stage
from mizuhiki.institutions.agency.board_of_education.domain.pupils import Account, AccountLine, SupportedPupil, Term
from mizuhiki.institutions.agency.board_of_education.store.tables import ACCOUNTS, CASES, LINES, PUPILS
from mizuhiki.runtime.audit import Audit


class SqlPupils:
    """Implements `ports.Pupils`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def taken(self, number: str) -> bool:
        """Say whether a number is in use."""
        return self._connection.execute(select(PUPILS.c.number).where(PUPILS.c.number == number)).first() is not None

    def put(self, pupil: SupportedPupil) -> None:
        """Store a new pupil, or when and why the support ends."""
        changed = {"until": pupil.until, "ended_for": pupil.ended_for}
        update = PUPILS.update().where(PUPILS.c.number == pupil.number).values(**changed)
        if self._connection.execute(update).rowcount:
            return
        self._connection.execute(
            PUPILS.insert().values(
                number=pupil.number,
                person=pupil.person,
                guardian=pupil.guardian,
                case_token=pupil.case,
                school_name=pupil.school_name,
                stage=pupil.stage.value,
                category=pupil.category.value,
                dormitory=pupil.dormitory,
                year=pupil.year,
                since=pupil.since,
                **changed,
            )
        )

    def pupil(self, number: str) -> SupportedPupil:
        """Return a pupil."""
        row = self._connection.execute(select(PUPILS).where(PUPILS.c.number == number)).one_or_none()
        if row is None:
            raise UnknownPupil
        return _pupil(row)

    def pupils(self, limit: int) -> list[SupportedPupil]:
        """Return pupils, newest first."""
        query = select(PUPILS).order_by(PUPILS.c.id.desc()).limit(limit)
        return [_pupil(row) for row in self._connection.execute(query)]

    def supported_in(self, person: str, year: int) -> bool:
        """Say whether a person has support in a fiscal year that did not end early."""
        c = PUPILS.c
        query = select(c.number).where(c.person == person, c.year == year, c.ended_for == "").limit(1)
        return self._connection.execute(query).first() is not None

    def put_account(self, account: Account) -> None:
        """Store a new account."""
        c = ACCOUNTS.c
        known = select(c.account).where(c.pupil == account.pupil, c.term == account.term.value)
        if self._connection.execute(known).first() is not None:
            raise AccountKnown
        self._connection.execute(
            ACCOUNTS.insert().values(
                account=account.account,
                pupil=account.pupil,
                term=account.term.value,
                entered_by=account.entered_by,
                entered_on=account.entered_on,
                approved_by=account.approved_by,
                pay_on=account.pay_on,
            )
        )
        self._connection.execute(
            LINES.insert(),
            [
                {
                    "account": account.account,
                    "item": line.item.value,
                    "recognised_yen": line.recognised_yen,
                    "borne_yen": line.borne_yen,
                }
                for line in account.lines
            ],
        )

    def approve(self, account: Account) -> None:
        """Store who approved an account, and the day of payment."""
        self._connection.execute(
            ACCOUNTS.update()
            .where(ACCOUNTS.c.account == account.account)
            .values(approved_by=account.approved_by, pay_on=account.pay_on)
        )

    def account(self, account: str) -> Account:
        """Return an account."""
        row = self._connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.account == account)).one_or_none()
        if row is None:
            raise UnknownAccount
        return self._account(row)

    def accounts(self, number: str) -> list[Account]:
        """Return a pupil's accounts by term."""
        query = select(ACCOUNTS).where(ACCOUNTS.c.pupil == number).order_by(ACCOUNTS.c.term)
        return [self._account(row) for row in self._connection.execute(query).all()]

    def _account(self, row: Row[Any]) -> Account:
        found = self._connection.execute(select(LINES).where(LINES.c.account == row.account)).all()
        lines = {line.item: AccountLine(Item(line.item), line.recognised_yen, line.borne_yen) for line in found}
        return Account(
            account=row.account,
            pupil=row.pupil,
            term=Term(row.term),
            lines=tuple(lines[item.value] for item in Item if item.value in lines),
            entered_by=row.entered_by,
            entered_on=row.entered_on,
            approved_by=row.approved_by,
            pay_on=row.pay_on,
        )


def _pupil(row: Row[Any]) -> SupportedPupil:
    return SupportedPupil(
        number=row.number,
        person=row.person,
        guardian=row.guardian,
        case=row.case_token,
        school_name=row.school_name,
        stage=Stage(row.stage),
        category=Category(row.category),
        dormitory=row.dormitory,
        year=row.year,
        since=row.since,
        until=row.until,
        ended_for=row.ended_for,
    )


class SqlRecords(SqlCaseRecords):
    """Implements `ports.Records`."""

    def __init__(self, connection: Connection, cipher: CaseCipher, audit: Audit) -> None:
        super().__init__(connection, CASES, cipher, audit, naming=(PUPILS.c.person, PUPILS.c.guardian))
        self.pupils = SqlPupils(connection)
