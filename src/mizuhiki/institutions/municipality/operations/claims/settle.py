"""What a decision leaves behind: awards in the deciding transaction, told to others as local copies (番号法22条)."""

from __future__ import annotations

from mizuhiki.casework.domain import Case
from mizuhiki.casework.operations import CaseAdapters
from mizuhiki.casework.ports import Copy
from mizuhiki.institutions.municipality.domain.claims.awards import HeldAward, items_in
from mizuhiki.institutions.municipality.domain.claims.procedures import awards_of
from mizuhiki.institutions.municipality.operations.claims.records import ClaimRecords
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.layouts import layout, layouts_accepted

PUBLISH = "publish-award-copies"
BATCH = 200
EVERY_YEAR = 0
"""Fiscal year of a copy that answers for each year."""


def enter_awards(_context: Context, records: ClaimRecords, case: Case) -> None:
    """Keep what a decision grants; a refusal leaves nothing."""
    for award in awards_of(case):
        records.awards.put(award)


def publish_awards(context: Context, adapters: CaseAdapters[ClaimRecords]) -> int:
    """Register copies of awards whose newest version was not told and whose person is ready for linkage.

    Raises:
        PeerUnavailable: the own intermediate server does not answer; what it took before is marked.
    """
    grounds = adapters.permit(context, PUBLISH)
    sent, after = 0, ""
    while True:
        with adapters.store.transaction() as records:
            due = records.awards.unpublished(BATCH, after)
            people = records.people.persons([one.award.person for one in due])
        if not due:
            return sent
        after = due[-1].name
        ready = adapters.linkage.held(sorted(one.addressee_number for one in people.values()))
        told = [
            one
            for one in due
            if people[one.award.person].addressee_number in ready and layouts_accepted(one.award.kind, context.today())
        ]
        if not told:
            continue
        copies = [
            _copy(context, one, people[one.award.person].addressee_number, hidden=people[one.award.person].protected)
            for one in told
        ]
        adapters.linkage.register_copies(copies)
        with adapters.store.transaction() as records:
            for one in told:
                records.awards.mark_published(one.name, one.version)
            records.audit(grounds, "award-copies-registered", "done", count=len(told))
        sent += len(told)


def _copy(context: Context, held: HeldAward, addressee_number: str, *, hidden: bool) -> Copy:
    form = layout(held.award.kind, context.today())
    items = items_in(form, held.award.items)
    form.validate(items)
    return Copy(
        addressee_number=addressee_number,
        kind=held.award.kind,
        layout_version=form.version,
        fiscal_year=EVERY_YEAR,
        valid_from=held.award.since,
        items=items,
        not_disclosed=hidden,
        source_version=held.version,
        as_of=context.now(),
    )
