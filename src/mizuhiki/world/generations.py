"""Generations of pseudonyms from the command line: each converter's part of the ceremony, and renewal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path

from mizuhiki.institutions.commission.operations.service import Commission
from mizuhiki.institutions.intermediate_server.operations.renew_pseudonyms import RenewalProgress
from mizuhiki.institutions.intermediate_server.operations.service import IntermediateServer
from mizuhiki.institutions.linkage_core.operations.examine_links import Examined
from mizuhiki.institutions.linkage_core.operations.service import LinkageCore
from mizuhiki.runtime.config import ConfigurationUnreadable, load
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.environment import Environment
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.generations import GenerationDatesUnfit, Generations
from mizuhiki.world.nation.builders import builder_of

ROLE = "generation-officer"


@contextmanager
def _operations(config: Path) -> Iterator[tuple[object, Environment]]:
    with load(config).connected() as environment:
        app = builder_of(environment.institution)(environment)
        try:
            yield app.operations, environment
        finally:
            app.close()


def officer_of(environment: Environment, purpose: str) -> Context:
    """Return the context of whoever gives these commands on an institution's own machine."""
    return Context(
        Actor(environment.institution, ROLE),
        "information-linkage",
        "番号法21条の2",
        purpose,
        environment.clock,
        environment.randomness.token(),
    )


def open_generation(config: Path, generation: int, issue_from: date | None) -> Generations:
    """Open a generation at the converter whose configuration this is.

    Raises:
        ConfigurationUnreadable: it is no converter's.
        GenerationDatesUnfit: the commission was told no day, or the core one.
        Conflict: see `vocabulary.generations`.
    """
    with _operations(config) as (found, environment):
        context = officer_of(environment, "open a generation of pseudonyms")
        if isinstance(found, Commission):
            day = _start_of(issue_from, context)
            return found.generations.open_next(context, generation=generation, issue_from=day)
        _require_no_day(issue_from)
        return _core(found, config).generations.open_next(context, generation=generation)


def close_generation(config: Path, generation: int, on: date | None) -> Generations:
    """Set the end of a generation likewise."""
    with _operations(config) as (found, environment):
        context = officer_of(environment, "close a generation of pseudonyms")
        if isinstance(found, Commission):
            return found.generations.close(context, generation=generation, at=_start_of(on, context))
        _require_no_day(on)
        return _core(found, config).generations.close(context, generation=generation)


def show_generations(config: Path) -> Generations:
    """Return a converter's book."""
    with _operations(config) as (found, environment):
        context = officer_of(environment, "show the generations of pseudonyms")
        if isinstance(found, Commission):
            return found.generations.state(context)
        return _core(found, config).generations.state(context)[1]


def renew_pseudonyms(config: Path) -> RenewalProgress:
    """Renew what an intermediate server holds, to the end or until something stops it.

    Raises:
        ConfigurationUnreadable: it is no intermediate server's.
    """
    with _operations(config) as (found, environment):
        if not isinstance(found, IntermediateServer):
            raise ConfigurationUnreadable(f"{config} is no intermediate server's configuration", field="institution")
        return found.renewal(officer_of(environment, "renew pseudonyms"), batches=sys.maxsize)


def examine_links(config: Path) -> Examined:
    """Examine the core's links between generations; errors as in `linkage_core.operations.examine_links`."""
    with _operations(config) as (found, environment):
        return _core(found, config).links(officer_of(environment, "examine links between generations"))


def _core(found: object, config: Path) -> LinkageCore:
    if not isinstance(found, LinkageCore):
        raise ConfigurationUnreadable(f"{config} is the configuration of no converter", field="institution")
    return found


def _start_of(day: date | None, context: Context) -> datetime:
    """Return when a day begins in Japan, or the present on the day itself."""
    if day is None:
        raise GenerationDatesUnfit(part="day-missing")
    return context.now() if day == context.today() else datetime.combine(day, time(), JST).astimezone(UTC)


def _require_no_day(day: date | None) -> None:
    if day is not None:
        raise GenerationDatesUnfit(part="day-is-the-commissions")
