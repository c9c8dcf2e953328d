"""The site of the card reader at `reader.mizuhiki.localhost`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from mizuhiki.card.agent_protocol import origin_of
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.directory import Directory
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.pages import Lifetime, Link, Site
from mizuhiki.ui.components import Accent
from mizuhiki.ui.look import Look
from mizuhiki.vocabulary.ids import InstitutionKind
from mizuhiki.world.web.owners import READER, owned, run_sessions
from mizuhiki.world.web.reader.agent import ReaderAgent
from mizuhiki.world.web.reader.answered import AnsweredRequests
from mizuhiki.world.web.reader.card_pages import CardPages
from mizuhiki.world.web.reader.pages import ReaderPages
from mizuhiki.world.web.view import CardDrawer

HERE = Path(__file__).parent
LIFETIME = Lifetime(idle=timedelta(minutes=30), absolute=timedelta(hours=8))


def reader_site(environment: Environment, database: Database, drawer: CardDrawer, directory: Directory) -> Site:
    """Build the site. `database` has the tables of `tables.web_tables`; `directory` says who may ask, and where from.

    Every institution of the directory may get an answer posted to its origin, and nobody else.
    """
    own = owned(environment, READER)
    site = Site(
        own,
        database=database,
        store=run_sessions(own, database, LIFETIME),
        look=Look(template_folders=[HERE / "templates"], catalogues=[HERE / "translations"]),
        name_ja="カードリーダー",
        name_en="Card reader",
        accent=Accent.PURPLE,
        navigation=(Link("/cards", "Cards"),),
        form_origins=sorted({origin_of(entry.base_url) for entry in directory}),
        lifetime=LIFETIME,
        home="/cards",
    )
    portals = directory.of_kind(InstitutionKind.PORTAL)
    agent = ReaderAgent(drawer, directory, AnsweredRequests(database))
    ReaderPages(site, agent, drawer, directory)
    CardPages(site, agent, drawer, portal_url=portals[0].base_url if portals else "")
    return site
