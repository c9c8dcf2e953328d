"""Handlers for comparing tiers and for opening a person's look-ups."""

from __future__ import annotations

from typing import Protocol

from mizuhiki.institutions.national_register.operations.service import NationalRegister
from mizuhiki.institutions.national_register.ports import LookUpTiers
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api, Call
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id, key_of
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.wire import national_register as wire
from mizuhiki.wire import register_network as network

PORTAL = institution_id(InstitutionKind.PORTAL)


class Gathering(Protocol):
    """Asks the other tiers for a person's look-ups."""

    def gather(self, request_id: str, others: LookUpTiers) -> list[network.TierLookUps]:
        """Return what every tier sealed to the portal; one that does not answer is named with the reason."""


class NetworkHandlers:
    """One method per endpoint; asks the other tiers with no transaction open."""

    def __init__(
        self, register: NationalRegister, peers: Peers, institution: InstitutionId, gathering: Gathering
    ) -> None:
        self._register = register
        self._peers = peers
        self._institution = institution
        self._tiers = gathering

    def compare_pages(self, call: Call, request: network.PagesToCompare) -> network.DifferingPages:
        """Compare page digests with those of the calling municipality."""
        context = call.context("resident-register", "住民基本台帳法30条の7", "compare the tiers")
        pages, unmarked = self._register.compare_pages(
            context,
            sender=key_of(call.peer),
            pages=network.read_pages(request.pages),
            protected=[ResidentRecordCode.parse(code) for code in request.protected],
        )
        return network.DifferingPages(pages=pages, unmarked=network.write_differences(unmarked))

    def compare_records(self, call: Call, request: network.RecordsToCompare) -> network.FoundDifferences:
        """Compare records with those of the calling municipality."""
        context = call.context("resident-register", "住民基本台帳法30条の7", "compare the tiers")
        found = self._register.compare_records(
            context,
            sender=key_of(call.peer),
            pages=request.pages,
            original=[network.read_record(record) for record in request.records],
        )
        return network.FoundDifferences(differences=network.write_differences(found))

    def open_look_ups(self, call: Call, request: network.LookUpsQuestion) -> network.OpenedLookUps:
        """Seal the own look-ups to the portal and gather what the other tiers sealed to it."""
        context = call.context("portal-account", "番号法附則6条3項", "show a person who looked them up")
        code = ResidentRecordCode.parse(request.resident_record_codes[0])
        own, others = self._register.open_look_ups(context, code=code)
        envelope = self._peers.seal(
            PORTAL,
            network.LookUpBundles(bundles=[own.bundle]),
            network.look_ups_context(request.request_id),
        )
        tiers = [network.TierLookUps(tier=self._institution, envelope=envelope)]
        return network.OpenedLookUps(tiers=[*tiers, *self._tiers.gather(request.request_id, others)])


def serve_network(
    api: Api, register: NationalRegister, peers: Peers, institution: InstitutionId, gathering: Gathering
) -> None:
    """Register the endpoints with their handlers."""
    handlers = NetworkHandlers(register, peers, institution, gathering)
    api.serve_sealed(wire.COMPARE_PAGES, network.PagesToCompare, handlers.compare_pages)
    api.serve_sealed(wire.COMPARE_RECORDS, network.RecordsToCompare, handlers.compare_records)
    api.serve_sealed(wire.OPEN_LOOK_UPS, network.LookUpsQuestion, handlers.open_look_ups)
