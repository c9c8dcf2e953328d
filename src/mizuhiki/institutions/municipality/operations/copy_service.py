"""Copies, inspections and derived lists bound to one municipality's adapters; rules and errors at each operation.

Every one also raises ActorOfOtherInstitution, ActionNotPermitted and AffairNotLawful.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

from mizuhiki.institutions.municipality.operations.adapters import Adapters
from mizuhiki.institutions.municipality.operations.copies import inspect_register, issue_copies, nationwide
from mizuhiki.institutions.municipality.operations.derive_lists import derive_list
from mizuhiki.runtime.context import Context

P = ParamSpec("P")
T = TypeVar("T")


def _bound(
    operation: Callable[Concatenate[Context, Adapters, P], T],
) -> Callable[Concatenate[CopyOperations, Context, P], T]:
    """Return the operation as a method that passes the adapters on."""

    @functools.wraps(operation)
    def call(self: CopyOperations, context: Context, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return operation(context, self.adapters, *args, **kwargs)

    return call


@dataclass(frozen=True, slots=True)
class CopyOperations:
    """Everything about copies that pages, the interface and the world call."""

    adapters: Adapters

    @property
    def seal_root(self) -> bytes:
        """The public certificate (DER) by which seals of this municipality are checked."""
        return self.adapters.printer.root

    @property
    def fee_yen(self) -> int:
        """Fee of one copy."""
        return self.adapters.copy_fee_yen

    # Of the counter clerk: issue-copy, report-copies, take-inspection-request.
    examine = _bound(issue_copies.examine_copy)
    issue = _bound(issue_copies.issue_copy)
    document = _bound(issue_copies.copy_document)
    cancel = _bound(issue_copies.cancel_copy)
    view = _bound(issue_copies.copy_view)
    report = _bound(issue_copies.daily_report)
    issue_nationwide = _bound(nationwide.issue_nationwide)
    take_inspection = _bound(inspect_register.take_inspection)
    show_inspection = _bound(inspect_register.show_inspection)
    inspections = _bound(inspect_register.inspections)
    publication = _bound(inspect_register.publication)

    # Of the mayor: decide-inspection.
    decide_inspection = _bound(inspect_register.decide_inspection)

    # Of clerk and registrar: derive-list.
    derive_list = _bound(derive_list)

    # Of other institutions, over the wire.
    answer_nationwide = _bound(nationwide.answer_nationwide)
