"""Codes of the desk for addressees in words; message ids, translated in ``translations``."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.addressee_records import CaseKind, ChangeKind, Decision, Department
from mizuhiki.institutions.municipality.web.messages import N_

ENTRY_FIELDS = ("department", "local_number", "name", "name_kana", "birth_date", "sex", "address", "number")
DEPARTMENTS = {
    Department.TAX: N_("Tax"),
    Department.CHILD: N_("Children"),
    Department.CARE: N_("Long-term care"),
    Department.HEALTH_INSURANCE: N_("Health insurance"),
    Department.DISABILITY: N_("Disability"),
    Department.WELFARE: N_("Public assistance"),
}
CASES = {
    CaseKind.ITEMS_DIFFER: N_("The record's items differ from the addressee's"),
    CaseKind.LOOKS_ALIKE: N_("Somebody with the same items is known"),
    CaseKind.VARIANT_CHARACTERS: N_("The names differ in variant characters only"),
    CaseKind.REGISTER_DIFFERS: N_("The addressee's items differ from the national register's"),
}
DECISIONS = {
    Decision.SAME_PERSON: N_("It is the same person"),
    Decision.OTHER_PERSON: N_("It is another person"),
    Decision.CORRECTED: N_("The items are right now; ask the register again"),
}
CHANGES = {
    ChangeKind.ISSUED: N_("issued"),
    ChangeKind.MATCHED: N_("record matched"),
    ChangeKind.MERGED: N_("merged"),
    ChangeKind.SPLIT: N_("split"),
    ChangeKind.UNDONE: N_("undone"),
}
ITEMS = {"name": N_("Name"), "birth_date": N_("Date of birth"), "sex": N_("Sex"), "address": N_("Address")}
AGREEMENTS = {
    "identical": N_("the same"),
    "same-after-normalisation": N_("the same but for its writing"),
    "variant-characters-differ": N_("variant characters: a person decides"),
    "different": N_("different"),
}
ERROR_TITLES = (
    N_("The department has entered this number before"),
    N_("There is no addressee of this number"),
    N_("A case about this addressee is open; it may not be used before that is decided"),
    N_("These two addressees cannot be one person"),
    N_("Choose records of this addressee to be split off"),
    N_("This change cannot be undone"),
    N_("Say why"),
    N_("This case is not open for this decision"),
)
