"""Cells of the linkage matrix that cannot be: each reason is looked at and fails when it becomes untrue.

Where nothing comes in that could be altered, the types of the request say so; and whatever comes in, carrying out the
whole group never reaches the function that would look at it. Every such look finds the groups where the misuse is real.
"""

from __future__ import annotations

import inspect
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from types import CodeType, FrameType
from typing import Any, get_args

import msgspec
import pytest
from sqlalchemy import select

from misuse.linkage_acts import (
    ALTERED,
    MIXED,
    NO_BASIS,
    STALE,
    UNPUBLISHED,
    notice,
    opened,
    opening,
    serve_cards,
)
from mizuhiki.crypto.envelopes import SealedEnvelope
from mizuhiki.crypto.pseudonyms import Ciphertext
from mizuhiki.institutions.commission.store import SqlStore, tables
from mizuhiki.institutions.intermediate_server.operations.check_tickets import check_tickets
from mizuhiki.institutions.linkage_core.store import tables as core_tables
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.conversion_keys import ConversionKeys
from mizuhiki.runtime.serving import Api
from mizuhiki.vocabulary import affairs, layouts, statute
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, kind_of
from mizuhiki.wire import intermediate_server as wire
from mizuhiki.wire.commission import ConversionTarget
from mizuhiki.wire.common.v1 import KEY_SET, KeySetRequest
from mizuhiki.wire.endpoint import Acknowledgement
from mizuhiki.wire.intermediate_server import InterfaceGroup as Group
from mizuhiki.wire.sealed import Sealed
from mizuhiki.wire.types import ProcedureText, SignedObject
from support.conversion import COMMISSION, CORE
from support.overheard import Overheard, overheard
from unit.institutions.intermediate_server.kit import (
    ACCOUNT,
    ASKER,
    HERS,
    HOLDER,
    PORTAL,
    THEIRS,
    copy_of,
    inquiry_of,
    intermediate_server_of,
)
from unit.institutions.intermediate_server.whole import Nation

OWN = "the owner handles what it holds itself; no affair is asked under"
NOBODY_ELSE = "nobody else is asked, so no linkage of an affair is begun"
CONVERTED = "no ciphertext comes in, and nothing is converted"
NO_TICKET = "nothing comes on a ticket"
NO_LAYOUT = "no layout is named or looked up"
LEFT_OUT: dict[tuple[Group, str], str] = {
    (group, misuse): reason
    for group in (Group.RECORDS, Group.COPIES, Group.SECURITY, Group.SYSTEM)
    for misuse, reason in ((NO_BASIS, OWN), (UNPUBLISHED, NOBODY_ELSE), (MIXED, CONVERTED), (ALTERED, NO_TICKET))
}
LEFT_OUT |= {
    (group, STALE): NO_LAYOUT
    for group in (Group.RECORDS, Group.SECURITY, Group.SYSTEM, Group.OWN_DATA, Group.NOTICES, Group.CODES)
}
LEFT_OUT[Group.OWN_DATA, UNPUBLISHED] = "the person's card permits it, and nothing goes to another body of an affair"
LEFT_OUT[Group.CODES, UNPUBLISHED] = "a pseudonym alone asks nobody; the assessment is asked for at each use"

CONTENT: dict[str, type[msgspec.Struct]] = {
    wire.INQUIRE.name: wire.BusinessInquiry,
    wire.FETCH_RESULT.name: wire.ResultRequest,
    wire.SUBMIT_FILE.name: wire.InquiryFile,
    wire.DRY_RUN_FILE.name: wire.InquiryFile,
    wire.FILE_PROGRESS.name: wire.FileRequest,
    wire.FETCH_OUTCOMES.name: wire.FileRequest,
    wire.HAND_IN_LINES.name: wire.StreamPiece,
    wire.FOLLOW_OUTCOMES.name: wire.StreamRequest,
    wire.OWN_DATA.name: wire.OwnDataRequest,
    wire.MARK_ADDRESSEE.name: wire.AddresseeMark,
    wire.REGISTER_LOCAL_COPIES.name: wire.LocalCopies,
    wire.CHECK_LOCAL_COPIES.name: wire.CopiesCheck,
    wire.OPEN_HISTORY.name: wire.HistoryOpening,
    wire.SEND_NOTICE.name: wire.BusinessNotice,
    wire.COLLECT_NOTICES.name: wire.NoticesRequest,
    wire.PREPARE_ACQUISITION.name: wire.AcquisitionRequest,
}
"""What is inside requests that come sealed."""


# --- what comes in


def parts(of: Any) -> Iterator[tuple[str, Any]]:
    """Every field of a message at every depth: its name and its type, those inside lists and unions too."""
    for field in msgspec.structs.fields(of):
        yield from _inside(field.name, field.type)


def _inside(name: str, declared: Any) -> Iterator[tuple[str, Any]]:
    yield name, declared
    if isinstance(declared, type) and issubclass(declared, msgspec.Struct):
        yield from parts(declared)
    for part in get_args(declared):
        yield from _inside(name, part)


CARRIES: dict[str, Callable[[str, Any], bool]] = {
    MIXED: lambda _, declared: declared in (Ciphertext, SealedEnvelope, ConversionTarget),
    ALTERED: lambda _, declared: declared == SignedObject,
    STALE: lambda name, _: "layout" in name,
    NO_BASIS: lambda name, declared: "affair" in name or declared == ProcedureText,
}
"""Fields that a misuse needs to act on."""
CARRIED_BY = {
    MIXED: {Group.PROVISION, Group.NOTICES, Group.CODES},
    ALTERED: {Group.PROVISION, Group.NOTICES, Group.CODES},
    STALE: {Group.COPIES},
    NO_BASIS: {Group.INQUIRY, Group.NOTICES, Group.CODES},
}
"""Groups whose requests have such a field. What answers and signed cases bring is for the matrix."""


def carries(group: Group, misuse: str) -> bool:
    requests = (CONTENT.get(one.name, one.request) for one in wire.GROUPS[group])
    return any(CARRIES[misuse](*part) for request in requests for part in parts(request))


@pytest.mark.parametrize("misuse", CARRIES)
def test_a_request_can_carry_what_the_misuse_alters_where_it_is_real_and_nowhere_else(misuse: str) -> None:
    assert {group for group in Group if carries(group, misuse)} == CARRIED_BY[misuse]
    assert not {group for group in CARRIED_BY[misuse] if (group, misuse) in LEFT_OUT}


def test_what_is_said_to_be_inside_a_sealed_request_is_what_the_server_opens(place: Nation) -> None:
    wsgi = place.apps[PORTAL].wsgi
    api = wsgi if isinstance(wsgi, Api) else inspect.getclosurevars(wsgi).nonlocals["api"]
    handlers = {route.endpoint.name: inspect.getclosurevars(route.handler) for route in api._routes.values()}
    sealed = [one for members in wire.GROUPS.values() for one in members if one.request is Sealed]
    assert {one.name: handlers[one.name].nonlocals["inner_request_type"] for one in sealed} == CONTENT


# --- what is carried out


def founded() -> Nation:
    """One person at asker, holder and portal; the asker's assessment is published."""
    made = Nation()
    person = made.core.nation.person()
    for owner, addressee in ((ASKER, HERS), (HOLDER, THEIRS), (PORTAL, ACCOUNT)):
        made.acquire(owner, addressee, person)
    made.register_copies(HOLDER, copy_of(THEIRS))
    serve_cards(made)
    made.publish_assessment(ASKER)
    return made


@pytest.fixture(scope="module")
def place() -> Iterator[Nation]:
    made = founded()
    yield made
    made.close()


def ask(place: Nation, tag: str) -> object:
    file = wire.InquiryFile(f"file-{tag}", "file", [inquiry_of(HERS, f"line-{tag}")])
    place.sealed(ASKER, wire.DRY_RUN_FILE, file, wire.DryRunReport)
    place.sealed(ASKER, wire.SUBMIT_FILE, file, wire.FileState)
    place.sealed(ASKER, wire.FILE_PROGRESS, wire.FileRequest(file.file_id), wire.FileState)
    place.sealed(ASKER, wire.FETCH_OUTCOMES, wire.FileRequest(file.file_id), wire.FileOutcomes)
    piece = wire.StreamPiece(f"stream-{tag}", 1, [inquiry_of(HERS, f"piece-{tag}")])
    place.sealed(ASKER, wire.HAND_IN_LINES, piece, wire.StreamState)
    place.sealed(ASKER, wire.FOLLOW_OUTCOMES, wire.StreamRequest(piece.stream_id), wire.StreamOutcomes)
    asked = place.inquire(inquiry_of(HERS, f"request-{tag}"))
    fetched = place.sealed(ASKER, wire.FETCH_RESULT, wire.ResultRequest(f"request-{tag}"), wire.BusinessAnswer)
    assert fetched == asked
    return asked.outcome


def provide(place: Nation, tag: str) -> object:
    outcome = place.inquire(inquiry_of(HERS, f"provided-{tag}")).outcome
    asked = place.owners[HOLDER].call(
        intermediate_server_of(HOLDER), wire.WAITING_PROVISIONS, wire.WaitingProvisionsRequest()
    )
    return outcome, asked


def read_records(place: Nation, _tag: str) -> object:
    owner = place.owners[ASKER]
    return owner.call_sealed(intermediate_server_of(ASKER), wire.OWN_RECORDS, wire.OwnRecordsRequest(), wire.OwnRecords)


def handle_copies(place: Nation, _tag: str) -> object:
    copy = copy_of(HERS)
    stored = place.register_copies(ASKER, copy)
    return stored, place.sealed(ASKER, wire.CHECK_LOCAL_COPIES, wire.CopiesCheck([copy]), wire.CopiesReport)


def mark(place: Nation, _tag: str) -> object:
    marked = place.sealed(ASKER, wire.MARK_ADDRESSEE, wire.AddresseeMark(HERS, protected=False), Acknowledgement)
    place.owners[ASKER].call(intermediate_server_of(ASKER), KEY_SET, KeySetRequest())
    return marked


def tell_state(place: Nation, _tag: str) -> object:
    return place.owners[ASKER].call_sealed(
        intermediate_server_of(ASKER), wire.SERVER_STATE, wire.ServerStateRequest(), wire.ServerState
    )


def tell_own_data(place: Nation, tag: str) -> object:
    held = place.sealed(HOLDER, wire.OWN_DATA, wire.OwnDataRequest(THEIRS), wire.OwnData)
    return held, opened(place, opening(f"history-{tag}")).changes


def send_notice(place: Nation, tag: str) -> object:
    sent = place.sealed(ASKER, wire.SEND_NOTICE, notice(f"notice-{tag}"), Acknowledgement)
    place.sealed(PORTAL, wire.COLLECT_NOTICES, wire.NoticesRequest(ACCOUNT), wire.Notices)
    return sent


def acquire(place: Nation, tag: str) -> object:
    number = f"12{tag:0>13}"
    place.acquire(ASKER, number, place.core.nation.person())
    return place.held(ASKER, number).held == [number]


CARRIED_OUT: dict[Group, Callable[[Nation, str], object]] = {
    Group.INQUIRY: ask,
    Group.PROVISION: provide,
    Group.RECORDS: read_records,
    Group.COPIES: handle_copies,
    Group.SECURITY: mark,
    Group.SYSTEM: tell_state,
    Group.OWN_DATA: tell_own_data,
    Group.NOTICES: send_notice,
    Group.CODES: acquire,
}
"""Every endpoint of a group as it is meant to be used, with numbers of its own; returns what its caller learns."""
LOOKS: dict[str, tuple[Callable[..., object], ...]] = {
    NO_BASIS: (statute.permit_inquiry, affairs.require_affair),
    UNPUBLISHED: (SqlStore.assessment_allows,),
    MIXED: (ConversionKeys.check,),
    ALTERED: (check_tickets,),
    STALE: (layouts.require_accepted, layouts.layouts_accepted, layouts.layout_version),
}
"""Functions that look at what a misuse is about."""
_CONVERTING = {Group.INQUIRY, Group.PROVISION, Group.NOTICES}
REACHED_BY = {
    NO_BASIS: _CONVERTING | {Group.CODES, Group.OWN_DATA},
    UNPUBLISHED: _CONVERTING,
    MIXED: _CONVERTING | {Group.CODES},
    ALTERED: _CONVERTING | {Group.CODES},
    STALE: {Group.INQUIRY, Group.PROVISION, Group.COPIES},
}
"""Groups on whose way one of them stands, at whichever institution; a history rests on a card instead of a ticket."""


def watched(act: Callable[[], object]) -> set[CodeType]:
    """Every function of the program that is called while an act is carried out, all institutions in one thread."""
    called: set[CodeType] = set()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            called.add(frame.f_code)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(before)
    return called


@pytest.fixture(scope="module")
def called(place: Nation) -> dict[Group, set[CodeType]]:
    found = {}
    for group, act in CARRIED_OUT.items():
        with overheard(place.transport) as heard:
            found[group] = watched(partial(act, place, "1"))
        taken = {one.path for one in heard if one.status == 200 and is_server(one.recipient)}
        assert {endpoint.path for endpoint in wire.GROUPS[group]} <= taken, "carry out every endpoint of the group"
    return found


def is_server(institution: InstitutionId) -> bool:
    return kind_of(institution) is InstitutionKind.INTERMEDIATE_SERVER


@pytest.mark.parametrize("misuse", LOOKS)
def test_what_would_be_looked_at_is_reached_where_the_misuse_is_real_and_nowhere_else(
    called: dict[Group, set[CodeType]], misuse: str
) -> None:
    looks = {inspect.unwrap(one).__code__ for one in LOOKS[misuse]}
    assert {group for group in Group if looks & called[group]} == REACHED_BY[misuse]
    assert not {group for group in REACHED_BY[misuse] if (group, misuse) in LEFT_OUT}


@pytest.mark.parametrize(("group", "misuse"), list(LEFT_OUT), ids=lambda part: getattr(part, "name", part))
def test_every_reason_is_looked_at_in_two_ways_or_by_what_comes_of_it(group: Group, misuse: str) -> None:
    assert LEFT_OUT[group, misuse]
    assert group not in REACHED_BY[misuse]
    assert misuse == UNPUBLISHED or group not in CARRIED_BY[misuse]
    assert misuse != UNPUBLISHED or group in CONVERTED_FOR


# --- what comes of it without an assessment

CONVERTED_FOR: dict[Group, set[str]] = {
    Group.RECORDS: set(),
    Group.COPIES: set(),
    Group.SECURITY: set(),
    Group.SYSTEM: set(),
    Group.OWN_DATA: {"history"},
    Group.CODES: {"issue"},
}
"""For what the commission converts when a group is carried out that asks for no assessment."""


def withdraw(place: Nation) -> None:
    operations, clock = place.real[COMMISSION].operations, place.clock
    for one in operations.store.assessments():
        officer = Context(
            Actor(COMMISSION, "assessment-officer", "officer"), one.affair, "番号法28条", "withdraw", clock, "trace"
        )
        operations.register.withdraw(officer, one.assessment_id)


def recorded(place: Nation) -> Counter[tuple[str, str]]:
    """Rows at commission and core that say a conversion was asked for, allowed, carried out or recorded."""
    stores = {one: place.real[one].operations.store for one in (COMMISSION, CORE)}
    columns = {
        "decided": (COMMISSION, tables.DECISIONS.c.purpose),
        "ticket given": (COMMISSION, tables.ANSWERS.c.case_hash),
        "mark spent": (COMMISSION, tables.SPENT.c.case_hash),
        "case": (CORE, core_tables.CASES.c.purpose),
        "refused": (CORE, core_tables.REFUSALS.c.purpose),
        "recorded": (CORE, core_tables.EXCHANGES.c.kind),
    }
    found: Counter[tuple[str, str]] = Counter()
    for what, (institution, column) in columns.items():
        with stores[institution]._database.read() as connection:
            found.update((what, str(value)) for value in connection.execute(select(column)).scalars())
    return found


def exchanges_at_servers(place: Nation) -> list[int]:
    return [sum(place.server(owner).upkeep.outcomes(place.officer(owner)).values()) for owner in (ASKER, HOLDER)]


def asked_of_others(heard: list[Overheard]) -> Counter[tuple[str, str]]:
    """Whom the servers asked for something else than keys, which say nothing about anybody."""
    return Counter((one.recipient, one.path) for one in heard if is_server(one.sender) and one.path != KEY_SET.path)


@pytest.mark.requirement("R-024")
@pytest.mark.parametrize("group", CONVERTED_FOR, ids=lambda group: group.name)
def test_without_an_assessment_the_outcome_is_the_same_and_nothing_comes_of_it(group: Group) -> None:
    place = founded()
    assert ask(place, "0") == "provided"
    with_assessment = CARRIED_OUT[group](place, "1")
    withdraw(place)
    before, exchanged = recorded(place), exchanges_at_servers(place)
    with overheard(place.transport) as heard:
        assert CARRIED_OUT[group](place, "2") == with_assessment
    came = recorded(place) - before
    assert {purpose for what, purpose in came if what in {"decided", "case"}} == CONVERTED_FOR[group]
    assert CONVERTED_FOR[group] or not came + asked_of_others(heard)
    assert exchanges_at_servers(place) == exchanged
    assert ask(place, "3") == "assessment-not-published", "what does need the assessment lacks it"
    assert recorded(place)["decided", "inquiry"] > before["decided", "inquiry"]
    place.close()
