"""Have pseudonyms issued, and keep local copies at the own intermediate server (番号法21条の2, 22条; R-222)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from mizuhiki.casework.domain import Linkage
from mizuhiki.casework.ports import Copy, Grounds
from mizuhiki.intake.adapters import BodyAdapters, RecordsT
from mizuhiki.intake.persons import Acquired, KeptPerson, Told
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.layouts import layout, layouts_accepted
from mizuhiki.vocabulary.layouts.layout import ABSENCE_SUFFIX

ACQUIRE = "acquire-pseudonyms"
PUBLISH = "publish-local-copies"
READ = "read-linkage"
BATCH = 500
NO_LAYOUT = "no-layout"


def acquire_pseudonyms(
    context: Context, adapters: BodyAdapters[RecordsT], references: Sequence[str] | None
) -> Acquired:
    """Ask for pseudonyms in batches; None stands for everybody for whom none is on its way.

    Raises:
        UnknownPersonRecord: one of the references names nothing.
    """
    grounds = adapters.permit(context, ACQUIRE)
    with adapters.store.transaction() as records:
        wanted = records.lacking_pseudonyms() if references is None else list(references)
    total = Acquired(0, 0)
    for start in range(0, len(wanted), BATCH):
        with adapters.store.transaction() as records:
            persons = [records.person(reference) for reference in wanted[start : start + BATCH]]
        requested, refused = adapters.linkage.acquire(context.affair, persons)
        with adapters.store.transaction() as records:
            records.people.set_linkage([one.addressee_number for one in persons], Linkage.REQUESTED)
            records.people.set_linkage(refused, Linkage.REFUSED)
            records.audit(grounds, "pseudonyms-requested", "done", count=len(requested))
        total = Acquired(total.requested + len(requested), total.refused + len(refused))
    return total


def copies_obstacle(context: Context, adapters: BodyAdapters[RecordsT]) -> str:
    """Return why no copies can be registered today; empty when they can."""
    accepted = [kind for kind in adapters.told_kinds if layouts_accepted(kind, context.today())]
    return "" if accepted else NO_LAYOUT


def publish_local_copies(context: Context, adapters: BodyAdapters[RecordsT]) -> int:
    """Register copies of people whose newest version was not sent and who are ready for linkage; return how many.

    Returns 0 while no layout is in force; the audit line says so.
    """
    grounds = adapters.permit(context, PUBLISH)
    obstacle = copies_obstacle(context, adapters)
    if obstacle:
        with adapters.store.transaction() as records:
            records.audit(grounds, "local-copies-registered", "not-possible", code=obstacle)
        return 0
    sent, after = 0, ""
    while True:
        with adapters.store.transaction() as records:
            due = records.unpublished(BATCH, after)
        if not due:
            return sent
        after = due[-1].reference
        sent += _send(context, adapters, grounds, due)


def _send(context: Context, adapters: BodyAdapters[RecordsT], grounds: Grounds, due: Sequence[KeptPerson]) -> int:
    ready = adapters.linkage.held([one.addressee_number for one in due])
    chosen = [one for one in due if one.addressee_number in ready]
    if not chosen:
        return 0
    with adapters.store.transaction() as records:
        copies = [copy for one in chosen for copy in _copies(context, adapters, records, one)]
    if copies:
        adapters.linkage.register_copies(copies)
    with adapters.store.transaction() as records:
        records.mark_published(chosen)
        records.audit(grounds, "local-copies-registered", "done", count=len(copies))
    return len(copies)


def _copies(context: Context, adapters: BodyAdapters[RecordsT], records: RecordsT, person: KeptPerson) -> list[Copy]:
    return [copy_of(context, told, person) for told in adapters.told_of(records, person, context.today())]


class Kept(Protocol):
    """Of whom something is told: where they stand at the own server, and which version of the record it is."""

    @property
    def addressee_number(self) -> str:
        """The number within this body."""

    @property
    def protected(self) -> bool:
        """Whether a support measure stands."""

    @property
    def version(self) -> int:
        """The version of what is told."""


def copy_of(context: Context, told: Told, person: Kept) -> Copy:
    """Return what is told as a copy in the layout of the day, without items that this layout does not have.

    Raises:
        LayoutMismatch: an item lacks both value and reason, or is no value of the layout.
    """
    form = layout(told.kind, context.today())
    names = {item.name for item in form.items}
    items = {name: value for name, value in told.items.items() if name.removesuffix(ABSENCE_SUFFIX) in names}
    form.validate(items)
    return Copy(
        addressee_number=person.addressee_number,
        kind=told.kind,
        layout_version=form.version,
        fiscal_year=told.fiscal_year,
        valid_from=told.valid_from,
        valid_until=told.valid_until,
        items=items,
        not_disclosed=person.protected,
        source_version=person.version,
        as_of=context.now(),
    )


def linkage_figures(context: Context, adapters: BodyAdapters[RecordsT]) -> Mapping[str, int]:
    """Return how many people are kept, requested, refused and published."""
    adapters.permit(context, READ)
    return adapters.store.counts()


def linkage_ready(context: Context, adapters: BodyAdapters[RecordsT], reference: str) -> bool:
    """Ask the own intermediate server whether it holds a usable pseudonym of a person.

    Raises:
        UnknownPersonRecord: there is no such record.
    """
    adapters.permit(context, READ)
    with adapters.store.transaction() as records:
        person = records.person(reference)
    return bool(adapters.linkage.held([person.addressee_number]))
