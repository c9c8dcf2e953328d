"""Certificates of people who move abroad end before 2024-05-27 and go on from then (R-058)."""

from __future__ import annotations

from datetime import date

import pytest

from mizuhiki.institutions.jpki.domain.register_events import RegisterChange
from mizuhiki.vocabulary.numbers import ResidentRecordCode, resident_record_code_check_digit
from mizuhiki.vocabulary.persons import ChangeReason, FourItems, Sex

BODY = "1234567890"
CODE = ResidentRecordCode.parse(BODY + resident_record_code_check_digit(BODY))


@pytest.mark.requirement("R-058")
@pytest.mark.parametrize(
    ("day", "address", "leaves"),
    [
        (date(2024, 5, 26), "国外 カナダ", True),
        (date(2024, 5, 27), "国外 カナダ", False),
        (date(2024, 5, 26), "宮崎県都城市姫城町6-21", False),
    ],
)
def test_a_move_abroad_ends_certificates_only_before_the_law(day: date, address: str, *, leaves: bool) -> None:
    items = FourItems("川辺　春", "", date(1980, 4, 5), Sex.MALE, address)
    assert RegisterChange("e", CODE, ChangeReason.MOVE_OUT, day, items, in_register=False).leaves is leaves
