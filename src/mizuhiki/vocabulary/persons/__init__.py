"""Persons as the register describes them: four items, sex, relationship, reasons of change, residence status."""

from mizuhiki.vocabulary.persons.age_groups import AgeGroup, age_pyramid
from mizuhiki.vocabulary.persons.changes import ChangeReason
from mizuhiki.vocabulary.persons.four_items import FourItems, MalformedFourItems, Sex
from mizuhiki.vocabulary.persons.nationalities import is_nationality, nationality_en, nationality_ja
from mizuhiki.vocabulary.persons.relationships import (
    MalformedRelationship,
    Position,
    Relationship,
    RelationshipChain,
    links_of,
    parse_position,
)
from mizuhiki.vocabulary.persons.residence import (
    MalformedResidenceCardNumber,
    ResidenceCardNumber,
    ResidenceCategory,
    ResidenceStatus,
)

__all__ = [
    "AgeGroup",
    "ChangeReason",
    "FourItems",
    "MalformedFourItems",
    "MalformedRelationship",
    "MalformedResidenceCardNumber",
    "Position",
    "Relationship",
    "RelationshipChain",
    "ResidenceCardNumber",
    "ResidenceCategory",
    "ResidenceStatus",
    "Sex",
    "age_pyramid",
    "is_nationality",
    "links_of",
    "nationality_en",
    "nationality_ja",
    "parse_position",
]
