"""How long removed records are kept (住基法施行令34条; R-057): five years under the old rule, 150 under the new."""

from __future__ import annotations

from datetime import date

from mizuhiki.vocabulary.dates import birthday_in

NEW_RULE_FROM = date(2019, 6, 20)
"""In force of the amendment of 2019. What had passed its five years by then could be destroyed."""
OLD_YEARS = 5
NEW_YEARS = 150


def _after(day: date, years: int) -> date:
    return birthday_in(day, day.year + years)


def kept_until(removed_on: date) -> date:
    """Return the last day on which a removed record must be kept."""
    under_old_rule = _after(removed_on, OLD_YEARS)
    return under_old_rule if under_old_rule < NEW_RULE_FROM else _after(removed_on, NEW_YEARS)
