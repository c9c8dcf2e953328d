"""How findings are read: income, residence and benefits as the holders told them."""

from __future__ import annotations

from datetime import date

from mizuhiki.casework.domain import Finding, Source

MARCH, LAST_OF_MARCH = 3, 31
EIGHTEEN = 18
LEVY_PER_CENT = 6
"""Rate of the municipal income levy (地方税法314条の3), for answers that do not tell the levy itself."""


def income_yen(finding: Finding) -> int | None:
    """Return the total income; None where none is declared or told."""
    income = finding.items.get("total_income_yen")
    return income if finding.items.get("declared") is True and isinstance(income, int) else None


def dependants(finding: Finding) -> int:
    """Return the number of dependants of the tax record; nobody where it is not told."""
    return int(finding.items.get("dependents_count") or 0)


def taxed(finding: Finding) -> bool:
    """Say whether municipal tax is levied; what is not told counts as taxed, since a rule then asks for a paper."""
    return finding.items.get("taxable") is not False


def levy_yen(finding: Finding) -> int | None:
    """Return the income levy of municipal tax; computed from the taxable income where the levy is not told."""
    if not taxed(finding):
        return 0
    levy, base = finding.items.get("income_levy_yen"), finding.items.get("taxable_income_yen")
    if isinstance(levy, int):
        return levy
    return base * LEVY_PER_CENT // 100 if isinstance(base, int) else None


def lives_here(finding: Finding) -> bool:
    """Say whether the register shows a resident."""
    return finding.items.get("resident") is True


def runs(finding: Finding, day: date, ended: str) -> bool:
    """Say whether a benefit is received on `day`; `ended` is the item with its last day."""
    if finding.source is Source.NO_DATA or finding.items.get("receiving") is not True:
        return False
    last = finding.items.get(ended)
    return not isinstance(last, str) or date.fromisoformat(last) >= day


def march_after(born: date, years: int) -> date:
    """Return the 31 March that follows a birthday; born on 1 April, it is the day before."""
    early = (born.month, born.day) <= (4, 1)
    return date(born.year + years + (0 if early else 1), MARCH, LAST_OF_MARCH)


def end_of_school_year_at_eighteen(born: date) -> date:
    """Return the last day of upper secondary school in the ordinary course."""
    return march_after(born, EIGHTEEN)
