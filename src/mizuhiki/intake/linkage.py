"""Have pseudonyms issued, and keep local copies at the own intermediate server (番号法21条の2, 22条; R-222)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic

from mizuhiki.casework.domain import Addressee, Linkage
from mizuhiki.casework.ports import Copy, LinkageServer
from mizuhiki.intake.adapters import BodyAdapters, RecordsT
from mizuhiki.intake.persons import Acquired, KeptPerson, Told
from mizuhiki.intake.ports import FileStore, Kept, KeptT, LinkedRecords
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.grounds import Grounds
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

    def read(wanted: Sequence[str]) -> list[KeptPerson]:
        with adapters.store.transaction() as records:
            return [records.person(reference) for reference in wanted]

    return acquired(grounds, adapters.store, adapters.linkage, references, read)


def acquired(
    grounds: Grounds,
    store: FileStore[LinkedRecords[KeptT]],
    linkage: LinkageServer,
    references: Sequence[str] | None,
    read: Callable[[Sequence[str]], Sequence[Addressee]],
) -> Acquired:
    """Ask in batches for pseudonyms of the people named, or of all who lack them; `read` takes some from the file."""
    with store.transaction() as records:
        wanted = records.lacking_pseudonyms() if references is None else list(references)
    total = Acquired(0, 0)
    for start in range(0, len(wanted), BATCH):
        persons = read(wanted[start : start + BATCH])
        requested, refused = linkage.acquire(grounds.affair, persons)
        with store.transaction() as records:
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

    def copies(chosen: Sequence[KeptPerson]) -> list[Copy]:
        with adapters.store.transaction() as records:
            told = [(one, each) for one in chosen for each in adapters.told_of(records, one, context.today())]
        return [copy_of(context, each, one) for one, each in told]

    sending = Sending(grounds, adapters.store, adapters.linkage, copies, lambda _people, copies: copies)
    return sending.all_due(copies_obstacle(context, adapters))


@dataclass(frozen=True, slots=True)
class Sending(Generic[KeptT]):
    """Registers local copies; `copies` says what is told of some people.

    `counted` is given how many people and how many copies there were; what it returns is recorded and returned.
    """

    grounds: Grounds
    store: FileStore[LinkedRecords[KeptT]]
    linkage: LinkageServer
    copies: Callable[[Sequence[KeptT]], Sequence[Copy]]
    counted: Callable[[int, int], int]

    def all_due(self, obstacle: str) -> int:
        """Register copies of everybody whose newest version was not sent; an obstacle is recorded instead."""
        if obstacle:
            with self.store.transaction() as records:
                records.audit(self.grounds, "local-copies-registered", "not-possible", code=obstacle)
            return 0
        sent, after = 0, ""
        while True:
            with self.store.transaction() as records:
                due = records.unpublished(BATCH, after)
            if not due:
                return sent
            after = due[-1].reference
            sent += self._send(due)

    def _send(self, due: Sequence[KeptT]) -> int:
        ready = self.linkage.held([one.addressee_number for one in due])
        chosen = [one for one in due if one.addressee_number in ready]
        if not chosen:
            return 0
        copies = self.copies(chosen)
        if copies:
            self.linkage.register_copies(copies)
        count = self.counted(len(chosen), len(copies))
        with self.store.transaction() as records:
            records.mark_published(chosen)
            records.audit(self.grounds, "local-copies-registered", "done", count=count)
        return count


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
