"""Streams of inquiries: lines as they arise, outcomes behind a cursor; nothing twice, nothing left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from mizuhiki.institutions.intermediate_server.domain.bulk import StreamPage
from mizuhiki.institutions.intermediate_server.domain.errors import FileChanged, FileEmpty, FileTooLong, PieceOutOfPlace
from mizuhiki.institutions.intermediate_server.operations import stream_inquiries
from mizuhiki.institutions.intermediate_server.operations.stream_inquiries import StreamInquiries
from mizuhiki.wire.exchange_files import ExchangeFileMalformed
from mizuhiki.world import exchange_files
from mizuhiki.world.exchange_files import Asked, FileExchange, sample_file
from unit.institutions.intermediate_server.kit import AFFAIR, ASKER, HOLDER, KIND, PROCEDURE, copy_of
from unit.institutions.intermediate_server.test_bulk import asked_number, file_of, held_number, owner, request_of
from unit.institutions.intermediate_server.whole import Nation

STRANGER = "100000000000099"
STREAM = "day-1"
PROVIDED, NO_COPY = asked_number("provided"), asked_number("no-copy")


@pytest.fixture
def nation() -> Iterator[Nation]:
    place = Nation()
    for key in ("provided", "no-copy"):
        person = place.core.nation.person()
        place.acquire(ASKER, asked_number(key), person)
        place.acquire(HOLDER, held_number(key), person)
    place.register_copies(HOLDER, copy_of(held_number("provided")))
    place.publish_assessment(ASKER)
    yield place
    place.close()


def streams_of(place: Nation) -> StreamInquiries:
    return place.server(ASKER).streams


def hand_in(place: Nation, first_line: int, *addressees: str, stream: str = STREAM) -> StreamPage:
    requests = [request_of(one, f"line-{number}") for number, one in enumerate(addressees, start=first_line)]
    return streams_of(place).hand_in(owner(place), stream_id=stream, first_line=first_line, requests=requests)


def follow(place: Nation, after: int = 0, stream: str = STREAM) -> StreamPage:
    return streams_of(place).follow(owner(place), stream_id=stream, after=after)


def send(place: Nation) -> None:
    place.server(ASKER).bulk.resume(owner(place))


def told(page: StreamPage) -> list[tuple[int, str]]:
    return [(one.number, one.result.outcome) for one in page.results]


def asked(place: Nation) -> int:
    """How many exchanges the holder recorded."""
    return sum(place.server(HOLDER).upkeep.outcomes(place.officer(HOLDER)).values())


@pytest.mark.requirement("R-217")
def test_outcomes_are_told_as_they_come_while_later_lines_are_still_handed_in(nation: Nation) -> None:
    assert (hand_in(nation, 1, PROVIDED, STRANGER).handed_in, told(follow(nation))) == (2, [(2, "unknown-addressee")])
    send(nation)
    first = follow(nation)
    assert told(first) == [(2, "unknown-addressee"), (1, "provided")]
    assert hand_in(nation, 3, NO_COPY).handed_in == 3
    waiting = follow(nation, first.next_after)
    assert (told(waiting), waiting.next_after, waiting.handed_in, waiting.ended) == ([], first.next_after, 3, 2)
    send(nation)
    second = follow(nation, first.next_after)
    assert (told(second), second.more, second.ended) == ([(3, "no-data")], False, 3)
    assert told(follow(nation)) == [*told(first), *told(second)], "what is behind a cursor never changes"
    assert first.results[1].result.receipt


def test_a_piece_is_asked_once_however_often_it_comes(nation: Nation) -> None:
    for _ in range(2):
        hand_in(nation, 1, PROVIDED)
        hand_in(nation, 2, NO_COPY)
        send(nation)
    assert (asked(nation), sorted(told(follow(nation)))) == (2, [(1, "provided"), (2, "no-data")])


def test_lines_that_are_left_out_overlap_or_change_are_refused_and_nothing_is_stored(nation: Nation) -> None:
    with pytest.raises(PieceOutOfPlace):
        hand_in(nation, 2, PROVIDED)
    hand_in(nation, 1, PROVIDED, NO_COPY)
    for first_line in (2, 4):
        with pytest.raises(PieceOutOfPlace):
            hand_in(nation, first_line, PROVIDED)
    with pytest.raises(FileChanged):
        hand_in(nation, 1, NO_COPY)
    with pytest.raises(FileEmpty):
        hand_in(nation, 3)
    with pytest.raises(FileTooLong):
        hand_in(nation, 3, *[PROVIDED] * 10_001)
    send(nation)
    assert (follow(nation).handed_in, sorted(told(follow(nation)))) == (2, [(1, "provided"), (2, "no-data")])


def test_a_file_is_followed_like_a_stream_but_not_added_to(nation: Nation) -> None:
    bulk = nation.server(ASKER).bulk
    bulk.submit(owner(nation), file=file_of(PROVIDED, STRANGER, file_id="file-1"))
    assert told(follow(nation, stream="file-1")) == [(2, "unknown-addressee")]
    send(nation)
    assert told(follow(nation, 1, stream="file-1")) == [(1, "provided")]
    with pytest.raises(PieceOutOfPlace):
        hand_in(nation, 3, PROVIDED, stream="file-1")
    hand_in(nation, 1, PROVIDED)
    with pytest.raises(FileChanged):
        bulk.submit(owner(nation), file=file_of(PROVIDED, file_id=STREAM))
    assert [one.file_id for one in bulk.files(owner(nation))] == ["file-1"], "pieces are no files to staff"


def test_streams_are_apart_and_one_that_nobody_began_is_empty(nation: Nation) -> None:
    hand_in(nation, 1, PROVIDED)
    hand_in(nation, 1, NO_COPY, stream="day-2")
    send(nation)
    assert (told(follow(nation)), told(follow(nation, stream="day-2"))) == ([(1, "provided")], [(1, "no-data")])
    assert follow(nation, stream="day-3") == StreamPage(results=(), next_after=0, more=False, handed_in=0, ended=0)


def test_an_answer_takes_whole_pages_until_it_is_long_enough(nation: Nation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_inquiries, "MOST_OUTCOMES", 2)
    hand_in(nation, 1, *[STRANGER] * 3)
    for line in (4, 5, 6):
        hand_in(nation, line, STRANGER)
    first = follow(nation)
    assert ([number for number, _ in told(first)], first.more) == ([1, 2, 3], True)
    second = follow(nation, first.next_after)
    assert ([number for number, _ in told(second)], second.more) == ([4, 5], True)
    third = follow(nation, second.next_after)
    assert ([number for number, _ in told(third)], third.more) == ([6], False)


def content_of(place: Nation, addressees: Sequence[str]) -> bytes:
    return sample_file(ASKER, addressees, Asked(HOLDER, AFFAIR, PROCEDURE, KIND, 2019), place.clock.now())


@pytest.mark.requirement("R-217")
def test_a_vendor_adds_lines_to_a_stream_and_takes_up_where_it_was(
    nation: Nation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange_files, "PIECE", 2)
    monkeypatch.setattr(stream_inquiries, "MOST_OUTCOMES", 1)
    exchange = FileExchange(nation.owners[ASKER], ASKER)
    people = [PROVIDED, STRANGER, STRANGER]
    begun = exchange.stream(content_of(nation, people), STREAM, 0)
    assert ([one.line for one in begun.records], begun.open_lines) == (["2", "3"], 1)
    send(nation)
    people.append(NO_COPY)
    grown = exchange.stream(content_of(nation, people), STREAM, begun.next_after)
    assert [(one.line, one.addressee_number, one.outcome) for one in grown.records] == [("1", PROVIDED, "provided")]
    assert grown.open_lines == 1
    send(nation)
    ended = exchange.stream(content_of(nation, people), STREAM, grown.next_after)
    assert ([(one.line, one.outcome) for one in ended.records], ended.open_lines) == ([("4", "no-data")], 0)
    assert exchange.stream(content_of(nation, people), STREAM, ended.next_after).records == []
    whole = exchange.stream(content_of(nation, people), STREAM, 0).records
    assert [one.line for one in whole] == ["1", "2", "3", "4"]
    assert asked(nation) == 2
    with pytest.raises(ExchangeFileMalformed):
        exchange.stream(content_of(nation, people[:3]), STREAM, 0)
