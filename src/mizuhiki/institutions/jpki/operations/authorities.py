"""The two authorities as operations use them: their roots, and signing with keys that stay in the keystore."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from mizuhiki.crypto.keystore import Keystore
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.crypto.x509 import (
    CardTemplate,
    CertificateSubject,
    CrlEntry,
    ListPlan,
    Validity,
    build_crl,
    card_template,
    read_validity,
    signature_common_name,
    user_identification_common_name,
)
from mizuhiki.crypto.x509.jpki_profile import TEST_PROFILE, CertificateKind
from mizuhiki.institutions.jpki.domain.certificates import FIRST_GENERATION, Application, AuthorityRoot, Kind
from mizuhiki.institutions.jpki.domain.errors import NoSuchGeneration, ProfileBroken
from mizuhiki.institutions.jpki.domain.place_names import city_name, prefecture_name
from mizuhiki.vocabulary.dates import JST

PRESENT = ""
"""In place of a generation: the one that issues now."""


def ca_key_name(kind: Kind, generation: str = FIRST_GENERATION) -> str:
    """Return the keystore's name of an authority's key: ``signature-ca``, in later generations ``signature-ca-02``."""
    return f"{kind.value}-ca" if generation == FIRST_GENERATION else f"{kind.value}-ca-{generation}"


@dataclass(frozen=True, slots=True)
class Planned:
    """A certificate that is ready to be signed: everything but the key; `encoded` is what was linted, if it was."""

    kind: Kind
    public_key: bytes
    serial: int
    common_name: str
    validity: Validity
    application: Application
    generation: str = FIRST_GENERATION
    encoded: bytes = b""


@dataclass(frozen=True, slots=True)
class Authorities:
    """Roots and keys: `roots` of the generation that issues now, `former` those whose certificates may still hold."""

    keystore: Keystore
    roots: dict[Kind, AuthorityRoot]
    former: tuple[AuthorityRoot, ...] = ()

    def root(self, kind: Kind) -> bytes:
        """Return the root certificate (DER)."""
        return self.roots[kind].certificate

    def generations(self, kind: Kind) -> list[AuthorityRoot]:
        """Return every root of a kind, the one that issues now first."""
        return [self.roots[kind], *(root for root in self.former if root.kind is kind)]

    def every_root(self) -> list[AuthorityRoot]:
        """Return the roots of both kinds in every generation."""
        return [root for kind in Kind for root in self.generations(kind)]

    def in_force(self, now: datetime) -> list[AuthorityRoot]:
        """Return the roots whose own time runs, which still sign status and lists."""
        held = [(root, read_validity(root.certificate)) for root in self.every_root()]
        return [root for root, validity in held if validity.starts <= now < validity.ends]

    def generation(self, kind: Kind, generation: str) -> AuthorityRoot:
        """Return the root of a generation that somebody named; `PRESENT` is the one that issues now.

        Raises:
            NoSuchGeneration: no ceremony established it.
        """
        for root in self.generations(kind):
            if generation in (root.generation, PRESENT):
                return root
        raise NoSuchGeneration(kind=kind.value)

    def root_of(self, kind: Kind, generation: str) -> bytes:
        """Return the root (DER) of one generation.

        Raises:
            ProfileBroken: no ceremony established it.
        """
        for root in self.generations(kind):
            if root.generation == generation:
                return root.certificate
        raise ProfileBroken(rule="known-generation", kind=kind.value)

    @staticmethod
    def last_day_of(root: AuthorityRoot) -> date:
        """Return the last day in Japan on which a root holds."""
        return read_validity(root.certificate).ends.astimezone(JST).date()

    def plan(
        self, application: Application, kind: Kind, serial: int, validity: Validity, randomness: Randomness
    ) -> Planned:
        """Return a certificate to sign; its common name is random and names nobody."""
        code = application.municipality_code
        if kind is Kind.SIGNATURE:
            common_name = signature_common_name(validity.starts, code, randomness)
        else:
            common_name = user_identification_common_name(code, randomness)
        return Planned(
            kind,
            application.public_keys()[kind],
            serial,
            common_name,
            validity,
            application,
            self.roots[kind].generation,
        )

    def to_be_signed(self, planned: Planned) -> bytes:
        """Return the part that the signature covers (tbsCertificate).

        The public key must have been checked by `crypto.x509.require_card_public_key`.

        Raises:
            CertificateRequestMalformed: items and flags that do not fit.
        """
        return self._template(planned).to_be_signed(
            public_key=planned.public_key,
            serial=planned.serial,
            common_name=planned.common_name,
            validity=planned.validity,
            subject=_subject(planned.application) if planned.kind is Kind.SIGNATURE else None,
        )

    def draft(self, planned: Planned, encoded: bytes) -> bytes:
        """Return the certificate (DER) with a signature value of zeroes, for the lint."""
        return self._template(planned).unsigned(encoded)

    def sign(self, planned: Planned) -> bytes:
        """Return the certificate (DER), signed by the authority of the plan's generation."""
        key = self.keystore.certification_key(ca_key_name(planned.kind, planned.generation))
        return self._template(planned).signed(planned.encoded or self.to_be_signed(planned), key)

    def _template(self, planned: Planned) -> CardTemplate:
        code = planned.application.municipality_code
        return card_template(
            CertificateKind(planned.kind.value),
            self.root_of(planned.kind, planned.generation),
            prefecture_name(code),
            city_name(code),
        )

    def revocation_list(
        self, kind: Kind, generation: str, entries: list[CrlEntry], *, municipality_code: str, plan: ListPlan
    ) -> bytes:
        """Return a list (DER) of one municipality, or of all when the code is empty, signed by one generation."""
        point = None
        if municipality_code:
            point = TEST_PROFILE.distribution_point(
                CertificateKind(kind.value), prefecture_name(municipality_code), city_name(municipality_code)
            )
        return build_crl(
            entries,
            ca_certificate=self.root_of(kind, generation),
            ca_key=self.keystore.certification_key(ca_key_name(kind, generation)),
            plan=replace(plan, distribution_point=point),
        )


def _subject(application: Application) -> CertificateSubject:
    items = application.four_items
    return CertificateSubject(
        name=items.name,
        birth_date=items.birth_date,
        sex=items.sex,
        address=items.address,
        name_substituted=application.name_substituted,
        address_substituted=application.address_substituted,
        prefecture=prefecture_name(application.municipality_code),
        city=city_name(application.municipality_code),
    )
