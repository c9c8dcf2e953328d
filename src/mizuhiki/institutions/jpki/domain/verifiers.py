"""Who may ask for a certificate's status, and what an answer costs (公的個人認証法17, 18, 36, 37条; R-204, R-207).

Private verifiers recognised by the Minister are not among the institutions here. Fees are a dated table: the authority
may charge, and in practice has waived the fee for public bodies, so every row is 0 yen today.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.jpki.domain.errors import VerifierNotRecognised
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, kind_of

FIRST_DAY = date(2016, 1, 1)
"""Certificates of the card exist from this day."""


@dataclass(frozen=True, slots=True)
class VerifierRow:
    """Institutions of `kind` are recognised from `since` to `until` on the basis named."""

    kind: InstitutionKind
    basis: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class FeeRow:
    """The fee of one status answer from `since` on."""

    since: date
    yen: int


VERIFIERS = (
    VerifierRow(InstitutionKind.PORTAL, "公的個人認証法36条1項1号", FIRST_DAY),
    VerifierRow(InstitutionKind.COMMISSION, "公的個人認証法36条1項1号", FIRST_DAY),
    VerifierRow(InstitutionKind.MUNICIPALITY, "公的個人認証法17条1項1号, 36条1項1号", FIRST_DAY),
)
FEES = (FeeRow(FIRST_DAY, 0),)


def require_verifier(institution: InstitutionId, day: date) -> VerifierRow:
    """Return the row that recognises an asker on `day`.

    Raises:
        VerifierNotRecognised: there is none.
    """
    kind = kind_of(institution)
    for row in VERIFIERS:
        if row.kind is kind and row.since <= day and (row.until is None or day <= row.until):
            return row
    raise VerifierNotRecognised


def fee_on(day: date) -> int:
    """Return the fee in yen of one status answer on `day`; nothing was charged before the first row."""
    return max((row for row in FEES if row.since <= day), key=lambda row: row.since, default=FeeRow(day, 0)).yen
