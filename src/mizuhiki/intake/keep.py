"""Read and protect people's records (R-076)."""

from __future__ import annotations

from mizuhiki.casework.domain import Linkage
from mizuhiki.intake.adapters import BodyAdapters, RecordsT
from mizuhiki.intake.errors import LiftedByOneself, NotProtected
from mizuhiki.intake.persons import KeptPerson, Lift
from mizuhiki.runtime.context import Context

READ = "read-person"
PROTECT = "protect-person"
LIFT = "lift-protection"


def read_person(context: Context, adapters: BodyAdapters[RecordsT], reference: str) -> KeptPerson:
    """Return a person.

    Raises:
        UnknownPersonRecord: there is no such record.
        Withheld: a support measure stands on it and no consent was given for this clerk.
    """
    grounds = adapters.permit(context, READ)
    with adapters.store.transaction() as records:
        found = records.person(reference)
    adapters.disclose(context, reference, "record")
    with adapters.store.transaction() as records:
        records.audit(grounds, "person-viewed", "done", subject=reference)
    return found


def protect_person(context: Context, adapters: BodyAdapters[RecordsT], reference: str, *, protected: bool) -> None:
    """Put a support measure on a person or take it off, here and at the own intermediate server.

    Raises:
        UnknownPersonRecord: there is no such record.
        PeerUnavailable: the intermediate server does not answer; here the mark stands.
    """
    grounds = adapters.permit(context, PROTECT)
    with adapters.store.transaction() as records:
        person = records.person(reference)
        if person.protected != protected:
            records.set_protected(reference, protected=protected)
        records.audit(grounds, "person-protected" if protected else "protection-ended", "done", subject=reference)
    if person.linkage is Linkage.REQUESTED:
        # After our own mark stands: should the server not answer, the officer is told and does it again.
        adapters.linkage.mark(person.addressee_number, protected=protected)


def lift_protection(
    context: Context, adapters: BodyAdapters[RecordsT], reference: str, *, clerk: str, reason: str
) -> None:
    """Consent to one look of one clerk at a protected record.

    Raises:
        UnknownPersonRecord: there is no such record.
        NotProtected: nothing stands in the clerk's way.
        LiftedByOneself: the officer is that clerk.
    """
    grounds = adapters.permit(context, LIFT)
    if context.actor.person is None or context.actor.person == clerk:
        raise LiftedByOneself
    with adapters.store.transaction() as records:
        if not records.person(reference).protected:
            raise NotProtected
        records.keep_lift(
            Lift(
                reference=reference,
                clerk=clerk,
                reason=reason,
                lifted_by=context.actor.person,
                lifted_at=context.now(),
            )
        )
        records.audit(grounds, "protection-lifted-once", "done", subject=reference)
