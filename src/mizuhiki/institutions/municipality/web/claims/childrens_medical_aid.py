"""Form and words of medical aid for children under the city's ordinance (子ども医療費受給資格認定申請書)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from mizuhiki.casework.domain import Role
from mizuhiki.casework.web import ClaimField, ClaimWords, Input
from mizuhiki.institutions.municipality.domain.claims.childrens_medical_aid import ChildrensAidForm, code_of
from mizuhiki.institutions.municipality.domain.claims.errors import ClaimFormImplausible
from mizuhiki.institutions.municipality.web.claims.wording import N_
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.layouts import Scalar

RULES = {
    "not-resident": N_("Does not live in this city"),
    "no-child-named": N_("The claim names no child"),
    "child-too-old": N_("The aid ends on the 31 March after the 15th birthday"),
    "on-public-assistance": N_("Public assistance pays for doctors itself"),
    "child-of-age": N_("A child up to the 31 March after the 15th birthday"),
    "share-untaxed": N_("No guardian is taxed: nothing to pay"),
    "share-taxed": N_("At most %(share_yen)s yen a month at each hospital"),
}


def _stated(values: Mapping[str, Any], received_on: date) -> Mapping[str, Scalar]:
    form = ChildrensAidForm(**values)
    form.require_plausible(received_on)
    stated: dict[str, Scalar] = msgspec.to_builtins(form)
    return stated


def words_of(institution: InstitutionId) -> ClaimWords:
    """Return the claim as staff of one city see it; the procedure's code is that of its own ordinance."""
    return ClaimWords(
        procedure=code_of(institution),
        people=(
            ("applicant", Role.APPLICANT, N_("Guardian"), False),
            ("child", Role.CHILD, N_("Child"), False),
            ("spouse", Role.SPOUSE, N_("Second guardian"), True),
        ),
        fields=(
            ClaimField(
                name="insured_on",
                label=N_("First day on the child's insurance card"),
                input=Input.DAY,
            ),
            ClaimField(name="on_public_assistance", label=N_("Receives public assistance"), input=Input.CHECK),
        ),
        stated=_stated,
        terms={
            "share_yen": N_("Highest share a month at each hospital"),
            "from": N_("Granted from"),
            "until": N_("Until"),
        },
        rules=RULES,
        refused_as=ClaimFormImplausible.code,
    )
