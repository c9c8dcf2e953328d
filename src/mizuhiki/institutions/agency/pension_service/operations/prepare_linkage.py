"""Have pseudonyms issued, and keep local copies at the own intermediate server (番号法21条の2, 22条; R-036, R-222)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from mizuhiki.casework.ports import Copy
from mizuhiki.institutions.agency.pension_service.domain.enrolments import (
    KIND,
    Insured,
    copy_items,
)
from mizuhiki.institutions.agency.pension_service.domain.pensions import told_pensions
from mizuhiki.institutions.agency.pension_service.domain.start_dates import Feature, in_force, require_linkage
from mizuhiki.institutions.agency.pension_service.operations.adapters import Adapters
from mizuhiki.institutions.agency.pension_service.ports import Records
from mizuhiki.intake.linkage import ACQUIRE, NO_LAYOUT, PUBLISH, READ, Sending, acquired, copy_of
from mizuhiki.intake.persons import Acquired, Told
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.layouts import layouts_accepted

WEEK, LONGEST_MONTH = 7, 31
NOT_YET = "pension-linkage-not-yet"


def acquire_pseudonyms(context: Context, adapters: Adapters, references: Sequence[str] | None) -> Acquired:
    """Ask for pseudonyms in batches; None stands for everybody for whom none is on its way.

    Raises:
        LinkageNotYet: before the pension service's own date.
        UnknownEnrolment: one of the references names nothing.
    """
    grounds = adapters.permit(context, ACQUIRE)
    require_linkage(context.today())

    def read(wanted: Sequence[str]) -> list[Insured]:
        with adapters.store.transaction() as records:
            return [records.insured(reference) for reference in wanted]

    return acquired(grounds, adapters.store, adapters.linkage, references, read)


def publish_local_copies(context: Context, adapters: Adapters) -> int:
    """Register copies about people whose newest version was not sent and who are ready; return of how many people.

    Returns 0 before linkage began and while no layout is in force; the audit line says which of the two.
    """
    grounds = adapters.permit(context, PUBLISH)

    def copies(chosen: Sequence[Insured]) -> list[Copy]:
        with adapters.store.transaction() as records:
            return [copy for one in chosen for copy in _copies(context, records, one)]

    sending = Sending(grounds, adapters.store, adapters.linkage, copies, lambda people, _copies: people)
    return sending.all_due(copies_obstacle(context))


def copies_obstacle(context: Context) -> str:
    """Return why no copies can be registered today; empty when they can."""
    if not in_force(Feature.LINKAGE, context.today()):
        return NOT_YET
    return "" if layouts_accepted(KIND, context.today()) else NO_LAYOUT


def _copies(context: Context, records: Records, insured: Insured) -> list[Copy]:
    """Return what is told of a person: enrolment where there is one, and pensions received, or that there is none."""
    today = context.today()
    pensions = records.pensions.pensions(insured.reference)
    payments = [one for pension in pensions for one in records.pensions.payments(pension.pension)]
    told: list[Told] = []
    if insured.periods:
        since = min(period.insured_from for period in insured.periods)
        told.append(Told(KIND, since, copy_items(insured, today)))
    told.append(told_pensions(pensions, payments, today))
    return [copy_of(context, one, insured) for one in told if layouts_accepted(one.kind, today)]


def note_turns(context: Context, adapters: Adapters) -> int:
    """Note whose pension ended or turned by the calendar in the last week, so that it is told anew; return how many.

    A week, since timed work may have rested for days; what is told twice changes nothing.
    """
    grounds = adapters.permit(context, PUBLISH)
    today = context.today()
    since = today - timedelta(days=WEEK)
    with adapters.store.transaction() as records:
        near = records.pensions.ending_or_stopped(since - timedelta(days=LONGEST_MONTH))
        turned = {one.reference for one in near if any(since < day <= today for day in one.turns())}
        for reference in sorted(turned):
            records.touched(reference)
        if turned:
            records.audit(grounds, "pensions-turned", "done", count=len(turned))
    return len(turned)


def linkage_figures(context: Context, adapters: Adapters) -> Mapping[str, int]:
    """Return how many people are insured, requested, refused and published."""
    adapters.permit(context, READ)
    return adapters.store.counts()


def linkage_ready(context: Context, adapters: Adapters, reference: str) -> bool:
    """Ask the own intermediate server whether it holds a usable pseudonym of a person.

    Raises:
        UnknownEnrolment: there is no such record.
    """
    adapters.permit(context, READ)
    with adapters.store.transaction() as records:
        insured = records.insured(reference)
    return bool(adapters.linkage.held([insured.addressee_number]))
