"""The letter to a holder whose certificates end soon (電子証明書の有効期限通知書), one page each.

The wording is our own; what it must say is known from municipalities' notices: which certificates, their last day, from
when and where they are renewed. It names no number and no serial.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import msgspec

from mizuhiki.documents.fonts import LABELS, NAMES, family_for, installed
from mizuhiki.documents.typesetting import ARCHIVE, Output, typeset
from mizuhiki.vocabulary.dates import DateStyle, format_date

_TITLE = "電子証明書の有効期限のお知らせ"
_BODY = (
    "あなたの電子証明書の有効期間がまもなく満了します。満了すると、ログインや電子申請に使えなくなります。"
    "更新の手続には、マイナンバーカードと暗証番号が必要です。"
)
_NOTE = "この通知は架空の認証局が作成した見本です。記載された人物は架空です。"


@dataclass(frozen=True, slots=True)
class EndingCertificate:
    """A certificate by its Japanese name, on what it is carried, and its last day."""

    title: str
    carrier: str
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalLetter:
    """To whom, about what; `opens_on` is the first day of renewal and `office` where it is done."""

    name: str
    address: str
    office: str
    opens_on: date
    certificates: tuple[EndingCertificate, ...]

    def require_printable(self) -> None:
        """Check that name and address can be printed as they are written.

        Raises:
            CharacterNotPrintable: no font has a character of them.
        """
        family_for(self.name, NAMES, place="name")
        family_for(self.address, NAMES, place="address")


class _Page(msgspec.Struct, frozen=True):
    name: str
    name_font: str
    address: str
    address_font: str
    office: str
    opens_on: str
    rows: Sequence[tuple[str, str, str]]


class _Values(msgspec.Struct, frozen=True):
    title: str
    body: str
    note: str
    written: str
    sender: str
    label_font: str
    pages: Sequence[_Page]


def render_letters(letters: Sequence[RenewalLetter], *, sender: str, day: date) -> bytes:
    """Return the letters as one PDF/A-2u, a page each, dated `day`.

    Raises:
        CharacterNotPrintable, FontsMissing: no font prints a name or an address.
    """
    values = _Values(
        title=_TITLE,
        body=_BODY,
        note=_NOTE,
        written=format_date(day, DateStyle.WAREKI),
        sender=sender,
        label_font=installed(LABELS)[0],
        pages=[_page(letter) for letter in letters],
    )
    at = datetime.combine(day, time(), tzinfo=UTC)
    [pdf] = typeset("renewal-letter", values, Output.PDF, standards=ARCHIVE, at=at)
    return pdf


def _page(letter: RenewalLetter) -> _Page:
    return _Page(
        name=letter.name,
        name_font=family_for(letter.name, NAMES, place="name"),
        address=letter.address,
        address_font=family_for(letter.address, NAMES, place="address"),
        office=letter.office,
        opens_on=format_date(letter.opens_on, DateStyle.WAREKI),
        rows=[(one.title, one.carrier, format_date(one.last_day, DateStyle.WAREKI)) for one in letter.certificates],
    )
