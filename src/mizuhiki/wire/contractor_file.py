"""The file a printing contractor gets from the card maker: what to print, how to read it out, where to send it.

JSON Lines in UTF-8, one record a line: a header, then each envelope followed by its sheets, then a trailer with counts
and the SHA-256 of everything before it, so that a cut or changed file is not printed. It holds Individual Numbers and
is handed over by hand on an encrypted medium (R-099); its name holds none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, cast

import msgspec
from msgspec import Meta

from mizuhiki.crypto.digests import sha256
from mizuhiki.vocabulary.dates import to_wareki
from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.vocabulary.typed_values import read_json

FORMAT = "mizuhiki-notice-print"
VERSION = 1
REGISTERED_MAIL = "簡易書留"
"""How every envelope is posted (R-097)."""
SEXES = {1: "男", 2: "女", 9: "その他"}


class MalformedContractorFile(Malformed):
    """A contractor's file is cut, changed or of another version; field `line` names the first bad line."""

    code = "malformed-contractor-file"
    title = "The printing file is damaged or of another version; ask for it again"


class SecurityFeature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One security feature of the paper: what it is, where on the form, and its content (R-099)."""

    feature: str
    area: str
    content: str


SECURITY_FEATURES = (
    SecurityFeature("watermark", "whole sheet", "白黒すき入れ「桜」"),
    SecurityFeature("guilloche", "front", "地紋"),
    SecurityFeature("microtext", "border of the front", "マイクロ文字"),
    SecurityFeature("copy-evident ground", "front and back", "コピー牽制"),
)


class Face(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is printed on the front; a number notice has neither address nor sex."""

    individual_number: Annotated[str, Meta(pattern=r"^[0-9]{12}$(?!\n)")]
    name: str
    birth_date: date
    address: str = ""
    sex: int = 0


class ApplicationForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """個人番号カード交付申請書 that goes with the sheet: pre-printed items, 申請書ID, content of the QR symbol."""

    application_id: Annotated[str, Meta(pattern=r"^[0-9]{23}$(?!\n)")]
    name: str
    address: str
    birth_date: date
    sex: int
    qr_content: str


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="record", tag="header"):
    """First line."""

    format: str
    version: int
    run: str
    made_on: date


class EnvelopeLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="record", tag="envelope"):
    """One envelope; as many sheets follow as it says."""

    mailing: str
    service: str
    recipient: str
    destination: str
    sheets: int


class SheetLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="record", tag="sheet"):
    """One card or notice with its application form; `audio_text` is what the code for blind readers says (R-100)."""

    notice_number: Annotated[str, Meta(pattern=r"^[0-9]{16}$(?!\n)")]
    form: str
    issuer: str
    face: Face
    security: tuple[SecurityFeature, ...]
    endorsement_lines: int
    audio_text: str
    application: ApplicationForm


class Trailer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="record", tag="trailer"):
    """Last line."""

    envelopes: int
    sheets: int
    sha256: str


Line = Header | EnvelopeLine | SheetLine | Trailer


class PrintedEnvelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One envelope with its sheets."""

    line: EnvelopeLine
    sheets: tuple[SheetLine, ...]


class ContractorFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole file."""

    run: str
    made_on: date
    envelopes: tuple[PrintedEnvelope, ...]


def audio_text(face: Face, issuer: str, form: str) -> str:
    """Return what the audio code says: the number digit by digit in groups of four, then the items in words (R-100)."""
    digits = face.individual_number
    groups = "、".join(" ".join(digits[start : start + 4]) for start in range(0, len(digits), 4))
    title = "通知カード" if form == "notification-card" else "個人番号通知書"
    parts = [title, f"個人番号 {groups}", f"氏名 {face.name}"]
    if face.address:
        parts.append(f"住所 {face.address}")
    parts.append(f"生年月日 {to_wareki(face.birth_date)}")
    if face.sex:
        parts.append(f"性別 {SEXES[face.sex]}")
    parts.append(f"発行 {issuer}")
    return "。".join(parts) + "。"


def encode(run: str, made_on: date, envelopes: Iterable[tuple[EnvelopeLine, Sequence[SheetLine]]]) -> bytes:
    """Return the file; an envelope's count of sheets is set here."""
    lines = [msgspec.json.encode(Header(FORMAT, VERSION, run, made_on))]
    count = total = 0
    for envelope, sheets in envelopes:
        count, total = count + 1, total + len(sheets)
        lines.append(msgspec.json.encode(msgspec.structs.replace(envelope, sheets=len(sheets))))
        lines += [msgspec.json.encode(sheet) for sheet in sheets]
    body = b"\n".join(lines) + b"\n"
    return body + msgspec.json.encode(Trailer(count, total, sha256(body).hex())) + b"\n"


def decode(content: bytes) -> ContractorFile:
    """Read a file as the contractor does: nothing is returned unless every line and the trailer are right.

    Raises:
        MalformedContractorFile: naming the first bad line, 0 for the whole.
    """
    body, _, last = content.removesuffix(b"\n").rpartition(b"\n")
    lines = [_line(text, at) for at, text in enumerate(body.split(b"\n"), start=1)] if body else []
    end = len(lines) + 1
    trailer = _line(last, end)
    if not lines or not isinstance(lines[0], Header):
        raise MalformedContractorFile(line=1)
    header = lines[0]
    if (header.format, header.version) != (FORMAT, VERSION):
        raise MalformedContractorFile(line=1)
    if not isinstance(trailer, Trailer) or not content.endswith(b"\n") or sha256(body + b"\n").hex() != trailer.sha256:
        raise MalformedContractorFile(line=end)
    envelopes = _envelopes(lines[1:])
    if (len(envelopes), sum(len(one.sheets) for one in envelopes)) != (trailer.envelopes, trailer.sheets):
        raise MalformedContractorFile(line=end)
    return ContractorFile(header.run, header.made_on, envelopes)


def _line(text: bytes, at: int) -> Line:
    try:
        line = read_json(text, cast("type[Line]", Line))
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise MalformedContractorFile(line=at) from None
    return line


def _envelopes(lines: Sequence[Line]) -> tuple[PrintedEnvelope, ...]:
    found: list[PrintedEnvelope] = []
    at = 0
    while at < len(lines):
        envelope = lines[at]
        if not isinstance(envelope, EnvelopeLine):
            raise MalformedContractorFile(line=at + 2)
        inside = lines[at + 1 : at + 1 + envelope.sheets]
        sheets = tuple(line for line in inside if isinstance(line, SheetLine))
        if len(sheets) != envelope.sheets or envelope.sheets < 1:
            raise MalformedContractorFile(line=at + 2)
        found.append(PrintedEnvelope(envelope, sheets))
        at += 1 + envelope.sheets
    return tuple(found)
