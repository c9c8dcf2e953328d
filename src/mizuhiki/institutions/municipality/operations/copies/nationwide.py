"""Copies at another municipality's counter (広域交付, 住基法12条の4; R-047).

The counter's municipality sees the document with a photograph and asks; the municipality of residence decides and
answers the content; the counter's mayor makes and seals the copy. What cannot be given looks the same as nobody there.
"""

from __future__ import annotations

from datetime import date

from mizuhiki.documents.certificates import Certificate
from mizuhiki.documents.certificates import Issue as PrintedIssue
from mizuhiki.institutions.municipality.domain.copies.content import CopyContent, content_of, head_of
from mizuhiki.institutions.municipality.domain.copies.errors import NationwideRefused
from mizuhiki.institutions.municipality.domain.copies.kinds import (
    CopyKind,
    Delivery,
    IdentityLevel,
    Item,
    Scope,
    Way,
)
from mizuhiki.institutions.municipality.domain.copies.requests import Issue, IssueEvent, IssueStep, NationwideQuery
from mizuhiki.institutions.municipality.domain.copies.rules import decide_nationwide
from mizuhiki.institutions.municipality.domain.residents import RecordState, ResidentQuery, ResidentRecord
from mizuhiki.institutions.municipality.operations.adapters import Adapters, actor_text
from mizuhiki.institutions.municipality.operations.copies.layout import living_page
from mizuhiki.institutions.municipality.operations.disclose import withheld_of
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.names import normalise_for_comparison
from mizuhiki.vocabulary.persons import FourItems, Sex

CHANNEL = "nationwide-copy"
RULE = "住民基本台帳法12条の4"
_FEW = 20


def issue_nationwide(context: Context, adapters: Adapters, home: str, query: NationwideQuery) -> Issue:
    """Issue a copy of a resident of `home` at this counter; the same request again returns the same issue.

    Raises:
        CopyRefused: before asking, by the rules known here.
        PeerRefused: the municipality of residence gives no copy.
        NationwideRefused: it is this municipality's own resident; issue an ordinary copy.
    """
    grounds = adapters.permit(context, "issue-copy")
    if home == adapters.code:
        raise NationwideRefused(rule=RULE)
    decide_nationwide(query, (), context.today())
    with adapters.store.transaction() as records:
        known = records.copies.of_request(query.request_id)
        if known is not None:
            return records.copies.view(known).issue
    content = adapters.others.nationwide_copy(home, query)
    day = context.today()
    with adapters.store.transaction() as records:
        number = records.copies.next_number(day.year)
        printer = adapters.printer
        head = PrintedIssue(number=number, issued_on=day, municipality=printer.place, mayor=printer.mayor)
        page = living_page(CopyKind.RESIDENT, head, content, query.items, previous=False)
        issue = _issue(
            adapters, query, number, printer.mark(printer.page(page)), day, home=home, fee_yen=adapters.copy_fee_yen
        )
        records.copies.insert(issue, query)
        records.copies.add_step(IssueEvent(issue.issue, IssueStep.ISSUED, context.now(), actor_text(context)))
        records.audit(grounds, "nationwide-copy-issued", "done", subject=issue.issue, count=len(content.people))
    return issue


def page_of_query(
    context: Context, adapters: Adapters, home: str, query: NationwideQuery, issue: PrintedIssue
) -> Certificate:
    """Ask again for the content of a copy that was issued here and lay it out; the same request gets the same."""
    adapters.permit(context, "issue-copy")
    content = adapters.others.nationwide_copy(home, query)
    return living_page(CopyKind.RESIDENT, issue, content, query.items, previous=False)


def answer_nationwide(context: Context, adapters: Adapters, asker: str, query: NationwideQuery) -> CopyContent:
    """Decide on a copy at another municipality's counter and return its content; recorded here as well.

    Raises:
        CopyRefused, NumberNotOnRecord: by the rules of 12条の4.
        NationwideRefused: no one resident fits all four items, or somebody on the copy is protected; not told which.
    """
    grounds = adapters.permit_peer(context, "answer-nationwide-copy")
    day = context.today()
    with adapters.store.transaction() as records:
        person = _person(records, query)
        members = [] if person is None else records.register.members(person.household)
    found = [one for one in members if query.scope is Scope.HOUSEHOLD or one == person]
    subjects = [one.resident for one in found]
    if not found or withheld_of(context, adapters, subjects, CHANNEL):
        with adapters.store.transaction() as records:
            records.audit(grounds, "nationwide-copy-refused", NationwideRefused.code, count=len(found))
        raise NationwideRefused(rule=RULE)
    decide_nationwide(query, found, day)
    content = content_of(found, head_of(members).full, query.items - {Item.DOMICILE}, day, previous=False)
    with adapters.store.transaction() as records:
        if records.copies.of_request(query.request_id) is None:
            number = records.copies.next_number(day.year)
            # Made and printed at the counter; what is kept here is that it was answered, to whom and for whom.
            issue = _issue(adapters, query, number, b"", day, asked_by=asker, subjects=tuple(subjects))
            records.copies.insert(issue, query)
            records.copies.add_step(IssueEvent(issue.issue, IssueStep.ISSUED, context.now(), asker))
        records.audit(grounds, "nationwide-copy-answered", "done", subject=subjects[0], count=len(subjects))
    return content


def _person(records: Records, query: NationwideQuery) -> ResidentRecord | None:
    asked = FourItems(
        name=query.name, name_kana="", birth_date=query.birth_date, sex=Sex(query.sex), address=query.address
    )
    found = [
        one
        for one in records.register.search(ResidentQuery(name=query.name, birth_date=query.birth_date), _FEW)
        if one.state is not RecordState.REMOVED and _same(one.four_items, asked)
    ]
    return found[0] if len(found) == 1 else None


def _same(held: FourItems, asked: FourItems) -> bool:
    return not set(held.compare(asked)) - {"name_kana"} and normalise_for_comparison(
        held.name
    ) == normalise_for_comparison(asked.name)


def _issue(
    adapters: Adapters,
    query: NationwideQuery,
    number: str,
    digest: bytes,
    day: date,
    *,
    home: str = "",
    asked_by: str = "",
    fee_yen: int = 0,
    subjects: tuple[str, ...] = (),
) -> Issue:
    return Issue(
        issue=adapters.randomness.token(12),
        number=number,
        kind=CopyKind.RESIDENT,
        scope=query.scope,
        requester=query.by,
        way=Way.COUNTER,
        delivery=Delivery.DIRECT,
        identity=IdentityLevel.PHOTO,
        shown=(query.shown,),
        items=tuple(sorted(query.items)),
        subjects=subjects,
        copies=1,
        fee_yen=fee_yen,
        issued_on=day,
        digest=digest,
        home=home,
        asked_by=asked_by,
    )
