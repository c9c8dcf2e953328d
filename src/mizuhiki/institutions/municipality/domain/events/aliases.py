"""Aliases of foreign residents (通称; 施行令30条の16; 事務処理要領第2-2-(2)サ; R-061 ... R-064).

Notices: 2013-11-15 総行外第18号 (several papers), 2018-03-26 総行外第1号 (papers made by the person's own will do not
count; use is asked about; a doubtful paper is checked with its issuer). From the notices' days on they are the rule.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.municipality.domain.events.errors import AliasNotProved
from mizuhiki.vocabulary.names import normalise_for_comparison

SEVERAL_FROM = date(2013, 11, 15)
INDEPENDENT_FROM = date(2018, 3, 26)
PROOFS_NEEDED = 2


class ProofOrigin(enum.StrEnum):
    """Who made a paper; what the person made or could have made as they wished proves nothing."""

    PUBLIC_BODY = "public-body"
    SCHOOL = "school"
    EMPLOYER = "employer"
    MEDICAL = "medical-institution"
    UTILITY = "utility-or-bank"
    FAMILY_STATUS = "family-status"
    """A Japanese parent's or spouse's family name, shown by a family register; counts alone (身分関係)."""
    SELF_MADE = "self-made"


class IssuerCheck(enum.StrEnum):
    """Whether the issuer was asked about a paper that raises doubt."""

    NOT_NEEDED = "not-needed"
    NEEDED = "needed"
    CONFIRMED = "confirmed"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class AliasProof:
    """One paper that shows the alias in use. `shows` is the name written on it, `issuer` the body that made it."""

    title: str
    origin: ProofOrigin
    issuer: str
    shows: str
    issued_on: date
    check: IssuerCheck = IssuerCheck.NOT_NEEDED


@dataclass(frozen=True, slots=True)
class AliasClaim:
    """What a foreign resident asks for: the alias, why it is needed, its proofs, and whether use was asked about."""

    alias: str
    alias_kana: str
    reason: str
    proofs: tuple[AliasProof, ...]
    use_asked_orally: bool


@dataclass(frozen=True, slots=True)
class FalseEntryPenalty:
    """A penalty for a false entry in a public record, in years of imprisonment and yen (刑法157条; R-063).

    Imprisonment is 懲役 for what was done until 2025-05-31 and 拘禁刑 from 2025-06-01 on (令和4年法律67号).
    """

    paragraph: int
    years: int
    yen: int
    about: str


PENALTIES = (
    FalseEntryPenalty(1, 5, 500_000, "false entry in a register of rights or duties"),
    FalseEntryPenalty(2, 1, 200_000, "false entry in a licence, permit or passport"),
)
_ENTRY, _LICENCE = PENALTIES
WARNING_JA = (
    f"虚偽の通称記載の申出は公正証書原本不実記載等の罪（刑法157条: {_ENTRY.years}年以下の拘禁刑又は"
    f"{_ENTRY.yen // 10_000}万円以下の罰金、免状等は{_LICENCE.years}年以下の拘禁刑又は"
    f"{_LICENCE.yen // 10_000}万円以下の罰金。2025年5月31日までの行為は懲役）に当たり、未遂も罰せられます。"
)
WARNING_EN = (
    f"A false statement for the entry of an alias is a crime (Penal Code article 157: imprisonment of up to "
    f"{_ENTRY.years} years or {_ENTRY.yen:,} yen; for licences up to {_LICENCE.years} year or {_LICENCE.yen:,} yen); "
    "an attempt is punished too."
)


def papers_to_check(claim: AliasClaim) -> list[AliasProof]:
    """Return the papers that raise doubt and whose issuer was not asked yet; a task is opened for each (R-062)."""
    return [proof for proof in claim.proofs if proof.check is IssuerCheck.NEEDED]


def _counting(claim: AliasClaim, day: date) -> list[AliasProof]:
    alias = normalise_for_comparison(claim.alias)
    return [
        proof
        for proof in claim.proofs
        if normalise_for_comparison(proof.shows) == alias
        and proof.issued_on <= day
        and proof.check not in {IssuerCheck.NEEDED, IssuerCheck.DENIED}
        and (day < INDEPENDENT_FROM or proof.origin is not ProofOrigin.SELF_MADE)
    ]


def _issuers(proofs: Sequence[AliasProof]) -> set[str]:
    return {normalise_for_comparison(proof.issuer) for proof in proofs}


def require_proved(claim: AliasClaim, day: date) -> None:
    """Check a claim by the rules of `day`.

    Raises:
        AliasNotProved: rule `reason-missing`, `issuer-denied`, `issuer-to-be-asked`, `use-not-asked`, `self-made` or
            `two-independent-proofs`, the first that fails.
    """
    if not claim.reason.strip():
        raise AliasNotProved(rule="reason-missing")
    if any(proof.check is IssuerCheck.DENIED for proof in claim.proofs):
        raise AliasNotProved(rule="issuer-denied")
    if papers_to_check(claim):
        raise AliasNotProved(rule="issuer-to-be-asked")
    if day >= INDEPENDENT_FROM and not claim.use_asked_orally:
        raise AliasNotProved(rule="use-not-asked")
    counting = _counting(claim, day)
    if any(proof.origin is ProofOrigin.FAMILY_STATUS for proof in counting):
        return
    if day >= INDEPENDENT_FROM and claim.proofs and all(p.origin is ProofOrigin.SELF_MADE for p in claim.proofs):
        raise AliasNotProved(rule="self-made")
    needed = PROOFS_NEEDED if day >= SEVERAL_FROM else 1
    if len(_issuers(counting)) < needed:
        raise AliasNotProved(rule="two-independent-proofs")
