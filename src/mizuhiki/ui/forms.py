"""What a person typed, and what was wrong with it: the value every form macro takes.

A form is read on POST, checked, and shown again with everything still in place when something is wrong; nothing typed
is lost. It works without JavaScript.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from mizuhiki.vocabulary.errors import Malformed, MizuhikiError

Parsed = TypeVar("Parsed")


class FormUnreadable(Malformed):
    """A field holds a NUL, which no keyboard types and not every database can hold."""

    code = "form-unreadable"
    title = "The form cannot be read"


class Form:
    """Typed values and the messages about them, in the order they were found.

    Messages are shown to people: pass them translated, and without repeating sensitive values.
    """

    def __init__(self, values: Mapping[str, str | Sequence[str]] | None = None) -> None:
        self._values: dict[str, tuple[str, ...]] = {
            name: (value,) if isinstance(value, str) else tuple(value) for name, value in (values or {}).items()
        }
        self.errors: dict[str, str] = {}

    @classmethod
    def posted(cls, fields: Mapping[str, str]) -> Form:
        """Read the fields of a request (``request.form``); surrounding spaces are dropped.

        Raises:
            FormUnreadable: see there.
        """
        getlist: Callable[[str], list[str]] | None = getattr(fields, "getlist", None)
        typed = {
            name: tuple(text.strip() for text in (getlist(name) if getlist else [fields[name]]))
            for name in fields
            if name != "csrf_token"
        }
        if any("\0" in text for texts in typed.values() for text in texts):
            raise FormUnreadable
        return cls(typed)

    def value(self, name: str) -> str:
        """Return what was typed into a field; empty when nothing was."""
        values = self._values.get(name, ())
        return values[0] if values else ""

    def all(self, name: str) -> tuple[str, ...]:
        """Return every chosen value of a group of checkboxes."""
        return self._values.get(name, ())

    def error(self, name: str) -> str:
        """Return the message about a field; empty when there is none."""
        return self.errors.get(name, "")

    def refuse(self, name: str, message: str) -> None:
        """Attach a message to a field, or to the whole form with an empty name; the first one per field stays."""
        self.errors.setdefault(name, message)

    def require(self, name: str, message: str) -> str:
        """Return a field that must not be empty; attach `message` when it is."""
        value = self.value(name)
        if not value:
            self.refuse(name, message)
        return value

    def choose(self, name: str, allowed: Sequence[str], message: str) -> str:
        """Return a field that must be one of `allowed`; attach `message` when it is not."""
        value = self.value(name)
        if value not in allowed:
            self.refuse(name, message)
        return value

    def parse(self, name: str, parser: Callable[[str], Parsed], message: str) -> Parsed | None:
        """Return the parsed field, or None with `message` attached when the parser refuses it."""
        try:
            return parser(self.value(name))
        except (MizuhikiError, ValueError):
            self.refuse(name, message)
            return None

    def parse_if_given(self, name: str, parser: Callable[[str], Parsed], message: str) -> Parsed | None:
        """Like `parse`, for optional fields: None without a message when nothing was typed."""
        return self.parse(name, parser, message) if self.value(name) else None

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.errors
