"""The register network's look-ups, by way of the certification authority, which knows whose card it is."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from mizuhiki.institutions.portal.domain.look_ups import LookUpLine, SealedTier
from mizuhiki.institutions.portal.peers.exchange_records import EntryUnreadable
from mizuhiki.institutions.portal.ports import CardSignature
from mizuhiki.ledger.bundle import Bundle
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id, parse_institution_id
from mizuhiki.vocabulary.typed_values import read_json
from mizuhiki.wire import jpki
from mizuhiki.wire import register_network as network

JPKI = institution_id(InstitutionKind.JPKI)


class JpkiRegisterNetwork:
    """Implements `ports.RegisterNetwork`."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    def open_look_ups(self, request_id: str, card: CardSignature) -> list[SealedTier]:
        """Return what every tier sealed for this request."""
        answer = self._peers.call(
            JPKI,
            jpki.OPEN_LOOK_UPS,
            jpki.LookUpsConsent(
                request_id=request_id, certificate=card.certificate, challenge=card.challenge, signature=card.signature
            ),
        )
        return [self._open(request_id, tier) for tier in answer.tiers]

    def _open(self, request_id: str, tier: network.TierLookUps) -> SealedTier:
        if tier.envelope is None:
            return SealedTier(tier.tier, refusal=tier.refusal or "no-answer")
        opened = self._peers.open(
            tier.envelope, parse_institution_id(tier.tier), network.LookUpBundles, network.look_ups_context(request_id)
        )
        return SealedTier(tier.tier, tuple(opened.bundles))


def read_lines(bundle: str) -> Sequence[LookUpLine]:
    """Return the look-ups of a checked bundle in recorded order.

    Raises:
        EntryUnreadable: an entry has another form.
    """
    try:
        opened = [opening.entry for shard in Bundle.from_json(bundle).shards for opening in shard.entries]
        decoded = [read_json(text, network.LookUpEntry) for text in opened]
    except msgspec.DecodeError as error:
        raise EntryUnreadable from error
    return [
        LookUpLine(
            kind=entry.kind,
            asker=entry.asker,
            affair=entry.affair,
            legal_basis=entry.legal_basis,
            items=tuple(entry.items),
            outcome=entry.outcome,
            looked_up_at=entry.looked_up_at,
        )
        for entry in decoded
    ]
