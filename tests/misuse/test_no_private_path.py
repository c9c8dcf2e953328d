"""No path from a private body into a government store, and no number taken by telephone (R-019)."""

from __future__ import annotations

import dataclasses

import pytest

from mizuhiki.institutions.municipality.domain.addressees import IdentityChecklist
from mizuhiki.institutions.municipality.domain.errors import IdentityNotVerified
from mizuhiki.vocabulary.affairs import affairs
from mizuhiki.vocabulary.ids import InstitutionKind, MalformedInstitutionId, kind_of, parse_institution_id
from mizuhiki.vocabulary.register_access.verification import Method
from mizuhiki.wire.openapi import served_interfaces
from mizuhiki.world.nation.plan import plan_nation

GOVERNMENT = {
    "municipality",
    "prefecture",
    "national-register",
    "jpki",
    "linkage-core",
    "commission",
    "intermediate",
    "pension-service",
    "portal",
    "tax-agency",
    "outside-parties",
    "student-services-organization",
    "public-employment-office",
    "health-insurance-society",
    "prefecture-welfare",
    "prefectural-board-of-education",
}
"""Bodies of the state and of local government, and those founded by law for them; `outside-parties` is the Minister of
Justice (住民基本台帳法30条の50), health insurance societies are founded by the Health Insurance Act (健康保険法8条) and
are medical insurers of the Act's table. Whoever adds a kind decides here that it is no private body."""
PRIVATE = {"employer", "financial-institution"}
"""Private bodies that the table of affairs names as users of numbers."""


@pytest.mark.requirement("R-019")
def test_every_kind_that_can_have_an_identity_is_a_public_body() -> None:
    assert {kind.value for kind in InstitutionKind} == GOVERNMENT
    assert {kind_of(one.institution).value for one in plan_nation()} <= GOVERNMENT
    for private in (*PRIVATE, "company-7000012050002", "bank-0001", "shop"):
        with pytest.raises(MalformedInstitutionId):
            parse_institution_id(private)


@pytest.mark.requirement("R-019")
def test_private_users_of_numbers_are_callers_of_no_endpoint() -> None:
    users = {user for known in affairs() for user in known.users}
    assert users >= PRIVATE, "employers and banks do handle numbers, for the administration"
    for endpoints in served_interfaces().values():
        for endpoint in endpoints:
            assert endpoint.callers, endpoint.name
            assert {caller.value for caller in endpoint.callers} <= GOVERNMENT, endpoint.name


@pytest.mark.requirement("R-019")
def test_a_number_is_taken_and_checked_in_presence_only() -> None:
    complete = IdentityChecklist(
        application=True, card_shown=True, face_checked=True, chip_equals_face=True, number_and_items_compared=True
    )
    complete.require_complete()
    for step in ("card_shown", "face_checked"):
        with pytest.raises(IdentityNotVerified):
            dataclasses.replace(complete, **{step: False}).require_complete()
    assert not [method for method in Method if "phone" in method.value]
