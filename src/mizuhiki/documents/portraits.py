"""Drawn portraits of invented people: flat shapes, the same for the same words, nobody's likeness."""

from __future__ import annotations

import io

from PIL import Image

from mizuhiki.crypto.digests import labelled_hash
from mizuhiki.documents.photos import PRINT_SIZE
from mizuhiki.documents.typesetting import Output, typeset

_SKIN = ("#f6d9bd", "#efc9a2", "#e3b48a", "#d8a57c")
_HAIR = ("#2b2320", "#3d2c22", "#54402f", "#1f1f26", "#6b6a68", "#9a9792")
_CLOTH = ("#33506e", "#6b3f4b", "#3f5d4a", "#4b4663", "#7a5b35", "#2e3a46")
_GROUND = ("#dbe6ef", "#e6e3da", "#dfe9e1", "#e9e0e4")
_LONG, _BUN = 1, 2
_GLASSES_IN = 4
_OLD_FROM, _CHILD_BELOW = 65, 13
_WIDTH, _HEIGHT = 350, 450


def portrait_svg(words: str, age: int) -> str:
    """Return a portrait as SVG, 35 to 45, drawn from what `words` hash to; the age changes hair and head."""
    seed = labelled_hash("drawn-portrait", words.encode())
    skin, cloth, ground = (_pick(choices, seed[place]) for place, choices in enumerate((_SKIN, _CLOTH, _GROUND)))
    hair = _HAIR[4 + seed[3] % 2] if age >= _OLD_FROM else _HAIR[seed[3] % 4]
    head = 0.86 if age < _CHILD_BELOW else 1.0
    parts = [
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="{ground}"/>',
        _behind(seed[4] % 3, hair, head),
        f'<path d="M38 450C42 360 96 330 146 324L175 350L204 324C254 330 308 360 312 450Z" fill="{cloth}"/>',
        f'<path d="M146 324L175 366L204 324L196 286H154Z" fill="{skin}"/>',
        '<path d="M154 300q21 18 42 0v12q-21 20-42 0z" fill="#000" fill-opacity="0.10"/>',
        f'<g transform="translate(175 205) scale({head}) translate(-175 -205)">{_face(seed, skin, hair)}</g>',
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="35mm" height="45mm">'
        f"{''.join(parts)}</svg>"
    )


def _pick(choices: tuple[str, ...], number: int) -> str:
    return choices[number % len(choices)]


def _behind(style: int, hair: str, head: float) -> str:
    """Return the hair behind head and shoulders."""
    if style == _LONG:
        shape = '<path d="M82 200C76 80 274 80 268 200L278 330Q175 372 72 330Z"/>'
    elif style == _BUN:
        shape = '<circle cx="175" cy="104" r="34"/><path d="M88 210C82 90 268 90 262 210Z"/>'
    else:
        shape = '<path d="M86 215C78 78 272 78 264 215Z"/>'
    return f'<g fill="{hair}" transform="translate(175 205) scale({head}) translate(-175 -205)">{shape}</g>'


def _face(seed: bytes, skin: str, hair: str) -> str:
    """Return head, fringe, brows, eyes, nose, mouth and sometimes glasses: circles and arcs."""
    part = 120 + seed[5] % 110
    brow = 2 + seed[6] % 5
    smile = 6 + seed[7] % 9
    eyes = 8 + seed[8] % 4
    ears = "".join(f'<ellipse cx="{x}" cy="216" rx="13" ry="20" fill="{skin}"/>' for x in (96, 254))
    pupils = "".join(f'<circle cx="{x}" cy="217" r="{eyes}" fill="#262626"/>' for x in (139, 211))
    brows = f'<path d="M122 {196 - brow}q17 -9 34 0"/><path d="M194 {196 - brow}q17 -9 34 0"/>'
    nose = '<path d="M175 228q-9 22 2 26" stroke="#000" stroke-opacity="0.28" stroke-width="4"/>'
    mouth = f'<path d="M150 276q25 {smile} 50 0" stroke="#9c4a44" stroke-width="5"/>'
    features = [
        ears,
        f'<path d="M96 190C96 110 254 110 254 190V220C254 290 214 318 175 318S96 290 96 220Z" fill="{skin}"/>',
        f'<path d="M92 204C84 104 266 104 258 204C250 176 240 160 {part} 150C130 158 104 172 92 204Z" fill="{hair}"/>',
        f'<g fill="none" stroke-linecap="round"><g stroke="{hair}" stroke-width="5">{brows}</g>{nose}{mouth}</g>',
        f'{pupils}<circle cx="142" cy="214" r="2.6" fill="#fff"/><circle cx="214" cy="214" r="2.6" fill="#fff"/>',
    ]
    if seed[9] % _GLASSES_IN == 0:
        features.append(
            '<g fill="none" stroke="#3a3a3a" stroke-width="4"><circle cx="139" cy="218" r="27"/>'
            '<circle cx="211" cy="218" r="27"/><path d="M166 214q9 -6 18 0M112 212L98 206M238 212L252 206"/></g>'
        )
    return "".join(features)


def portrait_jpeg(words: str, age: int) -> bytes:
    """Return the portrait as a file that somebody could hand in: JPEG in colour, 35 to 45, within the rules."""
    [png] = typeset("picture", {"svg": portrait_svg(words, age), "width": 35.0, "height": 45.0}, Output.PNG, ppi=600.0)
    image = Image.open(io.BytesIO(png)).convert("RGB").resize((PRINT_SIZE[0] * 2, PRINT_SIZE[1] * 2))
    written = io.BytesIO()
    image.save(written, format="JPEG", quality=95, subsampling=0)
    return written.getvalue()
