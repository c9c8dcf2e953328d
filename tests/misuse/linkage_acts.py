"""How each misuse of the linkage matrix is done: calls that end in the code of a refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, cast
from unittest import mock

import msgspec
import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from mizuhiki.card.challenge import Challenge, SigningKind, compose_challenge
from mizuhiki.crypto.randomness import SystemRandomness
from mizuhiki.crypto.x509 import CertificateKind, OcspState, build_ocsp_response, read_ocsp_request
from mizuhiki.institutions.intermediate_server.operations import provide
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.headers import CREATED, REQUEST_ID, format_created
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.runtime.wsgi import PEER_KEY
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, intermediate_server_of
from mizuhiki.vocabulary.layouts import layout_version
from mizuhiki.wire import commission, jpki, linkage_core
from mizuhiki.wire import intermediate_server as wire
from mizuhiki.wire.common.v1 import KEY_SET
from mizuhiki.wire.endpoint import Acknowledgement, Endpoint
from mizuhiki.wire.intermediate_server import InterfaceGroup as Group
from support.card_authority import CardAuthority, card_sign
from support.environment import serve_fake
from support.overheard import Overheard, overheard
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
    copy_of,
    inquiry_of,
    items_of,
    tax_items,
)

NOBODY, WRONG_INSTITUTION, WRONG_ROLE = "nobody", "wrong institution", "wrong role"
NO_BASIS, UNPUBLISHED, REPLAY = "no basis", "unpublished assessment", "replay"
MIXED, ALTERED, STALE = "mixed ciphertext", "altered ticket", "stale layout"
MISUSES = (NOBODY, WRONG_INSTITUTION, WRONG_ROLE, NO_BASIS, UNPUBLISHED, REPLAY, MIXED, ALTERED, STALE)
CORE = InstitutionId("linkage-core")
NOTICE_PROCEDURE = "child-allowance.notice"
NEW = "100000000000007"
RANDOMNESS = SystemRandomness()
Act = Callable[[Any], str]
"""Does a misuse in a place and returns the code it ended with."""


def people(endpoint: Endpoint[Any, Any]) -> tuple[InstitutionId, InstitutionId]:
    """An owner whose server serves the endpoint, and who may call it."""
    owner = PORTAL if endpoint in {wire.COLLECT_NOTICES, wire.OPEN_HISTORY, wire.RECEIVE_NOTICE} else ASKER
    return owner, CORE if endpoint.callers == {InstitutionKind.LINKAGE_CORE} else owner


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


def provision_of(network: Any, request_id: str = "request-1", **changes: Any) -> wire.ProvisionRequest:
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


# --- what an honest network never does


def of_another_answer(network: Any) -> str:
    """The core gives the asker the sealed answer of an earlier inquiry under the number of a later one."""
    kept: list[Any] = []

    def keep(answer: Any) -> Any:
        kept.append(answer)
        return answer

    network.core.alter_answer = keep
    assert network.inquire(inquiry_of(HERS)).outcome == "provided"
    network.core.alter_answer = lambda answer: msgspec.structs.replace(
        answer, lines=[msgspec.structs.replace(answer.lines[0], answer=kept[0].lines[0].answer)]
    )
    return cast("str", network.inquire(inquiry_of(HERS, "request-2")).outcome)


def old_copy(network: Any) -> None:
    """Register a copy of 2018 while its layout is in force; the layout has ended when this returns."""
    now, items = network.clock.now(), tax_items(day=date(2019, 5, 1))
    network.clock.set(now.replace(month=7, day=10))
    network.register_copies(HOLDER, copy_of(THEIRS, fiscal_year=2018, layout_version="2017-11", items=items))
    network.clock.set(now)


def stale_copy(network: Any) -> str:
    old_copy(network)
    return cast("str", network.inquire(inquiry_of(HERS, fiscal_year=2018)).outcome)


def stale_answer(network: Any) -> str:
    """A provider that takes every layout for one in force sends the old copy; the asker looks at it."""
    old_copy(network)
    with mock.patch.object(provide, "layouts_accepted", lambda kind, _day: [layout_version(kind, "2017-11")]):
        answer = network.inquire(inquiry_of(HERS, fiscal_year=2018))
    assert (answer.information, answer.refusal_detail.partition(":")[0]) == ([], "no-layout")
    return cast("str", answer.outcome)


def without_assessment(network: Any) -> str:
    """The core delivers without a ticket of the commission, who gives one after it looked for the assessment.

    Once the core signs both; once the commission's stands under another case, one that it did allow.
    """
    delivery, allowed = provision_of(network), provision_of(network, "request-2")
    ticket = network.core.peers.verify(delivery.tickets[0], linkage_core.Ticket, linkage_core.TICKET_TYPE).payload
    firsts = (network.core.peers.sign(linkage_core.TICKET_TYPE, ticket), allowed.tickets[0])
    lacking = [msgspec.structs.replace(delivery, tickets=[first, delivery.tickets[1]]) for first in firsts]
    return one_code({deliver(HOLDER, wire.PROVIDE, partial(_exactly, one))(network) for one in lacking})


def _exactly(sent: Any, _network: Any) -> Any:
    return sent


# --- histories, which rest on the signature of a card


def serve_cards(network: Any) -> None:
    """Have an authority that says of every certificate it issued that it is valid."""
    authority = CardAuthority(CertificateKind.USER_IDENTIFICATION)

    def status(_call: Any, asked: jpki.StatusRequest) -> jpki.StatusAnswer:
        now = network.clock.now()
        answer = build_ocsp_response(
            read_ocsp_request(asked.ocsp_request),
            OcspState(revoked_at=None),
            ca_certificate=authority.certificate,
            ca_key=authority.key,
            this_update=now,
            next_update=now.replace(hour=now.hour + 1),
        )
        return jpki.StatusAnswer(ocsp_response=answer)

    known = jpki.CaCertificates(user_identification_ca=authority.certificate, signature_ca=b"")
    served = {jpki.CA_CERTIFICATES: lambda _call, _asked: known, jpki.CERTIFICATE_STATUS: status}
    serve_fake(network.transport, "jpki", served, clock=network.clock)


def opening(request_id: str, signed_for: str = "", challenge_signed: bytes = b"") -> wire.HistoryOpening:
    """What the portal sends; the card signed for this opening, or for another, or other octets."""
    challenge = compose_challenge(
        Challenge(
            kind=SigningKind.USER_IDENTIFICATION,
            requester=PORTAL,
            origin="https://portal.localhost",
            nonce=bytes(32),
            context_hash=commission.history_opening_hash(signed_for or request_id),
        )
    )
    certificate = CardAuthority(CertificateKind.USER_IDENTIFICATION).issue()
    proof = commission.CardProof(certificate, challenge, card_sign(challenge_signed or challenge))
    return wire.HistoryOpening(request_id, ACCOUNT, proof)


def opened(network: Any, sent: wire.HistoryOpening) -> wire.OpenedHistory:
    return cast("wire.OpenedHistory", network.sealed(PORTAL, wire.OPEN_HISTORY, sent, wire.OpenedHistory))


def history_with(*changes: Any, **more: Any) -> Act:
    def act(network: Any) -> str:
        serve_cards(network)
        return told(lambda place: opened(place, opening("history-1", *changes, **more)))(network)

    return act


def of_another_history(network: Any) -> str:
    """The answer to an earlier opening comes back for a later one."""
    earlier: list[bytes] = []

    def change(one: Overheard) -> bytes:
        if (one.recipient, one.path) != (CORE, linkage_core.OPEN_HISTORY.path):
            return one.answer
        earlier.append(one.answer)
        return earlier[0]

    with overheard(network.transport, change):
        assert opened(network, opening("history-1")).bundle == "the bundle"
        return told(lambda place: opened(place, opening("history-2")))(network)
