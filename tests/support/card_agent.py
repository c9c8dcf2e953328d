"""The reader agent on its loopback address for tests, with a browser and a page that calls it."""

from __future__ import annotations

from datetime import datetime

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mizuhiki.card.chip import Chip
from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.world.card_agent.offered import OneCard
from mizuhiki.world.card_agent.site import agent_site
from support.environment import make_directory
from support.pages import csrf_token
from support.world_web import ORIGIN

HERE = "http://127.0.0.1:8421"
CARD = "test.card"


class AgentPlace:
    """The agent with one card."""

    def __init__(self, environment: Environment, database: Database, chip: Chip) -> None:
        self.clock = environment.clock
        self.site = agent_site(environment, database, OneCard(CARD, chip), make_directory())

    def client(self) -> FlaskClient:
        return self.site.app.test_client()

    def call(
        self, method: str, path: str, *, origin: str | None = ORIGIN, host: str = HERE, **options: object
    ) -> TestResponse:
        """Call as a page's script: without cookies, with the origin its browser puts there."""
        headers = dict(options.pop("headers", {}))  # type: ignore[call-overload]
        if origin is not None:
            headers["Origin"] = origin
        return self.client().open(path, method=method, base_url=host, headers=headers, **options)

    def hand_over(self, text: str, **options: object) -> TestResponse:
        return self.call("POST", "/v1/requests", json={"request": text}, **options)

    def move_to(self, at: datetime) -> None:
        assert isinstance(self.clock, FixedClock)
        self.clock.set(at)


class Window:
    """The agent's own window of one person."""

    def __init__(self, place: AgentPlace) -> None:
        self._client = place.client()
        self._headers = {"Accept-Language": "en", "Sec-Fetch-Site": "same-origin"}

    def get(self, path: str) -> TestResponse:
        return self._client.get(path.removeprefix(HERE), base_url=HERE, headers=self._headers, follow_redirects=True)

    def post(self, page: TestResponse, *, site: str = "same-origin", path: str = "", **fields: str) -> TestResponse:
        fields["csrf_token"] = csrf_token(page.text)
        headers = {**self._headers, "Sec-Fetch-Site": site}
        return self._client.post(
            path or page.request.path, data=fields, base_url=HERE, headers=headers, follow_redirects=True
        )
