"""Opens the site of a body with cases: its look above that of cases, its sign-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from mizuhiki.casework.web.desk import CATALOGUES, TEMPLATES
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.pages import Link, Site
from mizuhiki.runtime.staff_sign_in import DatabaseStaffAccounts, StaffSignIn
from mizuhiki.ui.components import Accent
from mizuhiki.ui.look import Look


def open_case_site(  # noqa: PLR0917 - where, what and how it looks, once per body
    environment: Environment,
    database: Database,
    rooms: Sequence[Path],
    accent: Accent,
    navigation: Sequence[Link],
    roles: Mapping[str, str],
) -> Site:
    """Build a site with its sign-in; `rooms` are the web rooms whose templates and words it shows, the own one first.

    Of words that two rooms have, those of the own room are taken.
    """
    site = Site(
        environment,
        database=database,
        look=Look(
            template_folders=[*(room / "templates" for room in rooms), TEMPLATES],
            catalogues=[CATALOGUES, *(room / "translations" for room in reversed(rooms))],
        ),
        accent=accent,
        navigation=tuple(navigation),
    )
    StaffSignIn(site, DatabaseStaffAccounts(database), role_names=roles)
    return site
