"""Issue, print and cancel copies of records and of the supplement, report a day (住基法12条-12条の3, 15条の4, 20条).

The page is made again whenever it is printed and compared with what was issued, so nothing with a number on it is
kept. A household's copy asks the gate about everybody in it (R-075, R-094).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mizuhiki.crypto.digests import equal
from mizuhiki.documents.certificates import Certificate
from mizuhiki.documents.certificates import Issue as PrintedIssue
from mizuhiki.institutions.municipality.domain.copies.content import content_of, head_of
from mizuhiki.institutions.municipality.domain.copies.errors import CopyOutdated, CopyRefused, IssueClosed
from mizuhiki.institutions.municipality.domain.copies.kinds import CopyKind, Item, Scope
from mizuhiki.institutions.municipality.domain.copies.requests import (
    CopyRequest,
    Issue,
    IssueEvent,
    IssueStep,
    IssueView,
    NationwideQuery,
    ReportLine,
)
from mizuhiki.institutions.municipality.domain.copies.rules import Standing, decide, fee_of
from mizuhiki.institutions.municipality.domain.errors import EmptyForm
from mizuhiki.institutions.municipality.domain.events.errors import NotInSupplement
from mizuhiki.institutions.municipality.domain.residents import RecordState, ResidentRecord
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.operations.adapters import Adapters, actor_text
from mizuhiki.institutions.municipality.operations.copies.layout import living_page, removed_page, supplement_page
from mizuhiki.institutions.municipality.operations.copies.nationwide import page_of_query
from mizuhiki.institutions.municipality.operations.disclose import require_disclosure
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.grounds import Grounds

ISSUE, REPORT = "issue-copy", "report-copies"


_UNNUMBERED = "0000-000000"
"""Number on a page that is only tried; it is as long as those that are given."""


def examine_copy(context: Context, adapters: Adapters, request: CopyRequest) -> None:
    """Decide on a request and lay its page out as issuing would, and keep nothing; returning means that it is given.

    What the counter shows before the person is told yes. The protection gate is asked first, as when issuing, and a
    refusal is audited.

    Raises:
        everything `issue_copy` raises.
    """
    grounds = adapters.permit(context, ISSUE)
    with adapters.store.snapshot() as records:
        if records.copies.of_request(request.request_id) is not None:
            return
        standing = _standing(records, request)
    _require_given(context, adapters, grounds, request, standing)
    with adapters.store.snapshot() as records:
        page = _page(adapters, records, request, _UNNUMBERED, context.today())
    adapters.printer.page(page)


def _require_given(
    context: Context, adapters: Adapters, grounds: Grounds, request: CopyRequest, standing: Standing
) -> None:
    """Ask the gate about everybody on the copy, then decide."""
    subjects = [one.resident for one in standing.records]
    require_disclosure(context, adapters, subjects, Work.COPY, recipient=request.asker.kind.value)
    try:
        # The offender is refused even after a lift, which is for the protected person's own affairs.
        decide(request, standing, context.today())
    except CopyRefused as refusal:
        _audit_refusal(adapters, grounds, request.person, refusal)
        raise


def issue_copy(context: Context, adapters: Adapters, request: CopyRequest) -> Issue:
    """Decide on a request and issue the copy; the same request again returns the same issue.

    A refusal is audited with its code.

    Raises:
        CopyRefused, NumberNotOnRecord, EmptyForm: see `domain.copies.rules.decide`.
        UnderSupportMeasure: somebody on the copy is protected and nobody lifted that for this work.
        NotInSupplement: the supplement is kept elsewhere.
        CharacterNotPrintable: a name cannot be printed as it is written.
    """
    grounds = adapters.permit(context, ISSUE)
    with adapters.store.transaction() as records:
        known = records.copies.of_request(request.request_id)
        if known is not None:
            return records.copies.view(known).issue
        standing = _standing(records, request)
    _require_given(context, adapters, grounds, request, standing)
    subjects = [one.resident for one in standing.records]
    with adapters.store.transaction() as records:
        number = records.copies.next_number(context.today().year)
        page = _page(adapters, records, request, number, context.today())
        issue = _issue(
            adapters, request, subjects, page=page.issue, mark=adapters.printer.mark(adapters.printer.page(page))
        )
        records.copies.insert(issue, request)
        records.copies.add_step(_step(context, issue.issue, IssueStep.ISSUED))
        with_number = Item.NUMBER in request.items
        records.audit(grounds, "copy-with-number-issued" if with_number else "copy-issued", request.kind.value,
                      subject=request.person, count=len(subjects))  # fmt: skip
    return issue


def _audit_refusal(adapters: Adapters, grounds: Grounds, person: str, refusal: CopyRefused) -> None:
    with adapters.store.transaction() as records:
        records.audit(grounds, "copy-refused", refusal.code, subject=person)


def _records_of(records: Records, request: CopyRequest) -> list[ResidentRecord]:
    asked = records.register.resident(request.person)
    if request.scope is Scope.PERSON:
        return [asked]
    if request.kind is CopyKind.REMOVED:
        # Of one household that left or ended together, by the day: what a removed copy of several people is asked for.
        gone = records.events.removed_until(asked.removed_on) if asked.removed_on else []
        return [
            one for one in gone if one.household == asked.household and one.removed_on == asked.removed_on
        ] or [asked]  # fmt: skip
    return records.register.members(asked.household) if asked.state is not RecordState.REMOVED else [asked]


def _standing(records: Records, request: CopyRequest) -> Standing:
    asked = records.register.resident(request.person)
    members = [one.resident for one in records.register.members(asked.household)]
    found = _records_of(records, request)
    measures = records.support.measures_of([one.resident for one in found])
    return Standing(tuple(found), tuple(members), bool(measures))


def _page(adapters: Adapters, records: Records, request: CopyRequest, number: str, day: date) -> Certificate:
    issue = printed_issue(adapters, number, day)
    found = _records_of(records, request)
    if request.kind is CopyKind.SUPPLEMENT:
        person = records.supplement.person_of(found[0].code)
        view = None if person is None else records.supplement.view(person)
        if view is None:
            raise NotInSupplement
        return supplement_page(issue, view, request.items, day)
    if request.kind is CopyKind.REMOVED:
        return removed_page(issue, found, request.items, day)
    members = records.register.members(found[0].household)
    content = content_of(found, head_of(members).full, request.items, day)
    return living_page(request.kind, issue, content, request.items)


def printed_issue(adapters: Adapters, number: str, day: date) -> PrintedIssue:
    """Return the head of a page."""
    printer = adapters.printer
    return PrintedIssue(number=number, issued_on=day, municipality=printer.place, mayor=printer.mayor)


def _issue(
    adapters: Adapters, request: CopyRequest, subjects: Sequence[str], *, page: PrintedIssue, mark: bytes
) -> Issue:
    return Issue(
        issue=adapters.randomness.token(12),
        number=page.number,
        kind=request.kind,
        scope=request.scope,
        requester=request.asker.kind,
        way=request.way,
        delivery=request.sending.delivery,
        identity=request.identity,
        shown=tuple(sorted(request.shown)),
        items=tuple(sorted(request.items)),
        subjects=tuple(subjects),
        copies=request.copies,
        fee_yen=fee_of(request, adapters.copy_fee_yen),
        issued_on=page.issued_on,
        digest=mark,
    )


def _step(context: Context, issue: str, step: IssueStep, note: str = "") -> IssueEvent:
    return IssueEvent(issue, step, context.now(), actor_text(context), note)


def copy_document(context: Context, adapters: Adapters, issue: str) -> bytes:
    """Return the sealed page (PDF) of an issue; each call after the first is a reprint and counted as such.

    Raises:
        UnknownIssue: there is none.
        IssueClosed: it was cancelled, or it is of another day.
        CopyOutdated: the record changed since.
        UnderSupportMeasure: a measure was put on somebody since.
    """
    grounds = adapters.permit(context, ISSUE)
    with adapters.store.transaction() as records:
        view = records.copies.view(issue)
        request = records.copies.request(issue)
    held = view.issue
    if view.cancelled or held.issued_on != context.today() or held.asked_by:
        raise IssueClosed
    require_disclosure(context, adapters, held.subjects, Work.COPY, recipient=held.requester.value)
    if isinstance(request, NationwideQuery):
        page = page_of_query(
            context, adapters, held.home, request, printed_issue(adapters, held.number, held.issued_on)
        )
    else:
        with adapters.store.transaction() as records:
            page = _page(adapters, records, request, held.number, held.issued_on)
    pdf = adapters.printer.page(page)
    if not equal(adapters.printer.mark(pdf), held.digest):
        raise CopyOutdated
    sealed = adapters.printer.seal(pdf, context.now())
    with adapters.store.transaction() as records:
        records.copies.add_step(_step(context, issue, IssueStep.PRINTED))
        records.audit(grounds, "copy-reprinted" if view.prints else "copy-printed", held.kind.value, subject=issue)
    return sealed


def cancel_copy(context: Context, adapters: Adapters, issue: str, reason: str) -> IssueView:
    """Cancel an issue, such as one with a wrong item or taken back; its fee is not counted.

    Raises:
        EmptyForm: no reason.
        UnknownIssue, IssueClosed: see there.
    """
    grounds = adapters.permit(context, ISSUE)
    if not reason.strip():
        raise EmptyForm(item="reason")
    with adapters.store.transaction() as records:
        view = records.copies.view(issue)
        if view.cancelled or view.issue.issued_on != context.today():
            raise IssueClosed
        records.copies.add_step(_step(context, issue, IssueStep.CANCELLED, reason.strip()))
        records.audit(grounds, "copy-cancelled", view.issue.kind.value, subject=issue)
        return records.copies.view(issue)


def copy_view(context: Context, adapters: Adapters, issue: str) -> IssueView:
    """Return an issue with its steps; it names nobody.

    Raises:
        UnknownIssue: there is none.
    """
    adapters.permit(context, REPORT)
    with adapters.store.transaction() as records:
        return records.copies.view(issue)


def daily_report(context: Context, adapters: Adapters, day: date) -> tuple[list[ReportLine], list[IssueView]]:
    """Return a day's sums by kind, and every issue of the day without names (日報)."""
    grounds = adapters.permit(context, REPORT)
    with adapters.store.transaction() as records:
        views = records.copies.issued_on(day)
        records.audit(grounds, "copies-reported", "done", count=len(views))
    return [_line(kind, views) for kind in CopyKind if any(view.issue.kind is kind for view in views)], views


def _line(kind: CopyKind, views: Sequence[IssueView]) -> ReportLine:
    of_kind = [view for view in views if view.issue.kind is kind]
    good = [view for view in of_kind if not view.cancelled]
    return ReportLine(
        kind=kind,
        issues=len(good),
        copies=sum(view.issue.copies for view in good),
        with_number=sum(Item.NUMBER in view.issue.items for view in good),
        reprints=sum(max(view.prints - 1, 0) for view in of_kind),
        cancelled=len(of_kind) - len(good),
        fees_yen=sum(view.issue.fee_yen for view in good),
    )
