"""The drawer: every card with its PINs, and the step that puts one on the reader before a login."""

from __future__ import annotations

from mizuhiki.documents.card.form import Side
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
        site.route("/cards/<key>/front.svg", public=True)(self.front_face)
        site.route("/cards/<key>/back.svg", public=True)(self.back_face)
        site.route("/cards/<key>/print.pdf", public=True)(self.print_sheet)

    def cards(self) -> Reply:
        """Show every card."""
        return self._site.render("cards.html", people=self._drawer.holders(), japanese=self._japanese)

    def card(self, key: str) -> Reply:
        """Show one card; posting puts it on the reader and goes on to the portal's login."""
        person = self._agent.holder(key)
        if request.method == "POST":
            self._site.store(CARD, person.key)
            return self._site.redirect(f"{self._portal_url}/sign-in" if self._portal_url else "/cards")
        return self._site.render(
            "card.html",
            person=person,
            japanese=self._japanese,
            portal_url=self._portal_url,
            faces=self._drawer.has_faces(person.key),
            in_sleeve=self._in_sleeve,
        )

    def front_face(self, key: str) -> Reply:
        """Show the front as a picture."""
        return self._face(key, Side.FRONT)

    def back_face(self, key: str) -> Reply:
        """Show the back as a picture; without its sleeve it bears the number of the invented person."""
        return self._face(key, Side.BACK)

    def print_sheet(self, key: str) -> Reply:
        """Give both sides in their true size, to be printed."""
        pdf = self._drawer.sheet(self._agent.holder(key).key)
        return self._site.app.response_class(pdf, mimetype="application/pdf")

    def _face(self, key: str, side: Side) -> Reply:
        person = self._agent.holder(key)
        picture = self._drawer.face(person.key, side, in_sleeve=self._in_sleeve)
        return self._site.app.response_class(picture, mimetype="image/svg+xml")

    @property
    def _in_sleeve(self) -> bool:
        return request.args.get("sleeve") == "on"

    @property
    def _japanese(self) -> bool:
        return self._site.language.startswith("ja")
