"""The procedures of the sections and what each leaves behind."""

from __future__ import annotations

from mizuhiki.casework.domain import Case, Procedure
from mizuhiki.institutions.municipality.domain.claims import (
    care_premium,
    child_rearing,
    childcare,
    childrens_medical_aid,
    disability_services,
    housing,
    medical_aid,
    public_assistance,
)
from mizuhiki.institutions.municipality.domain.claims.awards import Award
from mizuhiki.vocabulary.affairs import is_ordinance_affair
from mizuhiki.vocabulary.ids import InstitutionId

PROCEDURES = (
    child_rearing.PROCEDURE,
    care_premium.PROCEDURE,
    housing.PROCEDURE,
    disability_services.PROCEDURE,
    childcare.PROCEDURE,
    medical_aid.PROCEDURE,
    public_assistance.PROCEDURE,
)
_AWARDS = {
    child_rearing.CODE: child_rearing.awards,
    care_premium.CODE: care_premium.awards,
    housing.CODE: housing.awards,
    disability_services.CODE: disability_services.awards,
    childcare.CODE: childcare.awards,
    medical_aid.CODE: medical_aid.awards,
    public_assistance.CODE: public_assistance.awards,
}


def procedures_of(institution: InstitutionId) -> tuple[Procedure, ...]:
    """Return what the sections of one city carry out: procedures of Acts, and that of its own ordinance."""
    return (*PROCEDURES, childrens_medical_aid.procedure_of(institution))


def awards_of(case: Case) -> tuple[Award, ...]:
    """Return what a decided case grants, as others are told of it; of ordinances nobody is told."""
    if is_ordinance_affair(case.procedure):
        return childrens_medical_aid.awards(case)
    return _AWARDS[case.procedure](case)
