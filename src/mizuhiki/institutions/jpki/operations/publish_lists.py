"""Publish revocation lists: full and delta, of everybody and by municipality (RFC 5280 §5; R-203)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mizuhiki.crypto.x509 import CrlEntry, ListPlan, RevocationReason, listed_serials
from mizuhiki.institutions.jpki.domain.certificates import AuthorityRoot, Kind, State
from mizuhiki.institutions.jpki.domain.errors import NoSuchList
from mizuhiki.institutions.jpki.domain.status import CertificateStatus, PublishedList, StatusTimes
from mizuhiki.institutions.jpki.operations.authorities import PRESENT, Authorities
from mizuhiki.institutions.jpki.operations.prepare_status import reason_of
from mizuhiki.institutions.jpki.ports import StatusStore, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.grounds import grounds_of

PUBLISH = "publish-revocation-list"
READ = "read-figures"
EVERYBODY = ""
FULL_BEFORE_END = 4
"""A full list is made anew in the last quarter of its time, so that a missed turn leaves no gap."""


@dataclass(frozen=True, slots=True)
class PublishLists:
    """Lists of both authorities, each generation's signed by its own key.

    One sequence of numbers of an authority serves all its generations, which have one name, and all scopes, full and
    delta.
    """

    store: Store
    status: StatusStore
    authority: Authority
    authorities: Authorities
    times: StatusTimes

    def full(
        self, context: Context, *, kind: Kind, municipality_code: str = EVERYBODY, generation: str = PRESENT
    ) -> PublishedList:
        """Sign and publish a full list of one municipality's certificates, or of all.

        Raises:
            NoSuchGeneration: no ceremony established the generation.
            MalformedMunicipalityCode, NoSuchPlace: there is no such municipality.
        """
        self.authority.require(context, PUBLISH)
        root = self.authorities.generation(kind, generation)
        now = context.now().replace(microsecond=0)
        with self.store.transaction() as records:
            lines = records.revoked(kind, root.generation, municipality_code, now - self.times.listed_after_end)
        entries = [
            CrlEntry(line.serial, line.changed_at.replace(microsecond=0), reason_of(line.state, line.cause))
            for line in lines
        ]
        until = now + self.times.full_list_holds
        return self._publish(
            context,
            root,
            municipality_code,
            entries,
            lambda number: ListPlan(number=number, this_update=now, next_update=until),
        )

    def delta(
        self, context: Context, *, kind: Kind, municipality_code: str = EVERYBODY, generation: str = PRESENT
    ) -> PublishedList | None:
        """Sign and publish what changed since the scope's full list; None while there is no full list.

        A certificate that the full list names and that is good again is said to be removed (RFC 5280 §5.2.4).

        Raises:
            NoSuchGeneration: no ceremony established the generation.
        """
        self.authority.require(context, PUBLISH)
        root = self.authorities.generation(kind, generation)
        base = self.status.newest_list(kind, root.generation, municipality_code, delta=False)
        if base is None:
            return None
        now = context.now().replace(microsecond=0)
        changed = self.status.changed_since(kind, root.generation, municipality_code, base.this_update, now)
        good_again = [one.serial for one in changed if one.state is State.GOOD]
        entries = list(_delta_entries(changed, listed_serials(base.der, good_again)))
        until = min(now + self.times.delta_list_holds, base.next_update)
        return self._publish(
            context,
            root,
            municipality_code,
            entries,
            lambda number: ListPlan(number=number, this_update=now, next_update=until, base_number=base.number),
        )

    def _publish(
        self,
        context: Context,
        root: AuthorityRoot,
        scope: str,
        entries: list[CrlEntry],
        plan: Callable[[int], ListPlan],
    ) -> PublishedList:
        kind, generation = root.kind, root.generation
        while True:
            planned = plan(self.status.newest_number(kind) + 1)
            der = self.authorities.revocation_list(kind, generation, entries, municipality_code=scope, plan=planned)
            published = PublishedList(
                kind,
                generation,
                scope,
                planned.number,
                planned.base_number,
                planned.this_update,
                planned.next_update,
                len(entries),
                der,
            )
            if self.status.keep_list(published):
                break
        with self.store.transaction() as records:
            records.audit(grounds_of(context), "revocation-list-published", "done", count=len(entries))
        return published

    def publish_due(self, context: Context) -> int:
        """Publish every list whose successor is due, by the calendar; return how many."""
        self.authority.require(context, PUBLISH)
        published = 0
        for root in self.authorities.in_force(context.now()):
            kind, generation = root.kind, root.generation
            for scope in (EVERYBODY, *self.status.scopes(kind, generation)):
                if self._due(context, root, scope, delta=False):
                    self.full(context, kind=kind, municipality_code=scope, generation=generation)
                    published += 1
                elif self._due(context, root, scope, delta=True):
                    self.delta(context, kind=kind, municipality_code=scope, generation=generation)
                    published += 1
        return published

    def _due(self, context: Context, root: AuthorityRoot, scope: str, *, delta: bool) -> bool:
        now = context.now()
        newest = self.status.newest_list(root.kind, root.generation, scope, delta=delta)
        if delta:
            full = self.status.newest_list(root.kind, root.generation, scope, delta=False)
            if full is not None and (newest is None or newest.number < full.number):
                # The first delta list of a full list comes half its life later; until then the full list is enough.
                return now >= full.this_update + self.times.delta_list_holds / 2
        if newest is None:
            return True
        life = newest.next_update - newest.this_update
        return now >= newest.next_update - life / (2 if delta else FULL_BEFORE_END)

    def published(
        self, *, kind: Kind, municipality_code: str = EVERYBODY, delta: bool = False, generation: str = PRESENT
    ) -> PublishedList:
        """Return the newest published list of a scope.

        Raises:
            NoSuchList, NoSuchGeneration: none is published.
        """
        root = self.authorities.generation(kind, generation)
        found = self.status.newest_list(kind, root.generation, municipality_code, delta=delta)
        if found is None:
            raise NoSuchList
        return found

    def calendar(self, context: Context) -> list[PublishedList]:
        """Return the lists in force, for the operators."""
        self.authority.require(context, READ)
        return self.status.lists_in_force(context.now())


def _delta_entries(changed: list[CertificateStatus], listed: set[int]) -> Iterator[CrlEntry]:
    for one in changed:
        at = one.changed_at.replace(microsecond=0)
        if one.state is not State.GOOD:
            yield CrlEntry(one.serial, at, reason_of(one.state, one.cause))
        elif one.serial in listed:
            yield CrlEntry(one.serial, at, RevocationReason.REMOVE_FROM_CRL)
