"""Languages of the pages: names, choice, and message catalogues.

Message ids are English. Each folder of catalogues holds ``<language>/LC_MESSAGES/<domain>.po``; files are compiled in
memory on first use, so a translation is changed by editing one text file. An institution adds its own folder beside
`UI_CATALOGUES`; its messages win over those of ``ui``. やさしい日本語 is a language of its own here, not a variant that
silently shows ordinary Japanese, so each catalogue folder has a ``ja-easy``.
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from mizuhiki.vocabulary.errors import Corrupt

UI_CATALOGUES = Path(__file__).parent / "translations"
UI_DOMAIN = "ui"
_EXTRACTORS = [("**.html", "jinja2"), ("**.py", "python")]


class CatalogueUnreadable(Corrupt):
    """A message catalogue of this installation cannot be read."""

    code = "catalogue-unreadable"
    title = "A message catalogue cannot be read"


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the pages; `html_lang` is its BCP 47 tag, `locale` the CLDR locale for numbers and plurals."""

    code: str
    name: str
    html_lang: str
    locale: str


LANGUAGES: tuple[Language, ...] = (
    Language("ja", "日本語", "ja", "ja"),
    Language("ja-easy", "やさしい日本語", "ja-x-easy", "ja"),
    Language("en", "English", "en", "en"),
    Language("zh-Hans", "简体中文", "zh-Hans", "zh_Hans"),
    Language("zh-Hant", "繁體中文", "zh-Hant", "zh_Hant"),
    Language("ko", "한국어", "ko", "ko"),
    Language("es", "Español", "es", "es"),
    Language("pt", "Português", "pt", "pt"),
)
SOURCE_LANGUAGE = "en"
DEFAULT_LANGUAGE = "ja"
_BY_CODE = {language.code: language for language in LANGUAGES}
_TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")


def language(code: str) -> Language:
    """Return a language by its code; the code must be one of `LANGUAGES`."""
    return _BY_CODE[code]


def choose_language(query: str | None, cookie: str | None, accepted: Iterable[str]) -> str:
    """Return the code of the language to show: asked for in the address, chosen before, or preferred by the browser.

    `accepted` are the tags of Accept-Language, best first. Unknown codes are passed over.
    """
    for asked in (query, cookie):
        if asked in _BY_CODE:
            return asked
    for tag in accepted:
        code = _from_tag(tag)
        if code:
            return code
    return DEFAULT_LANGUAGE


def _from_tag(tag: str) -> str | None:
    """Map a browser's language tag to one of ours."""
    lowered = tag.lower().replace("_", "-")
    if re.match(r"ja-.*\beasy\b", lowered):
        return "ja-easy"
    if lowered.startswith("zh"):
        return "zh-Hant" if lowered.startswith(_TRADITIONAL) else "zh-Hans"
    primary = lowered.split("-")[0]
    return primary if primary in _BY_CODE else None


@functools.lru_cache(maxsize=512)
def _compiled(folder: Path, code: str) -> Translations | None:
    """Compile every domain of one folder for one language; None when the folder has nothing for it."""
    result: Translations | None = None
    for path in sorted((folder / code / "LC_MESSAGES").glob("*.po")):
        compiled = io.BytesIO()
        write_mo(compiled, _read(path, code))
        compiled.seek(0)
        single = Translations(compiled)
        if result is None:
            result = single
        else:
            result.merge(single)
    return result


def _read(path: Path, code: str) -> Catalog:
    """Read one catalogue file, refusing one that is damaged."""
    try:
        with path.open("rb") as file:
            return read_po(file, locale=language(code).locale, abort_invalid=True)
    except (OSError, ValueError, KeyError) as error:
        raise CatalogueUnreadable(catalogue=path.name, language=code) from error


def translations(code: str, folders: Sequence[Path]) -> NullTranslations:
    """Return the messages of a language from several folders; later folders win over earlier ones."""
    result = Translations()
    for folder in folders:
        compiled = _compiled(folder, code)
        if compiled is not None:
            result.merge(compiled)
            result.plural = compiled.plural  # merging keeps the receiver's rule, which is that of English
    return result


def message_ids(source_folder: Path) -> frozenset[str | tuple[str, ...]]:
    """Return the messages that the templates and modules of a folder use."""
    options = {"**.html": {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}}
    found = extract_from_dir(
        source_folder, _EXTRACTORS, options, keywords={"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
    )
    return frozenset(message for _file, _line, message, _comments, _context in found)


def untranslated(source_folder: Path, catalogues: Path, domain: str) -> dict[str, tuple[str, ...]]:
    """Return, for each language but English, the used messages that its catalogue lacks, leaves empty or calls fuzzy.

    Languages without a missing message are left out, so an empty result means complete.
    """
    used = message_ids(source_folder)
    missing: dict[str, tuple[str, ...]] = {}
    for code in _BY_CODE:
        if code == SOURCE_LANGUAGE:
            continue
        path = catalogues / code / "LC_MESSAGES" / f"{domain}.po"
        known = _read(path, code) if path.exists() else Catalog()
        gaps = tuple(sorted(_id_text(message) for message in used if not _translated(known.get(_lookup(message)))))
        if gaps:
            missing[code] = gaps
    return missing


def _lookup(message: str | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[0]


def _id_text(message: str | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else " / ".join(message)


def _translated(message: Message | None) -> bool:
    if message is None or message.fuzzy or not message.string:
        return False
    return isinstance(message.string, str) or all(message.string)
