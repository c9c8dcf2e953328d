"""Invented people on cards and certificates, seals for them, and what outside programs read in a PDF file."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from mizuhiki.crypto.keystore import MemoryKeystore
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.crypto.x509 import OfficeSeal, SealUse, Validity, issue_seal_certificate, make_seal_authority
from mizuhiki.documents.card.record import CardRecord
from mizuhiki.documents.certificates import ForeignResident, Issue, ResidentCopy, ResidentEntry
from mizuhiki.documents.photos import Photo, check_photo
from mizuhiki.documents.portraits import portrait_jpeg
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import Sex

FONTS = ("/usr/share/fonts/truetype/ipamj/ipamjm.ttf", "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc")
"""What tests that print need; `pytest.mark.outside(*FONTS)`."""
NUMBER = IndividualNumber.parse("621498320257")
SPACED = "6214 9832 0257"
VARIANT = "葛\U000e0102"
DAY = date(2019, 12, 2)
AT = datetime(2019, 12, 2, 1, 0, tzinfo=UTC)


@cache
def photo() -> Photo:
    return check_photo(portrait_jpeg("結", 30), taken_on=DAY, received_on=DAY)


def record(**changes: Any) -> CardRecord:
    made = CardRecord(
        name="水引　結",
        address="水引市本町一丁目２番３号",
        birth_date=date(1988, 5, 17),
        sex=Sex.FEMALE,
        number=NUMBER,
        issued_on=DAY,
        expires_on=date(2029, 5, 17),
        mayor="水引市長",
        card_serial="0123456789ABCDEF",
        security_code="4821",
        photo=photo(),
    )
    return replace(made, **changes)


ISSUE = Issue(number="水住第123号", issued_on=DAY, municipality="水引市", mayor="水引市長　架空　太郎")


def japanese(**changes: Any) -> ResidentEntry:
    made = ResidentEntry(
        name=f"水引　{VARIANT}子",
        reading="ミズヒキ　カツコ",
        birth_date=date(1989, 3, 31),
        sex=Sex.FEMALE,
        address="水引市本町一丁目２番３号",
        resident_since=date(2015, 4, 1),
        head=f"水引　{VARIANT}子",
        relationship="世帯主",
        address_since=date(2018, 5, 1),
        notified_on=date(2018, 5, 3),
        previous_address="見本市中央二丁目１番地",
        registered_domicile="架空県水引市本町一丁目２番",
        head_of_family_register=f"水引　{VARIANT}子",
    )
    return replace(made, **changes)


def foreign(**changes: Any) -> ResidentEntry:
    items = ForeignResident(
        nationality="架空国",
        category="中長期在留者",
        status="日本人の配偶者等",
        period="５年",
        period_ends_on=date(2022, 7, 1),
        card_number="AB12345678CD",
    )
    made = ResidentEntry(
        name="INVENTED MAXIM",
        common_name="水引　真",
        birth_date=date(1985, 7, 9),
        sex=Sex.MALE,
        address="水引市本町一丁目２番３号",
        resident_since=date(2017, 7, 1),
        head=f"水引　{VARIANT}子",
        relationship="夫",
        foreign=items,
    )
    return replace(made, **changes)


def resident_copy(*residents: ResidentEntry) -> ResidentCopy:
    found = residents or (japanese(),)
    return ResidentCopy(issue=ISSUE, address="水引市本町一丁目２番３号", head=found[0].head, residents=found)


@cache
def seals() -> tuple[OfficeSeal, OfficeSeal, bytes]:
    """The mayor's seal, the stamping clock, the root of both; valid 2019 to 2021."""
    keys = MemoryKeystore(SeededRandomness(b"seals"))
    validity = Validity(datetime(2019, 1, 1, tzinfo=UTC), datetime(2021, 12, 31, tzinfo=UTC))
    authority = keys.certification_key("authority")
    root = make_seal_authority(authority, validity=validity, serial=1)
    found = []
    for serial, (holder, use) in enumerate((("水引市長", SealUse.OFFICE), ("時計", SealUse.TIME)), start=2):
        key = keys.certification_key(holder)
        certificate = issue_seal_certificate(
            root, authority, key.public_key(), holder=holder, use=use, validity=validity, serial=serial
        )
        found.append(OfficeSeal(certificate, (root,), key))
    return found[0], found[1], root


def text_of(pdf: bytes) -> str:
    """The text that poppler reads, without blanks."""
    done = subprocess.run(["pdftotext", "-enc", "UTF-8", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def packed(text: str) -> str:
    """A text as `text_of` would give it."""
    return "".join(text.split())
