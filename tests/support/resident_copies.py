"""A municipality whose own intermediate server is played by a list of the copies it was sent, for tests."""

from __future__ import annotations

import dataclasses

from mizuhiki.casework.ports import Copy
from mizuhiki.institutions.municipality.operations.service import MunicipalityOperations
from mizuhiki.vocabulary.errors import Unavailable
from support.events import events_country
from support.municipality import MIYAKONOJO, Country, family

FATHER, MOTHER, CHILD = range(3)


class ServerDown(Unavailable):
    code = "test-server-down"
    title = "the server does not answer"


@dataclasses.dataclass
class FakeServer:
    """Holds pseudonyms of everybody when it is ready, and what it was sent; refuses what is not newer."""

    ready: bool = True
    answers: bool = True
    sent: list[Copy] = dataclasses.field(default_factory=list)
    calls: list[list[bool]] = dataclasses.field(default_factory=list)

    def held(self, addressee_numbers: list[str]) -> set[str]:
        return set(addressee_numbers) if self.ready else set()

    def register_copies(self, copies: list[Copy]) -> None:
        newest = {one.addressee_number: one.source_version for one in self.sent}
        assert all(one.source_version > newest.get(one.addressee_number, 0) for one in copies)
        self.sent += copies
        self.calls.append([one.not_disclosed for one in copies])
        if not self.answers:
            raise ServerDown


@dataclasses.dataclass
class Office:
    country: Country
    operations: MunicipalityOperations
    server: FakeServer
    people: list[str]

    def publish(self) -> list[Copy]:
        """What goes out now, the largest household first."""
        before = len(self.server.sent)
        officer = self.country.context("linkage-officer")
        assert self.operations.publish_resident_copies(officer) == len(self.server.sent) - before
        return self.server.sent[before:]

    def sizes(self) -> list[object]:
        return sorted((one.items["household_size"] for one in self.publish()), key=str)


def opened(database_url: str | None = None) -> Office:
    country = events_country(database_url)
    server = FakeServer()
    real = country.apps[MIYAKONOJO].operations
    operations = dataclasses.replace(real, adapters=dataclasses.replace(real.adapters, linkage=server))
    people = operations.import_existing_residents(country.context("registrar"), [family()])
    return Office(country, operations, server, people)
