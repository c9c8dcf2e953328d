"""Why a page cannot be made. Fields name the place on the page, never what should have been printed there."""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, Corrupt, Malformed, Refused, Unavailable


class FontsMissing(Unavailable):
    """A font that the pages need is not installed; field `families` names it."""

    code = "fonts-missing"
    title = "A font for printing is not installed"


class CharacterNotPrintable(Refused):
    """No installed font has a character, or its variant, so it would be printed as another one or as a box.

    A name is never silently changed: install the font, or enter the substitute character (代替文字) on purpose.
    """

    code = "character-not-printable"
    title = "No installed font has one of these characters"


class DoesNotFit(Refused):
    """A text does not fit its place even at the smallest legible size; field `place` names it."""

    code = "print-does-not-fit"
    title = "The text does not fit its place on the page"


class LayoutBroken(Corrupt):
    """A page template of this package failed; a mistake of ours."""

    code = "page-layout-broken"
    title = "The page cannot be laid out"


class UnknownForm(Malformed):
    """There is no card form of that name or for that day."""

    code = "unknown-card-form"
    title = "There is no such form of the card"


class EndorsementFieldFull(Conflict):
    """No room is left in the endorsement field (追記欄); the card has to be issued anew (省令29条)."""

    code = "endorsement-field-full"
    title = "No room is left in the endorsement field"


class PrintRecordIncomplete(Malformed):
    """An item of the form is missing or not what it must be; field `item` says which."""

    code = "print-record-incomplete"
    title = "An item to be printed is missing or malformed"


class BackCopyRefused(Refused):
    """Somebody whom the law does not name would copy the side with the Individual Number (番号法20条; R-129)."""

    code = "card-back-copy-refused"
    title = "The back of the card may be copied only by those whom the law names (番号法20条)"


class CopyWithoutConsent(Refused):
    """The front may be copied by anybody, but only with the holder's consent (R-128)."""

    code = "card-copy-without-consent"
    title = "The holder has not consented to a copy"


class PhotoUnusable(Refused):
    """A photo breaks a rule; field `rule` names it, see `photos.PhotoRule`."""

    code = "photo-unusable"
    title = "The photo cannot be used"


class PhotoMissing(Refused):
    """The holder's card needs a photo."""

    code = "photo-missing"
    title = "This card needs a photo"


class PhotoNotTaken(Refused):
    """Cards of infants under one bear no photo from 2 December 2024."""

    code = "photo-not-printed-for-infants"
    title = "The card of an infant under one bears no photo"


class SealUnusable(Refused):
    """The seal's certificate does not belong to its key, or is not valid at the time of sealing."""

    code = "seal-unusable"
    title = "The seal cannot be used now"


class PageUnreadable(Malformed):
    """What should be sealed is not a PDF file that can be signed."""

    code = "page-unreadable"
    title = "This is not a PDF file that can be sealed"
