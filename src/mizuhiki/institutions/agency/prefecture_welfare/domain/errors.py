"""What the welfare section refuses, and why."""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, Malformed, NotFound, Refused


class ApplicationImplausible(Malformed):
    """An application breaks a rule on its own; field `rule` names it."""

    code = "disability-application-implausible"
    title = "The application is not possible"


class NoCertificateGrade(Refused):
    """The impairment reaches no grade of a certificate (身体障害者福祉法15条, 施行規則別表5号)."""

    code = "no-certificate-grade"
    title = "The impairment reaches no grade of a certificate"


class CertificateHeld(Conflict):
    """A certificate of that kind is held or applied for."""

    code = "certificate-held"
    title = "A certificate of this kind is held or applied for"


class NoSuchCertificate(NotFound):
    """There is no certificate of that kind in that state."""

    code = "no-disability-certificate"
    title = "There is no such certificate"


class RenewalNotNow(Conflict):
    """Renewal is taken from three months before the end; field `rule` says why not (精神保健福祉法45条4項)."""

    code = "renewal-not-now"
    title = "The certificate cannot be renewed now"


class DecidedByApplicationClerk(Refused):
    """Who took an application cannot decide about it."""

    code = "decided-by-application-clerk"
    title = "Somebody else than the clerk who took the application must decide"


class AllowanceRefused(Refused):
    """A condition of the allowance is not met; field `rule` names it (特別児童扶養手当法2条, 3条)."""

    code = "special-allowance-refused"
    title = "The allowance cannot be granted"


class AllowanceStands(Conflict):
    """The person receives the allowance or asked for it."""

    code = "special-allowance-stands"
    title = "The person receives the allowance or asked for it already"


class NoAllowance(NotFound):
    """There is no allowance in that state."""

    code = "no-special-allowance"
    title = "There is no such allowance"


class WelfareAmountUnknown(NotFound):
    """No row of amounts covers the day."""

    code = "welfare-amount-unknown"
    title = "No amount in the table covers this day"
