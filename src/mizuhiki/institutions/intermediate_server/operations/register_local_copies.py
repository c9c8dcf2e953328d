"""Register copies that answers are made from (副本; 番号法22条)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mizuhiki.institutions.intermediate_server.domain.errors import LocalCopyOutdated, UnknownAddressee
from mizuhiki.institutions.intermediate_server.domain.exchanges import LocalCopy
from mizuhiki.institutions.intermediate_server.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.layouts import require_accepted

ACTION = "register-local-copies"


@dataclass(frozen=True, slots=True)
class RegisterLocalCopies:
    """Validates every copy against its layout, then stores all or none."""

    store: Store
    authority: Authority

    def __call__(self, context: Context, *, copies: Sequence[LocalCopy]) -> int:
        """Return how many copies stand as they were sent.

        Raises:
            NoLayout, LayoutMismatch: a copy does not fit the layout of its kind.
            UnknownAddressee: a copy's addressee was never registered.
            LocalCopyOutdated: a copy is not newer than the one held, and not the same.
        """
        self.authority.require(context, ACTION)
        for copy in copies:
            require_accepted(copy.kind, copy.layout_version, context.today()).validate(copy.items)
        with self.store.transaction() as records:
            for copy in copies:
                if records.addressee(copy.addressee_number) is None:
                    raise UnknownAddressee
                same_place = (
                    known
                    for known in records.copies([copy.addressee_number], [copy.kind]).get(
                        (copy.addressee_number, copy.kind), []
                    )
                    if known.fiscal_year == copy.fiscal_year
                )
                held = next(same_place, None)
                if held == copy:
                    continue  # the business system lost our answer and sends again
                if held is not None and held.source_version >= copy.source_version:
                    raise LocalCopyOutdated(kind=copy.kind, held=held.source_version)
                records.put_copy(copy)
        return len(copies)
