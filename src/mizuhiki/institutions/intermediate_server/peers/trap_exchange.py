"""Traps of this server on their way to the core, through the commission's half."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from mizuhiki.crypto.pseudonyms import ciphertexts_root, encrypt_pseudonyms
from mizuhiki.institutions.intermediate_server.peers.core_exchange import CORE
from mizuhiki.institutions.intermediate_server.ports import PersonKey
from mizuhiki.runtime.conversion_keys import ConversionKeys
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.peers import Peers
from mizuhiki.wire import linkage_core as wire

LIFETIME = timedelta(minutes=30)
"""A planting that was lost is made anew; the core knows its traps by their tokens."""


class TrapsThroughCore:
    """Implements `ports.TrapExchange`."""

    def __init__(self, environment: Environment, peers: Peers, keys: ConversionKeys) -> None:
        self._environment = environment
        self._peers = peers
        self._keys = keys

    def plant(self, pseudonyms: Sequence[PersonKey], tokens: Sequence[bytes], generation: int) -> int:
        """Have the core watch these; return how many of this server it watches then.

        Raises:
            PeerRefused: the commission or the core refuses; the error names the rule.
            Unavailable: one of them does not answer.
        """
        randomness, now = self._environment.randomness, self._environment.clock.now()
        joint_key = self._keys.joint_key()
        inputs = encrypt_pseudonyms(joint_key, pseudonyms, randomness)
        case = wire.TrapPlanting(
            planting_id=randomness.token(),
            holder=self._environment.institution,
            generation=generation,
            tokens=[wire.withdrawal_token_hash(token) for token in tokens],
            inputs_root=ciphertexts_root(inputs),
            nonce=randomness.token(),
            issued_at=now,
            expires_at=now + LIFETIME,
        )
        text = self._peers.sign(wire.TRAP_TYPE, case)
        return self._peers.call(CORE, wire.PLANT_TRAPS, wire.SubmittedTraps(case=text, inputs=inputs)).standing

    def withdraw(self, tokens: Sequence[bytes]) -> tuple[int, int]:
        """Have the core watch these no more; return how many it watched, and how many of this server it still does.

        Raises:
            Unavailable: the core does not answer.
        """
        answer = self._peers.call(CORE, wire.WITHDRAW_TRAPS, wire.TrapWithdrawal(tokens=list(tokens)))
        return answer.withdrawn, answer.standing

    def count(self) -> int:
        """Return how many traps of this server the core watches.

        Raises:
            Unavailable: the core does not answer.
        """
        return self._peers.call(CORE, wire.COUNT_TRAPS, wire.TrapCountRequest()).standing
