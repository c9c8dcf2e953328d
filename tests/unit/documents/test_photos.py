"""Photos that are handed in, and who needs one."""

from __future__ import annotations

import io
from datetime import date

import pytest
from PIL import Image
from tests.support.documents import FONTS, photo

from mizuhiki.documents.errors import PhotoMissing, PhotoNotTaken, PhotoUnusable
from mizuhiki.documents.photos import PRINT_SIZE, Photo, check_photo, photo_needed, require_photo_rule
from mizuhiki.documents.portraits import portrait_jpeg, portrait_svg

DAY = date(2019, 12, 2)


def jpeg(size: tuple[int, int] = (700, 900), *, mode: str = "RGB", form: str = "JPEG", plain: bool = False) -> bytes:
    picture = Image.effect_noise(size, 60).convert(mode) if not plain else Image.new(mode, size, "white")
    written = io.BytesIO()
    picture.save(written, format=form, quality=95)
    return written.getvalue() + b"\0" * (25_000 if plain else 0)


def rule_of(content: bytes, taken_on: date = DAY) -> object:
    with pytest.raises(PhotoUnusable) as refused:
        check_photo(content, taken_on=taken_on, received_on=DAY)
    return refused.value.fields["rule"]


def test_a_good_photo_is_accepted_and_brought_to_the_printed_size() -> None:
    accepted = check_photo(jpeg(), taken_on=date(2019, 6, 3), received_on=DAY)
    assert Image.open(io.BytesIO(accepted.png)).size == PRINT_SIZE


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"\xff\xd8" + b"\0" * 100, "file-size"),
        (b"\xff\xd8" + b"\0" * 30_000, "format"),
        (b"<svg/>" * 5_000, "format"),
        (jpeg(form="PNG"), "format"),
        (jpeg((466, 600)), "pixels"),
        (jpeg((900, 900)), "ratio"),
        (jpeg((900, 700)), "ratio"),
        (jpeg(mode="L"), "colour"),
        (jpeg(mode="CMYK"), "colour"),
        (jpeg(plain=True), "empty"),
    ],
)
def test_each_rule_refuses_by_its_name(content: bytes, rule: str) -> None:
    assert rule_of(content) == rule


@pytest.mark.parametrize("cut", [25_000, 60_000])
def test_a_file_that_breaks_off_is_refused(cut: int) -> None:
    assert rule_of(jpeg()[:cut]) in {"format", "file-size"}


def test_a_photo_is_younger_than_six_months_and_not_of_the_future() -> None:
    check_photo(jpeg(), taken_on=date(2019, 6, 3), received_on=DAY)
    assert rule_of(jpeg(), date(2019, 6, 2)) == "age"
    assert rule_of(jpeg(), date(2019, 12, 3)) == "age"


@pytest.mark.parametrize(
    ("birth", "made_on", "needed"),
    [
        (date(2024, 11, 1), date(2024, 12, 1), True),
        (date(2024, 11, 1), date(2024, 12, 2), False),
        (date(2024, 1, 10), date(2025, 1, 9), False),
        (date(2024, 1, 10), date(2025, 1, 10), True),
        (date(1989, 3, 31), date(2025, 1, 10), True),
    ],
)
def test_infants_under_one_have_no_photo_from_2_december_2024(birth: date, made_on: date, *, needed: bool) -> None:
    assert photo_needed(birth, made_on) is needed
    some = Photo(b"")
    require_photo_rule(birth, made_on, some if needed else None)
    with pytest.raises(PhotoMissing if needed else PhotoNotTaken):
        require_photo_rule(birth, made_on, None if needed else some)


@pytest.mark.outside(*FONTS)
def test_drawn_portraits_are_the_same_for_the_same_words_and_can_be_handed_in() -> None:
    assert portrait_svg("結", 30) == portrait_svg("結", 30)
    assert len({portrait_svg(f"人{number}", 30) for number in range(40)}) > 35
    assert portrait_jpeg("結", 30) == portrait_jpeg("結", 30)
    assert Image.open(io.BytesIO(photo().png)).mode == "RGB"
