"""What Hello Work refuses, and why."""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, Malformed, NotFound, Refused


class EmploymentImplausible(Malformed):
    """An insured employment breaks a rule; field `rule` names it."""

    code = "employment-implausible"
    title = "The insured employment is not possible"


class NotEmployedNow(Conflict):
    """There is no open insured employment."""

    code = "no-open-employment"
    title = "There is no open insured employment"


class SeparationImplausible(Malformed):
    """A separation slip breaks a rule; field `rule` names it."""

    code = "separation-implausible"
    title = "The separation slip is not possible"


class NoSeparation(NotFound):
    """Nobody can qualify before the employer's separation certificate came."""

    code = "no-separation"
    title = "There is no separation slip"


class NotQualified(Refused):
    """A condition of the benefit is not met; field `rule` names it (雇用保険法13条)."""

    code = "not-qualified-for-benefit"
    title = "The person does not qualify for the benefit"


class QualificationDecided(Conflict):
    """The qualification on this separation was proposed or decided before."""

    code = "qualification-decided"
    title = "The qualification on this separation stands already"


class NoQualification(NotFound):
    """There is no qualification in that state."""

    code = "no-qualification"
    title = "There is no such qualification"


class DecidedByProposer(Refused):
    """Who proposed a decision cannot approve it."""

    code = "qualification-decided-by-proposer"
    title = "Somebody else than the proposer must approve"


class CertificationRefused(Conflict):
    """Unemployment cannot be certified now; field `rule` names why (雇用保険法30条)."""

    code = "certification-refused"
    title = "Unemployment cannot be certified now"


class AmountUnknown(NotFound):
    """No published amount covers the day (雇用保険法18条: amounts change every August)."""

    code = "benefit-amount-unknown"
    title = "No published daily amount covers this day"


class CareLeaveImplausible(Malformed):
    """A claim for care leave benefit breaks a rule on its own; field `item` names what."""

    code = "care-leave-implausible"
    title = "The claim for care leave benefit is not possible like this"


class CareLeaveNotCoded(NotFound):
    """No rule of ours holds on the first day of the leave."""

    code = "care-leave-not-coded"
    title = "The rule for care leave benefit on this day is not coded here"
