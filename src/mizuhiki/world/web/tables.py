"""The tables of the world's own sites."""

from __future__ import annotations

import sqlalchemy as sa

from mizuhiki.runtime.pages import session_table
from mizuhiki.world.web.reader.answered import answered_table


def web_tables() -> sa.MetaData:
    """Return the tables of one database that serves all three sites; give it to `Database.create`."""
    metadata = sa.MetaData()
    session_table(metadata)
    answered_table(metadata)
    return metadata
