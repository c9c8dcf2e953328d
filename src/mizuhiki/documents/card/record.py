"""What is printed on one card (R-128, R-129, R-155)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date

from mizuhiki.documents.card.form import Form, Item
from mizuhiki.documents.errors import EndorsementFieldFull, PrintRecordIncomplete
from mizuhiki.documents.photos import Photo, require_photo_rule
from mizuhiki.vocabulary.dates import DateStyle, format_date
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import Sex

_SERIAL = re.compile(r"[0-9A-Z]{16}\Z")
_SECURITY_CODE = re.compile(r"[0-9]{4}\Z")
_SEX = {Sex.MALE: "男", Sex.FEMALE: "女", Sex.NOT_STATED: "－"}


@dataclass(frozen=True, slots=True)
class Endorsement:
    """A line of the endorsement field: from `on` the item is `content`; `office` certifies it."""

    on: date
    content: str
    office: str

    @property
    def line(self) -> str:
        """The line as it is printed."""
        return f"{format_date(self.on, DateStyle.WAREKI)} {self.content}（{self.office}）"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRecord:
    """One card's faces. `former_name` is the 旧氏 or empty, `expires_on` the last valid day, `mayor` the issuer.

    `birth_style` is the way the register writes the birth date: eras, and western years for foreign residents.
    `certificate_expires_on` is the last day of the certificates, written in by the desk; None leaves the field empty.

    Raises:
        PrintRecordIncomplete: an item is empty or malformed.
        PhotoMissing, PhotoNotTaken: see `photos.require_photo_rule`.
    """

    name: str
    address: str
    birth_date: date
    sex: Sex
    number: IndividualNumber
    issued_on: date
    expires_on: date
    mayor: str
    card_serial: str
    security_code: str = field(repr=False)
    photo: Photo | None
    former_name: str = ""
    birth_style: DateStyle = DateStyle.WAREKI
    certificate_expires_on: date | None = None
    endorsements: tuple[Endorsement, ...] = ()

    def __post_init__(self) -> None:
        for item in ("name", "address", "mayor"):
            if not getattr(self, item).strip():
                raise PrintRecordIncomplete(item=item)
        if not _SERIAL.match(self.card_serial):
            raise PrintRecordIncomplete(item="card_serial")
        if not _SECURITY_CODE.match(self.security_code):
            raise PrintRecordIncomplete(item="security_code")
        if not self.birth_date <= self.issued_on <= self.expires_on:
            raise PrintRecordIncomplete(item="expires_on")
        require_photo_rule(self.birth_date, self.issued_on, self.photo)

    def endorsed(self, endorsement: Endorsement, form: Form) -> CardRecord:
        """Return the record with one more line in the endorsement field (R-155).

        Raises:
            EndorsementFieldFull: the form has no line left; a new card is due (省令29条).
        """
        if len(self.endorsements) >= form.area_of(Item.ENDORSEMENTS).lines:
            raise EndorsementFieldFull
        return replace(self, endorsements=(*self.endorsements, endorsement))

    def printed_name(self, form: Form) -> str:
        """Return the name with the former family name in brackets behind the family name, where the form has it.

        Raises:
            PrintRecordIncomplete: there is a former name and the form is older than the rule that prints it.
        """
        if not self.former_name:
            return self.name
        if not form.former_name:
            raise PrintRecordIncomplete(item="former_name")
        family, space, given = self.name.partition("\u3000")
        return f"{family}［{self.former_name}］{space}{given}"

    def texts(self, form: Form) -> dict[Item, str]:
        """Return the text of every item that is text; the number too, so keep it no longer than it takes to print."""
        digits = self.number.reveal()
        certificate = self.certificate_expires_on
        written = (
            f"{certificate.year}年{certificate.month:2}月{certificate.day:2}日" if certificate else "　　年　月　日"
        )
        return {
            Item.TITLE: "個人番号カード（案）" if form.plan else "個人番号カード",
            Item.CARD_SERIAL: self.card_serial,
            Item.NAME: self.printed_name(form),
            Item.ADDRESS: self.address,
            Item.BIRTH_DATE: f"{format_date(self.birth_date, self.birth_style)}生",
            Item.SEX: _SEX[self.sex],
            Item.EXPIRY: f"{self.expires_on.year}年{self.expires_on.month:2}月{self.expires_on.day:2}日まで有効",
            Item.SECURITY_CODE: self.security_code,
            Item.CERTIFICATE_EXPIRY: f"電子証明書の有効期限　{written}",
            Item.MAYOR: self.mayor,
            Item.NUMBER: f"{digits[:4]} {digits[4:8]} {digits[8:]}",
        }
