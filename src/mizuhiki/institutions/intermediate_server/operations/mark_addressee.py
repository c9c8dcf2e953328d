"""Put a support measure (支援措置) on an addressee or lift it, as the owner's register says (R-076)."""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.institutions.intermediate_server.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context

ACTION = "mark-addressee"


@dataclass(frozen=True, slots=True)
class MarkAddressee:
    """Stores the mark that the gate asks for before every answer and notice."""

    store: Store
    authority: Authority

    def __call__(self, context: Context, *, addressee_number: str, protected: bool) -> None:
        """Mark an addressee; one that is not registered here yet is marked for when it will be."""
        self.authority.require(context, ACTION)
        with self.store.transaction() as records:
            records.mark_protected(addressee_number, protected=protected)
