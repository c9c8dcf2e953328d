"""The world's own websites beside the institutions: who owns the pages, and the tables their sessions need.

The owners are no institutions: no directory has them, they have no peers and no keys others know. They only name the
cookies and the encrypted sessions of their pages.
"""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.pages import session_table
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.world.nation.plan import DOMAIN
from mizuhiki.world.web.reader.answered import answered_table

WORLD = InstitutionId("world")
READER = InstitutionId("card-reader")
GALLERY = InstitutionId("gallery")

HOSTS = {WORLD: DOMAIN, READER: f"reader.{DOMAIN}", GALLERY: f"gallery.{DOMAIN}"}


def owned(environment: Environment, owner: InstitutionId) -> Environment:
    """Return `environment` as that of one of the three owners, on the owner's host."""
    return replace(environment, institution=owner, settings=replace(environment.settings, host=HOSTS[owner]))


def web_tables() -> sa.MetaData:
    """Return the tables of one database that serves all three sites; give it to `Database.create`."""
    metadata = sa.MetaData()
    session_table(metadata)
    answered_table(metadata)
    return metadata
