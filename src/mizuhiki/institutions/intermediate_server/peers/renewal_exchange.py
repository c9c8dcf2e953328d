"""Renewals of this server's own pseudonyms on their way through both converters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from mizuhiki.crypto.pseudonyms import ciphertexts_root, decrypt_pseudonyms, encrypt_pseudonyms
from mizuhiki.crypto.signed_objects import object_hash
from mizuhiki.institutions.intermediate_server.domain.errors import TicketMismatch
from mizuhiki.institutions.intermediate_server.operations.check_tickets import ExpectedTicket, check_tickets
from mizuhiki.institutions.intermediate_server.peers.core_exchange import CORE
from mizuhiki.institutions.intermediate_server.peers.tickets import TicketReader
from mizuhiki.institutions.intermediate_server.ports import PersonKey
from mizuhiki.runtime.conversion_keys import ConversionKeys, ConvertedBatch
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.peers import Peers
from mizuhiki.wire import linkage_core as wire
from mizuhiki.wire.intermediate_server import ConvertedSection

LIFETIME = timedelta(minutes=30)
"""A renewal is asked for anew when it was lost; nothing but the answer depends on it."""
PURPOSE = "renewal"


class RenewalThroughCore:
    """Implements `ports.RenewalExchange`."""

    def __init__(self, environment: Environment, peers: Peers, keys: ConversionKeys) -> None:
        self._environment = environment
        self._peers = peers
        self._keys = keys

    def renew(self, pseudonyms: Sequence[PersonKey], generation: int, to_generation: int) -> list[PersonKey]:
        """Return the pseudonyms of the other generation in the same order, both halves verified.

        Raises:
            TicketMismatch, HalvesMixed, ConversionProofInvalid: what came is not a renewal of these.
            PeerRefused: the commission or the core refuses; the error names the rule.
            Unavailable: one of them does not answer.
        """
        here, randomness = self._environment.institution, self._environment.randomness
        joint_key, now = self._keys.joint_key(), self._environment.clock.now()
        inputs = encrypt_pseudonyms(joint_key, pseudonyms, randomness)
        case = wire.Renewal(
            batch_id=randomness.token(),
            holder=here,
            generation=generation,
            to_generation=to_generation,
            persons=len(inputs),
            inputs_root=ciphertexts_root(inputs),
            nonce=randomness.token(),
            issued_at=now,
            expires_at=now + LIFETIME,
        )
        text = self._peers.sign(wire.RENEWAL_TYPE, case)
        answer = self._peers.call(CORE, wire.RENEW_PSEUDONYMS, wire.SubmittedRenewal(case=text, inputs=inputs))
        section = self._peers.open(answer.section, CORE, ConvertedSection, f"section/{case.batch_id}".encode())
        tickets = TicketReader(self._peers).read(answer.tickets)
        check_tickets(tickets, ExpectedTicket(PURPOSE, object_hash(text), here, case.inputs_root, now))
        halves = [section.commission_half, section.core_half]
        for half, ticket in zip(halves, tickets, strict=True):
            if ciphertexts_root(half.outputs) != ticket.outputs_root:
                raise TicketMismatch(part="outputs")
        batch = ConvertedBatch(inputs, halves, here, here, generation, case.batch_id, to_generation)
        outputs = self._keys.check(batch)
        key = self._keys.own_key(to_generation)
        return [*decrypt_pseudonyms(key, outputs)]
