"""NIST PKITS: every path test of sections 4.1 to 4.16, judged as the suite's document says.

The document gives a result for each test; names that begin with Valid or Invalid repeat it. Tests of 4.8 and 4.10 to
4.12 with several inputs are in `_WITH_INPUTS`. Where this verifier refuses what the document calls valid, `_REFUSED`
says why; there is no case the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from mizuhiki.crypto.x509.path import (
    CertificatePool,
    PathSettings,
    PolicyInputs,
    StatusMaterial,
    ValidatedCertificate,
    read_certificate,
    validate_certificate,
)
from mizuhiki.vocabulary.errors import MizuhikiError, Refused
from support.pkits import AT, POLICY, ROOT, certificates, end_entities, intermediates, lists

pytestmark = [
    # 4.2.14 and 4.2.15 have negative serials on purpose
    pytest.mark.filterwarnings("ignore:Parsed a serial number which wasn't positive"),
]

VALID, INVALID = True, False
_NO_DSA = "DSA is not an accepted algorithm"
_INDIRECT = "lists with entries of other issuers are refused, whole"
_REFUSED = {
    "ValidDSASignaturesTest4EE": ("signature-algorithm-refused", _NO_DSA),
    "ValidDSAParameterInheritanceTest5EE": ("certificate-malformed", _NO_DSA),
    "ValidIDPwithindirectCRLTest22EE": ("crl-unreadable", _INDIRECT),
    "ValidIDPwithindirectCRLTest24EE": ("certificate-status-missing", _INDIRECT),
    "ValidIDPwithindirectCRLTest25EE": ("certificate-status-missing", _INDIRECT),
    "ValidcRLIssuerTest28EE": ("certificate-status-missing", _INDIRECT),
    "ValidcRLIssuerTest29EE": ("certificate-status-missing", _INDIRECT),
    "ValidcRLIssuerTest30EE": ("certificate-status-missing", _INDIRECT),
    "ValidcRLIssuerTest33EE": ("certificate-status-missing", _INDIRECT),
}
_REFUSED_AUTHORITIES = {"DSAParametersInheritedCACert"}
"""Its key leaves the parameters to be inherited, which no reader of today accepts."""


@dataclass(frozen=True)
class Inputs:
    """One run of a test: its number, its inputs, and whether the path is to validate."""

    number: str
    name: str
    valid: bool
    policies: tuple[int, ...] = ()
    explicit: bool = False
    no_mapping: bool = False
    no_any: bool = False

    def __str__(self) -> str:
        return f"{self.number}-{self.name}-{'-'.join(map(str, self.policies)) or 'any'}"


_WITH_INPUTS = [
    Inputs("4.8.1.1", "ValidCertificatePathTest1EE", VALID, explicit=True),
    Inputs("4.8.1.2", "ValidCertificatePathTest1EE", VALID, (1,), explicit=True),
    Inputs("4.8.1.3", "ValidCertificatePathTest1EE", INVALID, (2,), explicit=True),
    Inputs("4.8.1.4", "ValidCertificatePathTest1EE", VALID, (1, 2), explicit=True),
    Inputs("4.8.2.1", "AllCertificatesNoPoliciesTest2EE", VALID),
    Inputs("4.8.2.2", "AllCertificatesNoPoliciesTest2EE", INVALID, explicit=True),
    Inputs("4.8.3.1", "DifferentPoliciesTest3EE", VALID),
    Inputs("4.8.3.2", "DifferentPoliciesTest3EE", INVALID, explicit=True),
    Inputs("4.8.3.3", "DifferentPoliciesTest3EE", INVALID, (1, 2), explicit=True),
    Inputs("4.8.4", "DifferentPoliciesTest4EE", INVALID),
    Inputs("4.8.5", "DifferentPoliciesTest5EE", INVALID),
    Inputs("4.8.6.1", "OverlappingPoliciesTest6EE", VALID),
    Inputs("4.8.6.2", "OverlappingPoliciesTest6EE", VALID, (1,)),
    Inputs("4.8.6.3", "OverlappingPoliciesTest6EE", INVALID, (2,)),
    Inputs("4.8.7", "DifferentPoliciesTest7EE", INVALID),
    Inputs("4.8.8", "DifferentPoliciesTest8EE", INVALID),
    Inputs("4.8.9", "DifferentPoliciesTest9EE", INVALID),
    Inputs("4.8.10.1", "AllCertificatesSamePoliciesTest10EE", VALID),
    Inputs("4.8.10.2", "AllCertificatesSamePoliciesTest10EE", VALID, (1,)),
    Inputs("4.8.10.3", "AllCertificatesSamePoliciesTest10EE", VALID, (2,)),
    Inputs("4.8.11.1", "AllCertificatesanyPolicyTest11EE", VALID),
    Inputs("4.8.11.2", "AllCertificatesanyPolicyTest11EE", VALID, (1,)),
    Inputs("4.8.12", "DifferentPoliciesTest12EE", INVALID),
    Inputs("4.8.13.1", "AllCertificatesSamePoliciesTest13EE", VALID, (1,)),
    Inputs("4.8.13.2", "AllCertificatesSamePoliciesTest13EE", VALID, (2,)),
    Inputs("4.8.13.3", "AllCertificatesSamePoliciesTest13EE", VALID, (3,)),
    Inputs("4.8.14.1", "AnyPolicyTest14EE", VALID, (1,)),
    Inputs("4.8.14.2", "AnyPolicyTest14EE", INVALID, (2,)),
    Inputs("4.8.15", "UserNoticeQualifierTest15EE", VALID),
    Inputs("4.8.16", "UserNoticeQualifierTest16EE", VALID),
    Inputs("4.8.17", "UserNoticeQualifierTest17EE", VALID),
    Inputs("4.8.18.1", "UserNoticeQualifierTest18EE", VALID, (1,)),
    Inputs("4.8.18.2", "UserNoticeQualifierTest18EE", VALID, (2,)),
    Inputs("4.8.19", "UserNoticeQualifierTest19EE", VALID),
    Inputs("4.8.20", "CPSPointerQualifierTest20EE", VALID, explicit=True),
    Inputs("4.10.1.1", "ValidPolicyMappingTest1EE", VALID, (1,)),
    Inputs("4.10.1.2", "ValidPolicyMappingTest1EE", INVALID, (2,)),
    Inputs("4.10.1.3", "ValidPolicyMappingTest1EE", INVALID, no_mapping=True),
    Inputs("4.10.2.2", "InvalidPolicyMappingTest2EE", INVALID, no_mapping=True),
    Inputs("4.10.3.1", "ValidPolicyMappingTest3EE", INVALID, (1,)),
    Inputs("4.10.3.2", "ValidPolicyMappingTest3EE", VALID, (2,)),
    Inputs("4.10.5.1", "ValidPolicyMappingTest5EE", VALID, (1,)),
    Inputs("4.10.5.2", "ValidPolicyMappingTest5EE", INVALID, (6,)),
    Inputs("4.10.6.1", "ValidPolicyMappingTest6EE", VALID, (1,)),
    Inputs("4.10.6.2", "ValidPolicyMappingTest6EE", INVALID, (6,)),
    Inputs("4.10.12.1", "ValidPolicyMappingTest12EE", VALID, (1,)),
    Inputs("4.10.12.2", "ValidPolicyMappingTest12EE", VALID, (2,)),
    Inputs("4.12.3.1", "inhibitAnyPolicyTest3EE", VALID),
    Inputs("4.12.3.2", "inhibitAnyPolicyTest3EE", INVALID, no_any=True),
]


@pytest.fixture(scope="module")
def pool() -> CertificatePool:
    usable = [der for name, der in intermediates().items() if name not in _REFUSED_AUTHORITIES]
    return CertificatePool.of([certificates()[ROOT]], usable)


def _validate(name: str, pool: CertificatePool, inputs: PolicyInputs | None = None) -> ValidatedCertificate:
    settings = PathSettings(at=AT, policies=inputs or PolicyInputs())
    certificate = read_certificate(certificates()[name])
    return validate_certificate(certificate, pool, settings, material=StatusMaterial(lists=lists()))


@pytest.mark.parametrize("name", [n for n in end_entities() if n.startswith("Valid") and n not in _REFUSED])
def test_a_path_that_the_suite_calls_valid_validates(pool: CertificatePool, name: str) -> None:
    validated = _validate(name, pool)
    assert validated.chain[-1] == certificates()[ROOT]
    assert len(validated.status) == len(validated.chain)


@pytest.mark.parametrize("name", [n for n in end_entities() if n.startswith("Invalid")])
def test_a_path_that_the_suite_calls_invalid_is_refused(pool: CertificatePool, name: str) -> None:
    with pytest.raises(MizuhikiError):
        _validate(name, pool)


@pytest.mark.parametrize("name", sorted(_REFUSED))
def test_what_is_refused_although_valid_is_refused_for_the_reason_given(pool: CertificatePool, name: str) -> None:
    with pytest.raises(MizuhikiError) as refusal:
        _validate(name, pool)
    assert refusal.value.code == _REFUSED[name][0]


@pytest.mark.parametrize("run", _WITH_INPUTS, ids=str)
def test_policies_given_to_the_verifier_decide_as_the_suite_says(pool: CertificatePool, run: Inputs) -> None:
    inputs = PolicyInputs(
        accepted=frozenset(POLICY[number] for number in run.policies),
        explicit=run.explicit,
        inhibit_mapping=run.no_mapping,
        inhibit_any=run.no_any,
    )
    if run.valid:
        held = _validate(run.name, pool, inputs).policies
        assert not run.policies or held <= inputs.accepted
    else:
        with pytest.raises(Refused) as refusal:
            _validate(run.name, pool, inputs)
        assert refusal.value.code == "certificate-policy-refused"


_REASONS = {
    "InvalidCASignatureTest2EE": "certificate-signature-invalid",
    "InvalidEESignatureTest3EE": "certificate-signature-invalid",
    "InvalidCAnotBeforeDateTest1EE": "certificate-not-yet-valid",
    "InvalidEEnotAfterDateTest6EE": "certificate-expired",
    "InvalidNameChainingTest1EE": "certificate-unknown-issuer",
    "InvalidMissingCRLTest1EE": "certificate-status-missing",
    "InvalidRevokedCATest2EE": "certificate-revoked",
    "InvalidRevokedEETest3EE": "certificate-revoked",
    "InvalidBadCRLSignatureTest4EE": "crl-unreadable",
    "InvalidBadCRLIssuerNameTest5EE": "certificate-status-missing",
    "InvalidWrongCRLTest6EE": "certificate-status-missing",
    "InvalidUnknownCRLEntryExtensionTest8EE": "crl-unreadable",
    "InvalidUnknownCRLExtensionTest9EE": "crl-unreadable",
    "InvalidOldCRLnextUpdateTest11EE": "certificate-status-stale",
    "InvalidNegativeSerialNumberTest15EE": "certificate-revoked",
    "InvalidLongSerialNumberTest18EE": "certificate-revoked",
    "InvalidSeparateCertificateandCRLKeysTest20EE": "certificate-revoked",
    "InvalidBasicSelfIssuedOldWithNewTest2EE": "certificate-revoked",
    "InvalidBasicSelfIssuedCRLSigningKeyTest7EE": "certificate-revoked",
    "InvalidBasicSelfIssuedCRLSigningKeyTest8EE": "certificate-issuer-not-authority",
    "InvalidMissingbasicConstraintsTest1EE": "certificate-issuer-not-authority",
    "InvalidcAFalseTest2EE": "certificate-issuer-not-authority",
    "InvalidpathLenConstraintTest5EE": "certificate-chain-too-long",
    "InvalidSelfIssuedpathLenConstraintTest16EE": "certificate-chain-too-long",
    "InvalidkeyUsageCriticalkeyCertSignFalseTest1EE": "certificate-issuer-not-authority",
    "InvalidkeyUsageCriticalcRLSignFalseTest4EE": "crl-unreadable",
    "InvalidrequireExplicitPolicyTest3EE": "certificate-policy-refused",
    "InvalidMappingFromanyPolicyTest7EE": "certificate-policy-refused",
    "InvalidinhibitAnyPolicyTest1EE": "certificate-policy-refused",
    "InvalidDNnameConstraintsTest2EE": "certificate-name-not-permitted",
    "InvalidRFC822nameConstraintsTest22EE": "certificate-name-not-permitted",
    "InvalidDNSnameConstraintsTest31EE": "certificate-name-not-permitted",
    "InvalidURInameConstraintsTest35EE": "certificate-name-not-permitted",
    "InvaliddistributionPointTest2EE": "certificate-revoked",
    "InvaliddistributionPointTest3EE": "certificate-status-missing",
    "InvalidonlyContainsUserCertsTest11EE": "certificate-status-missing",
    "InvalidonlySomeReasonsTest15EE": "certificate-revoked",
    "InvalidonlySomeReasonsTest16EE": "certificate-suspended",
    "InvalidonlySomeReasonsTest17EE": "certificate-status-missing",
    "InvaliddeltaCRLIndicatorNoBaseTest1EE": "certificate-status-missing",
    "InvaliddeltaCRLTest3EE": "certificate-revoked",
    "InvaliddeltaCRLTest4EE": "certificate-revoked",
    "InvaliddeltaCRLTest10EE": "certificate-status-stale",
    "InvalidUnknownCriticalCertificateExtensionTest2EE": "certificate-critical-extension-unknown",
}


@pytest.mark.parametrize(("name", "code"), _REASONS.items())
def test_a_refusal_names_what_the_test_is_about(pool: CertificatePool, name: str, code: str) -> None:
    with pytest.raises(MizuhikiError) as refusal:
        _validate(name, pool)
    assert refusal.value.code == code


def test_every_end_entity_of_the_suite_is_judged() -> None:
    judged = {name for name in end_entities() if name.startswith(("Valid", "Invalid"))}
    judged |= {run.name for run in _WITH_INPUTS}
    assert judged == set(end_entities())
