"""Certificates as pages: what stands on them, what is left out, what outside programs read."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.documents import (
    FONTS,
    ISSUE,
    NUMBER,
    SPACED,
    VARIANT,
    foreign,
    japanese,
    packed,
    resident_copy,
    text_of,
)

from mizuhiki.documents.certificates import (
    AddressEntry,
    Certificate,
    RemovedEntry,
    RemovedRecordCopy,
    ResidentCopy,
    ResidentItem,
    ResidentStatement,
    SupplementCopy,
    SupplementEntry,
    render,
    render_pictures,
)
from mizuhiki.documents.errors import CharacterNotPrintable, DoesNotFit, PrintRecordIncomplete
from mizuhiki.vocabulary.numbers import ResidentRecordCode, resident_record_code_check_digit
from mizuhiki.vocabulary.persons import Sex

pytestmark = [pytest.mark.outside(*FONTS), pytest.mark.outside("pdftotext")]
CODE = ResidentRecordCode.parse("1234567890" + resident_record_code_check_digit("1234567890"))
SUPPLEMENT = SupplementCopy(
    issue=ISSUE,
    registered_domicile="架空県水引市本町一丁目２番",
    head_of_family_register="水引　太郎",
    entries=(
        SupplementEntry(
            name="太郎",
            addresses=(
                AddressEntry(address="水引市本町一丁目２番３号", since=date(2001, 1, 1)),
                AddressEntry(address="アメリカ合衆国（国外転出）", since=date(2010, 4, 1)),
            ),
        ),
        SupplementEntry(
            name="花子",
            birth_date=date(1989, 3, 31),
            sex=Sex.FEMALE,
            addresses=(AddressEntry(address="水引市港町４番地", since=date(2015, 4, 1)),),
        ),
    ),
)
STATEMENT = ResidentStatement(
    issue=ISSUE, residents=(japanese(),), items=frozenset({ResidentItem.NAME, ResidentItem.BIRTH_DATE})
)
REMOVED = RemovedRecordCopy(
    issue=ISSUE,
    removed=(
        RemovedEntry(
            entry=japanese(),
            removed_on=date(2019, 11, 30),
            reason="転出",
            reason_on=date(2019, 11, 28),
            destination="見本県例市一番町１番地",
        ),
    ),
)
ALL = [resident_copy(), STATEMENT, REMOVED, SUPPLEMENT]


def pages(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


@pytest.mark.requirement("R-037")
def test_a_copy_shows_every_item_of_the_record() -> None:
    text = text_of(render(resident_copy(japanese(record_code=CODE, number=NUMBER))))
    labels = "氏名 生年月日 性別 住民票コード 住所 届出年月日 住民となった年月日 世帯主 続柄 本籍 筆頭者 前住所"
    for shown in (
        *labels.split(),
        f"水引　{VARIANT}子",
        "平成元年3月31日",
        "女",
        CODE.reveal(),
        SPACED,
        "平成30年5月3日",
    ):
        assert packed(shown) in text, shown
    for shown in ("平成27年4月1日", "世帯主", "架空県水引市本町一丁目２番", "見本市中央二丁目１番地"):
        assert packed(shown) in text, shown


@pytest.mark.requirement("R-040")
def test_without_being_asked_a_copy_has_neither_number_nor_code() -> None:
    text = text_of(render(resident_copy()))
    assert packed("住民票コード（省略）個人番号（省略）") in text
    assert NUMBER.reveal() not in text
    assert CODE.reveal() not in text


@pytest.mark.requirement("R-044")
def test_a_household_of_several_nationalities_stands_on_one_copy() -> None:
    text = text_of(render(resident_copy(japanese(), foreign())))
    assert text.count("住民票の写し") == 1
    assert packed("世帯員 1／2") in text
    assert packed("世帯員 2／2") in text
    for shown in ("INVENTED MAXIM", "水引　真", "1985年7月9日", "架空国", "法第30条の45に規定する区分", "中長期在留者"):
        assert packed(shown) in text
    assert text.count("本籍") == text.count("筆頭者") == 1
    assert text.count("国籍・地域") == 1


@pytest.mark.parametrize("certificate", ALL, ids=lambda one: one.title)
def test_every_certificate_says_what_it_certifies_who_issued_it_and_how_many_pages_it_has(
    certificate: Certificate,
) -> None:
    pdf = render(certificate)
    text = text_of(pdf)
    for shown in (certificate.title, certificate.statement, "令和元年12月2日", "水引市長　架空　太郎", "水住第123号"):
        assert packed(shown) in text
    assert f"1／{pages(pdf)}頁" in text


def test_long_households_run_over_pages_that_are_numbered() -> None:
    pdf = render(resident_copy(*[japanese(name=f"水引　{sign}") for sign in "東西南北春夏秋冬"]))
    text = text_of(pdf)
    assert pages(pdf) >= 3
    for page in range(1, pages(pdf) + 1):
        assert f"{page}／{pages(pdf)}頁" in text


def test_a_statement_certifies_the_chosen_items_and_no_other() -> None:
    text = text_of(render(STATEMENT))
    assert packed("平成元年3月31日") in text
    for left_out in ("性別", "本町", "続柄", "個人番号", "住民票コード"):
        assert left_out not in text


def test_a_removed_record_says_why_when_and_whereto() -> None:
    text = text_of(render(REMOVED))
    for shown in ("消除の事由転出", "令和元年11月28日", "令和元年11月30日", "見本県例市一番町１番地"):
        assert shown in text


def test_the_supplement_lists_addresses_of_everybody_in_order() -> None:
    text = text_of(render(SUPPLEMENT))
    places = [
        text.index(packed(shown)) for shown in ("平成13年1月1日", "アメリカ合衆国（国外転出）", "水引市港町４番地")
    ]
    assert places == sorted(places)


@pytest.mark.parametrize("name", [f"{VARIANT}城", "髙﨑", "\U00020bb7野", "邉\U000e010f"])
def test_variants_and_rare_characters_are_in_the_text_as_they_were_written(name: str) -> None:
    assert name in text_of(render(resident_copy(japanese(name=name))))


def test_what_no_font_has_is_refused_and_not_shown_in_the_error() -> None:
    with pytest.raises(CharacterNotPrintable) as refused:
        render(resident_copy(japanese(name="水\U000e0180引")))
    assert refused.value.fields == {"place": "氏名"}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    name=st.text(st.sampled_from("水引結葛城髙﨑邉渡辺"), min_size=1, max_size=100)
    | st.lists(st.text(st.sampled_from("ABCMNW"), min_size=1, max_size=60), min_size=1, max_size=4).map(" ".join)
)
def test_a_long_name_is_printed_whole(name: str) -> None:
    assert packed(name) in text_of(render(resident_copy(japanese(name=name))))


def test_a_word_that_cannot_be_legible_is_refused() -> None:
    with pytest.raises(DoesNotFit):
        render(resident_copy(japanese(name="W" * 300)))


@pytest.mark.parametrize("certificate", ALL, ids=lambda one: one.title)
def test_a_certificate_is_for_archives_and_for_screen_readers(certificate: Certificate) -> None:
    with pikepdf.open(io.BytesIO(render(certificate))) as opened:
        metadata = opened.open_metadata()
        assert metadata["pdfaid:part"] == "2"
        assert metadata["pdfaid:conformance"] == "U"
        assert metadata["pdfuaid:part"] == "1"
        assert opened.Root.MarkInfo.Marked
        assert str(opened.Root.Lang) == "ja"
        assert "/OutputIntents" in opened.Root
        fonts = [font for page in opened.pages for font in page.Resources.get("/Font", {}).values()]
        assert fonts
        assert all("/ToUnicode" in font for font in fonts)


def test_the_same_certificate_gives_the_same_bytes() -> None:
    assert render(resident_copy()) == render(resident_copy())
    other = replace(resident_copy(), issue=replace(ISSUE, issued_on=date(2019, 12, 3)))
    assert render(other) != render(resident_copy())


def test_pages_can_be_seen_before_they_are_printed() -> None:
    pictures = render_pictures(resident_copy(), ppi=40)
    assert [picture[:8] for picture in pictures] == [b"\x89PNG\r\n\x1a\n"]


def test_an_empty_certificate_is_none() -> None:
    with pytest.raises(PrintRecordIncomplete):
        ResidentCopy(issue=ISSUE, address="水引市", head="水引　結", residents=())
    with pytest.raises(PrintRecordIncomplete):
        replace(STATEMENT, items=frozenset())
    with pytest.raises(PrintRecordIncomplete):
        japanese(name=" ")
    with pytest.raises(PrintRecordIncomplete):
        replace(ISSUE, mayor="")


def test_no_page_is_painted_tile_by_tile() -> None:
    # Poppler, which many offices print with, needs minutes for a page whose signs are filled with a tiling pattern.
    with pikepdf.open(io.BytesIO(render(resident_copy(japanese(), foreign())))) as document:
        assert [one for one in document.objects if isinstance(one, pikepdf.Stream) and "/PatternType" in one] == []
        assert [
            list(page.Resources.get("/Pattern", {})) for page in document.pages if "/Pattern" in page.Resources
        ] == []
