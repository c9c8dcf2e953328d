"""Who issues the public certificates, by date (公的個人認証法; R-199).

Before the certificates of this system the governor of the prefecture issued them and could delegate the work to a
designated certification body; the designation was abolished and the Agency became the issuer itself. When the delegated
work moved is not in our sources, so the delegate of the last years before the change stands as they name it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.jpki.domain.errors import IssuedByGovernor


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerRow:
    """The issuer from `since` on; `delegate` is the designated certification body (指定認証機関), empty for none."""

    since: date
    issuer_ja: str
    issuer_en: str
    delegate_ja: str = ""
    delegate_en: str = ""

    @property
    def own(self) -> bool:
        """Whether this institution is the issuer."""
        return not self.delegate_ja


ISSUERS = (
    IssuerRow(
        since=date(2004, 1, 29),
        issuer_ja="都道府県知事",
        issuer_en="Governor of the prefecture",
        delegate_ja="財団法人自治体衛星通信機構",
        delegate_en="Local Authorities Satellite Communications Organization",
    ),
    IssuerRow(
        since=date(2016, 1, 1),
        issuer_ja="地方公共団体情報システム機構",
        issuer_en="Japan Agency for Local Authority Information Systems",
    ),
)


def issuer_on(day: date) -> IssuerRow:
    """Return who issues on `day`.

    Raises:
        IssuedByGovernor: nobody issued yet.
    """
    for row in reversed(ISSUERS):
        if row.since <= day:
            return row
    raise IssuedByGovernor(since=ISSUERS[0].since.isoformat())


def require_own_issuer(day: date) -> IssuerRow:
    """Return the row under which this institution issues on `day`.

    Raises:
        IssuedByGovernor: the governors do, or nobody; field `since` says from when this institution does.
    """
    row = issuer_on(day)
    if not row.own:
        raise IssuedByGovernor(since=ISSUERS[-1].since.isoformat())
    return row
