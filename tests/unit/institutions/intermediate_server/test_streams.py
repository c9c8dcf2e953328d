"""Streams of inquiries: lines as they arise, outcomes behind a cursor; nothing twice, nothing left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import pytest

from mizuhiki.institutions.intermediate_server.domain.bulk import StreamPage
from mizuhiki.institutions.intermediate_server.domain.errors import (
    FileChanged,
    FileEmpty,
    FileTooLong,
    OutcomePageMissing,
    PieceOutOfPlace,
)
from mizuhiki.institutions.intermediate_server.operations import stream_inquiries
from mizuhiki.institutions.intermediate_server.operations.stream_inquiries import StreamInquiries, piece_id
from mizuhiki.institutions.intermediate_server.store.tables import BULK_ENDINGS
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.wire.exchange_files import StreamHasOtherLines
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
    assert follow(nation, stream="day-3") == StreamPage(
        results=(), next_after=0, more=False, handed_in=0, ended=0, digest=b""
    )


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
    assert refused_stream(exchange, content_of(nation, people[:3])) == "stream-has-more-lines"


def refused_stream(exchange: FileExchange, content: bytes, stream: str = STREAM) -> str:
    with pytest.raises(StreamHasOtherLines) as caught:
        exchange.stream(content, stream, 0)
    return str(caught.value.fields["reason"])


@pytest.mark.requirement("R-217")
@pytest.mark.parametrize(
    "others",
    [
        [STRANGER, PROVIDED, NO_COPY],
        [NO_COPY, PROVIDED],
        [STRANGER, NO_COPY],
        [PROVIDED, STRANGER, NO_COPY],
    ],
    ids=["a line at the top", "two lines changed about", "an earlier line changed", "a line in between"],
)
def test_a_file_whose_earlier_lines_are_others_is_refused_before_anything_is_handed_in_or_told(
    nation: Nation, others: list[str]
) -> None:
    """Numbers alone would put the outcome of one person beside another."""
    exchange = FileExchange(nation.owners[ASKER], ASKER)
    exchange.stream(content_of(nation, [PROVIDED, NO_COPY]), STREAM, 0)
    send(nation)
    assert refused_stream(exchange, content_of(nation, others)) == "stream-has-other-lines"
    assert (follow(nation).handed_in, asked(nation)) == (2, 2)
    told_again = exchange.stream(content_of(nation, [PROVIDED, NO_COPY]), STREAM, 0).records
    assert {one.addressee_number: one.outcome for one in told_again} == {PROVIDED: "provided", NO_COPY: "no-data"}


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"20190401", b"20180401"), (KIND.encode(), b"resident-record"), (b"sample", b"other!")],
    ids=["year", "kind", "case"],
)
def test_what_a_line_asks_is_part_of_what_the_stream_has(nation: Nation, old: bytes, new: bytes) -> None:
    exchange = FileExchange(nation.owners[ASKER], ASKER)
    content = content_of(nation, [PROVIDED])
    exchange.stream(content, STREAM, 0)
    assert refused_stream(exchange, content.replace(old, new)) == "stream-has-other-lines"


class Between:
    """The owner's way to its server, on which something else happens before the call of one place."""

    def __init__(self, peers: Any, place: int, happens: Callable[[], object]) -> None:
        self._peers = peers
        self._place = place
        self._happens = happens
        self._calls = 0

    def call_sealed(self, *asked: Any) -> Any:
        if self._calls == self._place:
            self._happens()
        self._calls += 1
        return self._peers.call_sealed(*asked)


@pytest.mark.parametrize("call", [1, 2], ids=["after the lines were compared", "after they were handed in"])
def test_a_line_that_another_process_hands_in_meanwhile_is_no_line_of_this_file(nation: Nation, call: int) -> None:
    other = content_of(nation, [PROVIDED, NO_COPY, STRANGER])
    peers: Any = nation.owners[ASKER]

    def hand_in_more() -> None:
        FileExchange(peers, ASKER).stream(other, STREAM, 0)

    between: Any = Between(peers, call, hand_in_more)
    mine = content_of(nation, [PROVIDED, NO_COPY])
    if call == 1:
        with pytest.raises(PeerProblem) as refused:
            FileExchange(between, ASKER).stream(mine, STREAM, 0)
        assert refused.value.peer_code == FileChanged.code
    else:
        assert refused_stream(FileExchange(between, ASKER), mine) == "stream-has-more-lines"
    assert follow(nation).handed_in == 3


def test_a_file_handed_in_whole_is_followed_by_its_own_content_alone(nation: Nation) -> None:
    exchange = FileExchange(nation.owners[ASKER], ASKER)
    content = content_of(nation, [PROVIDED, STRANGER])
    name = exchange.submit(content, "whole.DAT").file_id
    send(nation)
    told_lines = exchange.stream(content, name, 0).records
    assert {one.addressee_number: one.outcome for one in told_lines} == {
        PROVIDED: "provided",
        STRANGER: "unknown-addressee",
    }
    changed = content_of(nation, [STRANGER, PROVIDED])
    assert refused_stream(exchange, changed, name) == "stream-has-other-lines"


def test_the_digest_of_a_stream_is_the_same_however_its_lines_were_cut_into_pieces(nation: Nation) -> None:
    lines = [PROVIDED, NO_COPY, STRANGER]
    hand_in(nation, 1, *lines)
    for number, one in enumerate(lines, start=1):
        hand_in(nation, number, one, stream="day-2")
    once, by_one = follow(nation), follow(nation, stream="day-2")
    assert len(once.digest) == 32
    assert once.digest == by_one.digest
    assert once.digest == hand_in(nation, 1, *lines).digest, "the same piece again is no further piece"


def test_a_place_without_its_page_stops_the_stream(nation: Nation) -> None:
    hand_in(nation, 1, STRANGER)
    store = streams_of(nation).store
    with store.transaction() as records:
        ending = BULK_ENDINGS.insert().values(stream_id=STREAM, place=2, page=7, file_id=piece_id(STREAM, 1))
        cast("Any", records)._connection.execute(ending)
    with pytest.raises(OutcomePageMissing):
        follow(nation)
