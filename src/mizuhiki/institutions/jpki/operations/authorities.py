"""The two authorities as operations use them: their roots, and signing with keys that stay in the keystore."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mizuhiki.crypto.keystore import Keystore
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.crypto.x509 import (
    CertificateSubject,
    CrlEntry,
    ListPlan,
    Validity,
    build_crl,
    issue_signature_certificate,
    issue_user_identification_certificate,
    signature_common_name,
    user_identification_common_name,
)
from mizuhiki.crypto.x509.jpki_profile import TEST_PROFILE, CertificateKind
from mizuhiki.institutions.jpki.domain.certificates import Application, AuthorityRoot, Kind
from mizuhiki.institutions.jpki.domain.place_names import city_name, prefecture_name

LINT_KEY = "certificate-lint"
"""Signs what the lint reads. No root exists for it, so what it signs is worth nothing to anybody."""


def ca_key_name(kind: Kind) -> str:
    """Return the keystore's name of an authority's key: ``signature-ca``, ``user-identification-ca``."""
    return f"{kind.value}-ca"


@dataclass(frozen=True, slots=True)
class Planned:
    """A certificate that is ready to be signed: everything but the key."""

    kind: Kind
    public_key: bytes
    serial: int
    common_name: str
    validity: Validity
    application: Application


@dataclass(frozen=True, slots=True)
class Authorities:
    """Roots and keys of one generation."""

    keystore: Keystore
    roots: dict[Kind, AuthorityRoot]

    def root(self, kind: Kind) -> bytes:
        """Return the root certificate (DER)."""
        return self.roots[kind].certificate

    def plan(
        self, application: Application, kind: Kind, serial: int, validity: Validity, randomness: Randomness
    ) -> Planned:
        """Return a certificate to sign; its common name is random and names nobody."""
        code = application.municipality_code
        if kind is Kind.SIGNATURE:
            common_name = signature_common_name(validity.starts, code, randomness)
        else:
            common_name = user_identification_common_name(code, randomness)
        return Planned(kind, application.public_keys()[kind], serial, common_name, validity, application)

    def sign(self, planned: Planned, *, for_lint: bool = False) -> bytes:
        """Return the certificate (DER), signed by the authority or, for the lint, by a key nobody trusts.

        Raises:
            CertificateRequestMalformed: a public key no card has, or items and flags that do not fit.
        """
        key = self.keystore.certification_key(LINT_KEY if for_lint else ca_key_name(planned.kind))
        code = planned.application.municipality_code
        if planned.kind is Kind.USER_IDENTIFICATION:
            return issue_user_identification_certificate(
                ca_certificate=self.root(planned.kind),
                ca_key=key,
                public_key=planned.public_key,
                serial=planned.serial,
                common_name=planned.common_name,
                validity=planned.validity,
                prefecture=prefecture_name(code),
                city=city_name(code),
            )
        return issue_signature_certificate(
            ca_certificate=self.root(planned.kind),
            ca_key=key,
            public_key=planned.public_key,
            serial=planned.serial,
            common_name=planned.common_name,
            validity=planned.validity,
            subject=_subject(planned.application),
        )

    def revocation_list(self, kind: Kind, entries: list[CrlEntry], *, municipality_code: str, plan: ListPlan) -> bytes:
        """Return a signed list (DER) of one municipality, or of all when the code is empty."""
        point = None
        if municipality_code:
            point = TEST_PROFILE.distribution_point(
                CertificateKind(kind.value), prefecture_name(municipality_code), city_name(municipality_code)
            )
        return build_crl(
            entries,
            ca_certificate=self.root(kind),
            ca_key=self.keystore.certification_key(ca_key_name(kind)),
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
