from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.institutions.intermediate_server.domain.addressees import PersonView, differing_items, is_mislink
from mizuhiki.institutions.intermediate_server.domain.exchanges import LocalCopy, RecordedExchange, reconciles
from mizuhiki.institutions.intermediate_server.peers.answers import view_of
from mizuhiki.institutions.intermediate_server.peers.inquiry_cases import outcome_of
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.persons import FourItems, Sex

DAYS = st.dates(date(2018, 1, 1), date(2021, 12, 31))


def view(**changes: object) -> PersonView:
    values = {"birth_date": date(1985, 4, 1), "sex": 2, "name_digest": b"n" * 32, "address_digest": b"a" * 32}
    return PersonView(**{**values, **changes})  # type: ignore[arg-type] # one at a time


@pytest.mark.parametrize(
    ("changes", "item", "mislink"),
    [
        ({"name_digest": b"x" * 32}, "name", True),
        ({"birth_date": date(1985, 4, 2)}, "birth_date", True),
        ({"sex": 1}, "sex", True),
        ({"address_digest": b"x" * 32}, "address", False),
    ],
)
def test_name_birth_date_and_sex_block_and_the_address_alone_does_not(
    changes: dict[str, object], item: str, *, mislink: bool
) -> None:
    differing = differing_items(view(), view(**changes))
    assert differing == (item,)
    assert is_mislink(differing) is mislink
    assert not is_mislink(differing_items(view(), view()))


def test_views_of_one_person_in_two_exchanges_cannot_be_matched() -> None:
    items = FourItems("架空　花子", "カクウ　ハナコ", date(1985, 4, 1), Sex.FEMALE, "東京都港区架空１丁目２番３号")
    first, second = view_of(items, "one"), view_of(items, "two")
    assert first.name_digest != second.name_digest
    assert first.address_digest != second.address_digest
    written = FourItems("架空 花子", "カクウ　ハナコ", date(1985, 4, 1), Sex.FEMALE, "港区架空1-2-3")
    assert differing_items(first, view_of(written, "one")) == ()


@given(DAYS, DAYS, DAYS, DAYS)
def test_a_copy_covers_a_period_exactly_when_they_share_a_day(a: date, b: date, c: date, d: date) -> None:
    valid_from, valid_until = min(a, b), max(a, b)
    start, end = min(c, d), max(c, d)
    copy = LocalCopy(
        addressee_number="1",
        kind="local-tax",
        layout_version="v",
        fiscal_year=2019,
        valid_from=valid_from,
        valid_until=valid_until,
        items={},
        not_disclosed=False,
        source_version=1,
        as_of=datetime(2019, 1, 1, tzinfo=UTC),
    )
    shares = max(valid_from, start) <= min(valid_until, end)
    assert copy.covers(2019, start, end) is shares
    assert copy.covers(0, None, None)
    assert not copy.covers(2018, None, None)


def exchange(outcome: str) -> RecordedExchange:
    at = datetime(2019, 12, 2, tzinfo=UTC)
    a, b = InstitutionId("municipality-131130"), InstitutionId("municipality-452025")
    return RecordedExchange("x", a, b, "affair", "procedure", ("kind",), outcome, at, b"d" * 32)


@pytest.mark.parametrize(
    ("own", "theirs", "agrees"),
    [
        ("provided", "provided", True),
        ("no-data", "no-data", True),
        ("provided", "no-data", False),
        ("no-data", "provided", False),
        ("provided", None, False),
        ("mislink-suspected", "provided", True),
        ("mislink-suspected", None, False),
        ("answer-rejected", "no-data", True),
        ("answer-rejected", "provider-unavailable", False),
        ("no-statute-row", None, True),
        ("section-changed", "refused-by-provider", True),
        ("provider-unavailable", "provider-unavailable", True),
    ],
)
def test_two_records_of_one_exchange_agree_or_not(own: str, theirs: str | None, *, agrees: bool) -> None:
    held = None if theirs is None else (theirs, b"d" * 32)
    assert reconciles(exchange(own), held) is agrees
    if theirs is not None:
        assert not reconciles(exchange(own), (theirs, b"e" * 32))


@given(st.text(max_size=80))
def test_whatever_code_a_peer_refuses_with_becomes_an_outcome_that_can_be_sent(code: str) -> None:
    outcome = outcome_of(code)
    assert outcome in {code, "refused"}
    assert all(part.isascii() and part.isalpha() and part.islower() for part in outcome.split("-"))
