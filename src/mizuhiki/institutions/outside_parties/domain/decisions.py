"""A decision of the Immigration Services Agency about the stay of one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.vocabulary.persons import ResidenceStatus, Sex


class DecisionIncomplete(Malformed):
    """The decision lies in the future, or lacks the person's name; field `item`."""

    code = "residence-decision-incomplete"
    title = "The decision lacks an item or lies in the future"


@dataclass(frozen=True, slots=True)
class ResidenceDecision:
    """What was decided: permission, renewal, change of status, of name or nationality, or the end of the stay.

    `municipality_code` is where the person said to live. `known_card_number` is the card held before the decision.
    """

    decision_id: str
    municipality_code: str
    family: str
    given: str
    birth_date: date
    sex: Sex
    known_card_number: str
    decided_on: date
    residence: ResidenceStatus
    new_family: str = ""
    new_given: str = ""
    ended: bool = False

    def require_complete(self, today: date) -> None:
        """Check what can be checked before sending.

        Raises:
            DecisionIncomplete: naming the item.
        """
        if not (self.family.strip() or self.given.strip()):
            raise DecisionIncomplete(item="name")
        if self.decided_on > today:
            raise DecisionIncomplete(item="decided_on")
