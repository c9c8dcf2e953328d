"""Bulk files through the real core and commission: the same decisions as single inquiries, each line once."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from mizuhiki.crypto.pseudonyms import Converter
from mizuhiki.institutions.intermediate_server.domain.bulk import BulkFile, BulkLine, LineResult
from mizuhiki.institutions.intermediate_server.domain.errors import FileChanged, FileEmpty, FileTooLong, UnknownFile
from mizuhiki.institutions.intermediate_server.domain.exchanges import InquiryRequest
from mizuhiki.institutions.intermediate_server.peers.section_exchange import SectionsThroughCore
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.errors import Unavailable
from mizuhiki.vocabulary.ids import InstitutionId, intermediate_server_of
from mizuhiki.wire import commission, linkage_core
from mizuhiki.wire import intermediate_server as wire
from mizuhiki.wire.exchange_files import file_id_of
from mizuhiki.world.exchange_files import Asked, FileExchange, sample_file
from support.conversion import COMMISSION, CORE
from support.environment import make_environment
from unit.institutions.intermediate_server.kit import (
    AFFAIR,
    ASKER,
    HOLDER,
    KIND,
    PROCEDURE,
    copy_of,
    inquiry_of,
    items_of,
    tax_items,
)
from unit.institutions.intermediate_server.whole import Nation

PERSONS = {
    "provided": "1",
    "no-copy": "2",
    "protected": "3",
    "not-disclosed": "4",
    "mislink": "5",
    "moved": "6",
    "nobody-there": "7",
}


def asked_number(key: str) -> str:
    return f"10000000000000{PERSONS[key]}"


def held_number(key: str) -> str:
    return f"20000000000000{PERSONS[key]}"


@pytest.fixture
def nation() -> Iterator[Nation]:
    place = Nation()
    for key in PERSONS:
        person = place.core.nation.person()
        place.acquire(ASKER, asked_number(key), person)
        if key != "nobody-there":
            place.acquire(HOLDER, held_number(key), person)
        if key not in {"no-copy", "nobody-there"}:
            place.register_copies(HOLDER, copy_of(held_number(key), not_disclosed=key == "not-disclosed"))
    holder = place.server(HOLDER)
    officer = Context(Actor(HOLDER, "owner"), AFFAIR, "番号法22条", "marks", place.clock, "trace")
    holder.mark_addressee(officer, addressee_number=held_number("protected"), protected=True)
    # The holder has since learnt another name and another address of two of them.
    for key, items in (("mislink", items_of(name="架空　次郎")), ("moved", items_of(address="北海道架空市１丁目"))):
        place.prepare(HOLDER, wire.Addressee(held_number(key), items))
    place.publish_assessment(ASKER)
    yield place
    place.close()


def owner(place: Nation) -> Context:
    return Context(Actor(ASKER, "owner"), AFFAIR, "番号法19条8号", "ask with a file", place.clock, "trace")


def request_of(addressee: str, request_id: str, **changes: Any) -> InquiryRequest:
    values: dict[str, Any] = {
        "request_id": request_id,
        "addressee_number": addressee,
        "provider": HOLDER,
        "affair": AFFAIR,
        "procedure": PROCEDURE,
        "kinds": (KIND,),
        "fiscal_year": 2019,
        "period_from": None,
        "period_until": None,
        "case_reference": "file 42",
    }
    return InquiryRequest(**{**values, **changes})


def file_of(*addressees: str, file_id: str = "file-1", **changes: Any) -> BulkFile:
    lines = tuple(
        BulkLine(number, request_of(addressee, f"{file_id}-{number}", **changes))
        for number, addressee in enumerate(addressees, start=1)
    )
    return BulkFile(file_id, "P640R110_20191202100000_0001.DAT", lines)


def whole_file(file_id: str = "file-1") -> BulkFile:
    return file_of(*(asked_number(key) for key in PERSONS), file_id=file_id)


def results(place: Nation, file_id: str = "file-1") -> dict[int, Any]:
    bulk, context = place.server(ASKER).bulk, owner(place)
    first = bulk.outcomes(context, file_id=file_id, page=0)
    pages = [first, *(bulk.outcomes(context, file_id=file_id, page=n) for n in range(1, first.last_page + 1))]
    found: list[LineResult] = [one for page in pages for one in page.results]
    assert len({one.number for one in found}) == len(found)
    return {one.number: one.result for one in found}


@pytest.mark.requirement("R-217", "R-231")
def test_a_file_gets_the_decisions_that_single_inquiries_get(nation: Nation) -> None:
    bulk = nation.server(ASKER).bulk
    singles = [nation.inquire(inquiry_of(asked_number(key), f"single-{key}")) for key in PERSONS]
    bulk.submit(owner(nation), file=whole_file())
    progress = bulk.send(owner(nation), file_id="file-1")
    assert (progress.is_done, progress.lines, progress.sections) == (True, len(PERSONS), 1)
    found = results(nation)
    for number, (key, single) in enumerate(zip(PERSONS, singles, strict=True), start=1):
        result = found[number]
        assert (result.outcome, result.statute, bool(result.receipt)) == (
            single.outcome,
            single.statute,
            bool(single.receipt),
        ), key
        assert [part.items for part in result.information] == [part.items for part in single.information]
    outcomes = [found[number].outcome for number in range(1, len(PERSONS) + 1)]
    assert outcomes == ["provided", "no-data", "no-data", "no-data", "mislink-suspected", "provided", "no-data"]
    assert dict(progress.outcomes) == {"provided": 2, "no-data": 4, "mislink-suspected": 1}


@pytest.mark.requirement("R-026")
def test_every_line_leaves_three_records_that_reconcile(nation: Nation) -> None:
    nation.server(ASKER).bulk.submit(owner(nation), file=whole_file())
    nation.server(ASKER).bulk.send(owner(nation), file_id="file-1")
    for one in (ASKER, HOLDER):
        assert nation.server(one).reconcile(nation.officer(one)) == []
        assert sum(nation.server(one).upkeep.outcomes(nation.officer(one)).values()) == len(PERSONS)
        nation.apps[one].pump()
    kinds = sorted(case.kind for case in nation.server(ASKER).cases(nation.officer(ASKER)))
    assert kinds == ["address-differs", "mislink"]
    assert len(nation.server(HOLDER).decisions.approvals(nation.officer(HOLDER, "protection-officer"))) == 1


def marks(place: Nation, body: InstitutionId, addressee: str) -> dict[str, bool]:
    """The non-disclosure marks of a person's entries in a body's own log, by exchange number."""
    store: Any = place.server(body).bulk.store
    with store.transaction() as records:
        person = records.subjects([addressee], 1)[addressee].pseudonym
    assert person is not None
    store._ledger.checkpoint()
    entries = [entry for shard in store._ledger.bundle(person.reveal()).shards for entry in shard.entries]
    read = [msgspec.json.decode(one.entry, type=linkage_core.ExchangeEntry) for one in entries]
    return {one.exchange_number: one.not_disclosed for one in read if one.kind == "exchange"}


@pytest.mark.requirement("R-026")
def test_what_the_asker_or_the_provider_may_not_disclose_is_marked_in_its_own_record_only(nation: Nation) -> None:
    shown, hidden = asked_number("provided"), asked_number("not-disclosed")
    lines = (
        BulkLine(1, request_of(shown, "m-1")),
        BulkLine(2, request_of(shown, "m-2", not_disclosed=True)),
        BulkLine(3, request_of(hidden, "m-3")),
    )
    bulk = nation.server(ASKER).bulk
    bulk.submit(owner(nation), file=BulkFile("file-m", "marked.DAT", lines))
    bulk.send(owner(nation), file_id="file-m")
    number = {line: result.exchange_number for line, result in results(nation, "file-m").items()}
    single = nation.inquire(inquiry_of(shown, "single", not_disclosed=True)).exchange_number
    assert marks(nation, ASKER, shown) == {number[1]: False, number[2]: True, single: True}
    assert marks(nation, HOLDER, held_number("provided")) == {number[1]: False, number[2]: False, single: False}
    assert marks(nation, ASKER, hidden) == {number[3]: False}
    assert marks(nation, HOLDER, held_number("not-disclosed")) == {number[3]: True}
    for one in (ASKER, HOLDER):
        assert nation.server(one).reconcile(nation.officer(one)) == [], "a mark is no difference"


def test_lines_that_may_not_be_asked_are_refused_alone_and_by_the_same_rule(nation: Nation) -> None:
    known = asked_number("provided")
    lines = (
        BulkLine(1, request_of(known, "f-1")),
        BulkLine(2, request_of("100000000000099", "f-2")),
        BulkLine(3, request_of(known, "f-3", provider=ASKER)),
        BulkLine(4, request_of(known, "f-4", kinds=(KIND, KIND))),
        BulkLine(5, request_of(known, "f-5", kinds=("medical-insurance",))),
        BulkLine(6, request_of(known, "f-6", period_from=date(2019, 4, 2), period_until=date(2019, 4, 1))),
    )
    bulk = nation.server(ASKER).bulk
    file = BulkFile("file-2", "mixed.DAT", lines)
    told = bulk.dry_run(owner(nation), file=file)
    assert {line.number: line.result.outcome for line in told.refused} == {
        2: "unknown-addressee",
        3: "own-institution-asked",
        4: "bulk-line-malformed",
        6: "bulk-line-malformed",
    }
    assert {one.question.kinds: (bool(one.rows), one.refusal) for one in told.questions} == {
        (KIND,): (True, ""),
        ("medical-insurance",): (False, "no-statute-row"),
    }
    with pytest.raises(UnknownFile):
        bulk.progress(owner(nation), file_id="file-2")
    bulk.submit(owner(nation), file=file)
    bulk.send(owner(nation), file_id="file-2")
    assert {number: one.outcome for number, one in results(nation, "file-2").items()} == {
        1: "provided",
        2: "unknown-addressee",
        3: "own-institution-asked",
        4: "bulk-line-malformed",
        5: "no-statute-row",
        6: "bulk-line-malformed",
    }


def test_a_file_asks_once_however_often_it_is_handed_in_and_sent(nation: Nation) -> None:
    bulk = nation.server(ASKER).bulk
    for _ in range(2):
        bulk.submit(owner(nation), file=whole_file())
        bulk.send(owner(nation), file_id="file-1")
        assert bulk.resume(owner(nation)) == 0
    assert sum(nation.server(HOLDER).upkeep.outcomes(nation.officer(HOLDER)).values()) == len(PERSONS)
    with pytest.raises(FileChanged):
        bulk.submit(owner(nation), file=file_of(asked_number("provided")))


def test_files_of_no_line_and_of_too_many_are_refused(nation: Nation) -> None:
    bulk = nation.server(ASKER).bulk
    with pytest.raises(FileEmpty):
        bulk.submit(owner(nation), file=BulkFile("empty", "empty.DAT", ()))
    many = file_of(*([asked_number("provided")] * 10_001))
    with pytest.raises(FileTooLong):
        bulk.submit(owner(nation), file=many)


def test_a_provider_that_is_away_leaves_the_section_signed_and_pending(nation: Nation) -> None:
    bulk = nation.server(ASKER).bulk

    def away(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("503 Service Unavailable", [("Content-Type", "text/plain"), ("Content-Length", "0")])
        return [b""]

    nation.doors[HOLDER] = away
    bulk.submit(owner(nation), file=whole_file())
    assert not bulk.send(owner(nation), file_id="file-1").is_done
    assert not bulk.outcomes(owner(nation), file_id="file-1", page=1).ready
    nation.doors[HOLDER] = nation.apps[HOLDER].wsgi
    assert bulk.resume(owner(nation)) == 0, "the next trial is not due"
    nation.clock.advance(timedelta(minutes=1))
    assert bulk.resume(owner(nation)) == 1
    assert len(results(nation)) == len(PERSONS)


def test_two_lines_about_one_protected_person_need_two_approvals(nation: Nation) -> None:
    bulk, holder = nation.server(ASKER).bulk, nation.server(HOLDER)
    number = asked_number("protected")
    bulk.submit(owner(nation), file=file_of(number))
    bulk.send(owner(nation), file_id="file-1")
    [waiting] = holder.decisions.approvals(nation.officer(HOLDER, "protection-officer"))
    holder.approve_provision(nation.officer(HOLDER, "protection-officer"), approval_id=waiting.approval_id)
    bulk.submit(owner(nation), file=file_of(number, number, file_id="file-2"))
    bulk.send(owner(nation), file_id="file-2")
    assert sorted(one.outcome for one in results(nation, "file-2").values()) == ["no-data", "provided"]


def test_a_section_travels_under_one_signature_and_comes_back_under_one_seal(
    nation: Nation, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered: list[linkage_core.AnsweredInquiries] = []
    sections = nation.server(ASKER).bulk.exchange
    opened = sections._open  # type: ignore[attr-defined]  # what the wire brought, before it is opened

    def seen(section: Any, answer: Any, *rest: Any) -> Any:
        answered.append(answer)
        return opened(section, answer, *rest)

    monkeypatch.setattr(sections, "_open", seen)
    nation.server(ASKER).bulk.submit(owner(nation), file=whole_file())
    nation.server(ASKER).bulk.send(owner(nation), file_id="file-1")
    [one] = answered
    assert one.answer is not None
    assert all(line.answer is None for line in one.lines)
    numbers = {line.exchange_number for line in one.lines}
    assert len(numbers) == len(PERSONS)
    assert len({number[:16] for number in numbers}) == 1  # numbers of a section stand together in every index
    assert all(len(base64.urlsafe_b64decode(number[:16])) * 8 + 64 >= 128 for number in numbers)
    assert date(2019, 12, 2) == nation.clock.today()


def peers_of(place: Nation, body: InstitutionId) -> Peers:
    return Peers(make_environment(intermediate_server_of(body), clock=place.clock, transport=place.transport))


def exchange_of(place: Nation) -> FileExchange:
    return FileExchange(place.owners[ASKER], ASKER)


@pytest.mark.requirement("R-217")
def test_a_vendor_exchanges_a_file_over_the_interface(nation: Nation) -> None:
    exchange = exchange_of(nation)
    asked = Asked(HOLDER, AFFAIR, PROCEDURE, KIND, 2019)
    numbers = [asked_number("provided"), "100000000000099", asked_number("no-copy")]
    content = sample_file(ASKER, numbers, asked, nation.clock.now())
    tried = exchange.try_out(content, "sample.DAT")
    assert [(one.line, one.code) for one in tried.refused] == [(2, "unknown-addressee")]
    assert [bool(one.rows) for one in tried.questions] == [True]
    assert exchange.submit(content, "sample.DAT") == exchange.submit(content, "sample.DAT")
    records, complete = exchange.outcomes(content)
    assert ([one.outcome for one in records], complete) == (["unknown-addressee"], False)
    nation.server(ASKER).bulk.resume(owner(nation))
    records, complete = exchange.outcomes(content)
    assert complete
    assert [(one.line, one.addressee_number, one.outcome) for one in records] == [
        ("1", numbers[0], "provided"),
        ("2", numbers[1], "unknown-addressee"),
        ("3", numbers[2], "no-data"),
    ]
    assert records[0].receipt
    assert '"total_income_yen"' in records[0].information
    assert exchange.state(file_id_of(content)).sections_done == 1


@pytest.mark.requirement("R-229")
def test_a_section_answered_on_the_last_day_of_a_layout_is_used_on_the_next_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = Nation()
    place.clock.set(datetime(2019, 7, 31, 23, 59, 30, tzinfo=JST))
    person = place.core.nation.person()
    for body, addressee in ((ASKER, asked_number("provided")), (HOLDER, held_number("provided"))):
        place.acquire(body, addressee, person)
    items = tax_items(day=date(2019, 5, 1))
    place.register_copies(HOLDER, copy_of(held_number("provided"), layout_version="2017-11", items=items))
    place.publish_assessment(ASKER)
    bulk = place.server(ASKER).bulk
    assert isinstance(bulk.exchange, SectionsThroughCore)
    peers = bulk.exchange._peers
    call = peers.call

    def lost(*request: Any) -> Any:
        call(*request)
        raise Unavailable

    bulk.submit(owner(place), file=file_of(asked_number("provided")))
    monkeypatch.setattr(peers, "call", lost)
    assert not bulk.send(owner(place), file_id="file-1").is_done
    monkeypatch.undo()
    place.clock.set(datetime(2019, 8, 1, 0, 0, 30, tzinfo=JST))
    assert bulk.send(owner(place), file_id="file-1").is_done
    [result] = results(place).values()
    assert (result.outcome, [part.layout_version for part in result.information]) == ("provided", ["2017-11"])
    place.close()


@pytest.mark.parametrize("share", [1.0, 1e-9])
def test_drawn_sections_are_proved_and_a_false_half_is_then_found(
    nation: Nation, monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    """The commission converts the second person into the first one: only a draw finds it, and then for certain."""
    core = nation.real[CORE].operations.cases.convert
    monkeypatch.setattr(core.draw, "share", share)
    convert = Converter.convert_unproved_for

    def twice_the_first(self: Converter, inputs: Any, **more: Any) -> Any:
        given = convert(self, inputs, **more)
        return [[half[0], half[0]] for half in given] if self.institution == COMMISSION else given

    monkeypatch.setattr(Converter, "convert_unproved_for", twice_the_first)
    bulk = nation.server(ASKER).bulk
    bulk.submit(owner(nation), file=file_of(asked_number("provided"), asked_number("no-copy")))
    bulk.send(owner(nation), file_id="file-1")
    outcomes = sorted(one.outcome for one in results(nation).values())
    if share == 1.0:
        assert outcomes == ["conversion-proof-invalid"] * 2
    else:
        assert "conversion-proof-invalid" not in outcomes


def test_no_half_is_proved_that_was_not_converted_or_to_somebody_else(nation: Nation) -> None:
    bulk = nation.server(ASKER).bulk
    seen: list[linkage_core.SubmittedInquiries] = []
    prepare = SectionsThroughCore.prepare_section
    bulk.submit(owner(nation), file=file_of(asked_number("provided")))
    [section_id] = bulk.store.pending_sections("file-1", 10)
    with bulk.store.transaction() as records:
        section = records.bulk_section(section_id)
        assert section is not None
        subject = records.subjects([asked_number("provided")], 1)[asked_number("provided")]
    assert subject.pseudonym is not None
    assert isinstance(bulk.exchange, SectionsThroughCore)
    text = prepare(bulk.exchange, section, [subject.pseudonym], subject.generation)
    seen.append(msgspec.json.decode(text, type=linkage_core.SubmittedInquiries))
    asker, holder = (peers_of(nation, one) for one in (ASKER, HOLDER))
    for peers, target in ((holder, intermediate_server_of(HOLDER)), (asker, intermediate_server_of(HOLDER))):
        request = commission.ProofRequest(case=seen[0].case, inputs=seen[0].inputs, target=target)
        with pytest.raises(PeerProblem) as caught:
            peers.call(COMMISSION, commission.PROVE_CONVERSION, request)
        assert caught.value.peer_code == "half-not-converted"
        with pytest.raises(PeerProblem) as refused:
            peers.call(CORE, linkage_core.PROVE_CONVERSION, linkage_core.OwnProofRequest(case=seen[0].case))
        assert refused.value.peer_code == "core-half-not-delivered"
