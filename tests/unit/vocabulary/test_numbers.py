"""Numbers and their check digits, judged by python-stdnum and published samples."""

import pytest
import stdnum.jp.cn
import stdnum.jp.in_
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.vocabulary.numbers import (
    CorporateNumber,
    IndividualNumber,
    MalformedCorporateNumber,
    MalformedIndividualNumber,
    MalformedResidentRecordCode,
    NumberFault,
    NumberKind,
    ResidentRecordCode,
    corporate_number_check_digit,
    explain_number,
    individual_number_check_digit,
    resident_record_code_check_digit,
)

INDIVIDUAL_SAMPLES = ("621498320257", "983205673214", "537686677188")
CORPORATE_SAMPLES = ("5835678256246", "7123456789012", "7010705000725", "7000012050002")
digits = st.text("0123456789", min_size=9, max_size=14)


@pytest.mark.requirement("R-005")
@pytest.mark.parametrize("sample", INDIVIDUAL_SAMPLES)
def test_published_individual_numbers_are_read(sample: str) -> None:
    assert IndividualNumber.parse(sample).reveal() == sample


@pytest.mark.requirement("R-015")
@pytest.mark.parametrize("sample", CORPORATE_SAMPLES)
def test_published_corporate_numbers_are_read(sample: str) -> None:
    assert str(CorporateNumber.parse(sample)) == sample


@pytest.mark.requirement("R-005")
@given(digits)
def test_individual_numbers_are_exactly_those_the_oracle_accepts(text: str) -> None:
    if stdnum.jp.in_.is_valid(text):
        assert IndividualNumber.parse(text).reveal() == text
    else:
        with pytest.raises(MalformedIndividualNumber):
            IndividualNumber.parse(text)


@given(st.text("0123456789", min_size=11, max_size=11))
def test_the_individual_check_digit_is_the_oracles(body: str) -> None:
    assert individual_number_check_digit(body) == stdnum.jp.in_.calc_check_digit(body)
    assert (
        IndividualNumber.parse(body + individual_number_check_digit(body))
        .masked()
        .endswith(body[-1:] + individual_number_check_digit(body))
    )


@pytest.mark.requirement("R-015")
@given(st.text("0123456789", min_size=12, max_size=12))
def test_the_corporate_check_digit_is_the_oracles(body: str) -> None:
    check = corporate_number_check_digit(body)
    assert check == stdnum.jp.cn.calc_check_digit(body)
    assert CorporateNumber.parse(check + body).value == check + body


def test_remainders_zero_and_one_both_give_zero() -> None:
    assert individual_number_check_digit("00000000000") == "0"
    # 6 x 2 = 12 = 1 modulo 11, in the last place
    assert individual_number_check_digit("00000000006") == "0"


def test_the_corporate_rule_cannot_see_zero_and_nine_exchanged() -> None:
    assert corporate_number_check_digit("000012050002") == corporate_number_check_digit("900012050002")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", NumberFault.NOT_DIGITS),
        ("62149832025X", NumberFault.NOT_DIGITS),
        ("٦٢١٤٩٨٣٢٠٢٥٧", NumberFault.NOT_DIGITS),
        ("62149832025", NumberFault.WRONG_LENGTH),
        ("6214983202570", NumberFault.WRONG_LENGTH),
        ("621498320258", NumberFault.WRONG_CHECK_DIGIT),
    ],
)
def test_the_reason_of_a_malformed_number_is_told_and_the_text_is_not(text: str, reason: NumberFault) -> None:
    with pytest.raises(MalformedIndividualNumber) as refused:
        IndividualNumber.parse(text)
    assert refused.value.fields == {"reason": reason}
    assert not text or text not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["6214 9832 0257", "6214-9832-0257", "６２１４　９８３２　０２５７", " 621498320257\n"]
)
def test_numbers_are_read_as_people_write_them(text: str) -> None:
    assert IndividualNumber.parse(text).reveal() == "621498320257"


def test_masking_shows_only_two_digits() -> None:
    assert IndividualNumber.parse("621498320257").masked() == "**********57"
    code = "1234567890" + resident_record_code_check_digit("1234567890")
    assert ResidentRecordCode.parse(code).masked() == "*" * 9 + code[-2:]


@given(st.text("0123456789", min_size=10, max_size=10))
def test_only_one_check_digit_in_ten_makes_a_resident_record_code(body: str) -> None:
    accepted = []
    for check in "0123456789":
        try:
            ResidentRecordCode.parse(body + check)
        except MalformedResidentRecordCode:
            continue
        accepted.append(check)
    assert accepted == [resident_record_code_check_digit(body)]


def test_the_assumed_rule_of_the_resident_record_code_can_be_replaced() -> None:
    assert ResidentRecordCode.parse("12345678901", rule=lambda body: "1").reveal() == "12345678901"


@pytest.mark.parametrize("rule", [individual_number_check_digit, corporate_number_check_digit])
def test_a_rule_refuses_bodies_it_is_not_defined_for(rule: object) -> None:
    with pytest.raises(ValueError, match="digits"):
        rule("123")  # type: ignore[operator] # both are functions of one text


def test_a_corporate_number_with_another_check_digit_is_refused() -> None:
    with pytest.raises(MalformedCorporateNumber):
        CorporateNumber.parse("1000012050002")


@pytest.mark.parametrize(
    ("text", "kind", "fault", "assumed"),
    [
        ("621498320257", NumberKind.INDIVIDUAL_NUMBER, None, False),
        ("621498320250", NumberKind.INDIVIDUAL_NUMBER, NumberFault.WRONG_CHECK_DIGIT, False),
        ("7000012050002", NumberKind.CORPORATE_NUMBER, None, False),
        ("12345678900", NumberKind.RESIDENT_RECORD_CODE, NumberFault.WRONG_CHECK_DIGIT, True),
        ("123", None, NumberFault.WRONG_LENGTH, False),
        ("マイナンバー", None, NumberFault.NOT_DIGITS, False),
    ],
)
def test_a_text_is_explained(text: str, kind: NumberKind | None, fault: NumberFault | None, assumed: bool) -> None:  # noqa: FBT001 - a table of cases
    explained = explain_number(text)
    assert (explained.kind, explained.fault, explained.assumed_rule) == (kind, fault, assumed)
