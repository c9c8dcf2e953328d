"""The world's landing page at `mizuhiki.localhost`, and the component gallery at `gallery.mizuhiki.localhost`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.pages import Lifetime, Link, Reply, Site
from mizuhiki.ui.components import Accent
from mizuhiki.ui.gallery import GALLERY as GALLERY_PAGE
from mizuhiki.ui.gallery import STAFF_GALLERY, gallery_values
from mizuhiki.ui.look import Look
from mizuhiki.world.web.landing.pages import LandingPages, Places
from mizuhiki.world.web.owners import GALLERY, WORLD, owned, run_sessions
from mizuhiki.world.web.view import WorldView

HERE = Path(__file__).parent


def landing_site(environment: Environment, database: Database, *, view: WorldView, places: Places) -> Site:
    """Build the landing page. `database` has the tables of `tables.web_tables`."""
    own = owned(environment, WORLD)
    site = Site(
        own,
        database=database,
        store=run_sessions(own, database, Lifetime()),
        look=Look(template_folders=[HERE / "templates"], catalogues=[HERE / "translations"]),
        name_ja="水引の国",
        name_en="The country of Mizuhiki",
        accent=Accent.RED,
        navigation=(
            Link("/", "The country"),
            Link("/verify", "Check a record yourself"),
            Link(places.reader_url, "Card reader"),
            Link(places.gallery_url, "Component gallery"),
        ),
    )
    LandingPages(site, view, places)
    return site


def gallery_site(environment: Environment, database: Database) -> Site:
    """Build the gallery: every component for citizens at ``/``, those for staff at ``/staff``."""
    own = owned(environment, GALLERY)
    site = Site(
        own,
        database=database,
        store=run_sessions(own, database, Lifetime()),
        look=Look(),
        name_ja="部品の見本",
        name_en="Component gallery",
        accent=Accent.GRAY,
    )

    @site.route("/", public=True)
    def gallery() -> Reply:
        return _show(site, GALLERY_PAGE)

    @site.route("/staff", public=True)
    def staff_gallery() -> Reply:
        return _show(site, STAFF_GALLERY)

    return site


def _show(site: Site, template: str) -> Reply:
    values: dict[str, Any] = gallery_values(site.language)
    return site.render(template, **values)
