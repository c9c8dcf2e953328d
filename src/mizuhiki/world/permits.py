"""The issuer's official signs permits of the free area at the national register's own machine."""

from __future__ import annotations

from pathlib import Path

from mizuhiki.card.free_area import ProviderKind
from mizuhiki.institutions.national_register.operations.permit_application import WantedApplication
from mizuhiki.runtime.config import ConfigurationUnreadable, load
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.vocabulary.ids import InstitutionKind, kind_of
from mizuhiki.world.nation.builders import builder_of


def sign_permit(
    config: Path, *, application: str, provider: str, kind: ProviderKind, decision: str, official: str
) -> bytes:
    """Return a permit signed with the key whose public half is on every card; it stands in the register's audit trail.

    Raises:
        ConfigurationUnreadable: the configuration is not the national register's.
        ApplicationNotPermitted: the law does not let this provider have it.
    """
    with load(config).connected() as environment:
        if kind_of(environment.institution) is not InstitutionKind.NATIONAL_REGISTER:
            raise ConfigurationUnreadable(
                f"{config} is the configuration of {environment.institution}", field="institution"
            )
        app = builder_of(environment.institution)(environment)
        try:
            actor = Actor(environment.institution, "permit-officer", official)
            context = Context(
                actor,
                "card-issue",
                "番号法18条",
                "permit an application",
                environment.clock,
                environment.randomness.token(),
            )
            signed: bytes = app.operations.permit_application(
                context, provider=provider, kind=kind, wanted=WantedApplication(application, decision)
            )
            return signed
        finally:
            app.close()
