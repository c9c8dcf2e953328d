"""Errors of the card, at the desk that personalises it and at the reader.

Conflict     PersonalisationClosed, PersonalisationIncomplete, PersonalisationOutOfOrder
Refused      ItemNotRecordable, SignatureKeyUnderAge, CertificateForAnotherKey, PinNotAllowed, WrongPin, PinBlocked,
             LastTryNeedsConfirmation, CardRefused, CardNotOfThisIssuer
NotFound     NoCertificateOnCard, NoSignatureCertificateOnCard, NotAnIndividualNumberCard, NoSuchCardFile
Unavailable  CardMute
"""

from __future__ import annotations

from typing import ClassVar

from mizuhiki.card.status import StatusWord
from mizuhiki.vocabulary.errors import Conflict, NotFound, Refused, Unavailable


class PersonalisationClosed(Conflict):
    """The card was handed over; nothing can be written by the desk any more (status word 6985)."""

    code = "card-personalisation-closed"
    title = "The card is personalised already"
    status_word: ClassVar[int] = StatusWord.CONDITIONS_NOT_MET


class PersonalisationOutOfOrder(Conflict):
    """A step came before the one it needs, or a second time; the field `needs` names it."""

    code = "card-personalisation-out-of-order"
    title = "The card is not ready for this step"


class PersonalisationIncomplete(Conflict):
    """The card cannot be handed over; the field `missing` names what is not there."""

    code = "card-personalisation-incomplete"
    title = "The card is not complete"


class ItemNotRecordable(Refused):
    """This may not be recorded in the chip (番号法2条7項, 18条; R-133, R-134)."""

    code = "card-item-not-recordable"
    title = "This item may not be recorded in the card"


class SignatureKeyUnderAge(Refused):
    """A signature PIN was chosen for somebody who gets no signature certificate (公的個人認証法3条)."""

    code = "card-signature-key-under-age"
    title = "Persons under 15 get no signature certificate, so their card has no signature key; leave its PIN out"


class CertificateForAnotherKey(Refused):
    """The certificate does not carry the public key of this chip."""

    code = "card-certificate-for-another-key"
    title = "The certificate belongs to another key"


class PinNotAllowed(Refused):
    """The PIN breaks the rules; `pin` names which.

    `reason` is ``length``, ``characters``, ``letter-and-digit``, ``birth-date-or-security-code`` or ``card``.
    """

    code = "card-pin-not-allowed"
    title = "This PIN is not allowed"


class WrongPin(Refused):
    """The card did not accept the PIN; `tries_left` is what remains, 0 when this was the try that blocked it."""

    code = "card-wrong-pin"
    title = "The PIN is wrong"


class PinBlocked(Refused):
    """The PIN is blocked; only the municipality can reset it."""

    code = "card-pin-blocked"
    title = "The PIN is blocked"


class LastTryNeedsConfirmation(Refused):
    """One try is left; a wrong one would block the PIN. Nothing was sent to the card."""

    code = "card-last-try"
    title = "One try is left before the PIN is blocked"


class CardRefused(Refused):
    """The card answered a status word nothing else stands for; the field `word` has it in hex."""

    code = "card-refused"
    title = "The card refused"


class TerminalNotTrusted(Refused):
    """The card does not take the terminal's certificate, or not its proof; `word` is the card's status word (R-209)."""

    code = "card-terminal-not-trusted"
    title = "The card does not trust this terminal"


class CardAsksForPin(Refused):
    """The card trusts the terminal, but its holder did not open it to use without PIN (R-209)."""

    code = "card-asks-for-pin"
    title = "This card is not used without its PIN"


class CardNotOfThisIssuer(Refused):
    """Card and desk do not hold the same issuer keys; nothing on the card was changed."""

    code = "card-not-of-this-issuer"
    title = "The card does not belong to this issuer"


class NoCertificateOnCard(NotFound):
    """The card holds no such certificate."""

    code = "card-without-certificate"
    title = "The card holds no such certificate"


class NoSignatureCertificateOnCard(NoCertificateOnCard):
    """The card has no signature key: a child's, or one whose holder did not want it (R-167, R-201)."""

    code = "card-without-signature-certificate"
    title = "This card has no signature certificate"


class NotAnIndividualNumberCard(NotFound):
    """The card in the reader does not have the application."""

    code = "not-an-individual-number-card"
    title = "This is not an Individual Number Card"


class NoSuchCardFile(NotFound):
    """The application has no such file, PIN or key; the field `file` is its identifier."""

    code = "no-such-card-file"
    title = "The card has no such file"


class CardMute(Unavailable):
    """The card lost power in the middle of a write and does not answer until it is reset."""

    code = "card-mute"
    title = "The card does not answer"
