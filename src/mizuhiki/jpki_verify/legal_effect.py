"""What a verified signature is in law (R-198): an electronic signature, and when a document is presumed genuine.

電子署名法2条1項: a measure on electromagnetic records that (1) shows who made them and (2) lets an alteration be found.
3条: a record is presumed genuine if the person's own electronic signature is on it, made with codes and things that
only that person can use when they are managed properly. A card's key never leaves its chip and signs only after the
signature PIN, so the presumption rests on the holder keeping card and PIN. It can be rebutted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from mizuhiki.jpki_verify.results import TimeBasis, VerifiedLogin, VerifiedSignature
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.errors import Refused

IN_FORCE: Final = date(2001, 4, 1)
"""電子署名及び認証業務に関する法律 (平成12年法律102号) 附則1条."""


class NotAnElectronicSignature(Refused):
    """A log-in proves presence and signs no statement of the person (公的個人認証法2条2項)."""

    code = "not-an-electronic-signature"
    title = "A log-in is no electronic signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalEffect:
    """`presumed_genuine`: 3条 applies. `rests_on`: what somebody who doubts the signature would have to shake."""

    basis: str
    presumed_genuine: bool
    rests_on: tuple[str, ...]


def legal_effect(verified: VerifiedSignature | VerifiedLogin) -> LegalEffect:
    """Return the effect of what the library verified; without a verified result there is nothing to ask about.

    Where the time rests on the keeper's own record, nothing proves that the certificate was in force when it was made,
    and the presumption is not claimed.

    Raises:
        NotAnElectronicSignature: it is a log-in, or was made before the law was in force.
    """
    if isinstance(verified, VerifiedLogin) or verified.at.astimezone(JST).date() < IN_FORCE:
        raise NotAnElectronicSignature
    proven = verified.basis is not TimeBasis.RECORD
    rests_on = ("card-and-pin-kept-by-holder", "certificate-in-force-when-signed")
    return LegalEffect(
        basis="電子署名法3条" if proven else "電子署名法2条1項",
        presumed_genuine=proven,
        rests_on=rests_on if proven else (*rests_on, "record-of-the-keeper"),
    )
