"""Status answers, lists and usage over SQLAlchemy Core."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection, Row, and_, func, or_, select

from mizuhiki.institutions.jpki.domain.certificates import Cause, Kind, State
from mizuhiki.institutions.jpki.domain.status import (
    CertificateStatus,
    MonthlyUsage,
    PreparedStatus,
    PublishedList,
    ResponderCertificate,
    UsageLine,
)
from mizuhiki.institutions.jpki.store.status_tables import LISTS, PREPARED, SIGNERS, USAGE
from mizuhiki.institutions.jpki.store.tables import CERTIFICATES, CHANGES
from mizuhiki.runtime.database import Database


class SqlStatusStore:
    """Implements `ports.StatusStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def status_of(self, kind: Kind, generation: str, serial: int) -> CertificateStatus | None:
        """Return the state of a certificate of one generation of an authority."""
        query = select(CERTIFICATES.c.state, CERTIFICATES.c.cause, CERTIFICATES.c.changed_at).where(
            CERTIFICATES.c.kind == kind.value,
            CERTIFICATES.c.serial == serial,
            CERTIFICATES.c.generation == generation,
        )
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        return (
            None if row is None else CertificateStatus(kind, generation, serial, State(row[0]), Cause(row[1]), row[2])
        )

    def prepared(self, kind: Kind, serial: int) -> PreparedStatus | None:
        """Return the answers signed ahead for a certificate."""
        query = select(PREPARED).where(PREPARED.c.kind == kind.value, PREPARED.c.serial == serial)
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _prepared(row)

    def prepared_after(self, sequence: int) -> tuple[int, list[tuple[Kind, int]]]:
        """Return the newest sequence, and which certificates got new answers after `sequence`."""
        query = select(PREPARED.c.kind, PREPARED.c.serial, PREPARED.c.sequence).where(PREPARED.c.sequence > sequence)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return max((row.sequence for row in rows), default=sequence), [(Kind(row.kind), row.serial) for row in rows]

    def newest_sequence(self) -> int:
        """Return the newest sequence of all."""
        with self._database.read() as connection:
            return _newest(connection)

    def due(self, now: datetime, ending_before: datetime, most: int) -> list[CertificateStatus]:
        """Return certificates whose answers are missing, tell another state, or end soon; changed ones first."""
        same = and_(PREPARED.c.kind == CERTIFICATES.c.kind, PREPARED.c.serial == CERTIFICATES.c.serial)
        changed = or_(PREPARED.c.changed_at != CERTIFICATES.c.changed_at, PREPARED.c.state != CERTIFICATES.c.state)
        columns = [CERTIFICATES.c[name] for name in ("kind", "generation", "serial", "state", "cause", "changed_at")]
        joined = select(*columns).select_from(CERTIFICATES.outerjoin(PREPARED, same)).where(CERTIFICATES.c.ends >= now)
        found: list[CertificateStatus] = []
        with self._database.read() as connection:
            for condition in (
                changed,
                PREPARED.c.serial.is_(None),
                and_(PREPARED.c.next_update < ending_before, ~changed),
            ):
                rows = connection.execute(joined.where(condition).limit(most - len(found))).all()
                found += [_status(row) for row in rows]
                if len(found) >= most:
                    break
        return found

    def keep_prepared(self, answers: Sequence[PreparedStatus]) -> int:
        """Store answers whose certificates still have the state they tell; return how many."""
        kept = 0
        with self._database.write() as connection:
            sequence = _newest(connection) + 1
            for one in answers:
                now = connection.execute(
                    select(CERTIFICATES.c.state, CERTIFICATES.c.changed_at).where(
                        CERTIFICATES.c.kind == one.kind.value, CERTIFICATES.c.serial == one.serial
                    )
                ).one_or_none()
                if now is None or (now.state, now.changed_at) != (one.state.value, one.changed_at):
                    continue
                connection.execute(
                    PREPARED.delete().where(PREPARED.c.kind == one.kind.value, PREPARED.c.serial == one.serial)
                )
                connection.execute(
                    PREPARED.insert().values(
                        kind=one.kind.value,
                        serial=one.serial,
                        generation=one.generation,
                        sequence=sequence,
                        state=one.state.value,
                        changed_at=one.changed_at,
                        this_update=one.this_update,
                        next_update=one.next_update,
                        sha1=one.sha1,
                        sha256=one.sha256,
                    )
                )
                kept += 1
        return kept

    def signers(self, kind: Kind, generation: str) -> list[ResponderCertificate]:
        """Return the delegated signers of one generation of an authority, newest first."""
        query = select(SIGNERS).where(SIGNERS.c.kind == kind.value, SIGNERS.c.generation == generation)
        with self._database.read() as connection:
            return [
                ResponderCertificate(kind, generation, row.number, row.certificate, row.starts, row.ends)
                for row in connection.execute(query.order_by(SIGNERS.c.number.desc()))
            ]

    def keep_signer(self, signer: ResponderCertificate) -> bool:
        """Store a signer; False when another process stored one of that number first."""
        key = and_(
            SIGNERS.c.kind == signer.kind.value,
            SIGNERS.c.generation == signer.generation,
            SIGNERS.c.number == signer.number,
        )
        with self._database.write() as connection:
            if connection.execute(select(SIGNERS.c.number).where(key)).first() is not None:
                return False
            connection.execute(
                SIGNERS.insert().values(
                    kind=signer.kind.value,
                    generation=signer.generation,
                    number=signer.number,
                    certificate=signer.certificate,
                    starts=signer.starts,
                    ends=signer.ends,
                )
            )
        return True

    def scopes(self, kind: Kind, generation: str) -> list[str]:
        """Return the municipalities that a certificate's distribution point names."""
        query = select(CERTIFICATES.c.municipality_code).where(
            CERTIFICATES.c.kind == kind.value, CERTIFICATES.c.generation == generation
        )
        with self._database.read() as connection:
            return sorted(connection.execute(query.distinct()).scalars())

    def newest_list(self, kind: Kind, generation: str, scope: str, *, delta: bool) -> PublishedList | None:
        """Return the newest full or delta list of a scope."""
        kept = LISTS.c.base_number.is_not(None) if delta else LISTS.c.base_number.is_(None)
        query = select(LISTS).where(
            LISTS.c.kind == kind.value, LISTS.c.generation == generation, LISTS.c.scope == scope, kept
        )
        with self._database.read() as connection:
            row = connection.execute(query.order_by(LISTS.c.number.desc()).limit(1)).one_or_none()
        return None if row is None else _list(row)

    def lists_in_force(self, at: datetime) -> list[PublishedList]:
        """Return the newest list of every scope that is in force at `at`, for the calendar."""
        query = select(LISTS).where(LISTS.c.this_update <= at, LISTS.c.next_update > at)
        newest: dict[tuple[str, str, str, bool], Row[tuple[object, ...]]] = {}
        with self._database.read() as connection:
            for row in connection.execute(query.order_by(LISTS.c.number)):
                newest[row.kind, row.generation, row.scope, row.base_number is not None] = row
        return [_list(row) for row in newest.values()]

    def newest_number(self, kind: Kind) -> int:
        """Return the number of the newest list of an authority in any generation, 0 before the first."""
        query = select(func.coalesce(func.max(LISTS.c.number), 0)).where(LISTS.c.kind == kind.value)
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def keep_list(self, published: PublishedList) -> bool:
        """Store a list; False when its number was taken meanwhile."""
        key = (LISTS.c.kind == published.kind.value) & (LISTS.c.number == published.number)
        with self._database.write() as connection:
            if connection.execute(select(LISTS.c.number).where(key)).first() is not None:
                return False
            connection.execute(
                LISTS.insert().values(
                    kind=published.kind.value,
                    number=published.number,
                    generation=published.generation,
                    scope=published.scope,
                    base_number=published.base_number,
                    this_update=published.this_update,
                    next_update=published.next_update,
                    lines=published.lines,
                    der=published.der,
                )
            )
        return True

    def changed_since(
        self, kind: Kind, generation: str, scope: str, since: datetime, now: datetime
    ) -> list[CertificateStatus]:
        """Return the present states of certificates that changed after `since` and have not ended before `now`."""
        changed = select(CHANGES.c.serial).where(CHANGES.c.kind == kind.value, CHANGES.c.at > since)
        query = select(CERTIFICATES).where(
            CERTIFICATES.c.kind == kind.value,
            CERTIFICATES.c.generation == generation,
            CERTIFICATES.c.ends >= now,
            CERTIFICATES.c.serial.in_(changed),
        )
        if scope:
            query = query.where(CERTIFICATES.c.municipality_code == scope)
        with self._database.read() as connection:
            return [_status(row) for row in connection.execute(query.order_by(CERTIFICATES.c.serial))]

    def add_usage(self, lines: Sequence[UsageLine]) -> None:
        """Add counts to those of the day."""
        with self._database.write() as connection:
            for line in lines:
                key = and_(
                    USAGE.c.verifier == line.verifier,
                    USAGE.c.kind == line.kind.value,
                    USAGE.c.day == date.fromisoformat(line.day),
                )
                done = connection.execute(
                    USAGE.update()
                    .where(key)
                    .values(answers=USAGE.c.answers + line.answers, fee_yen=USAGE.c.fee_yen + line.fee_yen)
                )
                if not done.rowcount:
                    connection.execute(
                        USAGE.insert().values(
                            verifier=line.verifier,
                            kind=line.kind.value,
                            day=date.fromisoformat(line.day),
                            answers=line.answers,
                            fee_yen=line.fee_yen,
                        )
                    )

    def usage(self) -> Mapping[str, tuple[int, int]]:
        """Return answers and fees in yen by verifier, of all days kept."""
        query = (
            select(USAGE.c.verifier, func.sum(USAGE.c.answers).label("answers"), func.sum(USAGE.c.fee_yen).label("fee"))
            .group_by(USAGE.c.verifier)
            .order_by(USAGE.c.verifier)
        )
        with self._database.read() as connection:
            return {row.verifier: (int(row.answers), int(row.fee)) for row in connection.execute(query)}

    def usage_by_month(self, verifier: str) -> Sequence[MonthlyUsage]:
        """Return answers and fees of one verifier by month and kind, newest month first."""
        found: dict[tuple[str, Kind], MonthlyUsage] = {}
        query = select(USAGE).where(USAGE.c.verifier == verifier)
        with self._database.read() as connection:
            for row in connection.execute(query):
                key = row.day.strftime("%Y-%m"), Kind(row.kind)
                before = found.get(key, MonthlyUsage(*key, answers=0, fee_yen=0))
                found[key] = replace(before, answers=before.answers + row.answers, fee_yen=before.fee_yen + row.fee_yen)
        return [found[key] for key in sorted(found, key=lambda key: (key[0], key[1].value), reverse=True)]

    def forget_usage(self, before: date) -> int:
        """Delete counts of days before `before`; return how many lines."""
        with self._database.write() as connection:
            return connection.execute(USAGE.delete().where(USAGE.c.day < before)).rowcount


def _newest(connection: Connection) -> int:
    return int(connection.execute(select(func.coalesce(func.max(PREPARED.c.sequence), 0))).scalar_one())


def _status(row: Row[tuple[object, ...]]) -> CertificateStatus:
    return CertificateStatus(
        Kind(row.kind), row.generation, row.serial, State(row.state), Cause(row.cause), row.changed_at
    )


def _prepared(row: Row[tuple[object, ...]]) -> PreparedStatus:
    return PreparedStatus(
        Kind(row.kind),
        row.generation,
        row.serial,
        State(row.state),
        row.changed_at,
        row.this_update,
        row.next_update,
        row.sha1,
        row.sha256,
    )


def _list(row: Row[tuple[object, ...]]) -> PublishedList:
    return PublishedList(
        Kind(row.kind),
        row.generation,
        row.scope,
        row.number,
        row.base_number,
        row.this_update,
        row.next_update,
        row.lines,
        row.der,
    )
