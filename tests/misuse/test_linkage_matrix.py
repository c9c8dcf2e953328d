"""Every interface group of linkage × every misuse: refused by name, or the reason why the cell cannot be.

`MATRIX` is complete by test: nine groups, nine misuses. A cell that is refused does the misuse and names the code; a
cell that cannot be says why, and where that is a matter of what messages hold, the messages are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast, get_args

import msgspec
import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from mizuhiki.crypto.randomness import SystemRandomness
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.headers import CREATED, REQUEST_ID, format_created
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.runtime.wsgi import PEER_KEY
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, intermediate_server_of
from mizuhiki.wire import intermediate_server as wire
from mizuhiki.wire.common.v1 import KEY_SET
from mizuhiki.wire.endpoint import Acknowledgement, Endpoint
from mizuhiki.wire.intermediate_server import InterfaceGroup as Group
from mizuhiki.wire.sealed import Sealed
from support.wire_samples import sample
from unit.institutions.intermediate_server.kit import (
    ACCOUNT,
    AFFAIR,
    ASKER,
    HERS,
    HOLDER,
    PORTAL,
    STRANGER,
    THEIRS,
    Network,
    copy_of,
    inquiry_of,
    items_of,
    linked,
)
from unit.institutions.intermediate_server.whole import Nation

NOBODY, WRONG_INSTITUTION, WRONG_ROLE = "nobody", "wrong institution", "wrong role"
NO_BASIS, UNPUBLISHED, REPLAY = "no basis", "unpublished assessment", "replay"
MIXED, ALTERED, STALE = "mixed ciphertext", "altered ticket", "stale layout"
MISUSES = (NOBODY, WRONG_INSTITUTION, WRONG_ROLE, NO_BASIS, UNPUBLISHED, REPLAY, MIXED, ALTERED, STALE)
NOTICE_PROCEDURE = "child-allowance.notice"
NEW = "100000000000007"
RANDOMNESS = SystemRandomness()
Act = Callable[[Any], str]
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


def people(endpoint: Endpoint[Any, Any]) -> tuple[InstitutionId, InstitutionId]:
    """An owner whose server serves the endpoint, and who may call it."""
    owner = PORTAL if endpoint in {wire.COLLECT_NOTICES, wire.OPEN_HISTORY, wire.RECEIVE_NOTICE} else ASKER
    core = InstitutionId("linkage-core")
    return owner, core if endpoint.callers == {InstitutionKind.LINKAGE_CORE} else owner


def fresh_headers(network: Any) -> dict[str, str]:
    return {REQUEST_ID: RANDOMNESS.token(), CREATED: format_created(network.clock.now())}


def knock(network: Any, endpoint: Endpoint[Any, Any], peer: str | None, headers: dict[str, str] | None = None) -> str:
    owner, _ = people(endpoint)
    sent = headers or fresh_headers(network)
    host = network.directory.entry(intermediate_server_of(owner)).host
    builder = EnvironBuilder(
        method="POST",
        path=endpoint.path,
        base_url=f"https://{host}",
        headers=list(sent.items()),
        data=msgspec.json.encode(sample(endpoint.request)),
        content_type="application/json",
    )
    environ = builder.get_environ()
    builder.close()
    if peer is not None:
        environ[PEER_KEY] = peer
    body, status, _ = run_wsgi_app(network.apps[owner].wsgi, environ, buffered=True)
    return "" if status.startswith("200") else cast("str", msgspec.json.decode(b"".join(body))["code"])


def one_code(codes: set[str]) -> str:
    assert len(codes) == 1, codes
    return codes.pop()


def from_nobody(group: Group) -> Act:
    return lambda network: one_code({knock(network, one, None) for one in wire.GROUPS[group]})


def from_elsewhere(group: Group) -> Act:
    def act(network: Any) -> str:
        strangers = (STRANGER, "commission", "national-register", intermediate_server_of(HOLDER))
        doors = [one for one in wire.GROUPS[group] if one is not KEY_SET]
        return one_code({knock(network, one, stranger) for one in doors for stranger in strangers})

    return act


def again(group: Group) -> Act:
    def act(network: Any) -> str:
        codes = set()
        for endpoint in wire.GROUPS[group]:
            once = fresh_headers(network)
            caller = people(endpoint)[1]
            assert knock(network, endpoint, caller, once) != "request-replayed"
            codes.add(knock(network, endpoint, caller, once))
        return one_code(codes)

    return act


def in_role(role: str, *calls: Callable[[Any, Any], object]) -> Act:
    """Every operation of a group in a role that policy.toml does not give it."""

    def act(network: Any) -> str:
        server, context = network.server(ASKER), network.officer(ASKER, role)
        for call in calls:
            with pytest.raises(ActionNotPermitted):
                call(server, context)
        return ActionNotPermitted.code

    return act


def told(call: Callable[[Any], object]) -> Act:
    """The code of the refusal that a call meets."""

    def act(network: Any) -> str:
        with pytest.raises(PeerProblem) as problem:
            call(network)
        return problem.value.peer_code

    return act


def provision(network: Any, request_id: str = "request-1", **changes: Any) -> wire.ProvisionRequest:
    network.core.away = True
    network.inquire(inquiry_of(HERS, request_id, **changes))
    network.core.away = False
    return cast("wire.ProvisionRequest", network.core.provision(network.core.submissions[-1]))


def notice(number: str, affair: str = AFFAIR) -> wire.BusinessNotice:
    return wire.BusinessNotice(number, HERS, affair, NOTICE_PROCEDURE, "subject", "body", None)


def notice_delivery(network: Any, number: str = "n-1") -> wire.NoticeDelivery:
    network.sealed(ASKER, wire.SEND_NOTICE, notice(number), Acknowledgement)
    return cast("wire.NoticeDelivery", network.core.deliveries[-1])


def pseudonyms(network: Any, addressee: str = NEW) -> wire.PseudonymDelivery:
    prepared = network.prepare(ASKER, wire.Addressee(addressee, items_of()))
    line = (prepared.lines[0].acquisition_number, network.core.nation.person(), items_of())
    delivery = network.core.issue(prepared.acquisition, intermediate_server_of(ASKER), [line])
    return cast("wire.PseudonymDelivery", delivery)


def deliver(owner: InstitutionId, endpoint: Endpoint[Any, Any], make: Callable[[Any], Any]) -> Act:
    return told(lambda network: network.core.peers.call(intermediate_server_of(owner), endpoint, make(network)))


def forged(delivery: Any) -> Any:
    """The delivery with a ticket whose signature is another one's."""
    first, second = delivery.tickets
    return msgspec.structs.replace(
        delivery, tickets=[first.rpartition(".")[0] + "." + second.rpartition(".")[2], second]
    )


def mixed(make: Callable[..., Any], other: str) -> Callable[[Any], Any]:
    """A delivery with the ciphertexts that were converted for another case."""

    def of(network: Any) -> Any:
        first, second = make(network), make(network, other)
        return msgspec.structs.replace(first, section=second.section)

    return of


def answer_with_forged_ticket(network: Any) -> str:
    network.core.alter_answer = forged
    return cast("str", network.inquire(inquiry_of(HERS)).outcome)


def outcome(request: Callable[[], Any]) -> Act:
    return lambda network: cast("str", network.inquire(request()).outcome)


def assessed(act: Act) -> Act:
    def after(network: Any) -> str:
        network.publish_assessment(ASKER)
        return act(network)

    return after


REAL = {NO_BASIS, UNPUBLISHED}
"""Misuses that the real core and commission refuse; the others meet the server before anybody converts.

A provision without a basis comes from converters that ask no permission, so that nobody but the provider refuses it.
"""
REFUSED: dict[tuple[Group, str], tuple[str, Act]] = {}
for _group in Group:
    REFUSED[_group, NOBODY] = ("peer-unauthenticated", from_nobody(_group))
    REFUSED[_group, WRONG_INSTITUTION] = ("caller-not-listed", from_elsewhere(_group))
    REFUSED[_group, REPLAY] = ("request-replayed", again(_group))
REFUSED |= {
    (Group.INQUIRY, WRONG_ROLE): (
        "action-not-permitted",
        in_role("protection-officer", lambda s, c: s.inquire(c, request=None), lambda s, c: s.bulk.resume(c)),
    ),
    (Group.PROVISION, WRONG_ROLE): (
        "action-not-permitted",
        in_role(
            "owner",
            lambda s, c: s.provide(c, sections=[], pseudonyms=[]),
        ),
    ),
    (Group.RECORDS, WRONG_ROLE): (
        "action-not-permitted",
        in_role("linkage-officer", lambda s, c: s.owner_view.records(c, after=None, limit=1)),
    ),
    (Group.COPIES, WRONG_ROLE): (
        "action-not-permitted",
        in_role(
            "linkage-officer",
            lambda s, c: s.register_local_copies(c, copies=[]),
            lambda s, c: s.owner_view.check_copies(c, originals=[]),
        ),
    ),
    (Group.SECURITY, WRONG_ROLE): (
        "action-not-permitted",
        in_role("linkage-officer", lambda s, c: s.mark_addressee(c, addressee_number=HERS, protected=False)),
    ),
    (Group.SYSTEM, WRONG_ROLE): (
        "action-not-permitted",
        in_role("linkage-officer", lambda s, c: s.owner_view.state(c)),
    ),
    (Group.OWN_DATA, WRONG_ROLE): (
        "action-not-permitted",
        in_role("linkage-officer", lambda s, c: s.owner_view.own_data(c, addressee_number=HERS)),
    ),
    (Group.NOTICES, WRONG_ROLE): (
        "action-not-permitted",
        in_role(
            "protection-officer",
            lambda s, c: s.notices.send(c, request=None),
            lambda s, c: s.notices.collect(c, addressee_number=ACCOUNT),
            lambda s, c: s.notices.take(c, notice=None, pseudonym=None),
        ),
    ),
    (Group.CODES, WRONG_ROLE): (
        "action-not-permitted",
        in_role(
            "linkage-officer",
            lambda s, c: s.prepare_acquisition(c, affair=AFFAIR, addressees=[]),
            lambda s, c: s.prepare_acquisition.held(c, addressee_numbers=[]),
            lambda s, c: s.receive_pseudonyms(c, delivery=None, lines=[]),
        ),
    ),
    (Group.INQUIRY, NO_BASIS): (
        "no-statute-row",
        assessed(outcome(lambda: inquiry_of(HERS, kinds=["medical-insurance"]))),
    ),
    (Group.INQUIRY, UNPUBLISHED): ("assessment-not-published", outcome(lambda: inquiry_of(HERS))),
    (Group.PROVISION, NO_BASIS): (
        "no-statute-row",
        deliver(HOLDER, wire.PROVIDE, lambda n: provision(n, kinds=["medical-insurance"])),
    ),
    (Group.INQUIRY, ALTERED): ("answer-rejected", answer_with_forged_ticket),
    (Group.PROVISION, ALTERED): (
        "object-signature-invalid",
        deliver(HOLDER, wire.PROVIDE, lambda n: forged(provision(n))),
    ),
    (Group.NOTICES, ALTERED): (
        "object-signature-invalid",
        deliver(PORTAL, wire.RECEIVE_NOTICE, lambda n: forged(notice_delivery(n))),
    ),
    (Group.CODES, ALTERED): (
        "object-signature-invalid",
        deliver(ASKER, wire.RECEIVE_PSEUDONYMS, lambda n: forged(pseudonyms(n))),
    ),
    (Group.PROVISION, MIXED): (
        "envelope-signature-invalid",
        deliver(HOLDER, wire.PROVIDE, mixed(provision, "request-2")),
    ),
    (Group.NOTICES, MIXED): (
        "envelope-signature-invalid",
        deliver(PORTAL, wire.RECEIVE_NOTICE, mixed(notice_delivery, "n-2")),
    ),
    (Group.CODES, MIXED): (
        "envelope-signature-invalid",
        deliver(ASKER, wire.RECEIVE_PSEUDONYMS, mixed(pseudonyms, "100000000000008")),
    ),
    (Group.COPIES, STALE): (
        "no-layout",
        told(lambda n: n.register_copies(HOLDER, copy_of(THEIRS, version=2, layout_version="2017-11"))),
    ),
    (Group.NOTICES, UNPUBLISHED): (
        "assessment-not-published",
        told(lambda n: n.sealed(ASKER, wire.SEND_NOTICE, notice("n-1"), Acknowledgement)),
    ),
    (Group.NOTICES, NO_BASIS): (
        "affair-not-lawful",
        assessed(told(lambda n: n.sealed(ASKER, wire.SEND_NOTICE, notice("n-1", "no-such-affair"), Acknowledgement))),
    ),
    (Group.CODES, NO_BASIS): (
        "affair-not-lawful",
        told(
            lambda n: n.sealed(
                ASKER,
                wire.PREPARE_ACQUISITION,
                wire.AcquisitionRequest("no-such-affair", [wire.Addressee(NEW, items_of())]),
                wire.PreparedAcquisition,
            )
        ),
    ),
}


_OWN = "the owner handles what it holds itself under its own affair; no affair is asked under"
_NOBODY_ELSE = "nobody else learns anything, so no linkage of an affair is begun"
_CONVERTED = "no ciphertext comes in: a server makes its own, or nothing is converted"
_NO_TICKET = "nothing comes on a ticket"
_NO_LAYOUT = "no layout is named"
LEFT_OUT: dict[tuple[Group, str], str] = {
    (
        Group.PROVISION,
        UNPUBLISHED,
    ): "the commission alone keeps assessments; its ticket is given for a published one only, and asking it again "
    "would hear the same voice twice",
    (Group.CODES, UNPUBLISHED): "a pseudonym alone asks nobody; the assessment is asked for at each use",
    (Group.INQUIRY, MIXED): _CONVERTED,
    (
        Group.INQUIRY,
        STALE,
    ): "who asks names kinds and a year; the provider's layout is checked when its answer is opened",
    (Group.PROVISION, STALE): "who asks names no layout; a copy in one that has ended is not sent",
}
for _group in (Group.RECORDS, Group.COPIES, Group.SECURITY, Group.SYSTEM, Group.OWN_DATA):
    LEFT_OUT[_group, NO_BASIS] = _OWN
    LEFT_OUT[_group, UNPUBLISHED] = _NOBODY_ELSE
    LEFT_OUT[_group, MIXED] = _CONVERTED
    LEFT_OUT[_group, ALTERED] = _NO_TICKET
for _group in (Group.RECORDS, Group.SECURITY, Group.SYSTEM, Group.OWN_DATA, Group.NOTICES, Group.CODES):
    LEFT_OUT[_group, STALE] = _NO_LAYOUT
TELLING = {MIXED: {"inputs", "section"}, ALTERED: {"tickets"}, STALE: {"layout_version"}, NO_BASIS: {"affair"}}
"""Fields without which a misuse has nothing to act on."""
READING = {NOBODY, WRONG_INSTITUTION, WRONG_ROLE, REPLAY}
"""Misuses that leave a place as it was: their cells share one."""


def fields(of: object) -> set[str]:
    """Names of all fields of a message, at every depth."""
    found: set[str] = set()
    for part in (of, *get_args(of)):
        if isinstance(part, type) and issubclass(part, msgspec.Struct):
            for one in msgspec.structs.fields(part):
                found |= {one.name} | fields(one.type)
        elif part is not of:
            found |= fields(part)
    return found


@pytest.fixture(scope="module")
def shared() -> Iterator[Network]:
    place = linked()
    yield place
    place.close()


def founded(*, real: bool) -> Network:
    """A place of its own: with the real core and commission, or with a core that can be made to misbehave."""
    if not real:
        return linked()
    place = Nation()
    person = place.core.nation.person()
    for owner, addressee in ((ASKER, HERS), (HOLDER, THEIRS), (PORTAL, ACCOUNT)):
        place.acquire(owner, addressee, person)
    return place


def test_every_cell_is_refused_by_name_or_left_out_for_a_reason() -> None:
    cells = {(group, misuse) for group in Group for misuse in MISUSES}
    assert len(cells) == 81
    assert REFUSED.keys() | LEFT_OUT.keys() == cells
    assert not REFUSED.keys() & LEFT_OUT.keys()
    sealed = {one.name for members in wire.GROUPS.values() for one in members if one.request is Sealed}
    assert sealed == CONTENT.keys(), "say what is inside the sealed request"


@pytest.mark.parametrize(("group", "misuse"), list(LEFT_OUT), ids=lambda part: getattr(part, "name", part))
def test_what_is_left_out_has_nothing_to_act_on(group: Group, misuse: str) -> None:
    assert LEFT_OUT[group, misuse]
    named = {
        name
        for endpoint in wire.GROUPS[group]
        for name in fields(endpoint.request) | fields(CONTENT.get(endpoint.name, endpoint.request))
    }
    assert not named & TELLING.get(misuse, set())


@pytest.mark.requirement("R-029", "R-031")
@pytest.mark.parametrize(("group", "misuse"), list(REFUSED), ids=lambda part: getattr(part, "name", part))
def test_the_misuse_is_refused_by_name(shared: Network, group: Group, misuse: str) -> None:
    code, act = REFUSED[group, misuse]
    place = shared if misuse in READING else founded(real=misuse in REAL and group is not Group.PROVISION)
    try:
        assert act(place) == code
    finally:
        if place is not shared:
            place.close()
