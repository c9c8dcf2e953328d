"""Who may ask for a certificate's status, and what an answer costs (公的個人認証法17, 18, 36, 37条; R-204, R-207).

Private verifiers recognised by the Minister are not among the institutions here. Fees are a dated table: the authority
may charge (R-207); bodies that the law itself names are counted and not charged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.domain.errors import VerifierNotRecognised
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, kind_of, parse_institution_id

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
    """The fees in yen of one status answer about a certificate of each kind, from `since` on."""

    since: date
    signature: int
    user_identification: int

    def yen(self, kind: Kind) -> int:
        """Return the fee of one answer."""
        return self.signature if kind is Kind.SIGNATURE else self.user_identification


VERIFIERS = (
    VerifierRow(InstitutionKind.PORTAL, "公的個人認証法36条1項1号", FIRST_DAY),
    VerifierRow(InstitutionKind.COMMISSION, "公的個人認証法36条1項1号", FIRST_DAY),
    VerifierRow(InstitutionKind.MUNICIPALITY, "公的個人認証法17条1項1号, 36条1項1号", FIRST_DAY),
)
FEES = (FeeRow(FIRST_DAY, 20, 2), FeeRow(date(2023, 1, 1), 0, 0))
"""As published: 20 and 2 yen an answer to a private verifier, waived from 2023-01-01 for the time being; not confirmed
against the source, and no end of the waiver is known here."""


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


def is_charged(verifier: str) -> bool:
    """Say whether a verifier pays: those recognised by the Minister do, bodies of this system do not."""
    try:
        parse_institution_id(verifier)
    except MizuhikiError:
        return True
    return False


def fee_on(day: date, kind: Kind, verifier: str) -> int:
    """Return the fee in yen of one status answer on `day`; nothing was charged before the first row."""
    rows = [row for row in FEES if row.since <= day]
    return max(rows, key=lambda row: row.since).yen(kind) if rows and is_charged(verifier) else 0
