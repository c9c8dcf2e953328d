"""One write transaction on the pension service's tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, Row, Select, select

from mizuhiki.institutions.agency.pension_service.domain.enrolments import Insured, Linkage
from mizuhiki.institutions.agency.pension_service.domain.errors import UnknownEnrolment
from mizuhiki.institutions.agency.pension_service.domain.periods import Category, InsuredPeriod, Scheme
from mizuhiki.institutions.agency.pension_service.domain.register_news import NewsKind, RegisterNews
from mizuhiki.institutions.agency.pension_service.ports import Grounds
from mizuhiki.institutions.agency.pension_service.store.insured_cipher import InsuredCipher
from mizuhiki.institutions.agency.pension_service.store.tables import INSURED, PERIODS, REGISTER_NEWS, REQUESTS
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.vocabulary.ids import parse_institution_id
from mizuhiki.vocabulary.numbers import IndividualNumber

CHUNK = 500
"""Values in one IN list; SQLite allows 32,766 variables, PostgreSQL plans long lists badly."""

_V = TypeVar("_V")


def _chunks(values: Sequence[_V]) -> Iterator[Sequence[_V]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


class SqlRecords:
    """Implements `ports.Records` on one open connection."""

    def __init__(self, connection: Connection, cipher: InsuredCipher, audit: Audit) -> None:
        self._connection = connection
        self._cipher = cipher
        self._audit = audit

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

    def references_of_numbers(self, numbers: Sequence[IndividualNumber]) -> dict[IndividualNumber, str]:
        """Return the references under which holders of numbers are enrolled."""
        by_index = {self._cipher.number_index(number): number for number in numbers}
        found: dict[IndividualNumber, str] = {}
        for chunk in _chunks(list(by_index)):
            query = select(INSURED.c.number_index, INSURED.c.reference).where(INSURED.c.number_index.in_(chunk))
            found |= {by_index[bytes(row.number_index)]: row.reference for row in self._connection.execute(query)}
        return found

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
        self._connection.execute(
            PERIODS.insert(),
            [
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
            ],
        )

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
            periods=tuple(periods),
            linkage=Linkage(row.linkage),
            protected=row.protected,
            version=row.version,
            published_version=row.published_version,
        )

    def update(self, insured: Insured) -> None:
        """Store changed periods or protection under the record's next version."""
        self._connection.execute(
            INSURED.update()
            .where(INSURED.c.reference == insured.reference)
            .values(protected=insured.protected, version=insured.version + 1)
        )
        self._connection.execute(PERIODS.delete().where(PERIODS.c.reference == insured.reference))
        self._insert_periods([insured])

    def lacking_pseudonyms(self) -> list[str]:
        """Return the references of people for whom no pseudonym is on its way, in order."""
        query = (
            select(INSURED.c.reference)
            .where(INSURED.c.linkage != Linkage.REQUESTED.value)
            .order_by(INSURED.c.reference)
        )
        return list(self._connection.execute(query).scalars())

    def set_linkage(self, addressee_numbers: Sequence[str], linkage: Linkage) -> None:
        """Note where people stand with linkage."""
        for chunk in _chunks(addressee_numbers):
            self._connection.execute(
                INSURED.update().where(INSURED.c.addressee_number.in_(chunk)).values(linkage=linkage.value)
            )

    def unpublished(self, limit: int, after: str) -> list[Insured]:
        """Return records whose newest version was not sent, by reference beyond `after`."""
        return self._many(
            select(INSURED)
            .where(INSURED.c.version > INSURED.c.published_version, INSURED.c.reference > after)
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
                signed_encrypted=self._cipher.encrypt_news(news.signed, news.message),
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
                signed=self._cipher.decrypt_news(row.signed_encrypted, row.message),
            )
            for row in rows
        ]

    def audit(
        self, grounds: Grounds, event: str, outcome: str, *, subject: str = "", count: int = 0, code: str = ""
    ) -> None:
        """Write an audit line; `subject` is our own reference, never a number."""
        context = Context(
            Actor(parse_institution_id(grounds.institution), grounds.role, grounds.person),
            grounds.affair,
            grounds.legal_basis,
            grounds.purpose,
            FixedClock(grounds.at),
            grounds.trace,
        )
        self._audit.record(self._connection, context, event, outcome, code=code, subject=subject, count=count)


def _period(row: Row[tuple[object, ...]]) -> InsuredPeriod:
    return InsuredPeriod(
        category=Category(row.category),
        scheme=Scheme(row.scheme),
        employer=row.employer,
        insured_from=row.insured_from,
        insured_until=row.insured_until,
    )
