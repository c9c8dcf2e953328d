"""Order what is payable and tell the applicant (R-256, R-361)."""

from __future__ import annotations

import dataclasses

from mizuhiki.casework.domain.cases import CaseState, CaseStep, Payment
from mizuhiki.casework.domain.errors import ClaimNotInState, NothingToPay
from mizuhiki.casework.operations.adapters import CaseAdapters, actor_text
from mizuhiki.casework.ports import PushNotice, RecordsT
from mizuhiki.runtime.context import Context

PAY = "order-case-payment"
NOTIFY = "notify-applicant"


def order_payment(context: Context, adapters: CaseAdapters[RecordsT], case: str) -> Payment:
    """Order the payment due next; the same payment is ordered once only.

    Raises:
        UnknownClaim, ClaimNotInState: see there.
        NothingToPay: refused, a procedure that pays nothing, or nothing is due.
    """
    grounds = adapters.permit(context, PAY)
    with adapters.store.transaction() as records:
        found = records.cases.case(case)
        procedure = adapters.procedure(context, found.procedure)
        if found.state is not CaseState.DECIDED or found.proposal is None:
            raise ClaimNotInState(state=found.state.value, wanted=CaseState.DECIDED.value)
        if procedure.pay is None or not found.proposal.granted:
            raise NothingToPay
        known = dataclasses.replace(found, stated={**found.stated, **adapters.facts(records, found)})
        payment = procedure.pay(known, context.today())
        if payment is None or payment.amount_yen == 0:
            raise NothingToPay
        ordered = next((one for one in found.payments if one.payment_id == payment.payment_id), None)
        if ordered is not None:
            return ordered
        records.cases.add_payment(case, payment)
        step = CaseStep(context.now(), "payment-ordered", actor_text(context), payment.pay_on.isoformat())
        records.cases.add_step(case, step)
        records.audit(grounds, "case-payment-ordered", "done", subject=case)
    return payment


def notify(context: Context, adapters: CaseAdapters[RecordsT], case: str) -> str:
    """Send the decision to the applicant's portal account, once; return the notice's id.

    Raises:
        UnknownClaim: there is none.
        ClaimNotInState: nothing is decided yet.
        Withheld: a support measure stands on somebody in the case.
        PeerUnavailable: the own intermediate server does not answer; the notice is not sent and may be again.
    """
    grounds = adapters.permit(context, NOTIFY)
    with adapters.store.transaction() as records:
        found = records.cases.case(case)
        procedure = adapters.procedure(context, found.procedure)
        if found.state is not CaseState.DECIDED:
            raise ClaimNotInState(state=found.state.value, wanted=CaseState.DECIDED.value)
        applicant = records.people.person(found.applicant.person)
    if found.notice_id:
        return found.notice_id
    adapters.require_disclosure(context, found, "notice of a decision")
    words = procedure.notice(found)
    notice_id = f"decision-{found.case}"
    adapters.linkage.send_notice(
        PushNotice(
            request_id=notice_id,
            addressee_number=applicant.addressee_number,
            affair=procedure.affair,
            procedure=procedure.code,
            subject=words.subject,
            body=words.body,
        )
    )
    with adapters.store.transaction() as records:
        records.cases.update(dataclasses.replace(records.cases.case(case), notice_id=notice_id))
        records.cases.add_step(case, CaseStep(context.now(), "notice-sent", actor_text(context)))
        records.audit(grounds, "case-notice-sent", "done", subject=case)
    return notice_id
