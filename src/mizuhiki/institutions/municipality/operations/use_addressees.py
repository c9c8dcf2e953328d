"""The own intermediate server, for addressees that may be used: what is in a case stays out (誤紐付け防止; R-255)."""

from __future__ import annotations

from collections.abc import Sequence

from mizuhiki.casework.domain.persons import Addressee
from mizuhiki.casework.domain.questions import Question
from mizuhiki.casework.ports import Answer, Copy, PushNotice
from mizuhiki.institutions.municipality.domain.addressee_records import AddresseeInCase
from mizuhiki.institutions.municipality.ports import LinkageServer, Store
from mizuhiki.vocabulary.ids import InstitutionId


class UsableAddressees:
    """Implements `ports.LinkageServer` on another one; open cases of this body are looked up at every use.

    Whom a case is about is neither asked about nor ready for copies before staff decided. The server itself blocks a
    person whose items differ from the register; it knows nothing of differences between departments.
    """

    def __init__(self, server: LinkageServer, store: Store, institution: InstitutionId) -> None:
        self._server = server
        self._store = store
        self._institution = institution

    def acquire(self, affair: str, people: Sequence[Addressee]) -> tuple[list[str], list[str]]:
        """Start the issue of pseudonyms; whoever asks for them chose those without a case."""
        return self._server.acquire(affair, people)

    def held(self, addressee_numbers: Sequence[str]) -> set[str]:
        """Return the addressees that are ready for linkage and in no case."""
        return self._server.held(addressee_numbers) - self.in_case(addressee_numbers)

    def mismatched(self, addressee_numbers: Sequence[str]) -> set[str]:
        """Return the addressees whose items differ from the register's."""
        return self._server.mismatched(addressee_numbers)

    def mark(self, addressee_number: str, *, protected: bool) -> None:
        """Tell whether a support measure stands on an addressee."""
        self._server.mark(addressee_number, protected=protected)

    def register_copies(self, copies: Sequence[Copy]) -> None:
        """Register or replace local copies, chosen by `held`."""
        self._server.register_copies(copies)

    def inquire(self, question: Question) -> Answer:
        """Ask, unless a case about the addressee is open: that is an answer too, and nobody is asked."""
        with self._store.transaction() as records:
            waits = bool(records.addressees.open_cases(question.addressee_number))
        if waits:
            return Answer("", AddresseeInCase.code, refused_by=self._institution, detail=AddresseeInCase.title)
        return self._server.inquire(question)

    def send_notice(self, notice: PushNotice) -> None:
        """Send a push notice: it tells a resident of their own case."""
        self._server.send_notice(notice)

    def in_case(self, addressee_numbers: Sequence[str]) -> set[str]:
        """Return those about whom a case is open."""
        with self._store.transaction() as records:
            return {case.candidate for case in records.addressees.open_cases()}.intersection(addressee_numbers)
