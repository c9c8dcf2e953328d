"""The mayor's seal on certificates, and the clock that stamps them (住基法施行規則; R-037).

Root, seal and clock are made from this municipality's own keys. Their certificates are the same each time they are
made, so nothing but the keys is kept: the root holds from 2010 to 2060, seal and clock for the calendar year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from mizuhiki.crypto.at_rest import keyed_index
from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.keystore import Keystore, SecretPurpose
from mizuhiki.crypto.x509 import OfficeSeal, SealUse, Validity, issue_seal_certificate, make_seal_authority
from mizuhiki.documents.certificates import Certificate, render
from mizuhiki.documents.seal import seal_pdf
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.ids import InstitutionId, key_of
from mizuhiki.vocabulary.places import municipality

AUTHORITY, SEAL, CLOCK = "copy-seal-authority", "copy-seal", "copy-clock"
_ROOT = Validity(datetime(2010, 1, 1, tzinfo=UTC), datetime(2060, 12, 31, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class MayorsSeal:
    """Makes and seals pages. `mayor` is title and, after an ideographic space, the name."""

    keystore: Keystore
    institution: InstitutionId
    place: str
    mayor: str

    @property
    def root(self) -> bytes:
        """The certificate (DER) by which anybody can check this municipality's seals."""
        return make_seal_authority(self.keystore.certification_key(AUTHORITY), validity=_ROOT, serial=1)

    def page(self, certificate: Certificate) -> bytes:
        """Return the page as PDF without the seal."""
        return render(certificate)

    def mark(self, pdf: bytes) -> bytes:
        """Return what tells whether a page is the one that was issued; keyed, since a number may stand on the page."""
        key = self.keystore.secret(SecretPurpose.NUMBER_INDEX)
        return keyed_index(key, sha256(pdf).hex(), institution=self.institution, purpose="copy-page")

    def seal(self, pdf: bytes, at: datetime) -> bytes:
        """Return the page with the mayor's seal, stamped with `at`."""
        year = at.astimezone(JST).year
        seal = self._seal(SEAL, self.mayor.split("\u3000", 1)[0], SealUse.OFFICE, year * 10 + 1, year)
        clock = self._seal(CLOCK, f"{self.place} 時刻", SealUse.TIME, year * 10 + 2, year)
        return seal_pdf(pdf, seal, at, clock=clock, place=self.place)

    def _seal(self, key_name: str, holder: str, use: SealUse, serial: int, year: int) -> OfficeSeal:
        key = self.keystore.certification_key(key_name)
        certificate = issue_seal_certificate(
            self.root,
            self.keystore.certification_key(AUTHORITY),
            key.public_key(),
            holder=holder,
            use=use,
            validity=Validity(
                datetime(year, 1, 1, tzinfo=JST).astimezone(UTC), datetime(year + 1, 1, 1, tzinfo=JST).astimezone(UTC)
            ),
            serial=serial,
        )
        return OfficeSeal(certificate, (self.root,), key)


def mayors_seal(keystore: Keystore, institution: InstitutionId, mayor: str = "") -> MayorsSeal:
    """Return the seal of a municipality; without a name the mayor's title stands alone."""
    place = municipality(key_of(institution))
    return MayorsSeal(keystore, institution, place.full_name, mayor or f"{place.name}長")
