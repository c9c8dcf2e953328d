"""The setting of information linkage as published: networks, bodies, figures of 2018, planned expansions."""

from mizuhiki.vocabulary.linkage.bodies import Actor, actors, local_bodies
from mizuhiki.vocabulary.linkage.expansions import Expansion, ExpansionState, expansion, expansions
from mizuhiki.vocabulary.linkage.figures import LinkageFigure, figures, weights
from mizuhiki.vocabulary.linkage.zones import NetworkZone, zones_of, zones_shared

__all__ = [
    "Actor",
    "Expansion",
    "ExpansionState",
    "LinkageFigure",
    "NetworkZone",
    "actors",
    "expansion",
    "expansions",
    "figures",
    "local_bodies",
    "weights",
    "zones_of",
    "zones_shared",
]
