"""Arguments of the component macros that have more structure than a few words.

Texts are already translated when they arrive here; templates escape all of them.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import date


class Accent(enum.StrEnum):
    """Colour of an institution, so that a person always knows whose page it is; readable on white and on its tint."""

    BLUE = "blue"
    LIGHT_BLUE = "light-blue"
    CYAN = "cyan"
    GREEN = "green"
    LIME = "lime"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"
    MAGENTA = "magenta"
    PURPLE = "purple"
    GRAY = "gray"


class Tone(enum.StrEnum):
    """Meaning of a tag's colour; the words say it too, since colour alone tells some readers nothing."""

    NEUTRAL = "gray"
    PROGRESS = "blue"
    DONE = "green"
    ATTENTION = "yellow"
    PROBLEM = "red"
    SPECIAL = "purple"


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of radios, checkboxes or a select."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """A link or, with `post`, a one-button form; `key` is the access key shown beside it."""

    label: str
    url: str
    key: str = ""
    about: str = ""
    post: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A name for people with the identifier under which logs and other systems know the same; smaller, after it."""

    name: str
    identifier: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A row of a summary list: what was asked, what was answered, where to change it."""

    label: str
    value: str | Named
    change_url: str = ""


@dataclass(frozen=True, slots=True)
class Tag:
    """A state in one or two words."""

    label: str
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True, slots=True)
class Column:
    """A table column; with `sort_url` its heading is a link, `sorted` is "ascending", "descending" or empty."""

    label: str
    numeric: bool = False
    sort_url: str = ""
    sorted: str = ""


Cell = str | int | date | Tag | Action | Named | None


@dataclass(frozen=True, slots=True)
class Row:
    """A table row; the first cell is its header."""

    cells: tuple[Cell, ...]
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, for a timeline; `machine_time` is ISO 8601."""

    title: str
    time: str
    machine_time: str = ""
    who: str = ""
    text: str = ""
    tag: Tag | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """An entry of a task list; without `url` it cannot be started yet."""

    label: str
    status: Tag
    url: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far long work has come: what is being done now, how many of how many, and in words how long it will take."""

    doing: str
    done: int
    total: int
    remaining: str = ""

    @property
    def finished(self) -> bool:
        """Whether nothing is left."""
        return self.done >= self.total


@dataclass(frozen=True, slots=True)
class Pages:
    """Which page of a list is shown; `url` holds ``{page}`` where the number goes."""

    current: int
    last: int
    url: str

    def address(self, page: int) -> str:
        """Return the address of another page."""
        return self.url.replace("{page}", str(page))

    @property
    def shown(self) -> tuple[int | None, ...]:
        """Page numbers to offer: first, last, and two around the current one; None where some are left out."""
        wanted = [n for n in range(1, self.last + 1) if n in (1, self.last) or abs(n - self.current) <= 2]  # noqa: PLR2004 - the two neighbours
        result: list[int | None] = []
        for number in wanted:
            if result and result[-1] is not None and number - result[-1] > 1:
                result.append(None)
            result.append(number)
        return tuple(result)


@dataclass(frozen=True, slots=True)
class Blocking:
    """Why work stops here: which rule, and who can lift it."""

    title: str
    text: str
    facts: tuple[Answer, ...] = field(default=())
