"""What people call the classes of bodies and the kinds of information of the statute table, in Japanese and English."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class StatuteName:
    """The name of one class or kind."""

    ja: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the English name for ``en``, else the statute's own."""
        return self.en if language == "en" else self.ja


@functools.cache
def _names() -> dict[str, dict[str, StatuteName]]:
    content = tomllib.loads(resources.files(__package__).joinpath("names.toml").read_text("utf-8"))
    return {part: {slug: StatuteName(*words) for slug, words in content[part].items()} for part in ("classes", "kinds")}


@functools.cache
def _remarks() -> dict[str, str]:
    content = tomllib.loads(resources.files(__package__).joinpath("names.toml").read_text("utf-8"))
    remarks: dict[str, str] = content["remarks"]
    return remarks


def remark(text: str, language: str) -> str:
    """Return a reason or condition of a row in a language; every one has Japanese words (tested)."""
    return text if language == "en" else _remarks()[text]


def class_name(slug: str) -> StatuteName:
    """Return the name of a class of bodies; every class of the table has one (tested)."""
    return _names()["classes"][slug]


def is_class(slug: str) -> bool:
    """Tell whether a slug names a class of bodies; rows of an ordinance name the one body it binds instead."""
    return slug in _names()["classes"]


def kind_name(slug: str) -> StatuteName:
    """Return the name of a kind of information; every kind of the table has one (tested)."""
    return _names()["kinds"][slug]
