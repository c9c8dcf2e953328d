"""Take a claim for child allowance and gather what the decision needs (児童手当法7条; R-217, R-361, R-362).

The claim has no attachments. Local tax comes from where the claimant lived on 1 January of the relevant year: from our
own tax department or over the network; pension enrolment from the pension service. A refused inquiry is shown with its
rule and replaced by a paper.
"""

from __future__ import annotations

import dataclasses
from datetime import date

from mizuhiki.casework.domain.cases import NO_ANSWER, PROVIDED
from mizuhiki.casework.domain.questions import Question
from mizuhiki.institutions.municipality.domain.allowance_cases import (
    AFFAIR,
    PROCEDURE,
    AllowanceCase,
    CaseState,
    CaseStep,
    ChildAllowanceApplication,
    PaperDocument,
    require_move,
)
from mizuhiki.institutions.municipality.domain.child_allowance import Month, first_payable_month, tax_year_for
from mizuhiki.institutions.municipality.domain.errors import (
    CaseNotInState,
    DateImpossible,
    EmptyForm,
    LinkageNotReady,
    NumberDoesNotMatch,
    PreviousMunicipalityUnknown,
)
from mizuhiki.institutions.municipality.domain.linkage import LinkedInformation
from mizuhiki.institutions.municipality.domain.residence import municipality_on
from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.domain.tax import KIND as LOCAL_TAX
from mizuhiki.institutions.municipality.domain.tax import copy_items
from mizuhiki.institutions.municipality.operations.adapters import Adapters, actor_text
from mizuhiki.institutions.municipality.operations.disclose import require_disclosure, withheld_of
from mizuhiki.institutions.municipality.operations.take_number import take_number
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.dates import fiscal_year
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id
from mizuhiki.vocabulary.layouts import layout
from mizuhiki.vocabulary.statute import NoStatuteRow, StatuteRowNotInForce, StatuteTable, row_out_of_force

PENSION = "pension-enrolment"
PENSION_SERVICE = institution_id(InstitutionKind.PENSION_SERVICE)
WITHIN = "within the municipality (番号法9条2項)"
NO_DATA = "no-data"
_STATUTE = StatuteTable.load()


def apply_child_allowance(context: Context, adapters: Adapters, form: ChildAllowanceApplication) -> str:
    """Open a case after the number was taken; a repeated form returns the same case.

    Raises:
        EmptyForm: no child.
        DateImpossible: received in the future.
        NumberDoesNotMatch: the number is another resident's than the claimant's; also all errors of `take_number`.
    """
    grounds = adapters.permit(context, "apply-child-allowance")
    if not form.children:
        raise EmptyForm(item="children")
    if form.received_on > context.today():
        raise DateImpossible(item="received_on")
    request = f"child-allowance/{form.request_id}"
    with adapters.store.transaction() as records:
        known = records.answer_of_request(request)
    if known is not None:
        return known[0]
    if take_number(context, adapters, form.intake) != form.claimant:
        raise NumberDoesNotMatch(items="claimant")
    with adapters.store.transaction() as records:
        known = records.answer_of_request(request)
        if known is not None:
            return known[0]
        claimant = records.register.resident(form.claimant)
        records.register.residents(form.children)
        case = AllowanceCase(
            case=adapters.randomness.token(),
            claimant=form.claimant,
            claimant_name=claimant.name.full,
            children=form.children,
            received_on=form.received_on,
            bank_account_label=form.bank_account_label,
            state=CaseState.APPLIED,
        )
        records.allowances.insert_case(case)
        records.allowances.add_step(case.case, CaseStep(context.now(), "applied", actor_text(context)))
        records.keep_answers({request: [case.case]}, context.now())
        records.audit(grounds, "child-allowance-applied", "done", subject=case.case)
    return case.case


def first_month(case: AllowanceCase, claimant: ResidentRecord, births: list[date]) -> Month:
    """Return the first payable month of a case; a birth or move shortly before the claim counts."""
    events = [day for day in (*births, claimant.resident_since) if day <= case.received_on]
    return first_payable_month(case.received_on, max(events, default=None))


def request_linked_information(context: Context, adapters: Adapters, case: str) -> list[LinkedInformation]:
    """Ask for each kind that was not provided yet; refusals and outages are kept as answers.

    Raises:
        UnknownCase, CaseNotInState: see there.
        LinkageNotReady: the claimant has no addressee number.
    """
    grounds = adapters.permit(context, "request-linked-information")
    with adapters.store.transaction() as records:
        found = records.allowances.case(case)
        require_move(found.state, CaseState.EXAMINED)
        claimant = records.register.resident(found.claimant)
        births = [child.birth_date for child in records.register.residents(found.children)]
    tax_year = tax_year_for(first_month(found, claimant, births))
    provided = {line.kind for line in found.linked if line.outcome == PROVIDED}
    for kind in (LOCAL_TAX, PENSION):
        if kind in provided:
            continue
        answer = _ask(context, adapters, found, claimant, kind=kind, tax_year=tax_year)
        with adapters.store.transaction() as records:
            records.allowances.add_linked(case, answer)
            step = CaseStep(context.now(), f"linked-{kind}", actor_text(context), answer.outcome)
            records.allowances.add_step(case, step)
            records.audit(grounds, "linked-information-requested", answer.outcome, subject=case)
    with adapters.store.transaction() as records:
        found = records.allowances.case(case)
        records.allowances.update_case(dataclasses.replace(found, state=CaseState.EXAMINED))
    return list(found.linked)


def _ask(
    context: Context, adapters: Adapters, case: AllowanceCase, claimant: ResidentRecord, *, kind: str, tax_year: int
) -> LinkedInformation:
    provider, year = PENSION_SERVICE, fiscal_year(case.received_on)
    if kind == LOCAL_TAX:
        year = tax_year
        try:
            code = municipality_on(claimant, date(year, 1, 1), adapters.code)
        except PreviousMunicipalityUnknown as unknown:
            return _answer(context, kind, "", outcome=unknown.code, detail=unknown.title)
        provider = institution_id(InstitutionKind.MUNICIPALITY, code)
    if provider == adapters.institution:
        return _from_own_department(context, adapters, claimant, year)
    return _over_network(context, adapters, case, claimant, provider=provider, kind=kind, year=year)


def _from_own_department(
    context: Context, adapters: Adapters, claimant: ResidentRecord, year: int
) -> LinkedInformation:
    with adapters.store.transaction() as records:
        addressee = None if claimant.number is None else records.linkage.addressee_of_number(claimant.number)
        held = None if addressee is None else records.linkage.tax_record(addressee.addressee_number, year)
    if held is None:
        return _answer(context, LOCAL_TAX, adapters.institution, outcome=NO_DATA, statute=WITHIN)
    items = copy_items(held.record, layout(LOCAL_TAX, context.today()))
    answer = _answer(context, LOCAL_TAX, adapters.institution, outcome=PROVIDED, statute=WITHIN)
    return dataclasses.replace(answer, items=items)


def _over_network(
    context: Context,
    adapters: Adapters,
    case: AllowanceCase,
    claimant: ResidentRecord,
    *,
    provider: InstitutionId,
    kind: str,
    year: int,
) -> LinkedInformation:
    with adapters.store.transaction() as records:
        addressee = None if claimant.number is None else records.linkage.addressee_of_number(claimant.number)
    if addressee is None:
        raise LinkageNotReady
    answered = sum(line.kind == kind and line.outcome not in NO_ANSWER for line in case.linked)
    answer = adapters.linkage.inquire(
        Question(
            request_id=f"{case.case}-{kind}-{answered}",
            addressee_number=addressee.addressee_number,
            provider=provider,
            affair=AFFAIR,
            procedure=PROCEDURE,
            kind=kind,
            fiscal_year=year,
            case_reference=case.case,
        )
    )
    provided = answer.outcome == PROVIDED
    detail = f"{answer.refused_by}: {answer.detail}" if answer.refused_by else answer.detail
    return LinkedInformation(
        kind=kind,
        provider=provider,
        outcome=answer.outcome,
        exchange_number=answer.exchange_number,
        statute=_statute(adapters.institution, provider, kind, context.today()),
        refusal_code="" if provided else answer.outcome,
        refusal_detail="" if provided else detail,
        items=dict(answer.items),
        receipt=answer.receipt,
        received_at=context.now(),
    )


def _answer(
    context: Context, kind: str, provider: str, *, outcome: str, statute: str = "", detail: str = ""
) -> LinkedInformation:
    refusal = "" if outcome == PROVIDED else outcome
    return LinkedInformation(kind, provider, outcome, "", statute, refusal, detail, {}, "", context.now())


def _statute(own: InstitutionId, provider: InstitutionId, kind: str, day: date) -> str:
    """Return the row that allows the inquiry, for the screen; whether it goes ahead is for the converters to say."""
    try:
        row = _STATUTE.permit(own, AFFAIR, PROCEDURE, provider, kind, day)
    except StatuteRowNotInForce as refusal:
        return row_out_of_force(refusal, day)
    except NoStatuteRow:
        return ""
    return f"{row.number} {row.citation}"


def record_paper_document(
    context: Context,
    adapters: Adapters,
    case: str,
    kind: str,
    description: str,
    *,
    total_income_yen: int | None,
    dependents: int | None,
) -> None:
    """Record a paper; a tax paper carries the figures the clerk read from it.

    Raises:
        UnknownCase: there is none.
        CaseNotInState: the case is decided.
        EmptyForm: no description, or a tax paper without income.
    """
    grounds = adapters.permit(context, "record-paper-document")
    if not description.strip():
        raise EmptyForm(item="description")
    if kind == LOCAL_TAX and total_income_yen is None:
        raise EmptyForm(item="total_income_yen")
    with adapters.store.transaction() as records:
        found = records.allowances.case(case)
        if found.state in {CaseState.APPROVED, CaseState.PAYING}:
            raise CaseNotInState(state=found.state.value, wanted=CaseState.EXAMINED.value)
        actor = actor_text(context)
        paper = PaperDocument(kind, description, context.now(), actor, total_income_yen, dependents)
        records.allowances.add_paper(case, paper)
        records.allowances.add_step(case, CaseStep(context.now(), f"paper-{kind}", actor))
        records.allowances.update_case(dataclasses.replace(found, state=CaseState.EXAMINED))
        records.audit(grounds, "paper-recorded", "done", subject=case)


def allowance_case(context: Context, adapters: Adapters, case: str) -> AllowanceCase:
    """Return a case.

    Raises:
        UnknownCase: there is none.
        UnderSupportMeasure: somebody in it is protected and nobody lifted that for this work.
    """
    grounds = adapters.permit(context, "read-case")
    with adapters.store.transaction() as records:
        found = records.allowances.case(case)
    require_disclosure(context, adapters, [found.claimant, *found.children], Work.CASE)
    with adapters.store.transaction() as records:
        records.audit(grounds, "case-viewed", "done", subject=case)
    return found


def cases(context: Context, adapters: Adapters, state: CaseState | None) -> list[AllowanceCase]:
    """Return cases, oldest first, without answers and papers; those of protected people without names."""
    grounds = adapters.permit(context, "read-case")
    with adapters.store.transaction() as records:
        found = records.allowances.cases(state, None)
        records.audit(grounds, "cases-listed", "done", count=len(found))
    withheld = withheld_of(context, adapters, [case.claimant for case in found], "cases")
    return [case.blanked() if case.claimant in withheld else case for case in found]
