"""What the sections' rules refuse, and why."""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Malformed, Refused


class ClaimRuleNotCoded(Refused):
    """No rule of ours says how this was decided on that day; field `procedure`."""

    code = "claim-rule-not-coded"
    title = "The rule for this procedure on this day is not coded here"


class ClaimFormImplausible(Malformed):
    """The claim breaks a rule on its own; field `item` names it."""

    code = "claim-form-implausible"
    title = "The claim is not possible like this"
