"""Three inquiries that must be refused, each by its own rule, named and recorded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mizuhiki.crypto.pseudonyms import BASE, Ciphertext, ciphertexts_root
from mizuhiki.institutions.intermediate_server.domain.exchanges import InquiryRequest
from mizuhiki.runtime.conversion_keys import GENERATION
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id, intermediate_server_of
from mizuhiki.wire import linkage_core
from mizuhiki.world.family import FROM_MUNICIPALITY, TO_MUNICIPALITY
from mizuhiki.world.offices import UNASSESSED_MUNICIPALITY
from mizuhiki.world.story.stage import Stage
from mizuhiki.world.story.telling import check

CORE = institution_id(InstitutionKind.LINKAGE_CORE)


class Refusals:
    """The refused inquiries on one stage."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._old = institution_id(InstitutionKind.MUNICIPALITY, FROM_MUNICIPALITY)
        self._new = institution_id(InstitutionKind.MUNICIPALITY, TO_MUNICIPALITY)
        self._village = institution_id(InstitutionKind.MUNICIPALITY, UNASSESSED_MUNICIPALITY)

    def no_statute_row(self) -> str:
        """Medical insurance facts may not be asked for child allowance."""
        outcome = self._ask(self._new, "medical-insurance", "story-refused-kind")
        check(outcome == "no-statute-row", f"refused for want of a statute row, not {outcome}")
        return self._recorded("no-statute-row")

    def no_assessment(self) -> str:
        """The village has published no assessment for child allowance."""
        outcome = self._ask(self._village, "local-tax", "story-refused-assessment")
        check(outcome == "assessment-not-published", f"refused for want of an assessment, not {outcome}")
        return self._recorded("assessment-not-published")

    def _ask(self, inquirer: InstitutionId, kind: str, request_id: str) -> str:
        """Ask from an intermediate server about some resident of the inquirer, as its business system would."""
        operations = self._stage.operations(inquirer)
        clerk = self._stage.context(inquirer, "counter-clerk", "child-allowance", "児童手当法", "story", person="clerk")
        key = next(one for one in self._stage.roster.people if one.municipality == _code(inquirer))
        record = operations.resident(clerk, key.resident)
        if record.state.value == "removed":
            key = [one for one in self._stage.roster.people if one.municipality == _code(inquirer)][-1]
            record = operations.resident(clerk, key.resident)
        view = operations.household_view(clerk, record.household)
        addressee = next(
            member.addressee_number for member in view.members if member.summary.resident == record.resident
        )
        server = intermediate_server_of(inquirer)
        owner = self._stage.context(server, "owner", "child-allowance", "児童手当法", "story")
        request = InquiryRequest(
            request_id=request_id,
            addressee_number=addressee,
            provider=self._old,
            affair="child-allowance",
            procedure="child-allowance.claim",
            kinds=(kind,),
            fiscal_year=0,
            period_from=None,
            period_until=None,
            case_reference="story",
        )
        result = self._stage.operations(server).inquire(owner, request=request)
        outcome: str = result.outcome
        return outcome

    def wrong_key(self) -> str:
        """Somebody with other keys claims to be Minato's intermediate server."""
        server = intermediate_server_of(self._new)
        impostor = self._stage.impostor(server)
        now = self._stage.clock.now()
        inputs = [Ciphertext(BASE, BASE)]
        case = linkage_core.Inquiry(
            section_id=self._stage.randomness.token(),
            inquirer=self._new,
            inquirer_server=server,
            provider=self._old,
            provider_server=intermediate_server_of(self._old),
            affair="child-allowance",
            procedure="child-allowance.claim",
            kinds=["local-tax"],
            fiscal_year=0,
            period_from=None,
            period_until=None,
            generation=GENERATION,
            lines=[
                linkage_core.InquiryLine(exchange_number=self._stage.randomness.token(), case_reference_hash=b"x" * 32)
            ],
            inputs_root=ciphertexts_root(inputs),
            nonce=self._stage.randomness.token(),
            issued_at=now,
            expires_at=now + timedelta(minutes=5),
        )
        signed = impostor.sign(linkage_core.INQUIRY_TYPE, case)
        try:
            impostor.call(
                CORE, linkage_core.SUBMIT_INQUIRIES, linkage_core.SubmittedInquiries(case=signed, inputs=inputs)
            )
        except PeerProblem as problem:
            check("signature" in problem.peer_code, f"refused for its signature, not {problem.peer_code}")
            return self._recorded(problem.peer_code)
        check(holds=False, what="an inquiry with a wrong key is refused")
        return ""

    def _recorded(self, code: str) -> str:
        """Return the line of the core's refusals; each refusal is kept with its rule."""
        context = self._stage.context(
            CORE, "operator", "information-provision", "番号法21条", "read refusals", person="operator"
        )
        refusals: list[Any] = self._stage.operations(CORE).list_refusals(context)
        found = [refusal for refusal in refusals if refusal.rule == code]
        check(found, f"the refusal {code} is recorded at the core")
        return f"{code}: {found[0].detail}"


def _code(institution: InstitutionId) -> str:
    return institution.rpartition("-")[2]
