"""Base numbers, names, the import file and the published columns."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.institutions.tax_agency.domain.base_numbers import (
    ASSOCIATIONS,
    corporate_number,
    local_government_base,
    parse_registration_number,
    shown_registration_number,
)
from mizuhiki.institutions.tax_agency.domain.codes import CorporationKind, KindGroup, Process
from mizuhiki.institutions.tax_agency.domain.corporations import Entry, PublishedLine, require_new, require_profile
from mizuhiki.institutions.tax_agency.domain.errors import (
    BaseNumbersExhausted,
    ImportRefused,
    MalformedCorporation,
    MalformedRegistrationNumber,
)
from mizuhiki.institutions.tax_agency.domain.import_file import COLUMNS as IMPORT_COLUMNS
from mizuhiki.institutions.tax_agency.domain.import_file import read_import
from mizuhiki.institutions.tax_agency.domain.names import english_form, search_form
from mizuhiki.institutions.tax_agency.domain.published import (
    COLUMNS,
    Form,
    columns_of,
    csv_text,
    encode_shift_jis,
    file_content,
    pack,
)
from mizuhiki.vocabulary.names import index_words, query_words
from support.tax_agency import TODAY, association, company, profile

NAMES = st.text(st.sampled_from("山田株式会社ミヅキ髙ーABz９ ・𠮷"), min_size=1, max_size=8)


def entry(name: str = "株式会社架空商事", **items: object) -> Entry:
    values = {"number": "7999901000001", "line": 1, "process": Process.NEW, "correct": False, **items}
    return Entry(
        update_date=TODAY,
        change_date=TODAY,
        assignment_date=TODAY,
        profile=profile(name),
        **values,  # type: ignore[arg-type]  # test data
    )


@pytest.mark.requirement("R-015")
def test_a_registered_corporations_number_is_its_registration_number_behind_a_check_digit() -> None:
    # The tax agency's own and Minato City's numbers, as anybody can look them up.
    assert str(corporate_number("000012050002")) == "7000012050002"
    assert str(corporate_number(local_government_base("131032"))) == "8000020131032"
    assert parse_registration_number("0100-01-012345") == "010001012345"
    assert shown_registration_number("010001012345") == "0100-01-012345"


@pytest.mark.parametrize(
    "text", ["", "01000101234", "0100-01-0123456", "000001012345", "010009012345", "７100010123４5"]
)
def test_what_is_no_registration_number_is_refused(text: str) -> None:
    with pytest.raises(MalformedRegistrationNumber):
        parse_registration_number(text)


def test_a_series_ends_before_it_runs_into_the_next() -> None:
    assert ASSOCIATIONS.base_number(999_999) == "700150999999"
    for serial in (0, 1_000_000):
        with pytest.raises(BaseNumbersExhausted):
            ASSOCIATIONS.base_number(serial)


def test_every_kind_is_in_exactly_one_group_of_the_web_api() -> None:
    grouped = [kind for group in KindGroup for kind in group.kinds]
    assert sorted(grouped) == sorted(CorporationKind)


def test_names_are_compared_without_width_case_kana_old_forms_and_legal_form() -> None:
    assert (
        search_form("株式会社髙橋電機")
        == search_form("高橋電機㈱")
        == search_form(" 高橋　電機 株式会社")
        == "高橋電機"
    )
    assert search_form("ＡＢＣみずき") == "ABCミズキ"
    assert search_form("株式会社") == "株式会社"
    assert english_form("Mizuhiki Works, Inc.") == "MIZUHIKIWORKSINC"


@given(NAMES, st.data())
def test_a_record_has_every_word_of_every_part_of_its_name(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    words = set(index_words(name, "n"))
    assert words >= set(query_words(name[start:end], "n", prefix=False))
    assert words >= set(query_words(name[:end], "n", prefix=True))
    assert words.isdisjoint(index_words(name, "o"))


@pytest.mark.parametrize(
    ("items", "field", "reason"),
    [
        ({"name": " "}, "name", "missing"),
        ({"name": "あ" * 151}, "name", "too-long"),
        ({"name": "架\x00空"}, "name", "control-character"),
        ({"kind": "302x"}, "kind", "unknown"),
        ({"municipality_code": "131030"}, "municipality_code", "unknown"),
        ({"municipality_code": ""}, "municipality_code", "one-address"),
        ({"address_outside": "国外"}, "municipality_code", "one-address"),
        ({"street": ""}, "street", "missing"),
        ({"post_code": "10000"}, "post_code", "seven-digits"),
    ],
)
def test_an_item_that_cannot_be_is_named(items: dict[str, str], field: str, reason: str) -> None:
    with pytest.raises(MalformedCorporation) as refused:
        require_profile(profile(**{"name": "架空", **items}))
    assert refused.value.fields == {"field": field, "reason": reason}
    require_profile(profile("あ" * 150, post_code="1000013"))


def test_registration_number_association_and_consent_must_fit_the_kind() -> None:
    for wrong in (
        msgspec.structs.replace(company(1), registration_number=""),
        msgspec.structs.replace(company(1), association=True),
        msgspec.structs.replace(association(), association=False, consent=True),
        msgspec.structs.replace(association(), registration_number="999901000001"),
        msgspec.structs.replace(company(1), since=date(2019, 12, 3)),
    ):
        with pytest.raises(MalformedCorporation):
            require_new(wrong, TODAY)
    require_new(msgspec.structs.replace(company(1), since=TODAY), TODAY)


GOOD_ROW = ["9999-01-000001", "301", "株式会社架空", "", "131032", "1番", "", "", "", "", "", "2019-01-01", "0", "0"]


def file_of(*rows: list[str], header: tuple[str, ...] = IMPORT_COLUMNS) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({0: "123"}, "registrationNumber"),
        ({1: "999"}, "kind"),
        ({2: ""}, "name"),
        ({4: "999999"}, "municipalityCode"),
        ({5: ""}, "streetNumber"),
        ({6: "12"}, "postCode"),
        ({11: "2019-02-30"}, "since"),
        ({12: "yes"}, "association"),
        ({13: "1"}, "consent"),
    ],
)
def test_one_bad_row_refuses_the_file_with_row_and_field(change: dict[int, str], field: str) -> None:
    good = [*GOOD_ROW[:1], *GOOD_ROW[1:]]
    bad = [change.get(place, value) for place, value in enumerate(["9999-01-000002", *GOOD_ROW[1:]])]
    with pytest.raises(ImportRefused) as refused:
        read_import(file_of(good, bad), TODAY)
    assert (refused.value.fields["row"], refused.value.fields["field"]) == (2, field)
    assert len(read_import(b"\xef\xbb\xbf" + file_of(good), TODAY)) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        file_of(),
        file_of(GOOD_ROW, header=IMPORT_COLUMNS[:-1]),
        file_of(GOOD_ROW, GOOD_ROW),
        file_of(GOOD_ROW[:-1]),
    ],
)
def test_a_file_that_is_no_import_file_is_refused(content: bytes) -> None:
    with pytest.raises(ImportRefused):
        read_import(content, TODAY)


@pytest.mark.requirement("R-015")
def test_a_line_has_the_thirty_published_columns() -> None:
    row = columns_of(PublishedLine(entry=entry(), latest=True), 3)
    assert len(row) == len(COLUMNS) == 30
    named = dict(zip(COLUMNS, row, strict=True))
    assert named["sequenceNumber"] == "3"
    assert (named["prefectureCode"], named["cityCode"], named["kind"]) == ("13", "103", "301")
    assert (named["prefectureName"], named["cityName"], named["streetNumber"]) == ("東京都", "港区", "架空1丁目2番3号")
    assert (named["latest"], named["hihyoji"], named["correct"]) == ("1", "0", "0")


def test_a_deleted_line_names_nothing_but_its_number() -> None:
    row = columns_of(PublishedLine(entry=entry(process=Process.DELETED), latest=True), 1)
    assert len(row) == 30
    assert "架空" not in "".join(row)


def test_shift_jis_keeps_what_cp932_has_and_marks_what_it_lacks() -> None:
    assert encode_shift_jis("髙﨑①㈱～−").decode("cp932") == "髙﨑①㈱～－"
    assert encode_shift_jis("𠮷野家").decode("cp932") == "？野家"


@given(
    st.lists(
        st.text(st.characters(codec="cp932", exclude_characters="\x00¢£¬‖−〜"), max_size=20), min_size=30, max_size=30
    )
)
def test_csv_is_read_back_by_another_reader_in_both_character_sets(values: list[str]) -> None:
    text = csv_text([values])
    assert next(csv.reader(io.StringIO(text.encode().decode(), newline=""))) == values
    assert encode_shift_jis(text).decode("cp932") == text.translate(
        {0x301C: 0xFF5E, 0x2212: 0xFF0D, 0x2016: 0x2225, 0x2014: 0x2015}
    )


def test_the_three_forms_of_a_file_say_the_same() -> None:
    lines = [
        PublishedLine(entry=entry('架空<&>"商事'), latest=True),
        PublishedLine(entry=entry("別の架空"), latest=False),
    ]
    contents = {form: file_content(form, lines) for form in Form}
    assert {count for _, count in contents.values()} == {2}
    rows = list(csv.reader(io.StringIO(contents[Form.CSV_UNICODE][0].decode(), newline="")))
    assert rows == list(csv.reader(io.StringIO(contents[Form.CSV_SHIFT_JIS][0].decode("cp932"), newline="")))
    root = ET.fromstring(contents[Form.XML_UNICODE][0])  # noqa: S314 - our own output
    assert [[one.text or "" for one in corporation] for corporation in root] == rows
    assert [one.tag for one in root[0]] == list(COLUMNS)


def test_an_archive_holds_its_file_and_is_made_alike_twice() -> None:
    packed = pack("a.csv", b"content", TODAY)
    assert packed == pack("a.csv", b"content", TODAY)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        assert archive.read("a.csv") == b"content"
