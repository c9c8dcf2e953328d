"""``mizuhiki card permit``: the issuer signs a permit for an application of the free area (番号法18条; R-147)."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from mizuhiki.card.free_area import ProviderKind
from mizuhiki.cli.card.options import AsJson, telling, write_private
from mizuhiki.cli.output import answer


class Kind(enum.StrEnum):
    """Who offers the application."""

    MUNICIPALITY = "municipality"
    PREFECTURE = "prefecture"
    NATIONAL_BODY = "national-body"
    PRIVATE = "private"


def permit(
    application: Annotated[str, typer.Argument(help="Name in the catalogue, such as points or staff-pass.")],
    *,
    config: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="Configuration of the national register, the issuer.")
    ],
    provider: Annotated[str, typer.Option(help="Who may install it.")],
    kind: Annotated[Kind, typer.Option(help="What the provider is.")],
    decision: Annotated[str, typer.Option(help="The ordinance, or the minister's decision, that was shown.")],
    official: Annotated[str, typer.Option(help="Who signs; stands in the audit trail.")],
    out: Annotated[Path, typer.Option("--out", help="Where to write the permit.", dir_okay=False)],
    as_json: AsJson = False,
) -> None:
    """Sign a permit with which a provider installs an application in the free area of cards.

    Municipalities need none of these: their desks get theirs with the card on the reader. Refused when the catalogue
    gives the application to another kind of provider, or no decision is named.
    """
    from mizuhiki.world.permits import sign_permit  # noqa: PLC0415 - builds an institution: only for this command

    with telling(as_json=as_json):
        signed = sign_permit(
            config,
            application=application,
            provider=provider,
            kind=ProviderKind[kind.name],
            decision=decision,
            official=official,
        )
    write_private(out, signed)
    document = {"application": application, "provider": provider, "permit": str(out), "bytes": len(signed)}
    answer(document, f"[green]permitted[/green]: {escape(str(out))} ({len(signed)} bytes)", as_json=as_json)
