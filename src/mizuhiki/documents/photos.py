"""Photos for the card: what may be handed in, when none is needed, and the image for the chip (番号法2条7項, 17条).

A photo handed in is a JPEG file under the rules of `PhotoRule`; in the chip it is JPEG 2000 in greys, of bounded
size.
"""

from __future__ import annotations

import enum
import io
import struct
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from PIL import Image, ImageChops, ImageOps, ImageStat, UnidentifiedImageError

from mizuhiki.documents.errors import PhotoMissing, PhotoNotTaken, PhotoUnusable
from mizuhiki.vocabulary.dates import age_on

WIDTH_MM: Final = 35.0
HEIGHT_MM: Final = 45.0
NO_PHOTO_FROM: Final = date(2024, 12, 2)
"""Cards made for infants under one bear no photo from this day on (2023 amendment, in force 2024-12-02)."""
NO_PHOTO_BELOW_AGE: Final = 1

SMALLEST_BYTES: Final = 20_000
LARGEST_BYTES: Final = 7_000_000
SMALLEST_SIDE: Final = 480
LARGEST_SIDE: Final = 6_000
RATIO_TOLERANCE: Final = 0.02
OLDEST_MONTHS: Final = 6
_LEAST_SPREAD: Final = 8.0
"""Standard deviation of the greys below which a picture is an empty sheet, not a portrait."""

PRINT_SIZE: Final = (420, 540)
"""Pixels on the plastic, 520 to the inch at the printed size."""
CHIP_SIZE: Final = (280, 360)
CHIP_BYTES: Final = 8_000


class PhotoRule(enum.StrEnum):
    """The rules a photo can break, in the order in which they are checked."""

    FILE_SIZE = "file-size"
    FORMAT = "format"
    PIXELS = "pixels"
    RATIO = "ratio"
    COLOUR = "colour"
    EMPTY = "empty"
    AGE = "age"


@dataclass(frozen=True, slots=True)
class Photo:
    """An accepted photo, upright, in colour, as PNG of `PRINT_SIZE`; `check_photo` makes it."""

    png: bytes = field(repr=False)


def check_photo(jpeg: bytes, *, taken_on: date, received_on: date) -> Photo:
    """Read a photo that was handed in.

    Raises:
        PhotoUnusable: it breaks the rule that field `rule` names.
    """
    if not SMALLEST_BYTES <= len(jpeg) <= LARGEST_BYTES:
        raise PhotoUnusable(rule=PhotoRule.FILE_SIZE.value, smallest=SMALLEST_BYTES, largest=LARGEST_BYTES)
    image = _opened(jpeg)
    if not all(SMALLEST_SIDE <= side <= LARGEST_SIDE for side in image.size):
        raise PhotoUnusable(rule=PhotoRule.PIXELS.value, smallest=SMALLEST_SIDE, largest=LARGEST_SIDE)
    try:
        upright = ImageOps.exif_transpose(image)
    except (OSError, ValueError, SyntaxError, struct.error) as error:
        raise PhotoUnusable(rule=PhotoRule.FORMAT.value) from error
    if abs(upright.width / upright.height - WIDTH_MM / HEIGHT_MM) > RATIO_TOLERANCE:
        raise PhotoUnusable(rule=PhotoRule.RATIO.value)
    if upright.mode != "RGB":
        raise PhotoUnusable(rule=PhotoRule.COLOUR.value)
    if ImageStat.Stat(upright.convert("L")).stddev[0] < _LEAST_SPREAD:
        raise PhotoUnusable(rule=PhotoRule.EMPTY.value)
    if not taken_on <= received_on or _months_between(taken_on, received_on) >= OLDEST_MONTHS:
        raise PhotoUnusable(rule=PhotoRule.AGE.value, months=OLDEST_MONTHS)
    return Photo(_png(upright.resize(PRINT_SIZE, Image.Resampling.LANCZOS)))


def _opened(jpeg: bytes) -> Image.Image:
    """Read the header before the picture, so that a small file cannot unfold into a huge one."""
    try:
        image = Image.open(io.BytesIO(jpeg), formats=("JPEG",))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PhotoUnusable(rule=PhotoRule.FORMAT.value) from error
    return image


def _months_between(earlier: date, later: date) -> int:
    """Return the full months from one day to another."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month - (later.day < earlier.day)


def photo_needed(birth: date, made_on: date) -> bool:
    """Say whether a card made on a day for somebody born on a day bears a photo."""
    return made_on < NO_PHOTO_FROM or age_on(birth, made_on) >= NO_PHOTO_BELOW_AGE


def require_photo_rule(birth: date, made_on: date, photo: Photo | None) -> None:
    """Go on when there is a photo exactly where the law has one.

    Raises:
        PhotoMissing: the card needs one.
        PhotoNotTaken: the holder is an infant whose card bears none.
    """
    needed = photo_needed(birth, made_on)
    if needed and photo is None:
        raise PhotoMissing
    if not needed and photo is not None:
        raise PhotoNotTaken


def chip_photo(photo: Photo) -> bytes:
    """Return the photo as it stands in the chip: JPEG 2000 (JP2), 8-bit greys, at most `CHIP_BYTES` long."""
    grey = Image.open(io.BytesIO(photo.png)).convert("L").resize(CHIP_SIZE, Image.Resampling.LANCZOS)
    rate = CHIP_SIZE[0] * CHIP_SIZE[1] / CHIP_BYTES
    while True:
        written = io.BytesIO()
        grey.save(written, format="JPEG2000", quality_mode="rates", quality_layers=[rate], irreversible=True)
        if len(written.getvalue()) <= CHIP_BYTES:
            return written.getvalue()
        rate *= 1.1


def bilevel_png(png: bytes, *, threshold: int = 160) -> bytes:
    """Return a rendered text as the chip keeps it: PNG with one bit a pixel, black on white."""
    grey = Image.open(io.BytesIO(png)).convert("L")
    return _png(grey.point(lambda value: 255 if value > threshold else 0, mode="1"))


def engraved(photo: Photo) -> bytes:
    """Return the photo as the laser burns it into the card: greys, its edge shaded into the ground (R-131 ③④)."""
    grey = Image.open(io.BytesIO(photo.png)).convert("L")
    width, height = grey.size
    margin = width // 14
    edge = bytes(
        min(255, 255 * min(place, length - 1 - place) // margin) for length in grey.size for place in range(length)
    )
    across = Image.frombytes("L", (width, 1), edge[:width]).resize(grey.size)
    down = Image.frombytes("L", (1, height), edge[width:]).resize(grey.size)
    return _png(Image.merge("LA", (ImageOps.autocontrast(grey, cutoff=1), ImageChops.multiply(across, down))))


def _png(image: Image.Image) -> bytes:
    written = io.BytesIO()
    image.save(written, format="PNG", optimize=True)
    return written.getvalue()
