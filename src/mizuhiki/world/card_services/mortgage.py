"""A mortgage contract from home: no visit, no paper, no revenue stamp (R-212; in Japan since the end of April 2017)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from mizuhiki.vocabulary.dates import JST
from mizuhiki.world.card_services.errors import ContractTermsImpossible, ServiceNotYetOffered
from mizuhiki.world.card_services.signing_desk import Signed, SigningDesk, ToSign

SINCE: Final = date(2017, 4, 25)
"""「2017年4月下旬」: the source gives no day, the 25th is ours."""
MOST_YEARS: Final = 50
STAMP_ON_PAPER: Final = (
    (10_000, 0),
    (100_000, 200),
    (500_000, 400),
    (1_000_000, 1_000),
    (5_000_000, 2_000),
    (10_000_000, 10_000),
    (50_000_000, 20_000),
    (100_000_000, 60_000),
    (500_000_000, 100_000),
    (1_000_000_000, 200_000),
    (5_000_000_000, 400_000),
)
"""印紙税法別表第一 第1号の3 (消費貸借に関する契約書): yen of stamp up to each sum; below 10,000 yen none is due."""
STAMP_ABOVE: Final = 600_000


def stamp_on_paper(principal_yen: int) -> int:
    """Return the yen of revenue stamp that the same contract would need on paper; a sum at a bound pays the lower."""
    if principal_yen < STAMP_ON_PAPER[0][0]:
        return 0
    return next((yen for bound, yen in STAMP_ON_PAPER[1:] if principal_yen <= bound), STAMP_ABOVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A loan; `rate_per_mille` is the yearly rate in thousandths."""

    principal_yen: int
    rate_per_mille: int
    years: int
    security: str

    def text(self) -> str:
        """Return the contract as it is signed.

        Raises:
            ContractTermsImpossible: a term cannot be.
        """
        possible = {
            "principal": self.principal_yen > 0,
            "rate": 0 <= self.rate_per_mille <= 200,  # noqa: PLR2004 - 利息制限法1条: 20 % at the most
            "years": 1 <= self.years <= MOST_YEARS,
            "security": bool(self.security.strip()),
        }
        for item, good in possible.items():
            if not good:
                raise ContractTermsImpossible(item=item)
        return (
            "金銭消費貸借契約書\n"
            f"借入金額 金{self.principal_yen:,}円\n年利 {self.rate_per_mille / 10:.1f}%\n返済期間 {self.years}年\n"
            f"担保 {self.security}\n"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MortgageContract:
    """A concluded contract and what it did not cost."""

    terms: Terms
    signed: Signed
    stamp_saved_yen: int
    visits: int = 0
    papers: int = 0
    stamp_yen: int = 0


@dataclass(slots=True)
class MortgageBank:
    """The bank behind a platform; `contracts` are those concluded."""

    desk: SigningDesk
    contracts: list[MortgageContract] = field(default_factory=list)
    _terms: dict[str, Terms] = field(default_factory=dict)

    def offer(self, terms: Terms, now: datetime) -> ToSign:
        """Return the contract to sign.

        Raises:
            ServiceNotYetOffered, ContractTermsImpossible: see there.
        """
        if now.astimezone(JST).date() < SINCE:
            raise ServiceNotYetOffered(since=SINCE.isoformat())
        shown = self.desk.show(terms.text(), now)
        self._terms[shown.identifier] = terms
        return shown

    def conclude(self, identifier: str, certificate: bytes, signature: bytes, now: datetime) -> MortgageContract:
        """Return the concluded contract.

        Raises:
            See `SigningDesk.take`; nothing is concluded then.
        """
        signed = self.desk.take(identifier, certificate, signature, now)
        terms = self._terms.pop(identifier)
        contract = MortgageContract(terms=terms, signed=signed, stamp_saved_yen=stamp_on_paper(terms.principal_yen))
        self.contracts.append(contract)
        return contract
