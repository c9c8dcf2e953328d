"""The faces of a card as they are printed, judged by poppler and Pillow."""

from __future__ import annotations

import io
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.support.documents import DAY, FONTS, NUMBER, SPACED, VARIANT, packed, record, text_of

from mizuhiki.documents.card.chip_images import LARGEST_TEXT_IMAGE, chip_images
from mizuhiki.documents.card.copies import copy_back, copy_front
from mizuhiki.documents.card.faces import render_face, render_sheet
from mizuhiki.documents.card.form import Item, Side, form, form_on
from mizuhiki.documents.card.record import Endorsement
from mizuhiki.documents.errors import (
    BackCopyRefused,
    CharacterNotPrintable,
    CopyWithoutConsent,
    DoesNotFit,
    EndorsementFieldFull,
    PrintRecordIncomplete,
)
from mizuhiki.documents.photos import CHIP_BYTES, CHIP_SIZE
from mizuhiki.documents.typesetting import Output
from mizuhiki.vocabulary.dates import DateStyle

pytestmark = [pytest.mark.outside(*FONTS), pytest.mark.outside("pdftotext")]
FORM = form_on(DAY)
KANJI = st.text(st.sampled_from("水引結葛城髙﨑邉渡辺東西南北春夏秋冬\u3000"), min_size=1, max_size=70)
LATIN = st.lists(st.text(st.sampled_from("ABCDEFGHIMNW"), min_size=1, max_size=24), min_size=1, max_size=6)


def pdf(side: Side, **changes: object) -> bytes:
    return render_face(record(**changes), FORM, side, Output.PDF)


@pytest.mark.requirement("R-128")
def test_the_front_shows_its_items_and_not_the_number() -> None:
    text = text_of(pdf(Side.FRONT))
    for shown in ("水引　結", "水引市本町一丁目２番３号", "昭和63年5月17日生", "2029年 5月17日まで有効", "水引市長"):
        assert packed(shown) in text
    for shown in ("女", "4821", "0123456789ABCDEF", "追記欄", "臓器"):
        assert shown in text
    assert packed(SPACED) not in text
    assert NUMBER.reveal() not in text


@pytest.mark.requirement("R-129")
def test_the_back_shows_number_name_and_birth_date_and_says_who_may_copy_it() -> None:
    text = text_of(pdf(Side.BACK))
    for shown in (SPACED, "水引　結", "昭和63年5月17日生", "番号法第20条", "SPECIMEN"):
        assert packed(shown) in text
    assert "本町" not in text


@pytest.mark.requirement("R-132")
def test_what_the_sleeve_covers_is_not_even_in_the_file() -> None:
    front = text_of(render_face(record(), FORM, Side.FRONT, Output.PDF, in_sleeve=True))
    back = text_of(render_face(record(), FORM, Side.BACK, Output.PDF, in_sleeve=True))
    assert packed("水引　結") in front
    assert "女" not in front
    assert "移植" not in front
    assert packed("水引　結") in back
    assert packed(SPACED) not in back


def test_each_side_has_the_size_of_a_card_in_every_format() -> None:
    picture = Image.open(io.BytesIO(render_face(record(), FORM, Side.FRONT, Output.PNG, ppi=254)))
    assert (abs(picture.width - 856) <= 1, abs(picture.height - 540) <= 1) == (True, True)
    root = ET.fromstring(render_face(record(), FORM, Side.BACK, Output.SVG))  # noqa: S314 - our own drawing
    points = float(root.attrib["width"].removesuffix("pt")), float(root.attrib["height"].removesuffix("pt"))
    assert points == pytest.approx((85.60 / 25.4 * 72, 53.98 / 25.4 * 72), abs=0.01)


def test_the_same_record_gives_the_same_bytes() -> None:
    for output in Output:
        assert render_face(record(), FORM, Side.FRONT, output) == render_face(record(), FORM, Side.FRONT, output)


def test_the_sheet_has_both_sides() -> None:
    text = text_of(render_sheet(record(), FORM))
    assert "おもて面" in text
    assert "うら面" in text


def test_a_variant_of_a_character_is_printed_as_itself_or_not_at_all() -> None:
    assert f"{VARIANT}城" in text_of(pdf(Side.FRONT, name=f"{VARIANT}城　結"))
    with pytest.raises(CharacterNotPrintable) as refused:
        pdf(Side.FRONT, name="水\U000e0180引")
    assert refused.value.fields == {"place": "name"}
    assert "水" not in str(refused.value)


def test_the_former_name_stands_in_brackets_from_the_form_that_has_it() -> None:
    assert packed("水引［総務］　結") in text_of(pdf(Side.FRONT, former_name="総務"))
    with pytest.raises(PrintRecordIncomplete):
        render_face(record(former_name="総務"), form("2015"), Side.FRONT, Output.SVG)


def test_foreign_residents_birth_dates_are_in_western_years() -> None:
    assert "1988年5月17日生" in text_of(pdf(Side.FRONT, birth_style=DateStyle.WESTERN_JAPANESE))


@pytest.mark.requirement("R-155")
def test_changes_stand_in_the_field_until_it_is_full() -> None:
    changed = record()
    for line in range(FORM.area_of(Item.ENDORSEMENTS).lines):
        made = Endorsement(date(2020, 4, 1 + line), f"住所　水引市港町{line + 1}番地", "水引市長")
        changed = changed.endorsed(made, FORM)
    text = text_of(render_face(changed, FORM, Side.FRONT, Output.PDF))
    assert packed("令和2年4月1日 住所　水引市港町1番地（水引市長）") in text
    assert packed("令和2年4月4日 住所　水引市港町4番地（水引市長）") in text
    with pytest.raises(EndorsementFieldFull):
        changed.endorsed(Endorsement(date(2021, 1, 1), "住所　港町", "水引市長"), FORM)


def printed_or_refused(**changes: object) -> str | None:
    try:
        return text_of(pdf(Side.FRONT, **changes))
    except DoesNotFit:
        return None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=KANJI | LATIN.map(" ".join), address=KANJI)
def test_a_long_name_or_address_is_printed_whole_or_refused(name: str, address: str) -> None:
    name, address = name.strip() or "水", address.strip() or "東"
    text = printed_or_refused(name=name, address=address)
    if text is None:
        assert max(len(name), len(address)) > 30 or max(map(len, name.split())) > 12
    else:
        assert packed(name) in text
        assert packed(address) in text


@pytest.mark.parametrize("name", ["W" * 200, "水" * 400])
def test_what_cannot_be_legible_is_refused(name: str) -> None:
    with pytest.raises(DoesNotFit) as refused:
        pdf(Side.FRONT, name=name)
    assert refused.value.fields == {"place": "name"}


@pytest.mark.requirement("R-129")
@pytest.mark.parametrize("role", ["shop", "fitness-club", "holder", "", "number-user-2"])
def test_nobody_but_those_named_in_law_copies_the_back(role: str) -> None:
    with pytest.raises(BackCopyRefused) as refused:
        copy_back(record(), FORM, Output.PDF, role=role, on=DAY)
    assert refused.value.fields["rule"] == "番号法20条"


@pytest.mark.requirement("R-129")
@pytest.mark.parametrize("role", ["number-user", "number-related-user"])
def test_those_named_in_law_get_a_marked_copy_of_the_back_from_the_first_day(role: str) -> None:
    with pytest.raises(BackCopyRefused):
        copy_back(record(), FORM, Output.PDF, role=role, on=date(2015, 10, 4))
    copied = copy_back(record(), FORM, Output.PNG, role=role, on=date(2015, 10, 5))
    assert copied != render_face(record(), FORM, Side.BACK, Output.PNG)


@pytest.mark.requirement("R-128")
def test_anybody_copies_the_front_with_consent() -> None:
    assert packed("水引　結") in text_of(copy_front(record(), FORM, Output.PDF, consent=True))
    with pytest.raises(CopyWithoutConsent):
        copy_front(record(), FORM, Output.PDF, consent=False)


@pytest.mark.requirement("R-128")
@pytest.mark.parametrize(
    "changes",
    [
        {"name": " "},
        {"card_serial": "short"},
        {"security_code": "12a4"},
        {"expires_on": date(2019, 1, 1)},
        {"birth_date": date(2020, 1, 1)},
    ],
)
def test_a_record_that_no_card_has_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(PrintRecordIncomplete):
        record(**changes)


@pytest.mark.requirement("R-136")
def test_the_chip_gets_small_images_of_the_same_faces() -> None:
    images = chip_images(record(), FORM)
    for png in (images.name, images.address, images.security_code, images.number):
        picture = Image.open(io.BytesIO(png))
        assert (picture.format, picture.mode) == ("PNG", "1")
        assert len(png) <= LARGEST_TEXT_IMAGE
        assert 0 < sum(1 for dot in picture.convert("L").tobytes() if dot == 0) < picture.width * picture.height / 2
    photo = Image.open(io.BytesIO(images.photo))
    assert (photo.format, photo.mode, photo.size) == ("JPEG2000", "L", CHIP_SIZE)
    assert len(images.photo) <= CHIP_BYTES


def test_an_infants_card_without_photo_has_no_photo_in_the_chip() -> None:
    infant = record(birth_date=date(2024, 6, 1), issued_on=date(2024, 12, 2), expires_on=date(2029, 6, 1), photo=None)
    assert chip_images(infant, form_on(infant.issued_on)).photo == b""
    assert "令和6年6月1日生" in text_of(render_face(infant, FORM, Side.FRONT, Output.PDF))
