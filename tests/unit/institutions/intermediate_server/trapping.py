"""A security officer at the asker's server, and a nation in which some of the people do not exist."""

from __future__ import annotations

from typing import Any

from werkzeug.test import Client, TestResponse

from mizuhiki.institutions.intermediate_server.domain.traps import PlannedTrap
from mizuhiki.institutions.linkage_core.domain.traps import Alarm
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.vocabulary.ids import InstitutionId, intermediate_server_of
from mizuhiki.vocabulary.persons import FourItems, Sex
from support.conversion import COMMISSION, CORE
from support.pages import csrf_token
from unit.institutions.intermediate_server.kit import AFFAIR, ASKER, items_of
from unit.institutions.intermediate_server.test_generations import Changing

PASSPHRASE = "a long enough passphrase"


def invented(count: int) -> list[FourItems]:
    """People who are written as the real ones of the tests are."""
    one = items_of()
    return [
        FourItems(
            one.name, one.name_kana, one.birth_date, Sex(one.sex), one.address.replace("３", chr(ord("あ") + place))
        )
        for place in range(count)
    ]


class Trapping(Changing):
    """The nation with one person everywhere, and traps at the asker's server."""

    def security(self, owner: InstitutionId = ASKER, role: str = "security-officer") -> Context:
        actor = Actor(intermediate_server_of(owner), role, "officer")
        return Context(actor, AFFAIR, "番号法24条", "traps", self.clock, "trace")

    def plan(self, count: int, owner: InstitutionId = ASKER) -> tuple[list[PlannedTrap], int]:
        return self.server(owner).traps.plan(self.security(owner), people=invented(count))

    def plant(self, count: int, owner: InstitutionId = ASKER) -> list[PlannedTrap]:
        traps, generation = self.plan(count, owner)
        self.server(owner).traps(self.security(owner), traps=traps, generation=generation)
        return traps

    def send_sections(self, owner: InstitutionId = ASKER) -> None:
        self.server(owner).bulk.resume(self.officer(owner, "machinery"))

    def alarms(self) -> list[Alarm]:
        operator = self._context(CORE, "operator")
        return self.real[CORE].operations.traps.alarms(operator, limit=100)

    def received(self) -> list[Any]:
        inspector = self._context(COMMISSION, "inspector")
        return self.real[COMMISSION].operations.alarms.listed(inspector, limit=100)


class Browser:
    """A member of staff at one institution's site."""

    def __init__(self, wsgi: Any, host: str, account: str, language: str = "en") -> None:
        self._client = Client(wsgi)
        self._base = f"http://{host}"
        self._headers = {"Accept-Language": language}
        assert self.post("/sign-in", account=account, passphrase=PASSPHRASE).status_code == 303

    def get(self, path: str) -> TestResponse:
        return self._client.get(path, base_url=self._base, headers=self._headers)

    def post(self, path: str, /, page: str = "", **fields: Any) -> TestResponse:
        data = {"csrf_token": csrf_token(self.get(page or path).get_data(as_text=True)), **fields}
        return self._client.post(path, base_url=self._base, data=data, headers=self._headers)
