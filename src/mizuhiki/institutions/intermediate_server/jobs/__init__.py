"""Timed work of an intermediate server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from mizuhiki.institutions.intermediate_server.operations.service import IntermediateServer
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.institution import Job


def jobs_of(environment: Environment, server: IntermediateServer, checkpoint: Callable[[], object]) -> list[Job]:
    """Return the jobs: checkpoint, retry, purge, forget, remind, renew, reconcile."""

    def context() -> Context:
        return Context(
            Actor(environment.institution, "machinery"),
            affair="information-provision",
            legal_basis="番号法23条",
            purpose="keep records whole",
            clock=environment.clock,
            trace=environment.randomness.token(),
        )

    return [
        Job("checkpoint-ledger", timedelta(seconds=1), checkpoint),
        Job("retry-pending-inquiries", timedelta(minutes=1), lambda: server.upkeep.retry_pending(context())),
        Job("send-bulk-sections", timedelta(seconds=5), lambda: server.bulk.resume(context())),
        Job("purge-acquisitions", timedelta(minutes=10), lambda: server.upkeep.purge_acquisitions(context())),
        Job("forget-kept-files", timedelta(minutes=10), lambda: server.files.forget(context())),
        Job("remind-of-approvals", timedelta(hours=1), lambda: server.decisions.remind(context())),
        Job("renew-pseudonyms", timedelta(minutes=10), lambda: server.renewal(context())),
        Job("reconcile-records", timedelta(days=1), lambda: server.upkeep.reconcile(context())),
    ]
