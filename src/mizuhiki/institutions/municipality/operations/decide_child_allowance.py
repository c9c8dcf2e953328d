"""Decide a claim, pay it and tell the claimant (児童手当法7条, 8条; R-361): one person proposes, another approves."""

from __future__ import annotations

import dataclasses

from mizuhiki.casework.domain.cases import PROVIDED
from mizuhiki.casework.ports import PushNotice
from mizuhiki.institutions.municipality.domain.allowance_cases import (
    AFFAIR,
    PROCEDURE,
    AllowanceCase,
    CaseState,
    CaseStep,
    Payment,
    require_move,
)
from mizuhiki.institutions.municipality.domain.child_allowance import (
    ChildClaimed,
    Entitlement,
    amounts_in,
    assess,
    assessed_income,
    next_month,
    next_payment,
)
from mizuhiki.institutions.municipality.domain.errors import (
    CaseNotInState,
    InformationMissing,
    LinkageNotReady,
    NothingPayable,
    SamePersonMayNotApprove,
)
from mizuhiki.institutions.municipality.domain.tax import KIND as LOCAL_TAX
from mizuhiki.institutions.municipality.operations.adapters import Adapters, actor_text
from mizuhiki.institutions.municipality.operations.examine_child_allowance import PENSION, first_month
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context

_DEDUCTIONS = ("casualty_loss_deduction_yen", "medical_deduction_yen", "small_enterprise_deduction_yen")


def propose_decision(context: Context, adapters: Adapters, case: str) -> Entitlement:
    """Compute the entitlement and store it as a proposal; a new proposal replaces one that is not approved.

    Raises:
        UnknownCase, CaseNotInState, LawNotCoded: see there.
        InformationMissing: a kind was neither provided nor replaced by a paper.
    """
    grounds = adapters.permit(context, "propose-decision")
    with adapters.store.transaction() as records:
        found = records.allowances.case(case)
        require_move(found.state, CaseState.PROPOSED)
        claimant = records.register.resident(found.claimant)
        children = _children(records, found)
        income, dependents, sources = _figures(found)
        entitlement = assess(
            first_month(found, claimant, [child.birth_date for child in children]),
            children,
            income,
            dependents,
            (*sources, _pension_source(found)),
        )
        records.allowances.update_case(
            dataclasses.replace(
                found, state=CaseState.PROPOSED, assessment=entitlement, proposed_by=context.actor.person or ""
            )
        )
        records.allowances.add_step(case, CaseStep(context.now(), "proposed", actor_text(context)))
        records.audit(grounds, "decision-proposed", "done", subject=case)
    return entitlement


def _children(records: Records, case: AllowanceCase) -> list[ChildClaimed]:
    return [ChildClaimed(child.resident, child.birth_date) for child in records.register.residents(case.children)]


def _figures(case: AllowanceCase) -> tuple[int, int, tuple[str, ...]]:
    """Return income compared with the limit, dependents, and where they are from; linkage goes before paper."""
    for line in reversed(case.linked):
        if line.kind == LOCAL_TAX and line.outcome == PROVIDED and line.items.get("total_income_yen") is not None:
            items = line.items
            deductions = sum(int(items.get(name) or 0) for name in _DEDUCTIONS)
            income = assessed_income(int(items["total_income_yen"] or 0), deductions)
            source = f"income and dependents: {line.provider}, {line.exchange_number or line.statute}"
            return income, int(items.get("dependents_count") or 0), (source,)
    for paper in reversed(case.papers):
        if paper.kind == LOCAL_TAX and paper.total_income_yen is not None:
            income = assessed_income(paper.total_income_yen, 0)
            return income, paper.dependents or 0, (f"income and dependents: paper, {paper.description}",)
    raise InformationMissing(kind=LOCAL_TAX)


def _pension_source(case: AllowanceCase) -> str:
    for line in reversed(case.linked):
        if line.kind == PENSION and line.outcome == PROVIDED:
            return f"pension enrolment: {line.provider}, {line.exchange_number}"
    for paper in reversed(case.papers):
        if paper.kind == PENSION:
            return f"pension enrolment: paper, {paper.description}"
    raise InformationMissing(kind=PENSION)


def approve_decision(context: Context, adapters: Adapters, case: str) -> None:
    """Approve the proposal.

    Raises:
        UnknownCase, CaseNotInState: see there.
        SamePersonMayNotApprove: the actor proposed it, or one of the two has no account.
    """
    grounds = adapters.permit(context, "approve-decision")
    with adapters.store.transaction() as records:
        found = records.allowances.case(case)
        require_move(found.state, CaseState.APPROVED)
        person = context.actor.person or ""
        if not person or not found.proposed_by or person == found.proposed_by:
            raise SamePersonMayNotApprove
        records.allowances.update_case(dataclasses.replace(found, state=CaseState.APPROVED, approved_by=person))
        records.allowances.add_step(case, CaseStep(context.now(), "approved", actor_text(context)))
        records.audit(grounds, "decision-approved", "done", subject=case)


def order_payment(context: Context, adapters: Adapters, case: str) -> Payment:
    """Order the payment of the next payment day; before that day has passed it is ordered once only.

    Raises:
        UnknownCase, CaseNotInState, LawNotCoded: see there.
        NothingPayable: nothing is due for the months of that day.
    """
    grounds = adapters.permit(context, "order-payment")
    with adapters.store.transaction() as records:
        found = records.allowances.case(case)
        if found.payments and found.payments[-1].pay_on >= context.today():
            return found.payments[-1]
        require_move(found.state, CaseState.PAYING)
        payment = _next_payment(context, records, found)
        records.allowances.add_payment(case, payment)
        records.allowances.update_case(dataclasses.replace(found, state=CaseState.PAYING))
        step = CaseStep(context.now(), "payment-ordered", actor_text(context), payment.pay_on.isoformat())
        records.allowances.add_step(case, step)
        records.audit(grounds, "payment-ordered", "done", subject=payment.payment_id)
    return payment


def _next_payment(context: Context, records: Records, case: AllowanceCase) -> Payment:
    decided = case.assessment
    if decided is None:
        raise CaseNotInState(state=case.state.value, wanted=CaseState.APPROVED.value)
    first = next_month(case.payments[-1].months[-1]) if case.payments else decided.payable_from
    pay_on, months = next_payment(first, context.today())
    children = _children(records, case)
    amount = sum(
        child.monthly_yen
        for month in months
        for child in amounts_in(month, children, decided.income_yen, decided.dependents)
    )
    if amount == 0:
        raise NothingPayable
    return Payment(f"{case.case}-{pay_on:%Y-%m}", amount, months, pay_on)


def send_decision_notice(context: Context, adapters: Adapters, case: str) -> str:
    """Send the decision, and the payment where one is ordered, to the claimant's portal account; once.

    Raises:
        UnknownCase: there is none.
        CaseNotInState: nothing is decided yet.
        LinkageNotReady: the claimant has no addressee number.
    """
    grounds = adapters.permit(context, "send-decision-notice")
    with adapters.store.transaction() as records:
        found = records.allowances.case(case)
        if found.state not in {CaseState.APPROVED, CaseState.PAYING} or found.assessment is None:
            raise CaseNotInState(state=found.state.value, wanted=CaseState.APPROVED.value)
        if found.notice_id:
            return found.notice_id
        claimant = records.register.resident(found.claimant)
        addressee = None if claimant.number is None else records.linkage.addressee_of_number(claimant.number)
    if addressee is None:
        raise LinkageNotReady
    notice = PushNotice(
        request_id=f"decision-{found.case}",
        addressee_number=addressee.addressee_number,
        affair=AFFAIR,
        procedure=PROCEDURE,
        subject="児童手当の認定のお知らせ / Decision on your child allowance",
        body=_body(found, found.assessment),
    )
    adapters.linkage.send_notice(notice)
    with adapters.store.transaction() as records:
        current = records.allowances.case(case)
        records.allowances.update_case(dataclasses.replace(current, notice_id=notice.request_id))
        records.allowances.add_step(case, CaseStep(context.now(), "notice-sent", actor_text(context)))
        records.audit(grounds, "decision-notice-sent", "done", subject=case)
    return notice.request_id


def _body(case: AllowanceCase, decided: Entitlement) -> str:
    year, month = decided.payable_from
    lines = [
        f"月額 {decided.monthly_yen:,}円を{year}年{month}月分から支給します。",
        f"You receive {decided.monthly_yen:,} yen a month from {year}-{month:02}.",
    ]
    for payment in case.payments[-1:]:
        day = payment.pay_on
        lines += [
            f"{day.year}年{day.month}月{day.day}日に{payment.amount_yen:,}円を振り込みます。",
            f"{payment.amount_yen:,} yen will be paid on {day.isoformat()}.",
        ]
    return "\n".join(lines)
