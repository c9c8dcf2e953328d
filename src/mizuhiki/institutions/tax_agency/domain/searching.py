"""What can be asked of the published record, and the words it is looked up by."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.tax_agency.domain.codes import CorporationKind
from mizuhiki.institutions.tax_agency.domain.corporations import Entry, Profile
from mizuhiki.institutions.tax_agency.domain.names import english_form, search_form
from mizuhiki.vocabulary.names import index_words, normalise_for_comparison, query_words

MOST_SHOWN = 300
"""Matches a page looks at; when there are more it says so and asks to narrow the search."""
MOST_COUNTED = 100_000
"""Matches the Web-API counts and hands out in divisions."""
_KANA = frozenset(chr(code) for code in (*range(0x30A1, 0x30FB), 0x30FC))


class Match(enum.StrEnum):
    """How a name is compared; the codes are those of the Web-API's `mode`."""

    PREFIX = "1"
    PART = "2"


class Target(enum.StrEnum):
    """What is compared; the codes are those of the Web-API's `target`."""

    FOLDED = "1"
    EXACT = "2"
    ENGLISH = "3"


class Order(enum.StrEnum):
    """Orders of a list of results."""

    NAME = "name"
    NUMBER = "number"
    ADDRESS = "address"
    DESIGNATED = "designated"


class TextField(enum.Enum):
    """Texts of a record that are searched; the value is the mark of their index words."""

    NAME = "n"
    READING = "r"
    ENGLISH = "e"
    PAST_NAME = "o"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A search. Empty parts ask for nothing; `place` is a prefecture (2 digits, 99 abroad) or municipality (5)."""

    text: str = ""
    match: Match = Match.PART
    target: Target = Target.FOLDED
    place: str = ""
    kinds: tuple[CorporationKind, ...] = ()
    past_names: bool = False
    closed: bool = True
    designated_from: date | None = None
    designated_to: date | None = None

    @property
    def form(self) -> str:
        """The text in the form it is compared in."""
        return english_form(self.text) if self.target is Target.ENGLISH else search_form(self.text)

    @property
    def fields(self) -> tuple[TextField, ...]:
        """The texts to compare: the reading too when only kana were typed, past names when asked for."""
        if self.target is Target.ENGLISH:
            return (TextField.ENGLISH,)
        past = (TextField.PAST_NAME,) if self.past_names else ()
        kana = self.target is Target.FOLDED and bool(self.form) and _KANA.issuperset(self.form)
        return (TextField.NAME, *((TextField.READING,) if kana else ()), *past)

    @property
    def asks_something(self) -> bool:
        """Whether there is anything to look up by."""
        return bool(self.form or self.place)


def place_word(code: str) -> str:
    """Return the word of a prefecture (2 digits) or municipality (5)."""
    return f"d{code}"


def words_of_question(question: Question, field: TextField) -> list[str]:
    """Return the words every match in this text has. Kinds are compared afterwards: there may be several."""
    words = query_words(question.form, field.value, prefix=question.match is Match.PREFIX)
    if question.place:
        words.append(place_word(question.place))
    if not question.closed:
        words.append("open")
    return words


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a record in search form, as stored beside the index; past names separated by line feeds."""

    name: str
    reading: str
    english: str
    past: str


def texts_of(profile: Profile, past_names: Sequence[str]) -> Texts:
    """Return what is searched of a record; a past name equal to the present one is no past name."""
    name = search_form(profile.name)
    past = sorted({form for form in map(search_form, past_names) if form != name})
    return Texts(name, normalise_for_comparison(profile.furigana), english_form(profile.en_name), "\n".join(past))


def words_of_record(profile: Profile, texts: Texts, *, closed: bool) -> list[str]:
    """Return all index words of a record."""
    words = {place_word(profile.prefecture_code)}
    if profile.municipality_code:
        words.add(place_word(profile.municipality_code[:5]))
    if not closed:
        words.add("open")
    for mark, text in (
        (TextField.NAME, texts.name),
        (TextField.READING, texts.reading),
        (TextField.ENGLISH, texts.english),
    ):
        words.update(index_words(text, mark.value))
    for past in texts.past.split("\n"):
        words.update(index_words(past, TextField.PAST_NAME.value))
    return sorted(words)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: newest entries, and whether more match than were looked at."""

    entries: tuple[Entry, ...]
    more: bool
