"""Sends converted cases to intermediate servers; sections are sealed to each server anew for every attempt."""

from __future__ import annotations

import msgspec

from mizuhiki.crypto.envelopes import SealedEnvelope
from mizuhiki.crypto.pseudonyms import Ciphertext, ConversionProof
from mizuhiki.institutions.linkage_core.domain.cases import (
    Case,
    CiphertextPair,
    Converted,
    HalfConversion,
    LineOutcome,
    Package,
    Provided,
    Submitted,
)
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.stored_values import encode_stored
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.typed_values import read_json
from mizuhiki.wire import intermediate_server as wire
from mizuhiki.wire.commission import ConversionTarget


def section_context(case: Case) -> bytes:
    """Return the envelope context of a case's section."""
    return f"section/{case.number}".encode()


class IntermediateServers:
    """Implements `ports.Recipients`."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    def provide(self, server: InstitutionId, case: Case, submitted: Submitted, package: Package) -> Provided:
        """Have the provider answer."""
        request = wire.ProvisionRequest(
            case=submitted.case_text, tickets=list(package.tickets), section=self._section(server, case, package)
        )
        provision = self._peers.call(server, wire.PROVIDE, request)
        lines = tuple(
            LineOutcome(line.exchange_number, line.outcome, _encoded(line.answer)) for line in provision.lines
        )
        return Provided(lines, _encoded(provision.answer))

    def deliver_pseudonyms(self, server: InstitutionId, case: Case, submitted: Submitted, package: Package) -> None:
        """Deliver issued pseudonyms to their holder."""
        request = wire.PseudonymDelivery(
            case=submitted.case_text,
            acquisition=submitted.acquisition,
            tickets=list(package.tickets),
            section=self._section(server, case, package),
        )
        self._peers.call(server, wire.RECEIVE_PSEUDONYMS, request)

    def deliver_notice(self, server: InstitutionId, case: Case, submitted: Submitted, package: Package) -> None:
        """Deliver a notice to the portal's server."""
        request = wire.NoticeDelivery(
            case=submitted.case_text,
            tickets=list(package.tickets),
            section=self._section(server, case, package),
            content=read_json(submitted.content, SealedEnvelope),
        )
        self._peers.call(server, wire.RECEIVE_NOTICE, request)

    def _section(self, server: InstitutionId, case: Case, package: Package) -> SealedEnvelope:
        return self._peers.seal(server, _written(package.converted), section_context(case))

    @staticmethod
    def written(converted: Converted) -> bytes:
        """Return converted ciphertexts as the message that a holder gets sealed."""
        return msgspec.json.encode(_written(converted))


def _written(converted: Converted) -> wire.ConvertedSection:
    return wire.ConvertedSection(
        inputs=_ciphertexts(converted.inputs),
        commission_half=_target(converted.commission_half),
        core_half=_target(converted.core_half),
    )


def _encoded(answer: SealedEnvelope | None) -> bytes:
    return b"" if answer is None else encode_stored(answer)


def _ciphertexts(pairs: tuple[CiphertextPair, ...]) -> list[Ciphertext]:
    return [Ciphertext(pair.c1, pair.c2) for pair in pairs]


def _target(half: HalfConversion) -> ConversionTarget:
    proof = half.proof
    return ConversionTarget(
        target=half.target,
        outputs=_ciphertexts(half.outputs),
        proof=None if proof is None else ConversionProof(challenge=proof.challenge, n=proof.n, f=proof.f, r=proof.r),
        generation=half.generation,
    )
