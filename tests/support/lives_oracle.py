"""The oracle of the random lives: it knows nothing but the list of events that were taken, and folds it.

Everything here is made of plain values and shares no code with the register. `Oracle.tell` appends an event to the list
and lets it happen; a cancelled event is left out by folding the list anew. `folded` makes the same of the whole list
from the beginning, so that the one can be held against the other.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

Told = tuple[str, dict[str, Any]]
State = tuple[str | None, str, str]
"""What the tiers hold of a person: the city, or none, name and address."""
NOWHERE: State = (None, "", "")


@dataclass(slots=True)
class Person:
    """The oracle's person: a city, or none, and a household by the oracle's own label."""

    name: str
    city: str | None
    home: int
    address: str
    head: bool | None
    abroad: bool = False

    def copy(self) -> Person:
        """Return a person of its own; `dataclasses.replace` takes five times as long."""
        return Person(self.name, self.city, self.home, self.address, self.head, self.abroad)

    @property
    def state(self) -> State:
        return (self.city, self.name, self.address) if self.city is not None else NOWHERE


@dataclass(slots=True)
class World:
    """Everybody, and who lives where, as far as the events applied so far say."""

    people: dict[str, Person] = field(default_factory=dict)
    groups: dict[tuple[str, int], set[str]] = field(default_factory=dict)

    def copy(self) -> World:
        """Return a world of its own."""
        return World(
            {one: person.copy() for one, person in self.people.items()},
            {place: set(group) for place, group in self.groups.items() if group},
        )

    def _place(self, one: str) -> tuple[str, int] | None:
        person = self.people.get(one)
        return None if person is None or person.city is None else (person.city, person.home)

    def apply(self, kind: str, event: dict[str, Any]) -> set[str]:
        """Let one event happen; return whom it concerns: those it names, and who lives where they come from and go."""
        concerned = {*event.get("who", ()), *event.get("names", ()), *event.get("heads", ())}
        before = {one: self._place(one) for one in concerned}
        self._change(kind, event)
        touched = set()
        for one in concerned:
            was, now = before[one], self._place(one)
            if was is not None:
                self.groups[was].discard(one)
                touched.add(was)
            if now is not None:
                self.groups.setdefault(now, set()).add(one)
                touched.add(now)
        for one in event.get("heads", ()):
            for other in self.groups.get((str(self.people[one].city), self.people[one].home), ()):
                self.people[other].head = other == one
        if "joined" in event:
            self.people[event["joined"]].head = False
        for place in touched:
            self._settle_head([self.people[one] for one in self.groups[place]])
        return concerned.union(*(self.groups[place] for place in touched))

    def _change(self, kind: str, event: dict[str, Any]) -> None:
        who = [self.people[one] for one in event.get("who", ()) if one in self.people]
        for person in who:
            person.abroad = event.get("abroad", False)
        if kind == "enter":
            for one, name in event["names"].items():
                head = one == event["head"]
                self.people[one] = Person(name, event["city"], event["home"], event["address"], head)
        elif kind == "rename":
            who[0].name = event["name"]
        elif kind == "gone":
            for person in who:
                person.city, person.head = None, None
        else:
            for person in who:
                person.city = event.get("city", person.city)
                person.home = event.get("home", person.home)
                person.address = event.get("address", person.address)

    def _settle_head(self, group: list[Person]) -> None:
        """A single person is head; where not exactly one was stated, nobody knows who is."""
        if len(group) == 1:
            group[0].head = True
        elif sum(person.head is True for person in group) != 1:
            for person in group:
                person.head = None


def folded(told: Sequence[Told], undone: set[int] | None = None, *, begun: tuple[int, World] | None = None) -> World:
    """Make everybody's state of the list of events; a cancelled event is left out from the beginning.

    `begun` is how many of the events a world, which is left as it is, was made of already.
    """
    if undone is None:
        undone = {event["which"] for kind, event in told if kind == "undo"}
    first, world = (0, World()) if begun is None else (begun[0], begun[1].copy())
    for place in range(first, len(told)):
        kind, event = told[place]
        if place not in undone and kind != "undo":
            world.apply(kind, event)
    return world


class Oracle:
    """The list of events, and everybody as it has them now.

    `concerned` collects those whom the events told since it was last taken concern; what is cancelled concerns again
    those it concerned, wherever they live by now, since their records there said it too. `history` has the states each
    person was in, oldest first, since `forget` was last called. Whoever moves to another city is nowhere in between.
    `names` says who ever had a name; no two do.
    """

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.world = World()
        self.undone: set[int] = set()
        self.concerned: set[str] = set()
        self.history: dict[str, list[State]] = {}
        self.names: dict[str, str] = {}
        self.living: list[str] = []
        self.cancelled = False
        self._touched: dict[int, set[str]] = {}
        self._begun: tuple[int, World] | None = None

    def take_concerned(self) -> tuple[set[str], bool]:
        """Return whom the events told since the last call concern, and whether one of them was cancelled."""
        taken = self.concerned, self.cancelled
        self.concerned, self.cancelled = set(), False
        return taken

    def tell(self, kind: str, **event: Any) -> None:
        """Append an event and let it happen."""
        self.told.append((kind, event))
        if kind == "undo":
            assert self._begun is None or event["which"] >= self._begun[0]
            self.undone.add(event["which"])
            self.cancelled = True
            concerned = self._fold_anew() | self._touched[event["which"]]
        else:
            concerned = self.world.apply(kind, event)
            if kind == "gone":
                self._touched[len(self.told) - 1] = concerned
        for one in concerned:
            self._note(one)
        self.concerned |= concerned

    def begin(self) -> None:
        """Keep the world of the events told so far, none of which can be cancelled."""
        self._begun = len(self.told), self.world.copy()

    def forget(self, people: Iterable[str]) -> None:
        """Leave of people's states only the present one."""
        for one in people:
            del self.history[one][:-1]

    def _fold_anew(self) -> set[str]:
        before = self.world
        self.world = folded(self.told, self.undone, begun=self._begun)
        concerned = {one for one, person in self.world.people.items() if person != before.people.get(one)}
        for world in (before, self.world):
            concerned |= _mates(world, concerned)
        return concerned

    def _note(self, one: str) -> None:
        person = self.world.people[one]
        assert self.names.setdefault(person.name, one) == one
        states = self.history.setdefault(one, [])
        if not states or states[-1] != person.state:
            if states and None not in {states[-1][0], person.city} and states[-1][0] != person.city:
                states.append(NOWHERE)
            states.append(person.state)
        place = bisect_left(self.living, one)
        listed = place < len(self.living) and self.living[place] == one
        if person.city is None and listed:
            del self.living[place]
        elif person.city is not None and not listed:
            insort(self.living, one)

    def group(self, one: str) -> set[str]:
        """Return those who live with a person, the person included."""
        person = self.world.people[one]
        return self.world.groups[str(person.city), person.home]

    def events_of(self, people: Iterable[str]) -> list[tuple[int, Told]]:
        """Return what was told of people, with its place in the list: where to look first."""
        concerned = set(people)
        return [
            (place, (kind, event))
            for place, (kind, event) in enumerate(self.told)
            if concerned & {*event.get("who", ()), *event.get("names", ()), *event.get("heads", ())}
            or (kind == "undo" and concerned & {*self.told[event["which"]][1].get("who", ())})
        ]


def _mates(world: World, people: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for one in people:
        person = world.people[one]
        if person.city is not None:
            found |= world.groups[person.city, person.home]
    return found
