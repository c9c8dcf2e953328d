"""How long cards and certificates are valid (個人番号カード等に関する命令26条; 公的個人認証法施行規則; R-152, R-153).

"To the n-th birthday from issue" counts birthdays after the day of issue: one that falls on that day is not counted.
The last day itself is valid.
"""

from __future__ import annotations

from datetime import date

from mizuhiki.vocabulary.dates.ages import age_on, birthday_in, legal_age_on

ADULTHOOD_CHANGE = date(2022, 4, 1)
"""From this day the ten-year card is for those aged 18, before it for those aged 20."""
ADULT_CARD_BIRTHDAYS = 10
MINOR_CARD_BIRTHDAYS = 5
CERTIFICATE_BIRTHDAYS = 5
RESIDENT_CARD_CERTIFICATE_YEARS = 3
SIGNATURE_CERTIFICATE_AGE = 15
"""Below this age no signature certificate is issued (公的個人認証法3条)."""


def _nth_birthday_after(birth: date, day: date, count: int) -> date:
    years_until_first = 0 if birthday_in(birth, day.year) > day else 1
    return birthday_in(birth, day.year + years_until_first + count - 1)


def card_expiry(birth: date, issue: date, *, stay_until: date | None = None) -> date:
    """Return the last valid day of an Individual Number Card issued on `issue`.

    The tenth birthday after issue; the fifth for those under 20 (under 18 from 2022-04-01) on the day of issue. A
    mid- to long-term resident's card ends with the period of stay, `stay_until`, if that is earlier.
    """
    adult_age = 18 if issue >= ADULTHOOD_CHANGE else 20
    count = ADULT_CARD_BIRTHDAYS if age_on(birth, issue) >= adult_age else MINOR_CARD_BIRTHDAYS
    expiry = _nth_birthday_after(birth, issue, count)
    return expiry if stay_until is None else min(expiry, stay_until)


def certificate_expiry(birth: date, issue: date, card_expiry: date) -> date:
    """Return the last valid day of a certificate on the card: the fifth birthday after issue, not beyond the card."""
    return min(_nth_birthday_after(birth, issue, CERTIFICATE_BIRTHDAYS), card_expiry)


def may_have_signature_certificate(birth: date, day: date) -> bool:
    """Say whether somebody is old enough on `day` for a signature certificate."""
    return legal_age_on(birth, day) >= SIGNATURE_CERTIFICATE_AGE


def resident_card_signature_certificate_expiry(issue: date) -> date:
    """Return the last valid day of a signature certificate on the old 住基カード: three years from issue."""
    return birthday_in(issue, issue.year + RESIDENT_CARD_CERTIFICATE_YEARS)
