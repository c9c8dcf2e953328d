"""What the frame around every page shows: whose page it is, who is signed in, languages, how long the session lasts."""

from __future__ import annotations

import functools
import importlib.metadata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from gettext import NullTranslations
from pathlib import Path
from typing import Protocol
from urllib.parse import urlencode

import jinja2
from flask import request

from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.page_sessions import Lifetime

STAY_PATH = "/session/stay"
SIGN_OUT_PATH = "/sign-out"


class Appearance(Protocol):
    """How pages look and which languages they speak; `ui` has the one implementation."""

    loader: jinja2.BaseLoader
    static_folder: Path
    static_path: str
    error_template: str
    sign_in_template: str

    def choose_language(self, query: str | None, cookie: str | None, accepted: Sequence[str]) -> str:
        """Return the language to show."""

    def html_lang(self, language: str) -> str:
        """Return the language's BCP 47 tag."""

    def language_names(self) -> Mapping[str, str]:
        """Return every language, by code, in its own words."""

    def translations(self, language: str) -> NullTranslations:
        """Return the messages of a language."""

    def template_globals(self) -> Mapping[str, object]:
        """Return what every template may use."""

    def format_day(self, day: date, language: str) -> str:
        """Return a date in the words of a language."""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the navigation or the help; the label is an English message id, translated when shown.

    With `roles` it is shown to these only; what a page may do is checked by the page, not by what is offered.
    """

    url: str
    label: str
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in: the person or account identifier, the role that policy knows, and words to show."""

    person: str
    role: str
    name: str
    role_name: str = ""


@functools.cache
class FramedSite(Protocol):
    """What the frame needs to know of a site; `pages.Site` is one."""

    look: Appearance
    name_ja: str
    name_en: str
    accent: str
    home: str
    navigation: tuple[Link, ...]
    help_links: tuple[Link, ...]
    environment: Environment
    lifetime: Lifetime

    @property
    def language(self) -> str:
        """The language of this request."""

    def signed_in(self) -> SignedIn | None:
        """Return who is signed in."""


def build_name() -> str:
    """Return the version shown in the footer."""
    return importlib.metadata.version("mizuhiki")


def site_variables(site: FramedSite, language: str) -> dict[str, object]:
    """Return the template variable ``site``: what is the same on every page of the institution."""
    japanese = site.look.html_lang(language).startswith("ja")
    translations = site.look.translations(language)

    person = site.signed_in()
    role = person.role if person else ""

    def shown(links: Sequence[Link]) -> list[Link]:
        offered = [link for link in links if not link.roles or role in link.roles]
        return [replace(link, label=translations.gettext(link.label)) for link in offered]

    return {
        "name": site.name_ja if japanese else site.name_en,
        "name_lang": site.look.html_lang(language) if japanese else "en",
        "name_other": site.name_en if japanese else site.name_ja,
        "name_other_lang": "en" if japanese else "ja",
        "accent": site.accent,
        "home": site.home,
        "navigation": shown(site.navigation),
        "help_links": shown(site.help_links),
        "help_text": "",
        "build": build_name(),
        "invented": site.environment.settings.parameters.get("invented-people", "yes") != "no",
    }


def page_variables(site: FramedSite) -> dict[str, object]:
    """Return the template variable ``page``: what differs by request."""
    person = site.signed_in()
    if person is not None and person.role_name:
        person = replace(person, role_name=site.look.translations(site.language).gettext(person.role_name))
    names = site.look.language_names()
    return {
        "path": request.path,
        "html_lang": site.look.html_lang(site.language),
        "language": site.language,
        "language_name": names[site.language],
        "languages": [
            {
                "code": code,
                "name": name,
                "html_lang": site.look.html_lang(code),
                "current": code == site.language,
                "url": _in_language(code),
            }
            for code, name in names.items()
        ],
        "signed_in": person,
        "sign_out_url": SIGN_OUT_PATH,
        "stay_url": STAY_PATH,
        "session_seconds": int(site.lifetime.idle.total_seconds()) if person else 0,
        "session_minutes": int(site.lifetime.idle.total_seconds() // 60) if person else 0,
        "today": site.environment.clock.today().isoformat(),
    }


def _in_language(code: str) -> str:
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{request.path}?{urlencode([*kept, ('lang', code)])}"
