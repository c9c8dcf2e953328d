"""What a caseworker found out about a household that asks for public assistance (生活保護法 28条, 29条; R-239)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from mizuhiki.institutions.municipality.domain.claims.errors import InvestigationImplausible
from mizuhiki.institutions.municipality.domain.claims.livelihood_standard import PLACE_CLASSES, least_livelihood_yen
from mizuhiki.vocabulary.dates import age_on, fiscal_year
from mizuhiki.vocabulary.layouts import Scalar
from mizuhiki.vocabulary.typed_values import converted

PREFIX = "found_"
APRIL = 4
IN_CASH = ("livelihood_yen", "housing_yen", "education_yen")
IN_KIND = ("care_yen", "medical_yen")
AMOUNTS = (*IN_CASH, *IN_KIND, "wages_yen", "deduction_yen", "supporters_yen", "savings_yen")


class Investigation(msgspec.Struct, frozen=True, kw_only=True):
    """One visit and what was found; amounts a month in yen, except savings.

    The five kinds of aid are the minimum cost of living as the caseworker computed it from the notice of the standard
    (最低生活費認定調書), with additions; `place_class` is the class of the place (級地) such as ``3-1``.
    `deduction_yen` is what the notice leaves of wages (勤労控除). `usable_assets` and `unused_ability` say whether
    something was found that must be used first (法4条1項), `urgent` whether life is in danger, when the city where
    somebody stays decides whatever their residence (法19条2項).
    """

    visited_on: date
    place_class: str
    livelihood_yen: int
    housing_yen: int = 0
    education_yen: int = 0
    care_yen: int = 0
    medical_yen: int = 0
    wages_yen: int = 0
    deduction_yen: int = 0
    supporters_yen: int = 0
    savings_yen: int = 0
    usable_assets: bool = False
    unused_ability: bool = False
    urgent: bool = False
    remarks: str

    def require_plausible(self, received_on: date, today: date, born: Sequence[date]) -> None:
        """Check a record against the claim; `born` are the birth dates of the household.

        Raises:
            InvestigationImplausible: naming the item; for a livelihood below what is coded of the standard, `least`
                says the amount.
        """
        if not received_on <= self.visited_on <= today:
            raise InvestigationImplausible(item="visited_on")
        if self.place_class not in PLACE_CLASSES:
            raise InvestigationImplausible(item="place_class")
        if not self.remarks.strip():
            raise InvestigationImplausible(item="remarks")
        negative = next((item for item in AMOUNTS if getattr(self, item) < 0), None)
        if negative is not None:
            raise InvestigationImplausible(item=negative)
        if self.deduction_yen > self.wages_yen:
            raise InvestigationImplausible(item="deduction_yen")
        april = date(fiscal_year(received_on), APRIL, 1)
        ages = [max(0, age_on(one, april)) for one in born]
        least = least_livelihood_yen(self.place_class, ages, received_on)
        if least is not None and self.livelihood_yen < least:
            raise InvestigationImplausible(item="livelihood_yen", least=least)


class RecordedInvestigation(msgspec.Struct, frozen=True):
    """A record with who made it and when; a later one of a case replaces it for the decision, and both are kept."""

    found: Investigation
    recorded_by: str
    recorded_at: datetime


def facts_of(recorded: RecordedInvestigation | None) -> dict[str, Scalar]:
    """Return the record as statements that the rule reads and the screen shows; nothing where there is none."""
    if recorded is None:
        return {}
    return {f"{PREFIX}{name}": value for name, value in msgspec.to_builtins(recorded.found).items()}


def investigation_in(stated: Mapping[str, Scalar]) -> Investigation | None:
    """Return the record that stands among a case's statements."""
    found = {name.removeprefix(PREFIX): value for name, value in stated.items() if name.startswith(PREFIX)}
    return converted(found, Investigation, strict=False) if found else None
