"""The record shape of inquiry and outcome files, both ways."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.wire.exchange_files import (
    ExchangeFileMalformed,
    InquiryRecord,
    OutcomeRecord,
    file_name,
    read_inquiries,
    read_outcomes,
    write_inquiries,
    write_outcomes,
)

CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
NAME = st.from_regex(r"[a-z]{1,20}", fullmatch=True)


def record(**changes: str) -> InquiryRecord:
    values = {
        "local_number": "000000000000001",
        "addressee_number": "100000000000001",
        "requested_at": "20191202100000000",
        "department": "税務課",
        "user": "u-1",
        "inquirer": "municipality-131032",
        "affair": "child-allowance",
        "procedure": "child-allowance.claim",
        "provider": "municipality-452025",
        "kind": "local-tax",
    }
    return InquiryRecord(**{**values, **changes})


@given(st.lists(st.builds(record, department=CELL, user=CELL, provider=NAME, kind=NAME), min_size=1, max_size=5))
def test_what_is_written_is_read(records: list[InquiryRecord]) -> None:
    assert read_inquiries(write_inquiries(records)) == records


def test_a_file_has_eighteen_columns_and_crlf_and_a_name_without_a_person() -> None:
    content = write_inquiries([record(year_kind="1", start="20190401")])
    assert content.endswith(b"\r\n")
    [row] = csv.reader(io.StringIO(content.decode(), newline=""))
    assert len(row) == 18
    assert (row[0], row[2], row[13], row[16]) == ("01", "100000000000001", "local-tax", "20190401")
    assert file_name(datetime(2019, 12, 2, 10, 0, 5)) == "P640R110_20191202100005_0001.DAT"  # noqa: DTZ001 - wall time


def test_year_and_period_are_told_apart() -> None:
    year = record(year_kind="1", start="20190401")
    assert (year.fiscal_year, year.period) == (2019, (None, None))
    period = record(condition="1", start="20190401", end="")
    assert (period.fiscal_year, period.period) == (0, (date(2019, 4, 1), None))
    day = record(condition="1", start="20190401", end="20190401")
    assert read_inquiries(write_inquiries([day]))[0].period == (date(2019, 4, 1), date(2019, 4, 1))


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"addressee_number": "12"}, "addressee_number", "digits"),
        ({"addressee_number": "１00000000000001"}, "addressee_number", "digits"),
        ({"requested_at": "2019"}, "requested_at", "instant"),
        ({"requested_at": "20190229100000000"}, "requested_at", "instant"),
        ({"requested_at": "20191202240000000"}, "requested_at", "instant"),
        ({"requested_at": "2019120210000000Z"}, "requested_at", "instant"),
        ({"department": "x" * 21}, "department", "too-long"),
        ({"user": "x" * 21}, "user", "too-long"),
        ({"condition": "2"}, "condition", "code"),
        ({"kind": ""}, "kind", "missing"),
        ({"condition": "1", "start": "20190231"}, "start", "date"),
        ({"start": "20190401"}, "start", "unexpected"),
        ({"condition": "1", "year_kind": "1", "start": "20190401"}, "year_kind", "unexpected"),
        ({"condition": "1"}, "start", "no-period"),
        ({"condition": "1", "start": "20190402", "end": "20190401"}, "end", "reversed"),
        ({"year_kind": "1", "start": "00000401"}, "start", "date"),
        ({"year_kind": "1", "start": ""}, "start", "date"),
        ({"year_kind": "1", "start": "20190401", "end": "x"}, "end", "date"),
        ({"hidden_here": "2"}, "hidden_here", "code"),
        ({"inquirer_principal": "municipality-452025"}, "inquirer_principal", "entrusted"),
        ({"provider_principal": "municipality-452025"}, "provider_principal", "entrusted"),
    ],
)
def test_a_wrong_column_is_named_and_its_value_is_not(changes: dict[str, str], column: str, reason: str) -> None:
    with pytest.raises(ExchangeFileMalformed) as caught:
        write_inquiries([record(), record(**changes)])
    assert caught.value.fields == {"line": 2, "column": column, "reason": reason}


@pytest.mark.parametrize("content", [b"", b"a,b\r\n", b"\xff\xfe\r\n", b'"open'])
def test_other_files_are_refused(content: bytes) -> None:
    with pytest.raises(ExchangeFileMalformed):
        read_inquiries(content)


def test_more_than_ten_thousand_records_are_refused() -> None:
    with pytest.raises(ExchangeFileMalformed):
        write_inquiries([record()] * 10_001)
    assert len(read_inquiries(write_inquiries([record()] * 10_000))) == 10_000


def test_outcomes_go_both_ways() -> None:
    outcome = OutcomeRecord(
        line="1",
        addressee_number="100000000000001",
        exchange_number="x",
        outcome="provided",
        statute="2-74",
        refused_by="",
        receipt="a.b.c",
        information='[{"kind":"local-tax","items":{"a":"x,\\"y"}}]',
    )
    assert read_outcomes(write_outcomes([outcome])) == [outcome]
