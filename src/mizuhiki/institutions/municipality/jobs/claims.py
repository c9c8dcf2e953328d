"""Timed work of the sections: copies of what was granted, and files whose retention ended."""

from __future__ import annotations

from datetime import timedelta

from mizuhiki.crypto.randomness import Randomness
from mizuhiki.institutions.municipality.domain.claims.sections import RECORDS
from mizuhiki.institutions.municipality.operations.claims.service import Claims
from mizuhiki.runtime.clock import Clock
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.institution import Job
from mizuhiki.vocabulary.ids import InstitutionId

PUBLISH_EVERY = timedelta(minutes=5)
DESTROY_EVERY = timedelta(days=1)


def claim_jobs(claims: Claims, institution: InstitutionId, clock: Clock, randomness: Randomness) -> tuple[Job, ...]:
    """Return the jobs; each acts with its own trace and without a person."""

    def publish() -> int:
        actor = Actor(institution, "machinery")
        purpose = "publish copies of what was granted"
        return claims.publish_awards(
            Context(actor, "child-rearing-allowance", "番号法22条", purpose, clock, randomness.token())
        )

    def destroy() -> int:
        actor = Actor(institution, RECORDS)
        purpose = "destroy what is no longer needed"
        return claims.destroy_expired(
            Context(actor, "public-housing", "番号法20条", purpose, clock, randomness.token())
        )

    return (
        Job("publish-award-copies", PUBLISH_EVERY, publish),
        Job("destroy-expired-claims", DESTROY_EVERY, destroy),
    )
