"""Affairs a local body adds by its own ordinance (番号法9条2項): welfare, health, local tax, disaster only."""

from __future__ import annotations

from datetime import date

from mizuhiki.vocabulary.affairs.table import Affair, AffairField, AffairKind
from mizuhiki.vocabulary.errors import Refused

ALLOWED_FIELDS = frozenset({AffairField.WELFARE_MEDICAL, AffairField.TAX, AffairField.DISASTER})
CODE_PREFIX = "ordinance-"


class OrdinanceAffairNotAllowed(Refused):
    """An ordinance may not add an affair of that field, or names no ordinance."""

    code = "ordinance-affair-not-allowed"
    title = "An ordinance cannot add this affair"


def ordinance_affair(
    *,
    slug: str,
    municipality_code: str,
    title_ja: str,
    title_en: str,
    field: AffairField,
    ordinance: str,
    valid_from: date,
    valid_until: date | None = None,
) -> Affair:
    """Return an affair of one local body; its code is ``ordinance-<municipality>-<slug>``.

    Raises:
        OrdinanceAffairNotAllowed: the field is not one the Act leaves to ordinances, or no ordinance is named.
    """
    if field not in ALLOWED_FIELDS or not ordinance.strip():
        raise OrdinanceAffairNotAllowed(field=field.value)
    return Affair(
        code=f"{CODE_PREFIX}{municipality_code}-{slug}",
        item="",
        users=("municipality",),
        title_ja=title_ja,
        title_en=title_en,
        field=field,
        subfields=(),
        kind=AffairKind.USE,
        basis=f"番号法9条2項; {ordinance}",
        valid_from=valid_from,
        valid_until=valid_until,
    )
