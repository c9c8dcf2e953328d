"""The server's operations bound to their adapters, for the API, the pages and the world."""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.institutions.intermediate_server.operations.inquire import Inquire
from mizuhiki.institutions.intermediate_server.operations.notices import Notices
from mizuhiki.institutions.intermediate_server.operations.prepare_acquisition import PrepareAcquisition
from mizuhiki.institutions.intermediate_server.operations.provide import Provide
from mizuhiki.institutions.intermediate_server.operations.receive_pseudonyms import ReceivePseudonyms
from mizuhiki.institutions.intermediate_server.operations.register_local_copies import RegisterLocalCopies
from mizuhiki.institutions.intermediate_server.operations.upkeep import Upkeep


@dataclass(frozen=True, slots=True)
class IntermediateServer:
    """Use cases of one server; see each class for rules and errors."""

    prepare_acquisition: PrepareAcquisition
    receive_pseudonyms: ReceivePseudonyms
    register_local_copies: RegisterLocalCopies
    inquire: Inquire
    provide: Provide
    notices: Notices
    upkeep: Upkeep
