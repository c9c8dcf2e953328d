"""Who may search identification information for what, and whom one asks (住基法別表1 to 6; R-050, R-053, R-054)."""

from mizuhiki.vocabulary.register_access.routing import Route, route
from mizuhiki.vocabulary.register_access.table import (
    NoSearchRow,
    PublishedCount,
    SearchBody,
    SearchLaw,
    SearchRowNotInForce,
    SearchTable,
    permit_search,
    published_counts,
    search_bodies,
    search_laws,
)

__all__ = [
    "NoSearchRow",
    "PublishedCount",
    "Route",
    "SearchBody",
    "SearchLaw",
    "SearchRowNotInForce",
    "SearchTable",
    "permit_search",
    "published_counts",
    "route",
    "search_bodies",
    "search_laws",
]
