"""The order of numbering (番号法7条, 8条; R-010): nothing is skipped, nothing is done twice."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.errors import NumberingOutOfOrder
from mizuhiki.institutions.municipality.domain.residents import NumberingStage

_ORDER = (
    NumberingStage.CODE_WRITTEN,
    NumberingStage.NUMBER_REQUESTED,
    NumberingStage.NUMBER_GENERATED,
    NumberingStage.DESIGNATED,
    NumberingStage.NOTIFIED,
)


def require_next(stage: NumberingStage, following: NumberingStage) -> None:
    """Check that `following` is the step that comes after `stage`.

    Raises:
        NumberingOutOfOrder: it is not; the fields name both.
    """
    known = stage in _ORDER and following in _ORDER
    if not known or _ORDER.index(following) != _ORDER.index(stage) + 1:
        raise NumberingOutOfOrder(
            f"the record stands at {stage.value}; {following.value} cannot follow",
            stage=stage.value,
            step=following.value,
        )


def numbered(stage: NumberingStage) -> bool:
    """Whether a record at this stage carries a designated number."""
    return stage in {NumberingStage.DESIGNATED, NumberingStage.NOTIFIED, NumberingStage.KEPT}
