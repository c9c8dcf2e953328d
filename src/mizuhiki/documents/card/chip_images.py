"""The images that the chip keeps of its own faces (券面事項確認AP; R-136), from the same renderer as the faces.

Name, address, security code and number are PNG with one bit a pixel, the photo is JPEG 2000 in greys. Each is bounded,
so that the files of the chip have a bounded size.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from mizuhiki.documents.card.faces import render_item
from mizuhiki.documents.card.form import Form, Item, Side
from mizuhiki.documents.card.record import CardRecord
from mizuhiki.documents.errors import DoesNotFit
from mizuhiki.documents.photos import bilevel_png, chip_photo

PPI: Final = 254.0
"""Ten pixels to the millimetre."""
LARGEST_TEXT_IMAGE: Final = 6_000
"""Bytes of one text image; the front's file of six elements stays below 32 kB with the photo."""


@dataclass(frozen=True, slots=True)
class ChipImages:
    """Images of the front (`name`, `address`, `photo`, `security_code`) and of the back (`number`).

    `photo` is empty for an infant's card, which bears none.
    """

    name: bytes = field(repr=False)
    address: bytes = field(repr=False)
    photo: bytes = field(repr=False)
    security_code: bytes = field(repr=False)
    number: bytes = field(repr=False)


def chip_images(record: CardRecord, form: Form) -> ChipImages:
    """Render the images of a card.

    Raises:
        DoesNotFit: a text does not fit its place, or its image the chip.
        CharacterNotPrintable, FontsMissing: no font prints a name as it is written.
    """
    number_side = Side.BACK if any(area.item is Item.NUMBER for area in form.areas(Side.BACK)) else Side.FRONT
    return ChipImages(
        name=_image(record, form, Item.NAME, Side.FRONT),
        address=_image(record, form, Item.ADDRESS, Side.FRONT),
        photo=chip_photo(record.photo) if record.photo is not None else b"",
        security_code=_image(record, form, Item.SECURITY_CODE, Side.FRONT),
        number=_image(record, form, Item.NUMBER, number_side),
    )


def _image(record: CardRecord, form: Form, item: Item, side: Side) -> bytes:
    png = bilevel_png(render_item(record, form, item, side, ppi=PPI))
    if len(png) > LARGEST_TEXT_IMAGE:
        raise DoesNotFit(place=f"chip-{item.value}")
    return png
