"""Certificates as pages: one template for all kinds, with ground, microtext, copy restraint, seal and page numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time

import msgspec

from mizuhiki.documents import anti_forgery
from mizuhiki.documents.certificates.items import Cell, Certificate, Group
from mizuhiki.documents.fonts import LABELS, NAMES, family_for, installed
from mizuhiki.documents.typesetting import ARCHIVE, Output, typeset
from mizuhiki.vocabulary.dates import DateStyle, format_date

_WIDTH, _HEIGHT = 210.0, 297.0
_SPECIMEN = "見本・架空 SPECIMEN"
_SEAL_MM = 21.0
_NOTE = (
    "この用紙は、複写すると「複写」の文字が浮かび上がります。電子署名により、内容が変わっていないことを確かめられます。"
    "記載された人物は架空です。"
)


class _Value(msgspec.Struct, frozen=True):
    label: str
    value: str
    font: str
    wide: bool


class _Group(msgspec.Struct, frozen=True):
    heading: str
    rows: Sequence[Sequence[_Value]]


class _Page(msgspec.Struct, frozen=True):
    title: str
    statement: str
    number: str
    issued: str
    municipality: str
    mayor: str
    mayor_font: str
    label_font: str
    body_font: str
    note: str
    groups: Sequence[_Group]
    ground: Sequence[str]
    microtext: str
    seal: str
    seal_mm: float


def render(certificate: Certificate) -> bytes:
    """Return a certificate as PDF/A-2u, tagged (PDF/UA-1), without an electronic seal; see `documents.seal`.

    Raises:
        CharacterNotPrintable, FontsMissing: no font prints a name as it is written.
        DoesNotFit: a word is wider than its place even at the smallest size.
    """
    at = datetime.combine(certificate.issue.issued_on, time(), tzinfo=UTC)
    [pdf] = typeset("certificate", _page(certificate), Output.PDF, standards=ARCHIVE, at=at)
    return pdf


def render_pictures(certificate: Certificate, *, ppi: float = 110.0) -> list[bytes]:
    """Return the pages as PNG, to be shown before they are printed.

    Raises:
        as `render`.
    """
    return typeset("certificate", _page(certificate), Output.PNG, ppi=ppi)


def _page(certificate: Certificate) -> _Page:
    issue = certificate.issue
    return _Page(
        title=certificate.title,
        statement=certificate.statement,
        number=issue.number,
        issued=format_date(issue.issued_on, DateStyle.WAREKI),
        municipality=issue.municipality,
        mayor=issue.mayor,
        mayor_font=family_for(issue.mayor, NAMES, place="mayor"),
        label_font=installed(LABELS)[0],
        body_font=family_for(certificate.title + certificate.statement, NAMES),
        note=_NOTE,
        groups=[_group(group) for group in certificate.groups()],
        ground=[
            anti_forgery.guilloche(_WIDTH, _HEIGHT, "#dfe9dc", "#e9e3d4"),
            anti_forgery.copy_word(_WIDTH, _HEIGHT, "複写", "#c9d8c4", size=15.0),
            anti_forgery.banner(_WIDTH, _HEIGHT, _SPECIMEN, "#b3261e", size=22.0, opacity=0.09),
        ],
        microtext=anti_forgery.microtext(_WIDTH - 30.0, "MIZUHIKI見本", "#7d8f78"),
        seal=anti_forgery.office_seal(issue.seal, _SEAL_MM),
        seal_mm=_SEAL_MM,
    )


def _group(group: Group) -> _Group:
    return _Group(group.heading, [[_value(cell) for cell in row] for row in _rows(group.cells)])


def _value(cell: Cell) -> _Value:
    return _Value(cell.label, cell.value, family_for(cell.value, NAMES, place=cell.label), cell.wide)


def _rows(cells: Iterable[Cell]) -> list[list[Cell]]:
    """Put two narrow cells into a row; a narrow one without a neighbour takes the row alone."""
    rows: list[list[Cell]] = []
    for cell in cells:
        if not cell.wide and rows and len(rows[-1]) == 1 and not rows[-1][0].wide:
            rows[-1].append(cell)
        else:
            rows.append([cell])
    return rows
