"""The drawer: every card with its PINs, and the step that puts one on the reader before a login."""

from __future__ import annotations

from mizuhiki.runtime.pages import Reply, Site, request
from mizuhiki.world.web.reader.agent import ReaderAgent
from mizuhiki.world.web.reader.pages import CARD, POSTS
from mizuhiki.world.web.view import CardDrawer


class CardPages:
    """Pages about the cards themselves. `portal_url` is where a login begins; empty where there is no portal."""

    def __init__(self, site: Site, agent: ReaderAgent, drawer: CardDrawer, *, portal_url: str) -> None:
        self._site = site
        self._agent = agent
        self._drawer = drawer
        self._portal_url = portal_url.rstrip("/")
        site.route("/cards", public=True)(self.cards)
        site.route("/cards/<key>", ("GET", "POST"), public=True, throttle=POSTS)(self.card)

    def cards(self) -> Reply:
        """Show every card."""
        return self._site.render("cards.html", people=self._drawer.holders(), japanese=self._japanese)

    def card(self, key: str) -> Reply:
        """Show one card; posting puts it on the reader and goes on to the portal's login."""
        person = self._agent.holder(key)
        if request.method == "POST":
            self._site.store(CARD, person.key)
            return self._site.redirect(f"{self._portal_url}/sign-in" if self._portal_url else "/cards")
        return self._site.render("card.html", person=person, japanese=self._japanese, portal_url=self._portal_url)

    @property
    def _japanese(self) -> bool:
        return self._site.language.startswith("ja")
