"""What the portal refuses, and why."""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, NotFound, Refused


class NoCardRequest(Refused):
    """This browser session waits for no signature, or not for this one any more."""

    code = "no-card-request"
    title = "This browser is not waiting for a card signature"


class CardAnswerMissing(NotFound):
    """No response with this request id has come, or it was used already."""

    code = "card-answer-missing"
    title = "No new answer from the card has arrived"


class CardAnswerRepeated(Conflict):
    """A response with this request id came before; a nonce is accepted once."""

    code = "card-answer-repeated"
    title = "This answer from the card was used before"


class SignatureCertificateUsed(Refused):
    """The signature is by the certificate for signing documents, which tells name and address."""

    code = "signature-certificate-used"
    title = "This needs the user identification certificate of the card"


class AnotherCard(Refused):
    """The card that answered is not the card of the signed-in account."""

    code = "another-card"
    title = "This is not the card you signed in with"


class AccountUnknown(NotFound):
    """No account under that number."""

    code = "portal-account-unknown"
    title = "There is no such account"


class AccountNotReady(Conflict):
    """The account's link to the records does not exist yet."""

    code = "portal-account-not-ready"
    title = "Your account is not open yet"


class AccountRefused(Refused):
    """The account could not be linked; field `reason` is the register's code."""

    code = "portal-account-refused"
    title = "The account could not be opened"


class NoticeUnknown(NotFound):
    """The account has no such notice."""

    code = "portal-notice-unknown"
    title = "There is no such notice"


class HistoryNotOpen(Conflict):
    """The record was not opened in this session, or was closed."""

    code = "history-not-open"
    title = "Your history is not open"


class HistoryEntryUnknown(NotFound):
    """The opened record has no entry in that place."""

    code = "history-entry-unknown"
    title = "There is no such entry in your history"
