"""What the society's own records say for a claim, and what a decision writes into them (R-245)."""

from __future__ import annotations

from collections.abc import Mapping

from mizuhiki.casework.domain import Case, Role
from mizuhiki.institutions.agency.health_insurer.domain.childbirth import BENEFIT, covered, form_of, paid_of
from mizuhiki.institutions.agency.health_insurer.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.layouts import Scalar


def facts(records: Records, case: Case) -> Mapping[str, Scalar]:
    """Return whether the mother was covered, the sum was paid for this birth, and the children were born then.

    The mother is the spouse whom the claim names, or else the insured person.
    """
    form = form_of(case.stated)
    spouse = next((one.person for one in case.subjects if one.role is Role.SPOUSE), "")
    children = records.people.persons([one.person for one in case.subjects if one.role is Role.CHILD])
    benefit = f"{BENEFIT}-{form.born_on.isoformat()}"
    return {
        "mother_covered": covered(records.qualifications(spouse or case.applicant.person), form.born_on),
        "paid_already": any(one.benefit == benefit for one in records.paid(case.applicant.person)),
        "children_born_then": all(one.four_items.birth_date == form.born_on for one in children.values()),
    }


def settle(context: Context, records: Records, case: Case) -> None:
    """Enter what is paid; a refusal enters nothing."""
    paid = paid_of(case, context.today())
    if paid is not None:
        records.insert_paid(paid)
