"""One write transaction on the pension service's tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

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
from mizuhiki.runtime.audit import Audit
from mizuhiki.vocabulary.ids import parse_institution_id

ENROLMENT = "enrolment"
"""How somebody came into the file who was enrolled; others came with a claim (`intake.persons.Shown.CLAIM`)."""
SIGNED = "signed_encrypted"
CHUNK = 500
"""Values in one IN list; SQLite allows 32,766 variables, PostgreSQL plans long lists badly."""

_V = TypeVar("_V")


def _chunks(values: Sequence[_V]) -> Iterator[Sequence[_V]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


class SqlRecords(SqlCaseRecords):
    """Implements `ports.Records` on one open connection."""

    def __init__(self, connection: Connection, cipher: CaseCipher, audit: Audit) -> None:
        super().__init__(connection, CASES, cipher, audit, people=SqlAddressees(connection, INSURED, cipher))
        self.pensions = SqlPensions(connection)

    def requests(self, request_ids: Sequence[str]) -> dict[str, tuple[bytes, str]]:
        """Return digest and reference of earlier requests, by id."""
        found: dict[str, tuple[bytes, str]] = {}
        for chunk in _chunks(request_ids):
            rows = self._connection.execute(select(REQUESTS).where(REQUESTS.c.request_id.in_(chunk)))
            found |= {row.request_id: (row.digest, row.reference) for row in rows}
        return found

    def keep_requests(self, requests: Mapping[str, tuple[bytes, str]], at: datetime) -> None:
        """Remember what requests produced."""
        if requests:
            self._connection.execute(
                REQUESTS.insert(),
                [
                    {"request_id": request_id, "digest": digest, "reference": reference, "taken_at": at}
                    for request_id, (digest, reference) in requests.items()
                ],
            )

    def reference_taken(self, reference: str) -> bool:
        """Say whether a reference is in use."""
        query = select(INSURED.c.reference).where(INSURED.c.reference == reference)
        return self._connection.execute(query).first() is not None

    def insert(self, insured: Sequence[Insured]) -> None:
        """Store new records; two with one number or reference are refused by the database."""
        if not insured:
            return
        self._connection.execute(
            INSURED.insert(),
            [
                {
                    "reference": one.reference,
                    "addressee_number": one.addressee_number,
                    "number_index": self._cipher.number_index(one.number),
                    "number_encrypted": self._cipher.encrypt_number(one.number, one.reference),
                    "items_encrypted": self._cipher.encrypt_items(one.four_items, one.reference),
                    "municipality_code": one.municipality_code,
                    "shown": ENROLMENT,
                    "linkage": one.linkage.value,
                    "protected": one.protected,
                    "version": one.version,
                    "published_version": one.published_version,
                }
                for one in insured
            ],
        )
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
        for chunk in _chunks([row.reference for row in rows]):
            query = select(PERIODS).where(PERIODS.c.reference.in_(chunk)).order_by(PERIODS.c.insured_from)
            for row in self._connection.execute(query):
                periods.setdefault(row.reference, []).append(_period(row))
        return [self._one(row, periods.get(row.reference, [])) for row in rows]

    def _one(self, row: Row[tuple[object, ...]], periods: Sequence[InsuredPeriod]) -> Insured:
        return Insured(
            reference=row.reference,
            addressee_number=row.addressee_number,
            number=self._cipher.decrypt_number(row.number_encrypted, row.reference),
            four_items=self._cipher.decrypt_items(row.items_encrypted, row.reference),
            municipality_code=row.municipality_code,
            periods=tuple(periods),
            linkage=Linkage(row.linkage),
            protected=row.protected,
            version=row.version,
            published_version=row.published_version,
        )

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

    def mark_published(self, insured: Sequence[Insured]) -> None:
        """Note which versions were sent."""
        for one in insured:
            self._connection.execute(
                INSURED.update().where(INSURED.c.reference == one.reference).values(published_version=one.version)
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
