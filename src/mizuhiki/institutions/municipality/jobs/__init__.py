"""Timed work of a municipality: numbering that was cut off, the code stock, and copies that wait for pseudonyms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.municipality.domain.notice_forms import START
from mizuhiki.institutions.municipality.operations.service import MunicipalityOperations
from mizuhiki.runtime.clock import Clock
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.institution import Job
from mizuhiki.vocabulary.ids import InstitutionId

RELAY_EVERY = timedelta(seconds=1)
RESUME_EVERY = timedelta(minutes=1)
REPLENISH_EVERY = timedelta(minutes=10)
PUBLISH_EVERY = timedelta(minutes=5)
RESIDENTS_EVERY = timedelta(minutes=1)
DISPATCH_EVERY = timedelta(minutes=10)
EXPIRE_EVERY = timedelta(hours=6)
MISMATCHES_EVERY = timedelta(hours=1)
RECONCILE_EVERY = timedelta(days=1)


def timed_work(
    operations: MunicipalityOperations,
    relay: Callable[[], int],
    institution: InstitutionId,
    clock: Clock,
    randomness: Randomness,
) -> tuple[Job, ...]:
    """Return the jobs; each acts as the role ``machinery`` with its own trace."""

    def context(affair: str, basis: str, purpose: str) -> Context:
        return Context(Actor(institution, "machinery"), affair, basis, purpose, clock, randomness.token())

    def resume() -> int:
        return operations.resume_numbering(context("number-assignment", "番号法8条1項", "resume numbering"))

    def replenish() -> int:
        return operations.replenish_codes(context("number-assignment", "住民基本台帳法30条の2", "replenish codes"))

    def publish() -> int:
        return operations.publish_local_copies(context("local-tax", "番号法22条", "publish local copies"))

    def dispatch() -> int:
        if clock.today() < START:
            return 0
        return operations.notices.dispatch(context("number-assignment", "番号法7条1項", "send cards and notices"))

    def expire() -> int:
        if clock.today() < START:
            return 0
        return operations.notices.expire_kept(context("number-assignment", "番号法7条1項", "end the keeping of cards"))

    def reconcile() -> int:
        grounds = context("resident-register", "住民基本台帳法30条の6", "compare the tiers of the network")
        return len(operations.network.reconcile(grounds).differences)

    return (
        Job("relay-outbox", RELAY_EVERY, relay),
        Job("resume-numbering", RESUME_EVERY, resume),
        Job("replenish-codes", REPLENISH_EVERY, replenish),
        Job("publish-local-copies", PUBLISH_EVERY, publish),
        Job("publish-resident-copies", RESIDENTS_EVERY, _residents(operations, context)),
        Job("dispatch-notices", DISPATCH_EVERY, dispatch),
        Job("expire-returned-mail", EXPIRE_EVERY, expire),
        Job("take-mismatches", MISMATCHES_EVERY, _mismatches(operations, context)),
        Job("reconcile-tiers", RECONCILE_EVERY, reconcile),
    )


def telling(
    operations: MunicipalityOperations, institution: InstitutionId, clock: Clock, randomness: Randomness
) -> Callable[[], int]:
    """Return the work that tells outside systems what happened to persons they follow."""

    def tell() -> int:
        actor = Actor(institution, "machinery")
        purpose = "tell systems of other bodies"
        basis = "住民基本台帳法12条の2"
        return operations.outside.tell(Context(actor, "resident-register", basis, purpose, clock, randomness.token()))

    return tell


def _mismatches(operations: MunicipalityOperations, context: Callable[[str, str, str], Context]) -> Callable[[], int]:
    """Return the work of opening a case for everybody whose items differ from the register's."""
    return lambda: operations.addressees.take_mismatches(
        context("local-tax", "番号法21条の2", "compare addressees with the register")
    )


def _residents(operations: MunicipalityOperations, context: Callable[[str, str, str], Context]) -> Callable[[], int]:
    """Return the work of sending copies of resident records that changed."""
    return lambda: operations.publish_resident_copies(
        context("resident-register", "番号法22条", "publish resident records")
    )
