"""The name of a person as the register writes it (住基法7条1号; reading: 2025 amendment, before it optional)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from mizuhiki.vocabulary.errors import Malformed

LONGEST_PART = 100
_BETWEEN = "\u3000"
_READING = re.compile("[\u3041-\u3096\u309d\u309e\u30a1-\u30fe\uff66-\uff9fA-Za-z'’ \u3000-]*\\Z")
_FORBIDDEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})
"""Control, format, surrogate, unassigned and line separators: none belongs in a name. Variation selectors are Mn."""
_UNREAD = "\ufffd"
_JOINS_WHAT_IS_BEFORE = frozenset({"Mn", "Mc", "Me"})


class MalformedPersonName(Malformed):
    """A name without any part, too long, or with signs no name has; field `part` says which part."""

    code = "malformed-person-name"
    title = "This is not a person's name"


def is_one_line(text: str) -> bool:
    """Say whether a text is free of control and format characters and of separators of lines.

    Nor does it begin with a mark or variation selector, which would join whatever stands before it, nor hold U+FFFD,
    which decoders write for what they could not read.
    """
    if _UNREAD in text or unicodedata.category(text[:1] or " ") in _JOINS_WHAT_IS_BEFORE:
        return False
    # Nearly every text; not those with a wide space or a character of private use.
    return text.isprintable() or not any(unicodedata.category(sign) in _FORBIDDEN for sign in text)


def is_reading(text: str) -> bool:
    """Say whether a text is in kana or Latin letters, as readings of names are; an empty one is."""
    return _READING.match(text) is not None


def joined(family: str, given: str) -> str:
    """Return both with an ideographic space between them, or the one there is."""
    return f"{family}{_BETWEEN}{given}" if family and given else family or given


def _check(part: str, text: str, *, reading: bool) -> None:
    if len(text) > LONGEST_PART or text != text.strip():
        raise MalformedPersonName(part=part)
    if not is_one_line(text):
        raise MalformedPersonName(part=part)
    if reading and not is_reading(text):
        raise MalformedPersonName(part=part)


@dataclass(frozen=True, slots=True)
class PersonName:
    """Family and given name with their readings, kept exactly as entered (variation selectors included).

    One of the two may be empty for those who have one name only; readings may be empty.

    Raises:
        MalformedPersonName: see the class.
    """

    family: str
    given: str
    family_kana: str = ""
    given_kana: str = ""

    def __post_init__(self) -> None:
        if not self.family and not self.given:
            raise MalformedPersonName(part="family")
        for part, reading in (("family", False), ("given", False), ("family_kana", True), ("given_kana", True)):
            _check(part, getattr(self, part), reading=reading)

    @property
    def full(self) -> str:
        """Family and given name with an ideographic space between them."""
        return joined(self.family, self.given)

    @property
    def full_kana(self) -> str:
        """Both readings with an ideographic space between them."""
        return joined(self.family_kana, self.given_kana)
