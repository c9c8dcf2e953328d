"""The world's own pages: landing page, card reader, component gallery.

    database.create(web_tables())
    landing = landing_site(environment, database, view=view, places=Places(...))
    reader = reader_site(environment, database, drawer, directory)
    gallery = gallery_site(environment, database)

`environment` gives clock, chance, keystore and settings; institution and host are set here. Each is a `Site`; its
application is `site.wsgi`, for the host in `HOSTS`.
"""

from mizuhiki.world.web.landing.pages import Places
from mizuhiki.world.web.landing.site import gallery_site, landing_site
from mizuhiki.world.web.owners import GALLERY, HOSTS, READER, WORLD, owned
from mizuhiki.world.web.reader.site import reader_site
from mizuhiki.world.web.tables import web_tables
from mizuhiki.world.web.view import (
    ActingPerson,
    CardDrawer,
    InstitutionView,
    PhaseView,
    StaffView,
    StepState,
    StepView,
    WorldView,
)

__all__ = [
    "GALLERY",
    "HOSTS",
    "READER",
    "WORLD",
    "ActingPerson",
    "CardDrawer",
    "InstitutionView",
    "PhaseView",
    "Places",
    "StaffView",
    "StepState",
    "StepView",
    "WorldView",
    "gallery_site",
    "landing_site",
    "owned",
    "reader_site",
    "web_tables",
]
