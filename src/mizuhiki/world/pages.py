"""The world's own pages put together: landing page, card reader, component gallery."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from mizuhiki.card.client import CardClient
from mizuhiki.crypto.keystore import MemoryKeystore
from mizuhiki.crypto.randomness import SystemRandomness
from mizuhiki.documents.card.form import Side
from mizuhiki.runtime.clock import Clock
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.directory import Directory
from mizuhiki.runtime.environment import Environment, Settings
from mizuhiki.runtime.transport import InProcessTransport
from mizuhiki.runtime.wsgi import WSGIApplication
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.world.nation.plan import DOMAIN
from mizuhiki.world.printed_cards import PrintedCards
from mizuhiki.world.shown import ShownWorld
from mizuhiki.world.web import (
    GALLERY,
    HOSTS,
    READER,
    WORLD,
    ActingPerson,
    Places,
    gallery_site,
    landing_site,
    reader_site,
    web_tables,
)

PAGE_DIRECTORY_FILE = "page-directory.json"
"""The directory with the addresses for browsers; what `mizuhiki card agent --world` reads."""
PageAddress = Callable[[str], str]
"""Gives the address of a host's pages."""


class PersonsCards:
    """Implements `web.view.CardDrawer` over whoever opens the cards."""

    def __init__(self, shown: ShownWorld, open_card: Callable[[str], CardClient], printed: PrintedCards) -> None:
        self._shown = shown
        self._open_card = open_card
        self._printed = printed

    def holders(self) -> Sequence[ActingPerson]:
        """Return everybody whose card can be put on the reader."""
        return self._shown.people()

    def open(self, key: str) -> CardClient:
        """Return a client on a person's card."""
        return self._open_card(key)

    def has_faces(self, key: str) -> bool:
        """Say whether it is known what is printed on a person's card."""
        return self._printed.has_faces(key)

    def face(self, key: str, side: Side, *, in_sleeve: bool) -> bytes:
        """Return a side of a person's card as SVG."""
        return self._printed.face(key, side, in_sleeve=in_sleeve)

    def sheet(self, key: str) -> bytes:
        """Return both sides in their true size as PDF."""
        return self._printed.sheet(key)


def page_directory(directory: Directory, page_address: PageAddress) -> Directory:
    """Return the directory with the addresses at which people's browsers find the institutions."""
    return Directory(msgspec.structs.replace(entry, base_url=page_address(entry.host)) for entry in directory)


@contextmanager
def world_applications(
    *,
    clock: Clock,
    directory: Directory,
    page_address: PageAddress,
    data: Path,
    shown: ShownWorld,
    open_card: Callable[[str], CardClient],
) -> Iterator[dict[str, WSGIApplication]]:
    """Give the world's own applications by host while the block runs."""
    database = Database(f"sqlite:///{data / 'pages.sqlite'}")
    database.create(web_tables())
    seen = page_directory(directory, page_address)
    (data / PAGE_DIRECTORY_FILE).write_bytes(seen.to_json())
    environment = Environment(
        institution=WORLD,
        settings=Settings(database_url="", host=DOMAIN, secure_cookies=False, secrets_dir=data),
        clock=clock,
        randomness=SystemRandomness(),
        keystore=MemoryKeystore(SystemRandomness()),
        transport=InProcessTransport(),
        directory=seen,
    )
    portal = directory.entry(institution_id(InstitutionKind.PORTAL))
    places = Places(
        reader_url=page_address(HOSTS[READER]),
        gallery_url=page_address(HOSTS[GALLERY]),
        portal_url=page_address(portal.host),
    )
    drawer = PersonsCards(shown, open_card, PrintedCards(data))
    try:
        yield {
            HOSTS[WORLD]: landing_site(environment, database, view=shown, places=places).wsgi,
            HOSTS[READER]: reader_site(environment, database, drawer, seen).wsgi,
            HOSTS[GALLERY]: gallery_site(environment, database).wsgi,
        }
    finally:
        database.dispose()
