"""The printing contractor's file: read back as written, and refused when anything of it changed."""

from __future__ import annotations

import hashlib
import json
from datetime import date

import pytest

from mizuhiki.wire import contractor_file as file
from mizuhiki.wire.contractor_file import MalformedContractorFile

NUMBER = "123456789018"
FACE = file.Face(NUMBER, "架空　花子", date(1988, 3, 4), "宮崎県都城市架空町1-2", 2)
SHEET = file.SheetLine(
    notice_number="4520250000000001",
    form="notification-card",
    issuer="都城市長",
    face=FACE,
    security=file.SECURITY_FEATURES,
    endorsement_lines=4,
    audio_text=file.audio_text(FACE, "都城市長", "notification-card"),
    application=file.ApplicationForm("1" * 23, FACE.name, FACE.address, FACE.birth_date, 2, "https://x.example?id=1"),
)
ENVELOPE = file.EnvelopeLine("mailing-1", file.REGISTERED_MAIL, FACE.name, FACE.address, 0)
CONTENT = file.encode("run-1", date(2019, 12, 2), [(ENVELOPE, [SHEET, SHEET])])


def test_a_file_is_read_back_as_it_was_written() -> None:
    read = file.decode(CONTENT)
    assert (read.run, read.made_on) == ("run-1", date(2019, 12, 2))
    [envelope] = read.envelopes
    assert envelope.sheets == (SHEET, SHEET)
    assert (envelope.line.sheets, envelope.line.service) == (2, "簡易書留")


def test_a_reader_without_this_package_can_check_the_file() -> None:
    lines = CONTENT.splitlines(keepends=True)
    assert json.loads(lines[-1])["sha256"] == hashlib.sha256(b"".join(lines[:-1])).hexdigest()
    assert [json.loads(line)["record"] for line in lines] == ["header", "envelope", "sheet", "sheet", "trailer"]


@pytest.mark.parametrize("drop", range(len(CONTENT.splitlines())))
def test_a_file_that_lacks_any_line_is_refused(drop: int) -> None:
    lines = CONTENT.splitlines(keepends=True)
    with pytest.raises(MalformedContractorFile):
        file.decode(b"".join(lines[:drop] + lines[drop + 1 :]))


@pytest.mark.parametrize("at", range(0, len(CONTENT), 37))
def test_a_file_with_a_changed_byte_is_refused(at: int) -> None:
    with pytest.raises(MalformedContractorFile):
        file.decode(CONTENT[:at] + bytes([CONTENT[at] ^ 1]) + CONTENT[at + 1 :])


@pytest.mark.parametrize("content", [b"", b"\n", b"{}\n", CONTENT + b"\n", CONTENT[:-1]])
def test_what_is_no_file_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedContractorFile):
        file.decode(content)


@pytest.mark.requirement("R-099")
def test_the_form_names_watermark_ground_pattern_microtext_and_copy_protection() -> None:
    contents = [feature.content for feature in SHEET.security]
    assert contents == ["白黒すき入れ「桜」", "地紋", "マイクロ文字", "コピー牽制"]


@pytest.mark.requirement("R-100")
def test_the_audio_text_says_the_number_by_digits_and_every_item_of_the_face() -> None:
    assert SHEET.audio_text == (
        "通知カード。個人番号 1 2 3 4、5 6 7 8、9 0 1 8。氏名 架空　花子。住所 宮崎県都城市架空町1-2。"
        "生年月日 昭和63年3月4日。性別 女。発行 都城市長。"
    )
