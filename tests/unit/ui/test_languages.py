"""Choice of language, and completeness of ui's own messages."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import mizuhiki.ui
from mizuhiki.ui import languages

UI = Path(mizuhiki.ui.__file__).parent


@pytest.mark.parametrize(
    ("query", "cookie", "accepted", "chosen"),
    [
        ("pt", "ko", ["en"], "pt"),
        (None, "ja-easy", ["en"], "ja-easy"),
        ("xx", None, ["fr", "es-MX"], "es"),
        ("../etc", "", ["zh-TW"], "zh-Hant"),
        (None, None, ["zh-Hant-HK"], "zh-Hant"),
        (None, None, ["zh-CN", "en"], "zh-Hans"),
        (None, None, ["zh"], "zh-Hans"),
        (None, None, ["ja-x-easy"], "ja-easy"),
        (None, None, ["de"], "ja"),
        (None, None, [], "ja"),
    ],
)
def test_the_address_wins_over_the_cookie_and_the_cookie_over_the_browser(
    query: str | None, cookie: str | None, accepted: list[str], chosen: str
) -> None:
    assert languages.choose_language(query, cookie, accepted) == chosen


def test_no_message_of_ui_lacks_a_translation_in_any_language() -> None:
    assert languages.untranslated(UI, languages.UI_CATALOGUES, languages.UI_DOMAIN) == {}


def test_the_check_finds_a_missing_an_empty_and_a_fuzzy_message(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text('{{ _("One") }}{{ _("Two") }}{{ _("Three") }}{{ _("Four") }}', encoding="utf-8")
    folder = tmp_path / "cat" / "ko" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    text = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    text += 'msgid "One"\nmsgstr "하나"\n\nmsgid "Two"\nmsgstr ""\n\n#, fuzzy\nmsgid "Three"\nmsgstr "셋"\n'
    (folder / "x.po").write_text(text, encoding="utf-8")
    missing = languages.untranslated(tmp_path, tmp_path / "cat", "x")
    assert missing["ko"] == ("Four", "Three", "Two")
    assert missing["ja-easy"] == ("Four", "One", "Three", "Two")
    assert "en" not in missing


@pytest.mark.parametrize("code", [one.code for one in languages.LANGUAGES if one.code != "en"])
def test_translations_keep_every_placeholder(code: str) -> None:
    with (languages.UI_CATALOGUES / code / "LC_MESSAGES" / "ui.po").open("rb") as file:
        catalogue = read_po(file, locale=languages.language(code).locale)
    assert [message.id for message in catalogue if message.id and list(message.check(catalogue))] == []


def test_plain_japanese_is_a_translation_of_its_own() -> None:
    plain = languages.translations("ja-easy", [languages.UI_CATALOGUES])
    usual = languages.translations("ja", [languages.UI_CATALOGUES])
    assert plain.gettext("Refused") != usual.gettext("Refused")


def test_numbers_follow_the_plural_rule_of_the_language() -> None:
    spanish = languages.translations("es", [languages.UI_CATALOGUES])
    japanese = languages.translations("ja", [languages.UI_CATALOGUES])
    shown = [
        t.ngettext("%(num)s entry", "%(num)s entries", n) % {"num": n} for t in (spanish, japanese) for n in (1, 3)
    ]
    assert shown == ["1 entrada", "3 entradas", "1件", "3件"]


def test_an_institutions_own_catalogue_wins_over_that_of_ui(tmp_path: Path) -> None:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (folder / "portal.po").write_text(head + 'msgid "Back"\nmsgstr "Return"\n', encoding="utf-8")
    assert languages.translations("en", [languages.UI_CATALOGUES, tmp_path]).gettext("Back") == "Return"
