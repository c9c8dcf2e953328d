"""Form and words of medical aid for persons with disabilities (自立支援医療費支給認定申請書; R-242)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from mizuhiki.casework.domain import Role
from mizuhiki.casework.web import ClaimField, ClaimWords, Input
from mizuhiki.institutions.municipality.domain.claims.errors import ClaimFormImplausible
from mizuhiki.institutions.municipality.domain.claims.medical_aid import CODE, MedicalAidForm, Treatment
from mizuhiki.institutions.municipality.web.claims.wording import N_
from mizuhiki.vocabulary.layouts import Scalar

TREATMENTS = {
    "child": N_("Medical aid for a child with a physical disability"),
    "rehabilitation": N_("Medical aid for rehabilitation of an adult"),
}
BANDS = {
    "assistance": N_("Public assistance"),
    "low-1": N_("Low income 1"),
    "low-2": N_("Low income 2"),
    "middle-1": N_("Middle income 1"),
    "middle-2": N_("Middle income 2"),
    "high": N_("High income, severe and lasting"),
}
RULES = {
    "not-resident": N_("Does not live in this city"),
    "no-child-named": N_("The claim names no child"),
    "child-grown-up": N_("The child is 18 already"),
    "adult-aid-for-child": N_("Below 18 the aid for children applies"),
    "no-physical-certificate": N_("No physical disability is certified"),
    "income-not-declared": N_("Income is not declared"),
    "levy-above-limit": N_("The levy of the household, %(levy_yen)s yen, reaches the limit"),
    "treatment-child": N_("A child with a physical disability is treated"),
    "treatment-rehabilitation": N_("An adult with the certificate is treated"),
    "band-assistance": N_("Receives public assistance: nothing is paid by the user"),
    "band-low-1": N_("Nobody is taxed, income of %(income_yen)s yen: low income 1"),
    "band-low-2": N_("Nobody is taxed, income of %(income_yen)s yen: low income 2"),
    "band-middle-1": N_("Levy of %(levy_yen)s yen: middle income 1"),
    "band-middle-2": N_("Levy of %(levy_yen)s yen: middle income 2"),
    "band-high": N_("Levy of %(levy_yen)s yen: high income, but severe and lasting"),
    "share-limit": N_("A tenth of the cost, at most %(cap_yen)s yen a month"),
    "insurance-limit": N_("A tenth of the cost, at most the limit of the health insurance"),
}


def _stated(values: Mapping[str, Any], received_on: date) -> Mapping[str, Scalar]:
    form = MedicalAidForm(**{**values, "treatment": Treatment(values["treatment"])})
    form.require_plausible(received_on)
    stated: dict[str, Scalar] = msgspec.to_builtins(form)
    return stated


WORDS = ClaimWords(
    procedure=CODE,
    people=(
        ("applicant", Role.APPLICANT, N_("Patient, or guardian of the child"), False),
        ("child", Role.CHILD, N_("Child who is treated"), True),
        ("spouse", Role.SPOUSE, N_("Spouse"), True),
        ("member", Role.HOUSEHOLD, N_("Further member of the same health insurance"), True),
    ),
    fields=(
        ClaimField(name="treatment", label=N_("Aid"), input=Input.CHOICE, choices=TREATMENTS),
        ClaimField(
            name="treatment_until",
            label=N_("Treatment lasts until"),
            input=Input.DAY,
        ),
        ClaimField(
            name="lasting",
            label=N_("Severe and lasting by the doctor's opinion"),
            input=Input.CHECK,
            hint=N_("The opinion comes from the designated hospital; no office holds it"),
        ),
        ClaimField(name="holds_certificate", label=N_("The adult holds a disability certificate"), input=Input.CHECK),
        ClaimField(name="on_public_assistance", label=N_("Receives public assistance"), input=Input.CHECK),
        ClaimField(name="on_pension", label=N_("Receives a public pension"), input=Input.CHECK),
        ClaimField(
            name="on_special_allowance", label=N_("Receives the special child rearing allowance"), input=Input.CHECK
        ),
    ),
    stated=_stated,
    terms={
        "treatment": N_("Aid"),
        "band": N_("Band of income"),
        "cap_yen": N_("Highest share a month"),
        "from": N_("Granted from"),
        "until": N_("Until"),
    },
    codes={**TREATMENTS, **BANDS},
    rules=RULES,
    refused_as=ClaimFormImplausible.code,
)
