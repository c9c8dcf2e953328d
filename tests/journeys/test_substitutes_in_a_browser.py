"""Residents for a system that lacks characters, in a browser: refused, a substitute chosen by keyboard, written."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from mizuhiki.institutions.municipality.domain.residents import HouseholdEntry, MemberEntry
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import Relationship, Sex
from support.counter_window import NEEDS, PASSPHRASE, counter_window, look, sign_in
from support.municipality import ADDRESS, MIYAKONOJO, Country, make_country

PEOPLE = (
    MemberEntry(PersonName("𠮷田", "辻\U000e0100", "ヨシダ", "ツジ"), date(1985, 2, 3), Sex.MALE, Relationship.HEAD),
    MemberEntry(PersonName("髙橋", "𠮷", "タカハシ", "ヨシ"), date(2005, 5, 5), Sex.FEMALE, Relationship.CHILD),
)

pytestmark = NEEDS


@pytest.fixture(name="country")
def _country() -> Iterator[Country]:
    made = make_country()
    yield made
    made.close()


@pytest.fixture(name="page")
def _page(browser: Browser, country: Country) -> Iterator[Page]:
    app = country.apps[MIYAKONOJO]
    app.operations.add_staff("toroku", "登録 太郎", "registrar", PASSPHRASE)
    with counter_window(browser, app, locale="ja-JP") as page:
        sign_in(page, "toroku", "ja")
        yield page


def test_a_registrar_chooses_what_a_file_lacks_and_writes_it(page: Page, country: Country, tmp_path: Path) -> None:
    entry = HouseholdEntry("1", ADDRESS, date(2010, 4, 1), "宮崎県都城市姫城町6番", PEOPLE)
    resident, _other = country.apps[MIYAKONOJO].operations.import_existing_residents(
        country.context("registrar"), [entry]
    )
    page.goto("/resident-files")
    look(page, tmp_path, "files")
    page.get_by_label("JIS X 0208（第1・第2水準）").check()
    page.get_by_label("文字コード", exact=True).select_option("shift_jis")
    page.get_by_label("送付先のシステム").fill("旧収納システム")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("代替文字のない文字がある")
    expect(page.get_by_role("region", name="代替文字のない文字").get_by_role("row")).to_have_count(5)
    look(page, tmp_path, "refused")

    page.get_by_role("link", name="代替文字を選ぶ U+20BB7").first.click()
    expect(page.locator(".glyph")).to_have_text("𠮷")
    look(page, tmp_path, "character")
    page.get_by_label("代わりに書く文字").focus()
    page.keyboard.type("髙")
    page.keyboard.press("Tab")
    page.keyboard.type("本人の了承")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#other-error")).to_contain_text("表せる1文字ではありません")
    look(page, tmp_path, "wrong")
    page.get_by_label("代わりに書く文字").fill("吉")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("代替文字を登録しました")
    look(page, tmp_path, "chosen")

    page.goto("/substitutes?repertoire=jis-x-0208")
    expect(page.locator("main")).to_contain_text("すべてそのまま書けるか、代替文字があります")
    expect(page.get_by_role("region", name="選択した代替文字")).to_contain_text("吉 U+5409")
    look(page, tmp_path, "list")

    page.goto("/resident-files")
    page.get_by_label("JIS X 0208（第1・第2水準）").check()
    page.get_by_label("文字コード", exact=True).select_option("shift_jis")
    page.get_by_label("送付先のシステム").fill("旧収納システム")
    page.get_by_role("button", name="代替文字になる項目を確かめる").click()
    expect(page.get_by_role("region", name="代替文字による送付")).to_contain_text("𠮷 (U+20BB7) → 吉 (U+5409)")
    look(page, tmp_path, "tried")
    with page.expect_download() as download:
        page.get_by_role("button", name="ファイルを書き出す").click()
    assert download.value.suggested_filename == "residents.zip"
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        assert "吉田,辻,ヨシダ,ツジ" in archive.read("residents.csv").decode("shift_jis")

    page.goto(f"/residents/{resident}/history")
    written = page.get_by_role("region", name="代替文字による送付")
    expect(written).to_contain_text("住民ファイル（旧収納システム）")
    expect(written).to_contain_text("toroku")
    look(page, tmp_path, "history")
