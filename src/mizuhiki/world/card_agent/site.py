"""The agent's site on the loopback address: the card reader's pages, the cards in the readers, the calls of pages."""

from __future__ import annotations

from collections.abc import Sequence

from mizuhiki.card.agent_protocol import origin_of
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.directory import Directory
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.pages import Link, Reply, Site
from mizuhiki.ui.components import Accent
from mizuhiki.ui.look import Look
from mizuhiki.world.card_agent.page_api import PageApi
from mizuhiki.world.card_agent.tickets import Tickets
from mizuhiki.world.web.owners import run_sessions
from mizuhiki.world.web.reader.agent import ReaderAgent
from mizuhiki.world.web.reader.answered import AnsweredRequests
from mizuhiki.world.web.reader.pages import ReaderPages
from mizuhiki.world.web.reader.site import HERE, LIFETIME
from mizuhiki.world.web.reader.waiting import WaitingRequests
from mizuhiki.world.web.view import OfferedCards


def agent_site(environment: Environment, database: Database, cards: OfferedCards, directory: Directory) -> Site:
    """Build the site. `environment` is the agent's own; `directory` has the websites that may ask, and no other may.

    `database` has the tables of `web.tables.web_tables`.
    """
    origins = sorted({origin_of(entry.base_url) for entry in directory})
    site = Site(
        environment,
        database=database,
        store=run_sessions(environment, database, LIFETIME),
        look=Look(template_folders=[HERE / "templates"], catalogues=[HERE / "translations"]),
        name_ja="カードリーダー",
        name_en="Card reader",
        accent=Accent.PURPLE,
        navigation=(Link("/cards", "Cards"),),
        form_origins=origins,
        lifetime=LIFETIME,
        home="/cards",
    )
    agent = ReaderAgent(cards, directory, AnsweredRequests(database))
    waiting = WaitingRequests(site)
    ReaderPages(site, agent, cards, directory, waiting=waiting)
    PageApi(site, agent, waiting, Tickets(environment.randomness), origins=frozenset(origins))

    def readers() -> Reply:
        """Show the cards that are in the readers."""
        return site.render("readers.html", cards=cards.holders())

    site.route("/cards", endpoint="cards", public=True)(readers)
    return site


def narrowed(directory: Directory, allowed: Sequence[str]) -> Directory:
    """Return the directory with the institutions of the allowed origins only; all where none is named."""
    wanted = {origin_of(origin) for origin in allowed}
    return Directory(entry for entry in directory if not wanted or origin_of(entry.base_url) in wanted)
