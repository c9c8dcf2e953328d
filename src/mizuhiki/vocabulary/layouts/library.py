"""The layouts shipped with the package and which of them is used or accepted on a day.

During a change-over the new version is used for new answers while the old one is still accepted (mixed versions
exchange, R-229).
"""

from __future__ import annotations

import functools
import tomllib
from datetime import date
from importlib import resources
from typing import Any

from mizuhiki.vocabulary.layouts.layout import CodeValue, ItemType, Layout, LayoutItem, NoLayout


def _item(name: str, entry: dict[str, Any]) -> LayoutItem:
    return LayoutItem(
        name=name,
        type=ItemType(entry["type"]),
        title_ja=entry["ja"],
        title_en=entry["en"],
        optional=entry.get("optional", False),
        values=tuple(CodeValue(code, *titles) for code, titles in entry.get("values", {}).items()),
    )


def _layouts_of(text: str) -> list[Layout]:
    content = tomllib.loads(text)
    known = {name: _item(name, entry) for name, entry in content["items"].items()}
    return [
        Layout(
            kind=content["kind"],
            version=version["version"],
            title_ja=content["title_ja"],
            title_en=content["title_en"],
            items=tuple(known[name] for name in version["items"]),
            valid_from=version["valid_from"],
            valid_until=version.get("valid_until"),
        )
        for version in content["versions"]
    ]


@functools.cache
def _library() -> tuple[Layout, ...]:
    files = sorted(resources.files(__package__).iterdir(), key=lambda file: file.name)
    return tuple(
        found for file in files if file.name.endswith(".toml") for found in _layouts_of(file.read_text("utf-8"))
    )


def kinds() -> tuple[str, ...]:
    """Return the kinds that have a layout."""
    return tuple(dict.fromkeys(known.kind for known in _library()))


def layouts_accepted(kind: str, day: date) -> tuple[Layout, ...]:
    """Return the versions accepted on `day`, oldest first; two during a change-over, none where none is in force."""
    return tuple(known for known in _library() if known.kind == kind and known.accepted_on(day))


def layout(kind: str, day: date) -> Layout:
    """Return the version that new answers use on `day`: the newest accepted one.

    Raises:
        NoLayout: no version of the kind is in force on that day.
    """
    accepted = layouts_accepted(kind, day)
    if not accepted:
        raise NoLayout(kind=kind)
    return max(accepted, key=lambda known: known.valid_from)


def layout_version(kind: str, version: str) -> Layout:
    """Return one version whatever the day, to read what was stored in it.

    Raises:
        NoLayout: the kind has no such version.
    """
    for known in _library():
        if (known.kind, known.version) == (kind, version):
            return known
    raise NoLayout(kind=kind, version=version)


def require_accepted(kind: str, version: str, day: date, *, since: date | None = None) -> Layout:
    """Return the version if an answer in it is accepted on `day`, or was on a day from `since` on.

    An answer can be made on the last day of a version and come on the next one.

    Raises:
        NoLayout: unknown, not yet in force, or past its change-over.
    """
    found = layout_version(kind, version)
    earliest = day if since is None else min(since, day)
    if found.valid_from > day or (found.valid_until is not None and found.valid_until < earliest):
        raise NoLayout(kind=kind, version=version)
    return found
