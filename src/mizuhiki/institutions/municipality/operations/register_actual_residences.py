"""Register where somebody's card shall go, read it back, approve that the card maker learns it (R-107 to R-119)."""

from __future__ import annotations

from mizuhiki.institutions.municipality.domain.actual_residences import (
    ActualResidence,
    DeliveryPath,
    ResidenceForm,
    ResidencePolicy,
    require_period,
    require_registrable,
)
from mizuhiki.institutions.municipality.domain.errors import DateImpossible, RecordNotCurrent, SamePersonMayNotApprove
from mizuhiki.institutions.municipality.domain.notice_errors import ResidenceApprovedAlready, UnknownResidence
from mizuhiki.institutions.municipality.domain.notice_forms import START
from mizuhiki.institutions.municipality.domain.notices import Destination, NoticeState
from mizuhiki.institutions.municipality.domain.residents import RecordState
from mizuhiki.institutions.municipality.operations.adapters import Adapters, actor_text
from mizuhiki.runtime.context import Context

VICTIM_PROOF = "victim_proof_required"
"""Parameter: ``yes`` where the municipality asks evacuees for a proof (R-113)."""
WAITING_LIMIT = 200


def residence_policy(adapters: Adapters) -> ResidencePolicy:
    """Return what this municipality decided about applications."""
    return ResidencePolicy(victim_proof_required=adapters.parameters.get(VICTIM_PROOF) == "yes")


def register_actual_residence(context: Context, adapters: Adapters, form: ResidenceForm) -> str:
    """Register an actual residence and return its name; a newer one takes the place of the one before (R-119).

    Raises:
        DateImpossible: received in the future.
        RecordNotCurrent: the person is no resident.
        ResidenceOutOfPeriod: see `require_period`.
        CaseConditionMissing, SourceNotAllowed, HallNotAllowed, ConsentMisplaced, AttachmentMissing, ResidenceNotFresh:
            see `require_registrable`.
    """
    grounds = adapters.permit(context, "register-actual-residence")
    if form.received_on > context.today():
        raise DateImpossible(item="received_on")
    require_registrable(form, residence_policy(adapters))
    request = f"residence/{form.request_id}"
    with adapters.store.transaction() as records:
        known = records.answer_of_request(request)
        if known is not None:
            return known[0]
        record = records.register.resident(form.resident)
        if record.state is RecordState.REMOVED:
            raise RecordNotCurrent
        before = records.notices.residences_of([form.resident])
        require_period(
            form.received_on,
            initial_recipient=record.resident_since <= START,
            registered_before=form.resident in before,
        )
        held = ActualResidence(
            residence=adapters.randomness.token(),
            resident=form.resident,
            case=form.case,
            source=form.source,
            path=form.path,
            address=form.address,
            reason=form.reason,
            received_on=form.received_on,
            attachments=form.attachments,
            confirmed_on=form.confirmed_on,
            consent_to_share=form.consent_to_share,
            agent=form.agent,
            entered_by=actor_text(context),
        )
        records.notices.insert_residence(held)
        records.keep_answers({request: [held.residence]}, context.now())
        event = "actual-residence-replaced" if before else "actual-residence-registered"
        records.audit(grounds, event, "done", subject=form.resident)
    return held.residence


def actual_residences(context: Context, adapters: Adapters, resident: str) -> list[ActualResidence]:
    """Return all registrations of a person with their addresses, newest first, to the support officer only."""
    grounds = adapters.permit(context, "read-actual-residence")
    with adapters.store.transaction() as records:
        records.register.resident(resident)
        records.audit(grounds, "actual-residence-read", "done", subject=resident)
        return records.notices.residence_history(resident)


def waiting_residences(context: Context, adapters: Adapters) -> list[ActualResidence]:
    """Return registrations of endangered people that wait for approval to be told to the card maker."""
    adapters.permit(context, "approve-actual-residence")
    with adapters.store.transaction() as records:
        return records.notices.waiting_residences(WAITING_LIMIT)


def approve_actual_residence(context: Context, adapters: Adapters, residence: str) -> None:
    """Decide that the card maker may learn where an endangered person stays; without it the card goes to the hall.

    Raises:
        UnknownResidence: there is none in force.
        SamePersonMayNotApprove: whoever entered it approves it.
        ResidenceApprovedAlready: approved before, or kept at the hall.
    """
    grounds = adapters.permit(context, "approve-actual-residence")
    with adapters.store.transaction() as records:
        held = records.notices.residence(residence)
        if held.superseded_on is not None:
            raise UnknownResidence
        if held.approved_by or held.path is DeliveryPath.TOWN_HALL:
            raise ResidenceApprovedAlready
        if held.entered_by == actor_text(context):
            raise SamePersonMayNotApprove
        records.notices.approve_residence(residence, actor_text(context))
        records.audit(grounds, "actual-residence-approved", "done", subject=held.resident)


def forwarding_label(context: Context, adapters: Adapters, notice: str) -> ActualResidence:
    """Return where a card kept at the hall goes on to, for the label of the own 簡易書留, to the support officer only.

    Raises:
        UnknownNotice: there is no such card.
        UnknownResidence: the card is not at the hall, or nobody registered a residence for it.
    """
    grounds = adapters.permit(context, "read-actual-residence")
    with adapters.store.transaction() as records:
        held = records.notices.notice(notice)
        mailing = records.notices.mailing(held.mailing)
        found = records.notices.residences_of([held.resident]).get(held.resident)
        if mailing.destination is not Destination.TOWN_HALL or held.state is not NoticeState.AT_HALL or found is None:
            raise UnknownResidence
        records.audit(grounds, "forwarding-label-printed", "done", subject=held.resident)
    return found
