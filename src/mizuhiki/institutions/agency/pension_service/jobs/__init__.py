"""Timed work of the pension service: pseudonyms that are lacking, copies of what changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from mizuhiki.institutions.agency.pension_service.domain.start_dates import Feature, in_force
from mizuhiki.institutions.agency.pension_service.operations.service import PensionService
from mizuhiki.runtime.clock import Clock
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.institution import Job
from mizuhiki.vocabulary.ids import InstitutionId

ACQUIRE_EVERY = timedelta(minutes=10)
PUBLISH_EVERY = timedelta(minutes=1)
TURN_EVERY = timedelta(days=1)
AFFAIR = "national-pension"


def timed_work(
    operations: PensionService, institution: InstitutionId, clock: Clock, token: Callable[[], str]
) -> tuple[Job, ...]:
    """Return the jobs; before their dates the pension service does none of it (番号法附則3条の2)."""

    def context(role: str, basis: str, purpose: str) -> Context:
        return Context(Actor(institution, role), AFFAIR, basis, purpose, clock, token())

    def acquire() -> None:
        if in_force(Feature.LINKAGE, clock.today()):
            operations.acquire_pseudonyms(context("machinery", "番号法21条の2", "acquire pseudonyms that are lacking"))

    def publish() -> None:
        if in_force(Feature.LINKAGE, clock.today()):
            operations.publish_local_copies(context("machinery", "番号法22条", "register copies of what changed"))

    def turn() -> None:
        if in_force(Feature.LINKAGE, clock.today()):
            operations.note_turns(context("machinery", "番号法22条", "note pensions that turned by the calendar"))

    return (
        Job("acquire-pseudonyms", ACQUIRE_EVERY, acquire),
        Job("publish-local-copies", PUBLISH_EVERY, publish),
        Job("note-turns", TURN_EVERY, turn),
    )
