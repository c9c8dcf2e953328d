"""What a rule proposes, in the two shapes every rule here uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mizuhiki.casework.domain import Proposal, Reason
from mizuhiki.vocabulary.layouts import Scalar

REFUSED = "refused"


def refused(rule: str, citation: str, **values: Scalar) -> Proposal:
    """Return a refusal for one rule."""
    return Proposal(granted=False, outcome=REFUSED, terms={}, reasons=(Reason(rule, citation, values),))


def granted(outcome: str, terms: Mapping[str, Scalar], reasons: Iterable[Reason]) -> Proposal:
    """Return a proposal to do what `terms` say."""
    return Proposal(granted=True, outcome=outcome, terms=terms, reasons=tuple(reasons))
