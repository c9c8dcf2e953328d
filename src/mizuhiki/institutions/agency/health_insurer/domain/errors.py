"""What a health insurance society refuses, and why."""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, Malformed, NotFound, Refused


class QualificationImplausible(Malformed):
    """An insured period breaks a rule; field `rule` names it."""

    code = "health-qualification-implausible"
    title = "The insured period is not possible"


class NotInsuredHere(Conflict):
    """The person has no open qualification with this society."""

    code = "not-insured-here"
    title = "The person is not insured with this society now"


class InsuredAlready(Conflict):
    """A person is insured once at a time, as insured person or as dependant."""

    code = "insured-already"
    title = "The person is insured with this society already"


class NotADependant(Refused):
    """A condition of dependants is not met; field `rule` names it (健康保険法3条7項)."""

    code = "not-a-dependant"
    title = "The person cannot be recognised as a dependant"


class NoCeilingCategory(Refused):
    """No certificate of the ceiling is issued; field `rule` names why (健康保険法施行規則103条の2)."""

    code = "no-ceiling-certificate"
    title = "No certificate of the ceiling can be issued"


class RuleNotInForce(NotFound):
    """No row of a dated rule covers the day; field `rule` names the rule."""

    code = "health-rule-not-in-force"
    title = "No rule in the table covers this day"


class ChildbirthImplausible(Malformed):
    """A claim for the childbirth lump sum breaks a rule on its own; field `item` names what."""

    code = "childbirth-claim-implausible"
    title = "The claim for the childbirth lump sum is not possible like this"
