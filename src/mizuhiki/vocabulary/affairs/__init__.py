"""Affairs for which the number may be used: a closed, dated table (番号法9条, 別表; R-002, R-003, R-004)."""

from mizuhiki.vocabulary.affairs.ordinances import (
    LOCAL_BODIES,
    OrdinanceAffairNotAllowed,
    is_ordinance_affair,
    ordinance_affair,
    ordinance_affair_code,
)
from mizuhiki.vocabulary.affairs.table import (
    Affair,
    AffairField,
    AffairKind,
    AffairNotLawful,
    AffairOfOthers,
    AffairSubfield,
    affair,
    affairs,
    affairs_on,
    require_affair,
    require_user,
)

__all__ = [
    "LOCAL_BODIES",
    "Affair",
    "AffairField",
    "AffairKind",
    "AffairNotLawful",
    "AffairOfOthers",
    "AffairSubfield",
    "OrdinanceAffairNotAllowed",
    "affair",
    "affairs",
    "affairs_on",
    "is_ordinance_affair",
    "ordinance_affair",
    "ordinance_affair_code",
    "require_affair",
    "require_user",
]
