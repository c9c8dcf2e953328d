"""`mizuhiki run INSTITUTION --config FILE`: one institution on its own machine, or `platform` with its bodies."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from mizuhiki.runtime.config import ConfigurationUnreadable, load
from mizuhiki.runtime.logging import configure
from mizuhiki.runtime.platform_config import load_platform
from mizuhiki.runtime.scheduler import Scheduler
from mizuhiki.runtime.server import serve
from mizuhiki.runtime.tenancy import Tenants
from mizuhiki.runtime.wsgi import WSGIApplication
from mizuhiki.vocabulary.ids import parse_institution_id
from mizuhiki.world.nation.builders import builder_of
from mizuhiki.world.nation.plan import PLATFORM

_schedulers: list[Scheduler] = []
"""Keeps the worker's scheduler alive for as long as the worker lives."""


def load_application(config: Path) -> WSGIApplication:
    """Build the institution of a configuration and start its jobs; called in each worker process."""
    configure(strict=False)
    loaded = load(config)
    environment = loaded.environment()
    app = loaded.served(builder_of(environment.institution)(environment))
    scheduler = Scheduler([app])
    scheduler.start()
    _schedulers.append(scheduler)
    return app.wsgi


def run_institution(institution: str, *, config: Path, as_json: bool = False) -> int:
    """Serve one institution, or the bodies of a shared platform, until told to stop; return the exit code.

    Raises:
        MalformedInstitutionId: not the name of an institution.
        ConfigurationUnreadable: the file cannot be used, or is for another institution.
    """
    if institution == PLATFORM:
        return _run_platform(config, as_json=as_json)
    name = parse_institution_id(institution)
    loaded = load(config)
    if loaded.institution != name:
        raise ConfigurationUnreadable(f"{config} is the configuration of {loaded.institution}", field="institution")
    listen = loaded.configuration.listen
    if as_json:
        configure(strict=False)
    serve(
        partial(load_application, config),
        listen.address,
        listen.port,
        tls=loaded.tls_files(),
        workers=listen.workers,
        threads=listen.threads,
    )
    return 0


def load_tenants(config: Path) -> WSGIApplication:
    """Build the bodies of a shared platform and start their jobs; called in each worker process."""
    configure(strict=False)
    bodies = {one.institution: one for one in load_platform(config).tenants}
    tenants = Tenants(
        (tenant.environment() for tenant in bodies.values()),
        lambda environment: bodies[environment.institution].served(builder_of(environment.institution)(environment)),
    )
    scheduler = Scheduler(tenants.apps())
    scheduler.start()
    _schedulers.append(scheduler)
    return tenants


def _run_platform(config: Path, *, as_json: bool) -> int:
    loaded = load_platform(config)
    listen = loaded.configuration.listen
    if as_json:
        configure(strict=False)
    serve(
        partial(load_tenants, config),
        listen.address,
        listen.port,
        tls=loaded.tls_files(),
        workers=listen.workers,
        threads=listen.threads,
    )
    return 0
