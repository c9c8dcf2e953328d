"""Puts drawn people into household shapes that occur: couples, parents with children, three generations, singles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import Relationship, Sex
from mizuhiki.world.people.drawing import (
    DrawnPerson,
    draw_family_name,
    draw_name,
    draw_people,
    draw_street,
    municipality_codes,
    population_of,
)

ADULT = 18
PARENT_AGES = range(20, 46)
"""Age of a parent at a child's birth that we draw from."""
COUPLE_GAP = 7
MOST_CHILDREN = 3
SIBLING_DAYS = 300
"""Twins are left out: a drawn pair of dates a few days apart would be neither twins nor siblings."""
SINGLE_IN_TEN = 3
GRANDPARENT_IN_TWENTY = 1
SMALLEST_MUNICIPALITY = 12
"""So that even a world of few people has a village to visit."""


@dataclass(frozen=True, slots=True)
class InventedMember:
    """A member with the relationship to the head of the household."""

    name: PersonName
    birth_date: date
    sex: Sex
    relationship: Relationship


@dataclass(frozen=True, slots=True)
class InventedHousehold:
    """A household; the head comes first. `street` is without prefecture and municipality."""

    municipality_code: str
    street: str
    resident_since: date
    members: tuple[InventedMember, ...]


def _take(pool: list[DrawnPerson], wanted: range, sex: Sex | None = None) -> DrawnPerson | None:
    for position, person in enumerate(pool):
        if person.age in wanted and (sex is None or person.sex is sex):
            return pool.pop(position)
    return None


def _children(pool: list[DrawnPerson], parent: DrawnPerson, most: int) -> list[DrawnPerson]:
    """Take children whose age fits the parent's age at birth and who are far enough apart to be siblings."""
    ages = range(max(0, parent.age - PARENT_AGES.stop + 1), max(0, min(ADULT, parent.age - PARENT_AGES.start)))
    found: list[DrawnPerson] = []
    for candidate in list(pool):
        if len(found) == most:
            break
        apart = all(abs((candidate.birth_date - sibling.birth_date).days) >= SIBLING_DAYS for sibling in found)
        if candidate.age in ages and apart:
            pool.remove(candidate)
            found.append(candidate)
    return sorted(found, key=lambda child: child.birth_date)


def _shape(
    randomness: Randomness, head: DrawnPerson, adults: list[DrawnPerson], minors: list[DrawnPerson]
) -> list[tuple[DrawnPerson, Relationship]]:
    """Choose who lives with `head`."""
    members = [(head, Relationship.HEAD)]
    if randomness.below(10) < SINGLE_IN_TEN and not minors:
        return members
    other = Sex.FEMALE if head.sex is Sex.MALE else Sex.MALE
    ages = range(max(ADULT, head.age - COUPLE_GAP), head.age + COUPLE_GAP + 1)
    spouse = None if randomness.below(10) < SINGLE_IN_TEN else _take(adults, ages, other)
    if spouse is not None:
        members.append((spouse, Relationship.WIFE if spouse.sex is Sex.FEMALE else Relationship.HUSBAND))
    mother = spouse if spouse is not None and spouse.sex is Sex.FEMALE else head
    members += [(child, Relationship.CHILD) for child in _children(minors, mother, 1 + randomness.below(MOST_CHILDREN))]
    if randomness.below(20) < GRANDPARENT_IN_TWENTY:
        grandparent = _take(adults, range(head.age + PARENT_AGES.start, head.age + PARENT_AGES.stop))
        if grandparent is not None:
            relationship = Relationship.MOTHER if grandparent.sex is Sex.FEMALE else Relationship.FATHER
            members.append((grandparent, relationship))
    return members


def _groups(randomness: Randomness, people: list[DrawnPerson]) -> list[list[tuple[DrawnPerson, Relationship]]]:
    """Form all households; minors that fit no parent join the last households as relatives, none lives alone."""
    adults = [person for person in people if person.age >= ADULT]
    minors = [person for person in people if person.age < ADULT]
    groups: list[list[tuple[DrawnPerson, Relationship]]] = []
    parents_first = sorted(range(len(adults)), key=lambda position: adults[position].age not in range(25, 50))
    adults = [adults[position] for position in parents_first]
    while adults:
        groups.append(_shape(randomness, adults.pop(0), adults, minors))
    for number, minor in enumerate(minors):
        groups[number % len(groups)].append((minor, Relationship.RELATIVE))
    return groups


def _name_household(
    randomness: Randomness, municipality_code: str, group: list[tuple[DrawnPerson, Relationship]], day: date
) -> InventedHousehold:
    family = draw_family_name(randomness)
    members = tuple(
        InventedMember(draw_name(randomness, family, person.sex), person.birth_date, person.sex, relationship)
        for person, relationship in group
    )
    youngest = max(member.birth_date for member in members)
    since = max(youngest, date(day.year - 1 - randomness.below(9), 1 + randomness.below(12), 1 + randomness.below(28)))
    return InventedHousehold(municipality_code, draw_street(randomness, municipality_code), since, members)


def invent_households(randomness: Randomness, population: int, day: date) -> list[InventedHousehold]:
    """Return households with `population` people in all, shared over the municipalities by their real size.

    The same randomness, population and day give the same people.
    """
    codes = municipality_codes()
    whole = sum(population_of(code) for code in codes)
    counts = {code: max(SMALLEST_MUNICIPALITY, population * population_of(code) // whole) for code in codes}
    largest = max(counts, key=lambda code: counts[code])
    counts[largest] += population - sum(counts.values())
    return [
        _name_household(randomness, code, group, day)
        for code, count in counts.items()
        for group in _groups(randomness, draw_people(randomness, count, day))
    ]
