"""Permits to install an application in the free area of a card (番号法18条; R-147).

The issuer signs a permit, which the chip checks by itself. Article 18 names who may use the free area: (1) organs of a
municipality for affairs that its ordinance names, prefectures likewise; (2) administrative organs, local governments,
private firms and others whom the cabinet order and the minister (総務大臣) let do so. A municipality asks with the card
on its desk's reader, and gets its permit with the session for that card. Everybody else applies to the issuer, whose
official has the decision before him.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from mizuhiki.card.certificates import CardSigner, InstallPermit, issue_install_permit
from mizuhiki.card.free_area import Ground, ProviderKind, UnknownApplication, catalogue_entry, lawful_ground
from mizuhiki.institutions.national_register.domain.errors import ApplicationNotPermitted
from mizuhiki.institutions.national_register.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of

PERMIT = "permit-application"


@dataclass(frozen=True, slots=True)
class WantedApplication:
    """An application of the catalogue and the ordinance or decision that lets its provider use the card."""

    application: str
    decision: str


class PermitSigner(Protocol):
    """Who signs permits."""

    @property
    def permits(self) -> CardSigner:
        """The key whose public half is on every card."""
        ...


def permit_of(issuer: PermitSigner, provider: str, kind: ProviderKind, wanted: WantedApplication | None) -> bytes:
    """Return the permit for a provider of a kind.

    Raises:
        ApplicationNotPermitted: the catalogue has no such application, gives it to another kind of provider, or no
            decision is named; the field `rule` says which.
    """
    if wanted is None or not wanted.application:
        raise ApplicationNotPermitted(rule="application")
    try:
        entry = catalogue_entry(wanted.application)
    except UnknownApplication as error:
        raise ApplicationNotPermitted(rule="application") from error
    ground = Ground[entry.ground.upper().replace("-", "_")]
    if ProviderKind[entry.provider.upper().replace("-", "_")] is not kind or not lawful_ground(kind, ground):
        raise ApplicationNotPermitted(rule="provider")
    if not wanted.decision.strip():
        raise ApplicationNotPermitted(rule="decision")
    permit = InstallPermit(
        provider=provider, actor=kind, ground=ground, ground_text=wanted.decision.strip(), layout=entry.layout
    )
    return issue_install_permit(issuer.permits, permit)


def permit_application(  # noqa: PLR0917 - provider, kind and what it wants are one application form
    context: Context,
    store: Store,
    authority: Authority,
    issuer: PermitSigner,
    provider: str,
    kind: ProviderKind,
    wanted: WantedApplication,
) -> bytes:
    """Return the permit for a provider that showed its ordinance or the minister's decision.

    Raises:
        ApplicationNotPermitted: see `permit_of`.
    """
    authority.require(context, PERMIT)
    permit = permit_of(issuer, provider, kind, wanted)
    with store.transaction() as records:
        records.audit(grounds_of(context), "application-permitted", wanted.application, count=1)
    return permit
