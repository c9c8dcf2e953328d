"""Households: exactly one head, and where everybody stands when the head changes (住基法7条4号, 25条)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from mizuhiki.institutions.municipality.domain.events.errors import HouseholdInconsistent
from mizuhiki.institutions.municipality.domain.moves import MovingOutCertificate
from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.vocabulary.dates import age_on
from mizuhiki.vocabulary.persons import Position, Relationship, RelationshipChain, Sex, links_of
from mizuhiki.vocabulary.persons.relationships import LONGEST_CHAIN

AGE_TO_NOTIFY = 15
"""Who is 15 may become head by rule; a younger one only where nobody else is left."""
_R = Relationship
_SPOUSES = frozenset({_R.HUSBAND, _R.WIFE})
_UNREGISTERED = frozenset({_R.UNREGISTERED_HUSBAND, _R.UNREGISTERED_WIFE})
_PARENTS = frozenset({_R.FATHER, _R.MOTHER})
_LOOSE = frozenset({_R.RELATIVE, _R.COHABITANT})


def _by_sex(sex: Sex, male: Relationship, female: Relationship) -> Relationship | None:
    return {Sex.MALE: male, Sex.FEMALE: female}.get(sex)


def _inverse(position: Position, old_head: Sex) -> Position:
    """Return where the old head stands as seen from somebody who stood at `position`."""
    links = links_of(position)
    if len(links) > 1:
        return _R.RELATIVE
    link = links[0]
    found: Relationship | None
    if link in _SPOUSES:
        found = _by_sex(old_head, _R.HUSBAND, _R.WIFE)
    elif link in _UNREGISTERED:
        found = _by_sex(old_head, _R.UNREGISTERED_HUSBAND, _R.UNREGISTERED_WIFE)
    elif link is _R.CHILD:
        found = _by_sex(old_head, _R.FATHER, _R.MOTHER)
    elif link in _PARENTS:
        found = _R.CHILD
    else:
        found = link
    return _R.RELATIVE if found is None else found


def _joined(first: tuple[Relationship, ...], then: tuple[Relationship, ...]) -> Position:
    """Return the position of two steps, made shorter where the register has a word for both together."""
    links = list(first + then)
    if any(link in _LOOSE for link in links):
        return _R.COHABITANT if _R.COHABITANT in links else _R.RELATIVE
    if len(links) > 1:
        pair = (links[0], links[1])
        if pair[0] in _SPOUSES and pair[1] is _R.CHILD:
            # The children of a married couple stand as children of either; a stepchild is named by the clerk.
            links[:2] = [_R.CHILD]
        elif pair == (_R.FATHER, _R.WIFE):
            links[:2] = [_R.MOTHER]
        elif pair == (_R.MOTHER, _R.HUSBAND):
            links[:2] = [_R.FATHER]
        elif pair[0] is _R.CHILD and pair[1] in _PARENTS:
            return _R.RELATIVE
    if len(links) > LONGEST_CHAIN:
        return _R.RELATIVE
    return links[0] if len(links) == 1 else RelationshipChain(tuple(links))


def child_of(parents: Sequence[Position]) -> Position:
    """Return where a newborn child stands whose parents stand there, the nearest to the head before others.

    A child of the head or of a married spouse is 子; of an unregistered one 妻（未届）の子, of the head's child 子の子.
    """
    ways = [_R.CHILD if parent is _R.HEAD else _joined(links_of(parent), (_R.CHILD,)) for parent in parents]
    return min(ways, key=lambda way: (links_of(way)[0] in _LOOSE, len(links_of(way))))


def positions_under(
    members: Sequence[ResidentRecord], new_head: str, given: Mapping[str, Position] | None = None
) -> dict[str, Position]:
    """Return everybody's position when `new_head` becomes head; what the clerk gave stands before what follows by rule.

    `members` are the members of the household before the change, the leaving head included.
    """
    stated = given or {}
    before = {member.resident: member for member in members}
    if new_head not in before:
        raise HouseholdInconsistent(rule="head-is-member")
    link = before[new_head].relationship
    old_head = next((member for member in members if member.relationship is _R.HEAD), None)
    positions: dict[str, Position] = {}
    for member in members:
        if member.resident == new_head:
            positions[member.resident] = _R.HEAD
        elif member.resident in stated:
            positions[member.resident] = stated[member.resident]
        elif old_head is None or link is _R.HEAD:
            positions[member.resident] = member.relationship if old_head is not None else _R.RELATIVE
        elif member is old_head:
            positions[member.resident] = _inverse(link, old_head.sex)
        else:
            to_old = _inverse(link, old_head.sex)
            positions[member.resident] = _joined(links_of(to_old), links_of(member.relationship))
    return positions


def successor(members: Sequence[ResidentRecord], day: date) -> str | None:
    """Return who becomes head by rule when the head is gone: the spouse, else the oldest; those under 15 last.

    None when a head is there or nobody is left. A household of two and more is asked to notify (住基法25条).
    """
    if not members or any(member.relationship is _R.HEAD for member in members):
        return None

    def rank(member: ResidentRecord) -> tuple[bool, bool, date, str]:
        spouse = member.relationship in _SPOUSES | _UNREGISTERED
        return (age_on(member.birth_date, day) < AGE_TO_NOTIFY, not spouse, member.birth_date, member.resident)

    return min(members, key=rank).resident


def positions_without_head(given: Sequence[Position], births: Sequence[date], day: date) -> list[Position]:
    """Return the positions of people who make a household elsewhere; where their head stays, by rule as `successor`.

    `given` are the positions under the old head, whose sex only a spouse's position tells.
    """
    if _R.HEAD in given:
        return list(given)

    def rank(place: int) -> tuple[bool, bool, date, int]:
        spouse = given[place] in _SPOUSES | _UNREGISTERED
        return (age_on(births[place], day) < AGE_TO_NOTIFY, not spouse, births[place], place)

    chosen = min(range(len(given)), key=rank)
    sexes = {_R.HUSBAND: Sex.FEMALE, _R.UNREGISTERED_HUSBAND: Sex.FEMALE}
    sexes |= {_R.WIFE: Sex.MALE, _R.UNREGISTERED_WIFE: Sex.MALE}
    link = links_of(given[chosen])[0]
    to_old = _inverse(given[chosen], sexes.get(link, Sex.NOT_STATED))
    return [
        _R.HEAD if place == chosen else _joined(links_of(to_old), links_of(position))
        for place, position in enumerate(given)
    ]


def positions_on_arrival(certificate: MovingOutCertificate, day: date, *, joining: bool) -> list[Position]:
    """Return the positions that people get where none is stated: cohabitants of a household that they join.

    In a new one they keep what stands on the certificate, by rule where its head does not move.
    """
    if joining:
        return [_R.COHABITANT for _ in certificate.persons]
    births = [person.four_items.birth_date for person in certificate.persons]
    return positions_without_head([person.relationship for person in certificate.persons], births, day)


def must_notify_head(members: Sequence[ResidentRecord], day: date) -> bool:
    """Whether the members left must notify who is head: not when only one of them could be."""
    return sum(age_on(member.birth_date, day) >= AGE_TO_NOTIFY for member in members) > 1


def require_consistent(members: Sequence[ResidentRecord]) -> None:
    """Check one household: one head, one address, at most one spouse of the head.

    Raises:
        HouseholdInconsistent: naming the rule.
    """
    if not members:
        return
    if sum(member.relationship is _R.HEAD for member in members) != 1:
        raise HouseholdInconsistent(rule="one-head")
    if len({member.address for member in members}) != 1:
        raise HouseholdInconsistent(rule="one-address")
    if sum(member.relationship in _SPOUSES for member in members) > 1:
        raise HouseholdInconsistent(rule="one-spouse")
