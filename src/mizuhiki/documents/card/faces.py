"""The two sides of a card as SVG, PNG or PDF, bare or in the sleeve (R-128, R-129, R-131, R-132).

Every side says 見本・架空 SPECIMEN across its face: nothing that this program prints is a card.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

import msgspec

from mizuhiki.documents import anti_forgery
from mizuhiki.documents.card import case
from mizuhiki.documents.card.form import HEIGHT_MM, WIDTH_MM, Area, Form, Item, Place, SecurityPrint, Side
from mizuhiki.documents.card.record import CardRecord
from mizuhiki.documents.fonts import LABELS, NAMES, family_for, installed
from mizuhiki.documents.photos import engraved
from mizuhiki.documents.typesetting import Output, typeset

ORGAN_DONOR = (
    "《 1. 2. 3. いずれかの番号を○で囲んでください。》　1. 私は、脳死後及び心臓が停止した死後のいずれでも、移植の為に"
    "臓器を提供します。　2. 私は、心臓が停止した死後に限り、移植の為に臓器を提供します。　3. 私は、臓器を提供しません。"
    "《1又は2で提供したくない臓器に×》【心臓・肺・肝臓・腎臓・膵臓・小腸・眼球】\n"
    "〔特記欄：　　　　　　　〕　署名年月日　　　年　　月　　日　　本人署名（自筆）：　　　　　　　　　　"
)
NOTICE = (
    "この面の個人番号は、法律に定められた者以外は、写し取ることも、保管することもできません（番号法第20条）。\n"
    "この券は見本です。記載された人物は架空であり、身分証明書として使うことはできません。\n"
    "SPECIMEN. The person on this card is invented. It identifies nobody."
)
SPECIMEN = "見本・架空 SPECIMEN"

_PAPER = {Side.FRONT: "#fdf6f4", Side.BACK: "#f3f7fb"}
_INKS = {Side.FRONT: ("#e9c9c6", "#c9b8d8"), Side.BACK: ("#c3d5e6", "#d8c7b0")}
_REGISTER_ITEMS = frozenset({Item.NAME, Item.ADDRESS, Item.ENDORSEMENTS})
_BOLD = frozenset({Item.TITLE, Item.NUMBER, Item.SECURITY_CODE})
_LABEL_GAP_MM = 7.0
_SMALLEST_PT = {Item.ORGAN_DONOR: 3.0, Item.NOTICE: 3.4}
_ORDINARY_SMALLEST_PT = 4.0


class Picture(msgspec.Struct, frozen=True):
    """A drawing and its place."""

    svg: str
    place: Place
    alt: str = ""


class Frame(msgspec.Struct, frozen=True):
    """A ruled field."""

    place: Place
    lines: int


class Text(msgspec.Struct, frozen=True):
    """A text and its place; the label stands at left, top and height of `label_at`."""

    item: str
    text: str
    place: Place
    font: str
    size: float
    smallest: float
    align: str
    spread: bool
    weight: str
    label: str = ""
    label_at: tuple[float, float, float] = (0.0, 0.0, 0.0)


class Sheet(msgspec.Struct, frozen=True):
    """What the template draws, from the ground up."""

    title: str
    width: float
    height: float
    paper: str
    font: str
    under: Sequence[Picture] = ()
    chip: Place | None = None
    frames: Sequence[Frame] = ()
    photo: Picture | None = None
    texts: Sequence[Text] = ()
    over: Sequence[Picture] = ()


def render_face(
    record: CardRecord,
    form: Form,
    side: Side,
    output: Output,
    *,
    in_sleeve: bool = False,
    copied: bool = False,
    ppi: float = 300.0,
) -> bytes:
    """Return one side of a card; `in_sleeve` covers what the sleeve covers, `copied` marks a copy.

    What the sleeve covers is not in the file at all.

    Raises:
        CharacterNotPrintable, FontsMissing: no font prints a name as it is written.
        DoesNotFit: a text is too long for its place even at the smallest size.
    """
    sheet = _sheet(record, form, side, in_sleeve=in_sleeve, copied=copied)
    [page] = typeset("card", sheet, output, ppi=ppi)
    return page


def render_sheet(record: CardRecord, form: Form) -> bytes:
    """Return both sides in their true size on an A4 sheet with a line to cut along, as PDF.

    Raises:
        as `render_face`.
    """
    sides = [render_face(record, form, side, Output.SVG).decode() for side in Side]
    values = {"sides": sides, "width": WIDTH_MM, "height": HEIGHT_MM, "font": installed(LABELS)[0]}
    [page] = typeset("card-sheet", values, Output.PDF)
    return page


def render_item(record: CardRecord, form: Form, item: Item, side: Side, *, ppi: float) -> bytes:
    """Return one item alone as PNG, black on white: the images of the chip."""
    area = form.area_of(item, side)
    _, _, width, height = area.place
    text = _text(area, record.texts(form)[item], place=(0.0, 0.0, width, height), labelled=False)
    sheet = Sheet(title="", width=width, height=height, paper="#ffffff", font=installed(LABELS)[0], texts=[text])
    [page] = typeset("card", sheet, Output.PNG, ppi=ppi)
    return page


def _sheet(record: CardRecord, form: Form, side: Side, *, in_sleeve: bool, copied: bool) -> Sheet:
    areas = form.areas(side)
    texts = record.texts(form)
    covered = case.covering(side) if in_sleeve else []
    hidden = case.hidden(side) if in_sleeve else frozenset()
    printed = [_text(area, texts[area.item]) for area in areas if area.item in texts and area.item not in hidden]
    title = "個人番号カード おもて面" if side is Side.FRONT else "個人番号カード うら面"
    whole = (0.0, 0.0, WIDTH_MM, HEIGHT_MM)
    specimen = anti_forgery.banner(WIDTH_MM, HEIGHT_MM, SPECIMEN, "#b3261e", size=8.6, opacity=0.17)
    marks = [Picture(specimen, whole)]
    if copied:
        marks.append(Picture(anti_forgery.copy_marks(WIDTH_MM, HEIGHT_MM, "複写"), whole))
    return Sheet(
        title=f"{title}（見本）",
        width=WIDTH_MM,
        height=HEIGHT_MM,
        paper=_PAPER[side],
        font=installed(LABELS)[0],
        under=_security_print(form, side),
        chip=next((area.place for area in areas if area.item is Item.CHIP), None),
        frames=[
            Frame(place=area.place, lines=area.lines)
            for area in areas
            if area.item is Item.ENDORSEMENTS or (area.item is Item.ORGAN_DONOR and area.item not in hidden)
        ],
        photo=_photo(record, areas),
        texts=[*printed, *_fields(record, areas, hidden)],
        over=[*marks, *(Picture(svg, place) for svg, place in covered)],
    )


def _text(area: Area, text: str, *, place: Place | None = None, labelled: bool = True) -> Text:
    left, top, _, height = area.place
    return Text(
        item=area.item.value,
        text=text,
        place=place or area.place,
        font=family_for(text, NAMES if area.item in _REGISTER_ITEMS else LABELS, place=area.item.value),
        size=area.size,
        smallest=_SMALLEST_PT.get(area.item, _ORDINARY_SMALLEST_PT),
        align=area.align,
        spread=area.spread,
        weight="bold" if area.item in _BOLD else "regular",
        label=area.label if labelled else "",
        label_at=(left - _LABEL_GAP_MM if area.item is not Item.NUMBER else left - 10.0, top, height),
    )


def _fields(record: CardRecord, areas: Sequence[Area], hidden: frozenset[Item]) -> list[Text]:
    """Return what stands in the fields of several lines: endorsements, organ donation, the notice on the back."""
    texts = []
    for area in areas:
        if area.item is Item.ENDORSEMENTS:
            texts += _endorsements(record, area)
        elif area.item is Item.ORGAN_DONOR and area.item not in hidden:
            texts.append(_inset(area, ORGAN_DONOR))
        elif area.item is Item.NOTICE:
            texts.append(_inset(area, NOTICE))
    return texts


def _inset(area: Area, text: str) -> Text:
    left, top, width, height = area.place
    return _text(area, text, place=(left + 0.6, top + 0.3, width - 1.2, height - 0.6), labelled=False)


def _endorsements(record: CardRecord, area: Area) -> list[Text]:
    left, top, width, height = area.place
    row = height / area.lines
    head = Text(
        item="endorsements-label",
        text=area.label,
        place=(left + width - 8.4, top + height - row, 8.0, row),
        font=family_for(area.label, LABELS),
        size=4.2,
        smallest=_ORDINARY_SMALLEST_PT,
        align="right",
        spread=False,
        weight="regular",
    )
    lines = [
        _text(area, made.line, place=(left + 0.6, top + row * place, width - 1.2, row), labelled=False)
        for place, made in enumerate(record.endorsements)
    ]
    return lines if len(lines) == area.lines else [head, *lines]


def _photo(record: CardRecord, areas: Sequence[Area]) -> Picture | None:
    area = next((one for one in areas if one.item is Item.PHOTO), None)
    if area is None or record.photo is None:
        return None
    _, _, width, height = area.place
    encoded = base64.b64encode(engraved(record.photo)).decode("ascii")
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}mm" '
        f'height="{height:g}mm"><image width="{width:g}" height="{height:g}" '
        f'href="data:image/png;base64,{encoded}"/></svg>'
    )
    return Picture(svg, area.place, alt="顔写真")


def _security_print(form: Form, side: Side) -> list[Picture]:
    """Draw those kinds of security print that lie in the ground; shading and engraving are done to the photo."""
    first, second = _INKS[side]
    pictures = []
    for feature in sorted(form.feature, key=lambda one: one.kind is not SecurityPrint.GUILLOCHE):
        _, _, width, height = feature.place
        if feature.side is not side:
            continue
        if feature.kind is SecurityPrint.GUILLOCHE:
            pictures.append(Picture(anti_forgery.guilloche(width, height, first, second), feature.place))
        elif feature.kind is SecurityPrint.COPY_RESTRAINT:
            svg = anti_forgery.copy_word(width, height, "複写", second, size=6.4)
            pictures.append(Picture(svg, feature.place))
        elif feature.kind is SecurityPrint.MICROTEXT:
            svg = anti_forgery.microtext(width, "MIZUHIKI見本", "#6b5b7b", height=height)
            pictures.append(Picture(svg, feature.place))
        elif feature.kind is SecurityPrint.PEARL_INK:
            pictures.append(Picture(anti_forgery.pearl(width, height), feature.place))
    return pictures
