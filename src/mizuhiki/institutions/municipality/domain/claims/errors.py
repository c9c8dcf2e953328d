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


class InvestigationMissing(Refused):
    """Public assistance is not decided before the household was visited (生活保護法28条)."""

    code = "investigation-missing"
    title = "No visit to the household is recorded; record it before the decision"


class InvestigationImplausible(Malformed):
    """A caseworker's record breaks a rule; field `item` names it, `least` an amount that it may not be below."""

    code = "investigation-implausible"
    title = "The record of the visit is not possible like this"


class NoInvestigation(Refused):
    """Only claims for public assistance are investigated at home."""

    code = "no-investigation-here"
    title = "This procedure has no visit to the household"


class NoWelfareOffice(Refused):
    """A town or village has no welfare office; the prefecture decides about assistance there (社会福祉法14条)."""

    code = "no-welfare-office"
    title = "The prefecture decides about public assistance here"


class AssistanceChangeImplausible(Malformed):
    """A change of assistance breaks a rule; field `item` names it."""

    code = "assistance-change-implausible"
    title = "Assistance cannot be changed like this"


class AssistanceNotRunning(Refused):
    """Only assistance that was granted is changed."""

    code = "assistance-not-running"
    title = "No assistance was granted in this case"


class NoChangeProposed(Refused):
    """There is no change of this case to be approved or told."""

    code = "no-change-proposed"
    title = "No change of the assistance waits for this step"
