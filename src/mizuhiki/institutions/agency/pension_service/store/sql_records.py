"""One write transaction on the pension service's tables."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Row, Select, select

from mizuhiki.casework.domain import Linkage
from mizuhiki.casework.store import CaseCipher, SqlCaseRecords
from mizuhiki.institutions.agency.pension_service.domain.enrolments import Insured
from mizuhiki.institutions.agency.pension_service.domain.errors import UnknownEnrolment
from mizuhiki.institutions.agency.pension_service.domain.periods import Category, InsuredPeriod, Scheme
from mizuhiki.institutions.agency.pension_service.domain.register_news import NewsKind, RegisterNews
from mizuhiki.institutions.agency.pension_service.store.sql_pensions import SqlPensions
from mizuhiki.institutions.agency.pension_service.store.tables import CASES, INSURED, PERIODS, REGISTER_NEWS, REQUESTS
from mizuhiki.intake.addressees import SqlAddressees
from mizuhiki.intake.sql_file import SqlFile
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.keyed_rows import find_among
from mizuhiki.vocabulary.ids import parse_institution_id

ENROLMENT = "enrolment"
"""How somebody came into the file who was enrolled; others came with a claim (`intake.persons.Shown.CLAIM`)."""
SIGNED = "signed_encrypted"
_PERIOD = ("reference", "category", "scheme", "employer", "insured_from", "insured_until")


class SqlRecords(SqlFile, SqlCaseRecords):
    """Implements `ports.Records` on one open connection."""

    def __init__(self, connection: Connection, cipher: CaseCipher, audit: Audit) -> None:
        super().__init__(connection, CASES, cipher, audit, people=SqlAddressees(connection, INSURED, cipher))
        self._persons, self._requests = INSURED, REQUESTS
        self.pensions = SqlPensions(connection)

    def insert(self, insured: Sequence[Insured]) -> None:
        """Store new records; two with one number or reference are refused by the database."""
        self._file([(one, ENROLMENT) for one in insured])
        self._insert_periods(insured)

    def _insert_periods(self, insured: Sequence[Insured]) -> None:
        rows = [
            {
                "reference": one.reference,
                "category": int(period.category),
                "scheme": period.scheme.value,
                "employer": period.employer,
                "insured_from": period.insured_from,
                "insured_until": period.insured_until,
            }
            for one in insured
            for period in one.periods
        ]
        if rows:
            self._connection.execute(PERIODS.insert(), rows)

    def insured(self, reference: str) -> Insured:
        """Return a record."""
        found = self._many(select(INSURED).where(INSURED.c.reference == reference))
        if not found:
            raise UnknownEnrolment
        return found[0]

    def _many(self, query: Select[tuple[object, ...]]) -> list[Insured]:
        rows = self._connection.execute(query).all()
        periods: dict[str, list[InsuredPeriod]] = {}
        stored = find_among(self._connection, PERIODS, _PERIOD, ("reference", [row.reference for row in rows]))
        for row in sorted(stored, key=lambda row: row.insured_from):
            periods.setdefault(row.reference, []).append(_period(row))
        return [self._one(row, periods.get(row.reference, [])) for row in rows]

    def _one(self, row: Row[tuple[object, ...]], periods: Sequence[InsuredPeriod]) -> Insured:
        return Insured(periods=tuple(periods), **self._filed(row))

    def update(self, insured: Insured) -> None:
        """Store changed periods or protection under the record's next version."""
        values: dict[str, object] = {"protected": insured.protected, "version": insured.version + 1}
        if insured.periods:
            values["shown"] = ENROLMENT
        self._connection.execute(INSURED.update().where(INSURED.c.reference == insured.reference).values(values))
        self._connection.execute(PERIODS.delete().where(PERIODS.c.reference == insured.reference))
        self._insert_periods([insured])

    def touched(self, reference: str) -> None:
        """Note that what linkage would tell changed; whoever only stood in a claim is now kept for it."""
        changed = INSURED.update().where(INSURED.c.reference == reference)
        self._connection.execute(changed.values(shown=ENROLMENT, version=INSURED.c.version + 1))

    def lacking_pseudonyms(self) -> list[str]:
        """Return the references of people for whom no pseudonym is on its way, in order."""
        query = (
            select(INSURED.c.reference)
            .where(INSURED.c.linkage != Linkage.REQUESTED.value, INSURED.c.shown == ENROLMENT)
            .order_by(INSURED.c.reference)
        )
        return list(self._connection.execute(query).scalars())

    def unpublished(self, limit: int, after: str) -> list[Insured]:
        """Return records whose newest version was not sent, by reference beyond `after`."""
        return self._many(
            select(INSURED)
            .where(
                INSURED.c.version > INSURED.c.published_version,
                INSURED.c.reference > after,
                INSURED.c.shown == ENROLMENT,
            )
            .order_by(INSURED.c.reference)
            .limit(limit)
        )

    def keep_news(self, news: RegisterNews) -> bool:
        """Store a message of a register; False when it came before."""
        n = REGISTER_NEWS.c
        known = select(n.id).where(n.sender == news.sender, n.message == news.message)
        if self._connection.execute(known).first() is not None:
            return False
        self._connection.execute(
            REGISTER_NEWS.insert().values(
                sender=news.sender,
                message=news.message,
                kind=news.kind.value,
                taken_at=news.taken_at,
                signed_encrypted=self._cipher.encrypt(
                    news.signed.encode(), table=REGISTER_NEWS.name, column=SIGNED, row=news.message
                ),
            )
        )
        return True

    def news(self) -> list[RegisterNews]:
        """Return the messages of registers, newest first."""
        rows = self._connection.execute(select(REGISTER_NEWS).order_by(REGISTER_NEWS.c.id.desc()))
        return [
            RegisterNews(
                sender=parse_institution_id(row.sender),
                message=row.message,
                kind=NewsKind(row.kind),
                taken_at=row.taken_at,
                signed=self._cipher.decrypt(
                    row.signed_encrypted, table=REGISTER_NEWS.name, column=SIGNED, row=row.message
                ).decode(),
            )
            for row in rows
        ]


def _period(row: Row[tuple[object, ...]]) -> InsuredPeriod:
    return InsuredPeriod(
        category=Category(row.category),
        scheme=Scheme(row.scheme),
        employer=row.employer,
        insured_from=row.insured_from,
        insured_until=row.insured_until,
    )
