"""Affairs a local body adds by its own ordinance (番号法9条2項): welfare, health, local tax, disaster only."""

from __future__ import annotations

from datetime import date

from mizuhiki.vocabulary.affairs.table import Affair, AffairField, AffairKind
from mizuhiki.vocabulary.errors import Refused
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, key_of, kind_of

ALLOWED_FIELDS = frozenset({AffairField.WELFARE_MEDICAL, AffairField.TAX, AffairField.DISASTER})
LOCAL_BODIES = frozenset(
    {
        InstitutionKind.MUNICIPALITY,
        InstitutionKind.PREFECTURE,
        InstitutionKind.PREFECTURE_WELFARE,
        InstitutionKind.BOARD_OF_EDUCATION,
    }
)
"""Who has ordinances: local bodies and their executing organs (地方公共団体の長その他の執行機関)."""
CODE_PREFIX = "ordinance-"


class OrdinanceAffairNotAllowed(Refused):
    """Only a local body adds affairs, of the fields the Act leaves to it, by an ordinance that is named.

    Field `reason`: ``institution``, ``field`` or ``ordinance``.
    """

    code = "ordinance-affair-not-allowed"
    title = "An ordinance cannot add this affair"


def is_ordinance_affair(code: str) -> bool:
    """Tell from its code whether an affair is one of an ordinance; no affair of the Act is called so (tested)."""
    return code.startswith(CODE_PREFIX)


def ordinance_affair_code(institution: InstitutionId, slug: str) -> str:
    """Return ``ordinance-<code of the local body>-<slug>``; organs of one local body share its code."""
    return f"{CODE_PREFIX}{key_of(institution)}-{slug}"


def ordinance_affair(
    *,
    slug: str,
    institution: InstitutionId,
    title_ja: str,
    title_en: str,
    field: AffairField,
    ordinance: str,
    valid_from: date,
    valid_until: date | None = None,
) -> Affair:
    """Return an affair of one local body, which alone does it; its code is `ordinance_affair_code`.

    Raises:
        OrdinanceAffairNotAllowed: see there.
    """
    if kind_of(institution) not in LOCAL_BODIES:
        raise OrdinanceAffairNotAllowed(reason="institution")
    if field not in ALLOWED_FIELDS:
        raise OrdinanceAffairNotAllowed(reason="field")
    if not ordinance.strip():
        raise OrdinanceAffairNotAllowed(reason="ordinance")
    return Affair(
        code=ordinance_affair_code(institution, slug),
        item="",
        users=(institution,),
        title_ja=title_ja,
        title_en=title_en,
        field=field,
        subfields=(),
        kind=AffairKind.USE,
        basis=f"番号法9条2項; {ordinance}",
        valid_from=valid_from,
        valid_until=valid_until,
    )
