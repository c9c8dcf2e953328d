"""The world's own websites beside the institutions: who owns the pages, and their sessions.

The owners are no institutions: no directory has them, they have no peers and no keys others know. They only name the
cookies and the encrypted sessions of their pages.
"""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from mizuhiki.crypto.at_rest import StoredValueUnreadable
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.page_sessions import DatabaseSessionStore, Lifetime, StoredSession, session_table
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.world.nation.plan import DOMAIN

WORLD = InstitutionId("world")
READER = InstitutionId("card-reader")
GALLERY = InstitutionId("gallery")

HOSTS = {WORLD: DOMAIN, READER: f"reader.{DOMAIN}", GALLERY: f"gallery.{DOMAIN}"}


def owned(environment: Environment, owner: InstitutionId) -> Environment:
    """Return `environment` as that of one of the three owners, on the owner's host."""
    return replace(environment, institution=owner, settings=replace(environment.settings, host=HOSTS[owner]))


class RunSessions(DatabaseSessionStore):
    """Sessions that end with the run of the world that keyed them.

    The keys of these sites may be new in every run; a browser that comes back with a cookie of an earlier run starts
    afresh.
    """

    def find(self, token: str) -> StoredSession | None:
        """Return the session of a token; one that an earlier run encrypted is forgotten."""
        try:
            return super().find(token)
        except StoredValueUnreadable:
            self.delete(token)
            return None


def run_sessions(environment: Environment, database: Database, lifetime: Lifetime) -> RunSessions:
    """Return the sessions of one owner's site."""
    return RunSessions(environment, database, session_table(sa.MetaData()), lifetime)
