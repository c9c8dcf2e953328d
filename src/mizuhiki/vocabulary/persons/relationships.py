"""Relationship to the head of the household (続柄, 住基法7条4号), up to four joined by の (子の妻: 2012).

Codes are those municipalities exchange. Only codes confirmed by a source we hold are listed; others are refused
rather than guessed.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Self

from mizuhiki.vocabulary.errors import Malformed

LONGEST_CHAIN = 4
_CODE_LENGTH = 2


class Relationship(enum.StrEnum):
    """One link of a relationship; the value is the two-digit code."""

    HEAD = "02"
    HUSBAND = "11"
    WIFE = "12"
    UNREGISTERED_HUSBAND = "13"
    UNREGISTERED_WIFE = "14"
    CHILD = "20"
    FATHER = "51"
    MOTHER = "52"
    RELATIVE = "96"
    COHABITANT = "99"

    @property
    def title_ja(self) -> str:
        """The word on the register."""
        return _TITLES[self]


_TITLES = {
    Relationship.HEAD: "世帯主",
    Relationship.HUSBAND: "夫",
    Relationship.WIFE: "妻",
    Relationship.UNREGISTERED_HUSBAND: "夫（未届）",
    Relationship.UNREGISTERED_WIFE: "妻（未届）",
    Relationship.CHILD: "子",
    Relationship.FATHER: "父",
    Relationship.MOTHER: "母",
    Relationship.RELATIVE: "縁故者",
    Relationship.COHABITANT: "同居人",
}


class MalformedRelationship(Malformed):
    """Not one to four known codes, or the head joined with another."""

    code = "malformed-relationship"
    title = "This is not a relationship to the head of the household"


@dataclass(frozen=True, slots=True)
class RelationshipChain:
    """A relationship of one to four links: child, then wife, is the child's wife.

    Raises:
        MalformedRelationship: no link, more than four, or the head among several.
    """

    links: tuple[Relationship, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.links) <= LONGEST_CHAIN:
            raise MalformedRelationship(field="relationship")
        if len(self.links) > 1 and Relationship.HEAD in self.links:
            raise MalformedRelationship(field="relationship")

    @classmethod
    def parse(cls, code: str) -> Self:
        """Read two to eight digits.

        Raises:
            MalformedRelationship: see the class.
        """
        pairs = [code[start : start + _CODE_LENGTH] for start in range(0, len(code), _CODE_LENGTH)]
        try:
            links = tuple(Relationship(pair) for pair in pairs)
        except ValueError as error:
            raise MalformedRelationship(field="relationship") from error
        return cls(links)

    @property
    def code(self) -> str:
        """The links' codes joined."""
        return "".join(link.value for link in self.links)

    @property
    def value(self) -> str:
        """The code, named as that of a single link is."""
        return self.code

    @property
    def title_ja(self) -> str:
        """As the register prints it: 子の妻."""
        return "の".join(link.title_ja for link in self.links)


Position = Relationship | RelationshipChain
"""Where somebody stands in a household: one link, or several joined."""


def parse_position(code: str) -> Position:
    """Read one to four joined codes; a single one is the plain relationship.

    Raises:
        MalformedRelationship: see `RelationshipChain`.
    """
    chain = RelationshipChain.parse(code)
    return chain.links[0] if len(chain.links) == 1 else chain


def links_of(position: Position) -> tuple[Relationship, ...]:
    """Return the links of a position."""
    return position.links if isinstance(position, RelationshipChain) else (position,)
