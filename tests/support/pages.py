"""A site in a temporary folder, with a clock that stands still and chance that repeats itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import Client, TestResponse

from mizuhiki.crypto.keystore import MemoryKeystore
from mizuhiki.crypto.passphrases import hash_passphrase
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.directory import Directory
from mizuhiki.runtime.environment import Environment, Settings
from mizuhiki.runtime.institution import App
from mizuhiki.runtime.pages import Site, session_table
from mizuhiki.runtime.staff_sign_in import DatabaseStaffAccounts, StaffAccount, StaffSignIn, staff_table
from mizuhiki.runtime.transport import InProcessTransport
from mizuhiki.ui.components import Accent
from mizuhiki.ui.look import Look
from mizuhiki.vocabulary.ids import parse_institution_id
from support.environment import CHEAP, make_environment

START = datetime(2019, 12, 2, 0, 0, tzinfo=UTC)
HOST = "commission.mizuhiki.localhost"
PASSPHRASE = "a long enough passphrase"


def _client_class(base_url: str) -> type[FlaskClient]:
    class HostClient(FlaskClient):
        def open(self, *args: object, **kwargs: object) -> TestResponse:
            if args and isinstance(args[0], str):
                kwargs.setdefault("base_url", base_url)
            return super().open(*args, **kwargs)

    return HostClient


class SitePlace:
    """A site with its clock, database and one staff account (`clerk`)."""

    def __init__(self, folder: Path, *, secure: bool = False, **site_options: object) -> None:
        templates = folder / "templates"
        templates.mkdir(exist_ok=True)
        self.templates = templates
        self.clock = FixedClock(START)
        self.database = Database(f"sqlite:///{folder / 'pages.sqlite'}")
        metadata = sa.MetaData()
        session_table(metadata)
        staff_table(metadata)
        self.database.create(metadata)
        randomness = SeededRandomness(b"pages")
        self.environment = Environment(
            institution=parse_institution_id("commission"),
            settings=Settings(database_url="", host=HOST, secure_cookies=secure, passphrase_cost=CHEAP),
            clock=self.clock,
            randomness=randomness,
            keystore=MemoryKeystore(randomness),
            transport=InProcessTransport(),
            directory=Directory(()),
        )
        self.site = Site(
            self.environment,
            database=self.database,
            look=Look(template_folders=[templates]),
            name_ja="架空委員会",
            name_en="Invented Commission",
            accent=Accent.GREEN,
            **site_options,
        )
        scheme = "https" if secure else "http"
        self.site.app.test_client_class = _client_class(f"{scheme}://{HOST}")
        self.accounts = DatabaseStaffAccounts(self.database)
        with self.database.write() as connection:
            stored = hash_passphrase(PASSPHRASE, randomness, CHEAP)
            self.accounts.add(connection, StaffAccount("clerk", "架空 花子", "clerk", stored))

    def with_staff(self) -> SitePlace:
        StaffSignIn(self.site, self.accounts, role_names={"clerk": "Account"})
        return self

    def client(self) -> FlaskClient:
        return self.site.app.test_client()


def csrf_token(page: str) -> str:
    """Return the token of the last form of a page."""
    return re.findall(r'name="csrf_token" value="([^"]+)"', page)[-1]


def sign_in(client: FlaskClient, account: str = "clerk", passphrase: str = PASSPHRASE) -> TestResponse:
    """Fill in the sign-in page and send it."""
    page = client.get("/sign-in").get_data(as_text=True)
    fields = {"account": account, "passphrase": passphrase, "csrf_token": csrf_token(page)}
    return client.post("/sign-in", data=fields)


class Browser:
    """A member of staff, signed in at the real site of an institution."""

    def __init__(self, app: App, account: str) -> None:
        self._base = f"http://{make_environment(str(app.institution)).settings.host}"
        self._client = Client(app.wsgi)
        token = csrf_token(self.get("/sign-in?lang=en").text)
        fields = {"account": account, "passphrase": PASSPHRASE, "csrf_token": token}
        assert self._client.post("/sign-in", base_url=self._base, data=fields).status_code == 303

    def get(self, path: str) -> TestResponse:
        return self._client.get(path, base_url=self._base)

    def post(self, path: str, fields: Mapping[str, str | list[str]] | None = None) -> TestResponse:
        token = csrf_token(self.get("/").text)
        return self._client.post(path, base_url=self._base, data={**(fields or {}), "csrf_token": token})
