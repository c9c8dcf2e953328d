"""Form and words of certification for childcare (教育・保育給付認定申請書; R-234)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from mizuhiki.casework.domain import Role
from mizuhiki.casework.web import ClaimField, ClaimWords, Input
from mizuhiki.institutions.municipality.domain.claims.childcare import CODE, ChildcareForm, Ground
from mizuhiki.institutions.municipality.domain.claims.errors import ClaimFormImplausible
from mizuhiki.institutions.municipality.web.claims.wording import N_
from mizuhiki.vocabulary.layouts import Scalar

GROUNDS = {
    "work": N_("Works"),
    "childbirth": N_("Gives birth"),
    "illness": N_("Is ill or disabled"),
    "nursing": N_("Nurses a relative"),
    "disaster": N_("Recovers from a disaster"),
    "job-search": N_("Looks for work"),
    "study": N_("Studies or trains for work"),
    "violence": N_("Violence in the family"),
    "child-care-leave": N_("Is on child care leave while an older child stays in care"),
    "none": N_("No ground: education only"),
}
RULES = {
    "not-resident": N_("Does not live in this city"),
    "no-need-below-three": N_("Below three a child is certified only where every guardian has a ground"),
    "of-school-age": N_("The child is of school age"),
    "need-ended": N_("The ground ends before care is wanted"),
    "class-1": N_("Class 1: education, from three years on"),
    "class-2": N_("Class 2: care, from three years on"),
    "class-3": N_("Class 3: care, below three years"),
    "hours-standard": N_("Standard hours: up to 11 hours a day"),
    "hours-short": N_("Short hours: up to 8 hours a day"),
    "free-from-three": N_("Free from three years on, since 1 October 2019"),
    "free-untaxed": N_("Free below three for a household that pays no municipal tax, since 1 October 2019"),
    "fee-by-levy": N_("Tier %(tier)s: %(fee_yen)s yen a month"),
    "fee-favoured": N_("One parent or a disabled member: %(fee_yen)s yen a month"),
    "fee-second-child": N_("Second child: half, %(fee_yen)s yen a month"),
    "fee-third-child": N_("Third child: no fee"),
    "fee-not-declared": N_("Income is not declared: the highest tier, %(fee_yen)s yen a month"),
}


def _stated(values: Mapping[str, Any], received_on: date) -> Mapping[str, Scalar]:
    typed = dict(values)
    form = ChildcareForm(
        **{
            **typed,
            "ground": Ground(typed["ground"]),
            "second_ground": Ground(typed["second_ground"] or Ground.NONE),
            "child_place": typed["child_place"] or 1,
        }
    )
    form.require_plausible(received_on)
    stated: dict[str, Scalar] = msgspec.to_builtins(form)
    return stated


WORDS = ClaimWords(
    procedure=CODE,
    people=(
        ("guardian", Role.APPLICANT, N_("Guardian"), False),
        ("second", Role.SPOUSE, N_("Second guardian"), True),
        ("child", Role.CHILD, N_("Child to be certified"), False),
        ("member", Role.HOUSEHOLD, N_("Disabled member of the household"), True),
    ),
    fields=(
        ClaimField(name="wanted_from", label=N_("Care is wanted from"), input=Input.DAY),
        ClaimField(name="ground", label=N_("Ground of the guardian"), input=Input.CHOICE, choices=GROUNDS),
        ClaimField(
            name="hours",
            label=N_("Hours a month by the employer's certificate"),
            input=Input.NUMBER,
            hint=N_("The certificate comes from the employer; no office holds it"),
            optional=True,
        ),
        ClaimField(
            name="until",
            label=N_("Expected birth, or last day of the course or leave"),
            input=Input.DAY,
            optional=True,
        ),
        ClaimField(
            name="second_ground",
            label=N_("Ground of the second guardian"),
            input=Input.CHOICE,
            choices=GROUNDS,
            optional=True,
        ),
        ClaimField(
            name="second_hours", label=N_("Hours a month of the second guardian"), input=Input.NUMBER, optional=True
        ),
        ClaimField(
            name="second_until",
            label=N_("Such a day of the second guardian"),
            input=Input.DAY,
            optional=True,
        ),
        ClaimField(
            name="child_place",
            label=N_("Place among the children that count"),
            input=Input.NUMBER,
            hint=N_("1 for the eldest"),
            optional=True,
        ),
        ClaimField(name="on_public_assistance", label=N_("Receives public assistance"), input=Input.CHECK),
        ClaimField(
            name="on_child_rearing_allowance", label=N_("Receives the child rearing allowance"), input=Input.CHECK
        ),
        ClaimField(
            name="on_special_allowance", label=N_("Receives the special child rearing allowance"), input=Input.CHECK
        ),
        ClaimField(
            name="member_disabled",
            label=N_("Somebody in the household has a disability certificate"),
            input=Input.CHECK,
        ),
    ),
    stated=_stated,
    terms={
        "need_class": N_("Class"),
        "hours": N_("Hours of care"),
        "from": N_("Granted from"),
        "until": N_("Until"),
        "tier": N_("Tier of the fee"),
        "fee_yen": N_("Fee a month"),
        "side_dishes_free": N_("Side dishes are free"),
    },
    codes={
        "standard": N_("Standard hours"),
        "short": N_("Short hours"),
        "": N_("Standard hours of education"),
    },
    rules=RULES,
    refused_as=ClaimFormImplausible.code,
)
