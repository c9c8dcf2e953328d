"""Handlers for comparing tiers and for opening a person's look-ups."""

from __future__ import annotations

from mizuhiki.institutions.national_register.operations.service import NationalRegister
from mizuhiki.institutions.national_register.ports import LookUpTiers
from mizuhiki.runtime.directory import NotInDirectory
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.runtime.serving import Api, Call
from mizuhiki.vocabulary.errors import Unavailable
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id, key_of, kind_of
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.wire import municipality, prefecture
from mizuhiki.wire import national_register as wire
from mizuhiki.wire import register_network as network

PORTAL = institution_id(InstitutionKind.PORTAL)


class NetworkHandlers:
    """One method per endpoint; asks the other tiers with no transaction open."""

    def __init__(self, register: NationalRegister, peers: Peers, institution: InstitutionId) -> None:
        self._register = register
        self._peers = peers
        self._institution = institution

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
        return network.OpenedLookUps(tiers=[*tiers, *(self._ask(tier, others, request) for tier in _tiers(others))])

    def _ask(self, tier: InstitutionId, others: LookUpTiers, request: network.LookUpsQuestion) -> network.TierLookUps:
        """Ask one tier; one that does not answer is named, so that the person sees what is missing."""
        door = prefecture.OPEN_LOOK_UPS if kind_of(tier) is InstitutionKind.PREFECTURE else municipality.OPEN_LOOK_UPS
        question = network.LookUpsQuestion(
            request_id=request.request_id, resident_record_codes=[code.reveal() for code in others.codes]
        )
        try:
            return self._peers.call_sealed(tier, door, question, network.TierLookUps)
        except (PeerProblem, Unavailable, NotInDirectory) as error:
            return network.TierLookUps(tier=tier, refusal=error.code)


def _tiers(others: LookUpTiers) -> list[InstitutionId]:
    return [
        *(institution_id(InstitutionKind.PREFECTURE, code) for code in others.prefectures),
        *(institution_id(InstitutionKind.MUNICIPALITY, code) for code in others.municipalities),
    ]


def serve_network(api: Api, register: NationalRegister, peers: Peers, institution: InstitutionId) -> None:
    """Register the endpoints with their handlers."""
    handlers = NetworkHandlers(register, peers, institution)
    api.serve_sealed(wire.COMPARE_PAGES, network.PagesToCompare, handlers.compare_pages)
    api.serve_sealed(wire.COMPARE_RECORDS, network.RecordsToCompare, handlers.compare_records)
    api.serve_sealed(wire.OPEN_LOOK_UPS, network.LookUpsQuestion, handlers.open_look_ups)
