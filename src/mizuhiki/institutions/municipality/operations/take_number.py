"""Take an Individual Number from a person with the identity check (番号法16条; R-021, R-051)."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.addressees import NumberIntake
from mizuhiki.institutions.municipality.domain.errors import IdentityNotVerified, NumberDoesNotMatch, NumberNotHere
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.numbers import IndividualNumber


def take_number(context: Context, adapters: Adapters, intake: NumberIntake) -> str:
    """Return the resident who holds the number; refusals are audited as well.

    Steps: (1) the five steps of the checklist; (2) the number's own check digit; (3) somebody here holds it;
    (4) the items written agree with the record.

    Raises:
        IdentityNotVerified, MalformedIndividualNumber, NumberNotHere, NumberDoesNotMatch: in this order.
    """
    grounds = adapters.permit(context, "take-number")
    try:
        return _take(adapters, intake, grounds)
    except (IdentityNotVerified, NumberNotHere, NumberDoesNotMatch) as refusal:
        with adapters.store.transaction() as records:
            records.audit(grounds, "number-taken", f"refused: {refusal.code}")
        raise


def _take(adapters: Adapters, intake: NumberIntake, grounds: Grounds) -> str:
    intake.checklist.require_complete()
    number = IndividualNumber.parse(intake.number_text)
    with adapters.store.transaction() as records:
        record = records.register.by_number(number)
    if record is None:
        raise NumberNotHere
    intake.compare(record.four_items)
    with adapters.store.transaction() as records:
        records.audit(grounds, "number-taken", "done", subject=record.resident)
    return record.resident
