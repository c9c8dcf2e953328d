"""What the national register refuses, and why."""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, Malformed, NotFound, Refused, Unavailable


class BundleSizeOutOfRange(Malformed):
    """A bundle must hold between one and the largest number of codes."""

    code = "bundle-size-out-of-range"
    title = "A bundle of resident record codes must hold between 1 and 100,000 codes"


class OtherMunicipality(Refused):
    """A municipality may only ask for itself (住基法30条の2; 番号法8条)."""

    code = "other-municipality"
    title = "A municipality may act only for its own code"


class BundleRequestChanged(Conflict):
    """The same request id came again with other content."""

    code = "bundle-request-changed"
    title = "This request was made before with other values; use a new request id"


class CodeNotInBundle(Refused):
    """The code was never assigned to the municipality that wrote it into a record."""

    code = "code-not-in-bundle"
    title = "This resident record code is not in a bundle of the asking municipality"


class CodeAlreadyNumbered(Conflict):
    """The code already has a number under another line; a second one is never made (重複付番防止)."""

    code = "code-already-numbered"
    title = "This resident record code already has a number"


class LineChanged(Conflict):
    """The same line id came again with another code."""

    code = "line-changed"
    title = "This line was sent before with another resident record code"


class UnknownPerson(NotFound):
    """Nobody in the register holds that code or number."""

    code = "unknown-person"
    title = "Nobody in the register holds that code or number"


class NumberDoesNotMatchCode(Refused):
    """A change names a number that was not generated for its code."""

    code = "number-does-not-match-code"
    title = "The number does not belong to the resident record code"


class ChangeOutOfOrder(Conflict):
    """A change of one person came before the one it follows."""

    code = "change-out-of-order"
    title = "A change came before the one it follows; send the missing one first"


class OtherPrefecture(Refused):
    """A prefecture may only pass on changes of its own municipalities."""

    code = "other-prefecture"
    title = "A prefecture may notify changes only of municipalities in it"


class AcquisitionMismatch(Refused):
    """Signed acquisition and subjects do not name the same acquisition numbers."""

    code = "acquisition-mismatch"
    title = "The subjects do not fit the signed acquisition"


class AcquisitionNotYours(Refused):
    """The acquisition was signed by a server that is not the caller's."""

    code = "acquisition-not-yours"
    title = "The acquisition was signed by another institution's intermediate server"


class AcquisitionExpired(Refused):
    """The acquisition's time is over."""

    code = "acquisition-expired"
    title = "The acquisition has expired; prepare a new one"


class AcquisitionReplayed(Conflict):
    """The acquisition was used before."""

    code = "acquisition-replayed"
    title = "The acquisition was used before; prepare a new one"


class NoLiveCard(Conflict):
    """A person may hold one live card (番号法17条)."""

    code = "card-already-live"
    title = "This person already holds a live card"


class CardRequestChanged(Conflict):
    """The same request id came again for another person."""

    code = "card-request-changed"
    title = "This card was asked for before with other values; use a new request id"


class CardNotHere(Refused):
    """The register knows no live card of this serial and chip for this resident of the asking municipality.

    Which of them does not fit is not said (番号法17条).
    """

    code = "card-not-of-this-resident"
    title = "This is not a valid card of this resident of your municipality"


class CardItemsDiffer(Refused):
    """The four items are not the register's; a change under way arrives within minutes."""

    code = "card-items-differ"
    title = "The items differ from the national register; try again once the change arrived there"


class CardOperationUnknown(Refused):
    """Sessions are opened for named operations only."""

    code = "card-operation-unknown"
    title = "There is no such operation on a card"


class ApplicationNotPermitted(Refused):
    """The law does not let this provider install this application; the field `rule` says why (番号法18条; R-147)."""

    code = "application-not-permitted"
    title = "This provider may not install this application in the card"


class CardMadeAlready(Conflict):
    """A card's chip is made once; another chip needs another card."""

    code = "card-made-already"
    title = "This card was made with another chip"


class CardNotIssuedToday(Refused):
    """A card is registered on the day it is issued, by the register's own clock."""

    code = "card-not-issued-today"
    title = "A card is registered on the day it is issued"


class NumberingInterrupted(Unavailable):
    """A common write of several requests failed; nothing of it was stored, and each may be sent again."""

    code = "numbering-interrupted"
    title = "Numbers could not be stored now; send the same request again"


class PersonElsewhere(Refused):
    """Only the municipality in whose register a person stands may have number or code changed (番号法7条2項)."""

    code = "person-of-other-municipality"
    title = "The person is not in the register of the asking municipality"


class ChangeRequestChanged(Conflict):
    """The same request id came again for another person or another kind of change."""

    code = "change-request-changed"
    title = "This change was asked for before with other values; use a new request id"


class NumberChangePending(Conflict):
    """The last number given was not designated and notified yet; another one would leave it without use."""

    code = "number-change-pending"
    title = "A changed number of this person still has to be designated"


class CodesRunLow(Conflict):
    """Free codes can hardly be found by drawing any more; the code space needs a decision, not another try."""

    code = "resident-record-codes-run-low"
    title = "Nearly all resident record codes are assigned"
