"""The sleeve in which the card is shown: opaque over sex, organ donation and number, else clear (R-132)."""

from __future__ import annotations

from mizuhiki.documents.anti_forgery import lettering
from mizuhiki.documents.card.form import HEIGHT_MM, WIDTH_MM, Free, FreeArea, Item, Place, Side, sleeve

_INK = "#8d97a5"
_TITLES = {FreeArea.LOGO: "ロゴ", FreeArea.MUNICIPAL: "市町村独自利用"}


def hidden(side: Side) -> frozenset[Item]:
    """Return the items that cannot be seen on a side of a card in its sleeve."""
    return frozenset(mask.hides for mask in sleeve().mask if mask.side is side)


def covering(side: Side) -> list[tuple[str, Place]]:
    """Return the drawing of the sleeve over a side, opaque masks below the free areas and the edge."""
    parts = [
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="0.8" fill="#e7eaee"/>'
        for x, y, width, height in (mask.place for mask in sleeve().mask if mask.side is side)
    ]
    parts += [_free(free) for free in sleeve().free if free.side is side]
    edge = (
        f'<rect x="0.4" y="0.4" width="{WIDTH_MM - 0.8:g}" height="{HEIGHT_MM - 0.8:g}" rx="2.4" fill="none" '
        f'stroke="{_INK}" stroke-width="0.35"/>'
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH_MM:g}mm" height="{HEIGHT_MM:g}mm" '
        f'viewBox="0 0 {WIDTH_MM:g} {HEIGHT_MM:g}">{"".join(parts)}{edge}</svg>'
    )
    return [(svg, (0.0, 0.0, WIDTH_MM, HEIGHT_MM))]


def free_place(free: Free) -> Place:
    """Return a free area's place, so many squares of the grid."""
    left, top = free.place
    return left, top, free.squares[0] * sleeve().grid, free.squares[1] * sleeve().grid


def _free(free: Free) -> str:
    left, top, width, height = free_place(free)
    grid = sleeve().grid
    lines = "".join(
        f'<path d="M{left + column * grid:g} {top:g}v{height:g}"/>' for column in range(free.squares[0] + 1)
    ) + "".join(f'<path d="M{left:g} {top + row * grid:g}h{width:g}"/>' for row in range(free.squares[1] + 1))
    outlines, long = lettering(_TITLES[free.kind], 2.2)
    return (
        f'<g fill="none" stroke="{_INK}" stroke-width="0.12" stroke-dasharray="0.6 0.5">{lines}</g>'
        f'<g fill="{_INK}" transform="translate({left + (width - long) / 2:.2f} {top + height / 2 + 0.8:.2f})">'
        f"{outlines}</g>"
    )
