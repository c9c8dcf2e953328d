"""The portal's site: who may see what, how long a visit lasts, and which pages there are."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from mizuhiki.card.agent_protocol import origin_of
from mizuhiki.institutions.portal.operations.service import Portal
from mizuhiki.institutions.portal.web.account_pages import AccountPages
from mizuhiki.institutions.portal.web.card_pages import CardPages
from mizuhiki.institutions.portal.web.history_pages import HistoryPages
from mizuhiki.institutions.portal.web.look_up_pages import LookUpPages
from mizuhiki.institutions.portal.web.notice_pages import NoticePages
from mizuhiki.institutions.portal.web.wording import Wording
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.pages import Lifetime, Link, Site
from mizuhiki.ui.components import Accent
from mizuhiki.ui.look import Look

HERE = Path(__file__).parent
LIFETIME = Lifetime(idle=timedelta(minutes=10), absolute=timedelta(hours=2))


def build_site(environment: Environment, *, database: Database, portal: Portal) -> Site:
    """Build the site with all its pages."""
    site = Site(
        environment,
        database=database,
        look=Look(template_folders=[HERE / "templates"], catalogues=[HERE / "translations"]),
        accent=Accent.CYAN,
        navigation=(
            Link("/home", "Home"),
            Link("/notices", "Notices"),
            Link("/history", "History of exchanges"),
            Link("/look-ups", "Who looked me up"),
        ),
        help_links=(Link("/about", "What this site is"),),
        form_origins=(origin_of(portal.card.agent_url),),
        lifetime=LIFETIME,
        home="/home",
    )
    site.sign_in_path = "/sign-in"
    wording = Wording(site, portal.statute)
    cards = CardPages(site, portal)
    AccountPages(site, portal, cards)
    NoticePages(site, portal, wording)
    HistoryPages(site, portal, cards, wording)
    LookUpPages(site, portal, cards, wording)
    return site
