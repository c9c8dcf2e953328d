"""Medical aid for the newborn under the city's own ordinance: an ordinance affair (番号法19条9号; R-252)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from mizuhiki.casework.domain import IdentityCheck, NumberProof, PersonForm, PersonProof, Role
from mizuhiki.institutions.municipality.domain.claims import childrens_medical_aid
from mizuhiki.institutions.municipality.domain.claims.childrens_medical_aid import ChildrensAidForm
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.ids import InstitutionId, key_of
from mizuhiki.world.story.stage import Stage
from mizuhiki.world.story.telling import check

PROVIDED = "provided"
BY_CARD = IdentityCheck(NumberProof.CARD, PersonProof.CARD, compared=True)
BY_FAMILY = IdentityCheck(NumberProof.NOTIFICATION_CARD, None, compared=True)


@dataclass(frozen=True, slots=True)
class ChildrensAid:
    """The claim at the child section of `city`; the applicant lived in `elsewhere` on 1 January."""

    stage: Stage
    city: InstitutionId
    elsewhere: InstitutionId
    born_on: date

    def claim(self, applicant: str, child: str) -> tuple[str, list[str]]:
        """Walk the claim to its notice; return what happened and the exchange numbers."""
        claims, clerk = self.stage.operations(self.city).claims, self._context("clerk")
        people = (
            self._person(applicant, Role.APPLICANT, BY_CARD, key_of(self.elsewhere)),
            self._person(child, Role.CHILD, BY_FAMILY, ""),
        )
        code = childrens_medical_aid.code_of(self.city)
        form = ChildrensAidForm(insured_on=self.born_on)
        case = claims.claim(clerk, code, "story-childrens-aid", clerk.today(), people, form)
        self.stage.pump()
        [told] = claims.gather(clerk, case)
        check(told.outcome == PROVIDED, f"local tax was provided, not {told.outcome} ({told.detail})")
        check("番号法19条9号" in told.statute, f"the row is the ordinance's, not {told.statute}")
        claims.propose(clerk, case)
        claims.approve(self._context("approver"), case)
        claims.notify(clerk, case)
        self.stage.pump()
        decided = claims.case_file(clerk, case).case
        check(not decided.papers, "no paper was taken")
        return f"{told.provider} answered under {told.statute.partition(' ')[0]}", [told.exchange_number]

    def _context(self, duty: str) -> Context:
        affair = childrens_medical_aid.affair_of(self.city)
        return self.stage.context(
            self.city, f"child-section-{duty}", affair.code, affair.citation, "medical aid for a child", person=duty
        )

    def _person(self, resident: str, role: Role, identity: IdentityCheck, lived: str) -> PersonForm:
        clerk = self.stage.context(self.city, "counter-clerk", "resident-register", "住民基本台帳法", "look")
        record: Any = self.stage.operations(self.city).resident(clerk, resident)
        items = record.four_items
        return PersonForm(
            role=role,
            number_text=record.number.reveal(),
            name=record.name.full,
            name_kana=record.name.full_kana,
            birth_date=items.birth_date,
            sex=items.sex,
            address=items.address,
            identity=identity,
            lived_on_1_january=lived,
        )
