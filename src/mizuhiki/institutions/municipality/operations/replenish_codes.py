"""Keep unused resident record codes in stock (束; 住基法30条の2; R-010)."""

from __future__ import annotations

from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.runtime.context import Context

ACTION = "replenish-codes"
LARGEST_ORDER = 100_000


def replenish_codes(context: Context, adapters: Adapters, at_least: int = 0) -> int:
    """Order codes when the stock is below half its target or below `at_least`; return how many came."""
    grounds = adapters.permit(context, ACTION)
    came = ensure_stock(adapters, max(at_least, adapters.stock_target // 2))
    if came:
        with adapters.store.transaction() as records:
            records.audit(grounds, "codes-replenished", "done", count=came)
    return came


def ensure_stock(adapters: Adapters, needed: int) -> int:
    """Order until at least `needed` codes are in stock; return how many came.

    The order is stored before it is sent, so that a crash in between leads to the same bundle and loses no code.
    """
    came = 0
    while True:
        with adapters.store.transaction() as records:
            order = records.register.open_order()
            if order is None:
                stocked = records.register.stocked_codes()
                if stocked >= needed:
                    return came
                count = min(max(needed, adapters.stock_target) - stocked, LARGEST_ORDER)
                order = adapters.randomness.token(), count
                records.register.insert_order(*order)
        codes = adapters.numbers.allocate_codes(*order)
        with adapters.store.transaction() as records:
            records.register.stock_codes(order[0], codes)
        came += len(codes)
