"""An affair under an ordinance as a city lodges it, for tests: like item 9 of table 2."""

from __future__ import annotations

from datetime import date
from typing import Any

from mizuhiki.vocabulary.affairs import AffairField
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.statute import AskedOfItem, OrdinanceAffair, OrdinanceProcedure

CITY = InstitutionId("municipality-452025")
SLUG = "childrens-medical-aid"
CODE = f"ordinance-452025-{SLUG}"
PROCEDURE = f"{CODE}.application"
TAX = AskedOfItem("municipality", "local-tax")
ASSISTANCE = AskedOfItem("prefecture", "public-assistance")
BEGINS = date(2018, 4, 1)


def ordinance(**changes: Any) -> OrdinanceAffair:
    """The affair with some of it changed."""
    values: dict[str, Any] = {
        "institution": CITY,
        "slug": SLUG,
        "title_ja": "子ども医療費の助成に関する事務",
        "title_en": "Medical aid for children",
        "field": AffairField.WELFARE_MEDICAL,
        "ordinance": "都城市個人番号の利用に関する条例4条",
        "item": "2-9",
        "asked": (TAX, ASSISTANCE),
        "procedures": (OrdinanceProcedure("application", "申請", "Application"),),
        "valid_from": BEGINS,
        "valid_until": None,
    }
    return OrdinanceAffair(**{**values, **changes})
