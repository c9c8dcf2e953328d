"""Trap persons at a fake intermediate server: what it keeps, and what it sends to plant, withdraw and ask."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mizuhiki.crypto.pseudonyms import Ciphertext, Pseudonym, ciphertexts_root, encrypt_pseudonym, pseudonym_of_nobody
from mizuhiki.institutions.commission.domain.alarms import Alarm as ReceivedAlarm
from mizuhiki.institutions.linkage_core.domain.traps import Alarm
from mizuhiki.wire import linkage_core
from unit.institutions.linkage_core.kit import COMMISSION, CORE, GENERATION, FakeServer, Linkage


class Trapper:
    """A server that plants traps; `codes` stands for what its officer keeps in a safe."""

    def __init__(self, server: FakeServer, *codes: bytes) -> None:
        self.server = server
        self.codes = codes

    @property
    def people(self) -> list[Pseudonym]:
        return [pseudonym_of_nobody(code.ljust(16, b".")) for code in self.codes]

    @property
    def tokens(self) -> list[bytes]:
        return [code.ljust(32, b"t") for code in self.codes]

    def inputs(self, *people: Pseudonym) -> list[Ciphertext]:
        joint_key = self.server.keys.joint_key()
        return [encrypt_pseudonym(joint_key, one, self.server.randomness) for one in people or self.people]

    def submitted(self, inputs: list[Ciphertext] | None = None, **changes: object) -> linkage_core.SubmittedTraps:
        now, inputs = self.server.place.clock.now(), inputs or self.inputs()
        values: dict[str, Any] = {
            "planting_id": self.server.randomness.token(),
            "holder": self.server.name,
            "generation": GENERATION,
            "tokens": [linkage_core.withdrawal_token_hash(token) for token in self.tokens],
            "inputs_root": ciphertexts_root(inputs),
            "nonce": self.server.randomness.token(),
            "issued_at": now,
            "expires_at": now + timedelta(minutes=30),
        }
        case = linkage_core.TrapPlanting(**{**values, **changes})
        return linkage_core.SubmittedTraps(case=self.server.peers.sign(linkage_core.TRAP_TYPE, case), inputs=inputs)

    def plant(self, submitted: linkage_core.SubmittedTraps | None = None) -> int:
        answer = self.server.peers.call(CORE, linkage_core.PLANT_TRAPS, submitted or self.submitted())
        return answer.standing

    def withdraw(self, *tokens: bytes) -> tuple[int, int]:
        request = linkage_core.TrapWithdrawal(tokens=list(tokens or self.tokens))
        answer = self.server.peers.call(CORE, linkage_core.WITHDRAW_TRAPS, request)
        return answer.withdrawn, answer.standing

    def standing(self) -> int:
        return self.server.peers.call(CORE, linkage_core.COUNT_TRAPS, linkage_core.TrapCountRequest()).standing

    def ask(self, *people: Pseudonym, **changes: object) -> linkage_core.AnsweredInquiries:
        return self.server.ask(self.server.inquiry(self.inputs(*people), **changes))


def alarms(place: Linkage) -> list[Alarm]:
    """Alarms at the core, newest first."""
    return place.core.operations.traps.alarms(place.staff(CORE, "operator"), limit=100)


def received(place: Linkage) -> list[ReceivedAlarm]:
    """Alarms at the commission, newest first."""
    return place.commission.operations.alarms.listed(place.staff(COMMISSION, "inspector"), limit=100)
