"""The profiles of the two certificates as data, in the terms the lint reads back (RFC 5280; R-194 to R-196).

Order and criticality are those of published certificates. The policies stand under 1.3.6.1.4.1.32473, for examples
(RFC 5612), so that nobody takes these certificates for real ones.
"""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.institutions.jpki.domain.certificates import Kind

KEY_USAGE, EXTENDED_KEY_USAGE, POLICIES = "2.5.29.15", "2.5.29.37", "2.5.29.32"
SUBJECT_NAMES, ISSUER_NAMES, DISTRIBUTION_POINTS = "2.5.29.17", "2.5.29.18", "2.5.29.31"
AUTHORITY_ACCESS, AUTHORITY_KEY, SUBJECT_KEY = "1.3.6.1.5.5.7.1.1", "2.5.29.35", "2.5.29.14"


@dataclass(frozen=True, slots=True)
class Profile:
    """What every certificate of a kind has: extensions in order, those marked critical, policy, common name length."""

    extensions: tuple[str, ...]
    critical: frozenset[str]
    policy: str
    common_name_length: int
    non_repudiation: bool


_SHARED = (ISSUER_NAMES, DISTRIBUTION_POINTS, AUTHORITY_ACCESS, AUTHORITY_KEY, SUBJECT_KEY)
PROFILES = {
    Kind.USER_IDENTIFICATION: Profile(
        extensions=(KEY_USAGE, EXTENDED_KEY_USAGE, POLICIES, *_SHARED),
        critical=frozenset({KEY_USAGE, POLICIES}),
        policy="1.3.6.1.4.1.32473.392.200149.8.5.1.3.30",
        common_name_length=23,
        non_repudiation=False,
    ),
    Kind.SIGNATURE: Profile(
        extensions=(KEY_USAGE, POLICIES, SUBJECT_NAMES, *_SHARED),
        critical=frozenset({KEY_USAGE, POLICIES}),
        policy="1.3.6.1.4.1.32473.392.200149.8.5.1.1.20",
        common_name_length=28,
        non_repudiation=True,
    ),
}
