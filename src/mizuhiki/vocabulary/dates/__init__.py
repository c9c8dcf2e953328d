"""Dates as Japanese law and offices count them: eras, ages, fiscal years, validity periods."""

from mizuhiki.vocabulary.dates.ages import age_on, birthday_in, fiscal_year, legal_age_on
from mizuhiki.vocabulary.dates.eras import (
    ERAS,
    JST,
    DateBeforeEras,
    DateStyle,
    Era,
    MalformedDate,
    Period,
    era_of,
    format_date,
    parse_date,
    parse_period,
    to_wareki,
)
from mizuhiki.vocabulary.dates.holidays import closed, deadline_on_open_day, national_holidays
from mizuhiki.vocabulary.dates.months import month_after, month_end, months_after, period_end
from mizuhiki.vocabulary.dates.validity import (
    card_expiry,
    certificate_expiry,
    may_have_signature_certificate,
    resident_card_signature_certificate_expiry,
)

__all__ = [
    "ERAS",
    "JST",
    "DateBeforeEras",
    "DateStyle",
    "Era",
    "MalformedDate",
    "Period",
    "age_on",
    "birthday_in",
    "card_expiry",
    "certificate_expiry",
    "closed",
    "deadline_on_open_day",
    "era_of",
    "fiscal_year",
    "format_date",
    "legal_age_on",
    "may_have_signature_certificate",
    "month_after",
    "month_end",
    "months_after",
    "national_holidays",
    "parse_date",
    "parse_period",
    "period_end",
    "resident_card_signature_certificate_expiry",
    "to_wareki",
]
