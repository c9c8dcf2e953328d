"""Compare the three tiers every night and put the upper ones right by sending records again (R-012).

The original is here. What a tier above misses or holds otherwise is sent again on the ordinary way, with a line of its
own in the history of every tier; nothing is written over behind it. What was sent again before and still differs, and
what this register does not know at all, is left to the staff on the report page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mizuhiki.crypto.register_digests import page_digests, page_of
from mizuhiki.institutions.municipality.domain.network import (
    Repair,
    Tier,
    TierComparison,
    TierDifference,
)
from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.ports import IdentificationChange, Records
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.errors import Refused, Unavailable
from mizuhiki.vocabulary.persons import ChangeReason
from mizuhiki.vocabulary.reconciliation import Difference, FoundDifference, HeldRecord

ACTION, READ = "reconcile-tiers", "read-comparisons"
REMEMBERED = 30
"""Comparisons that are looked through for what was sent again before."""


def reconcile_tiers(context: Context, adapters: Adapters) -> TierComparison:
    """Compare with both tiers, queue what is to be sent again, and keep the report."""
    grounds = adapters.permit(context, ACTION)
    with adapters.store.transaction() as records:
        held = list(records.network.held())
    found: list[tuple[Tier, FoundDifference]] = []
    differing: dict[str, int] = {}
    silent: dict[str, str] = {}
    for tier in Tier:
        try:
            pages, differences = _compare(adapters, tier, held)
        except (Unavailable, Refused) as problem:
            silent[tier.value] = str(problem.fields.get("peer_code") or problem.code)
            continue
        differing[tier.value] = pages
        found += [(tier, difference) for difference in differences]
    with adapters.store.transaction() as records:
        before = _sent_before(records.network.comparisons(REMEMBERED))
        changes: dict[str, IdentificationChange] = {}
        lines = [_line(context, records, tier, one, before, changes) for tier, one in found]
        if changes:
            records.register.notify_prefecture(list(changes.values()))
        comparison = TierComparison(
            run=adapters.randomness.token(9),
            at=context.now(),
            persons=len(held),
            pages_differing=differing,
            silent=silent,
            differences=tuple(lines),
        )
        records.network.add_comparison(comparison)
        records.audit(grounds, "tiers-reconciled", "silent" if silent else "done", count=len(lines))
    return comparison


def _compare(adapters: Adapters, tier: Tier, held: Sequence[HeldRecord]) -> tuple[int, list[FoundDifference]]:
    protected = [record.code for record in held if record.protected]
    pages, unmarked = adapters.network.compare_pages(tier, page_digests(held), protected)
    if not pages:
        return 0, unmarked
    chosen = set(pages)
    records = [record for record in held if page_of(record) in chosen]
    return len(pages), adapters.network.compare_records(tier, pages, records) + unmarked


def _sent_before(comparisons: Iterable[TierComparison]) -> set[tuple[Tier, str, str]]:
    """Return what was sent again in the comparison before this one."""
    last = next(iter(comparisons), None)
    if last is None:
        return set()
    return {(line.tier, line.resident, line.kind) for line in last.differences if line.resident}


def _line(  # noqa: PLR0917 - one difference and what it is judged by
    context: Context,
    records: Records,
    tier: Tier,
    difference: FoundDifference,
    before: set[tuple[Tier, str, str]],
    changes: dict[str, IdentificationChange],
) -> TierDifference:
    change = _change(context, records, difference)
    resident = "" if change is None else change.record.resident
    repeated = (tier, resident, difference.kind.value) in before
    if change is not None and not repeated:
        changes.setdefault(resident, change)
    repair = Repair.LEFT_TO_STAFF if change is None or repeated else Repair.SENT_AGAIN
    return TierDifference(tier, resident, difference.kind.value, difference.items, repair)


def _change(context: Context, records: Records, difference: FoundDifference) -> IdentificationChange | None:
    """Return the notice that puts a difference right; None where this register does not know the code."""
    live = records.register.by_code(difference.code)
    if live is not None:
        if live.number is None:
            return None
        return IdentificationChange(ChangeReason.MINOR_CORRECTION, context.today(), live, in_register=True)
    removed = records.network.removed_by_code(difference.code)
    if difference.kind is not Difference.SURPLUS or removed is None or removed.number is None:
        return None
    reason = removed.removal_reason or ChangeReason.EX_OFFICIO_REMOVAL
    return IdentificationChange(reason, removed.removed_on or context.today(), removed, in_register=False)
