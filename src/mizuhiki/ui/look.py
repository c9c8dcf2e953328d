"""Everything a site needs to look like ours: templates, assets, languages, in one object handed to the site.

from mizuhiki.runtime.pages import Site
from mizuhiki.ui.look import Look

look = Look(template_folders=[HERE / "templates"], catalogues=[HERE / "translations"])
site = Site(environment, database=database, name_ja="日向市", name_en="Hyuga City", accent=Accent.GREEN, look=look)
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import jinja2
import msgspec
from babel.dates import format_date as babel_date
from babel.support import NullTranslations

from mizuhiki.ui import languages
from mizuhiki.vocabulary.dates import to_wareki
from mizuhiki.vocabulary.errors import Unavailable
from mizuhiki.vocabulary.typed_values import read_json

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static" / "build"
ASSET_PATH = "/assets"


class FrontEndNotBuilt(Unavailable):
    """The style sheet and script are missing; run ``make setup``."""

    code = "front-end-not-built"
    title = "The front end is not built: run `make setup`"


class Bundle(msgspec.Struct, frozen=True):
    """A built file as the manifest names it."""

    file: str
    integrity: str


@dataclass(frozen=True, slots=True)
class Asset:
    """Where a page finds a built file, and the hash the browser checks it against."""

    url: str
    integrity: str


@functools.lru_cache(maxsize=8)
def read_manifest(folder: Path) -> Mapping[str, Asset]:
    """Return the built files by their source name.

    Raises:
        FrontEndNotBuilt: there is no complete build in `folder`.
    """
    try:
        bundles = read_json((folder / "manifest.json").read_bytes(), dict[str, Bundle])
    except (OSError, msgspec.MsgspecError) as error:
        raise FrontEndNotBuilt from error
    if not all((folder / bundle.file).exists() for bundle in bundles.values()):
        raise FrontEndNotBuilt
    return {name: Asset(f"{ASSET_PATH}/{bundle.file}", bundle.integrity) for name, bundle in bundles.items()}


class Look:
    """Templates, assets and languages of one site; satisfies the `Appearance` port of `runtime.pages`.

    Raises:
        FrontEndNotBuilt: at construction, so that a site without its style sheet does not start.
    """

    static_path = ASSET_PATH
    error_template = "ui/error.html"
    sign_in_template = "ui/sign_in.html"

    def __init__(
        self,
        *,
        template_folders: Sequence[Path] = (),
        catalogues: Sequence[Path] = (),
        static_folder: Path = STATIC,
    ) -> None:
        self.static_folder = static_folder
        self._assets = read_manifest(static_folder)
        self._catalogues = (languages.UI_CATALOGUES, *catalogues)
        self.loader: jinja2.BaseLoader = jinja2.ChoiceLoader(
            [
                jinja2.FileSystemLoader([str(folder) for folder in template_folders]),
                jinja2.FileSystemLoader(str(TEMPLATES)),
            ]
        )

    def choose_language(self, query: str | None, cookie: str | None, accepted: Sequence[str]) -> str:
        """See `languages.choose_language`."""
        return languages.choose_language(query, cookie, accepted)

    def html_lang(self, language: str) -> str:
        """Return the tag for the ``lang`` attribute."""
        return languages.language(language).html_lang

    def language_names(self) -> Mapping[str, str]:
        """Return every language, by code, in its own words."""
        return {language.code: language.name for language in languages.LANGUAGES}

    def translations(self, language: str) -> NullTranslations:
        """Return the messages of a language."""
        return languages.translations(language, self._catalogues)

    def template_globals(self) -> Mapping[str, object]:
        """Return what every template may use."""
        return {"asset": self._assets.__getitem__}

    def format_day(self, day: date, language: str) -> str:
        """Return a date in the words of a language; Japanese shows the era."""
        chosen = languages.language(language)
        if chosen.locale == "ja":
            return to_wareki(day)
        return babel_date(day, format="long", locale=chosen.locale)
