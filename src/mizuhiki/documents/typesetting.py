"""The layout engine: a template of this package and its values in, SVG, PNG or PDF out.

A template reads its values with `json(bytes(sys.inputs.values))` and its pictures with `sys.inputs`; it reaches no
file but the templates. It calls `panic("does-not-fit: <place>")` where a text does not fit.
"""

from __future__ import annotations

import enum
import re
import threading
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

import msgspec
import typst

from mizuhiki.documents.errors import DoesNotFit, LayoutBroken
from mizuhiki.documents.fonts import engine_fonts

MM_PER_INCH: Final = 25.4
_DOES_NOT_FIT = re.compile(r"does-not-fit: ([a-z0-9-]+)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Output(enum.StrEnum):
    """What a page is wanted as; `PNG` at the resolution that is asked for."""

    SVG = "svg"
    PNG = "png"
    PDF = "pdf"


ARCHIVE = ("a-2u", "ua-1")
"""PDF/A-2u (kept for decades, every character extractable) and PDF/UA-1 (tagged, for screen readers)."""


class _Engine:
    """One compiler per template, which reads its fonts once; it may be used by one thread at a time."""

    def __init__(self, template: str) -> None:
        folder = Path(str(resources.files("mizuhiki.documents").joinpath("templates")))
        self._compiler = typst.Compiler(
            folder / f"{template}.typ", root=folder, font_paths=engine_fonts(), ignore_system_fonts=True
        )
        self._lock = threading.Lock()

    def compile(
        self, inputs: dict[str, str], output: Output, *, ppi: float, standards: tuple[str, ...], at: datetime
    ) -> list[bytes]:
        with self._lock:
            pages = self._compiler.compile(
                format=output.value,
                ppi=ppi,
                sys_inputs=inputs,
                pdf_standards=list(standards),  # type: ignore[arg-type] # names of `typst.PDFStandard`
                timestamp=at,
            )
        if pages is None:
            raise LayoutBroken
        return pages if isinstance(pages, list) else [pages]


@cache
def _engine(template: str) -> _Engine:
    return _Engine(template)


def typeset(
    template: str,
    values: object,
    output: Output,
    *,
    ppi: float = 300.0,
    standards: tuple[str, ...] = (),
    at: datetime = _EPOCH,
) -> list[bytes]:
    """Return the pages of a template: one file for PDF, one for each page otherwise.

    `values` is anything msgspec writes as JSON. `at` is the instant a PDF names as its creation.

    Raises:
        DoesNotFit: a text does not fit its place.
        LayoutBroken: the template fails.
    """
    inputs = {"values": msgspec.json.encode(values).decode()}
    try:
        return _engine(template).compile(inputs, output, ppi=ppi, standards=standards, at=at)
    except typst.TypstError as error:
        found = _DOES_NOT_FIT.search(str(error))
        if found is not None:
            raise DoesNotFit(place=found[1]) from None
        raise LayoutBroken(template=template) from error
