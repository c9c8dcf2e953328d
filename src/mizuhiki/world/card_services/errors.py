"""What the demo country's private verifiers refuse."""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, Refused


class ActivationCodeUnknown(Refused):
    """No package with this code was sold."""

    code = "card-service-activation-code-unknown"
    title = "There is no package with this activation code"


class ActivationCodeUsed(Conflict):
    """The package's contract was concluded already."""

    code = "card-service-activation-code-used"
    title = "This activation code was used already"


class SigningOver(Refused):
    """The document to sign was never shown, was signed already, or its time is over."""

    code = "card-service-signing-over"
    title = "There is no document waiting for this signature"


class ServiceNotYetOffered(Refused):
    """The service began later; field `since` says when."""

    code = "card-service-not-yet-offered"
    title = "This service is not offered yet"


class ContractTermsImpossible(Refused):
    """The terms cannot be those of a contract; field `item` says which."""

    code = "card-service-terms-impossible"
    title = "These terms are not possible"


class NumberOfAnotherPerson(Refused):
    """The number's card names another person than the certificate that signed; field `item` says what differs."""

    code = "card-service-number-of-another-person"
    title = "The number is on another person's card"


class NumberNotInSignedText(Refused):
    """The number handed over is not the one the signed application was made for."""

    code = "card-service-number-not-signed-for"
    title = "The application was signed for another number"
