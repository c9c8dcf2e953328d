"""Serves a person's look-ups to the portal, by way of the national register (住基法30条の32; R-026)."""

from __future__ import annotations

from mizuhiki.institutions.municipality.operations.network_desk import NetworkDesk
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api, Call
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.wire import municipality as wire
from mizuhiki.wire import register_network as network

PORTAL = institution_id(InstitutionKind.PORTAL)


def serve_look_ups(api: Api, desk: NetworkDesk, peers: Peers, institution: InstitutionId) -> None:
    """Register the endpoint with its handler."""

    def open_look_ups(call: Call, request: network.LookUpsQuestion) -> network.TierLookUps:
        context = call.context("resident-register", "番号法附則6条3項", "show a person who looked them up")
        codes = [ResidentRecordCode.parse(code) for code in request.resident_record_codes]
        bundles = network.LookUpBundles(bundles=desk.open_look_ups(context, codes))
        envelope = peers.seal(PORTAL, bundles, network.look_ups_context(request.request_id))
        return network.TierLookUps(tier=institution, envelope=envelope)

    api.serve_sealed(wire.OPEN_LOOK_UPS, network.LookUpsQuestion, open_look_ups)
