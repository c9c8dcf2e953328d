"""Words of requests for copies: kinds, requesters, ways, items, documents and papers."""

from __future__ import annotations

import enum


class CopyKind(enum.StrEnum):
    """What is asked for."""

    RESIDENT = "resident-copy"
    """住民票の写し."""
    STATEMENT = "statement"
    """住民票記載事項証明書."""
    REMOVED = "removed-copy"
    """住民票の除票の写し (15条の4)."""
    SUPPLEMENT = "supplement-copy"
    """戸籍の附票の写し (20条); of a closed entry, the copy of its 除票 (21条の3)."""


class Scope(enum.StrEnum):
    """One person, or the whole household (R-094)."""

    PERSON = "person"
    HOUSEHOLD = "household"


class Requester(enum.StrEnum):
    """Who stands at the counter or wrote."""

    SELF = "self"
    SAME_HOUSEHOLD = "same-household"
    MESSENGER = "messenger"
    """使者 of the person: carries a wish that is stated already."""
    LEGAL_REPRESENTATIVE = "legal-representative"
    REPRESENTATIVE_MESSENGER = "representative-messenger"
    """法定代理人の使者等."""
    VOLUNTARY_AGENT = "voluntary-agent"
    THIRD_PARTY = "third-party"
    """Somebody with a legitimate reason (12条の3第1項)."""
    LAWYER = "lawyer"
    """特定事務受任者 (12条の3第2項, 3項)."""
    PUBLIC_BODY = "public-body"
    """An organ of the State or a local public body (12条の2)."""


class Way(enum.StrEnum):
    """How it was asked for."""

    COUNTER = "counter"
    POST = "post"


class Delivery(enum.StrEnum):
    """How it leaves the office."""

    DIRECT = "direct"
    PRINCIPAL_ADDRESS = "principal-address"
    """To the registered address of the person the copy is about."""
    ELSEWHERE = "elsewhere"


class Place(enum.StrEnum):
    """What another place is."""

    NONE = "none"
    REPRESENTATIVE_HOME = "representative-home"
    REPRESENTATIVE_WORKPLACE = "representative-workplace"
    REQUESTER_OFFICE = "requester-office"
    """Home or office of a third party, lawyer or public body that asks in its own name."""
    OTHER = "other"


class Item(enum.StrEnum):
    """Items that are left out unless they are asked for (12条5項; R-040)."""

    HOUSEHOLD = "household"
    """世帯主 and 続柄 (7条4号)."""
    DOMICILE = "domicile"
    """本籍 and 筆頭者 (7条5号)."""
    FOREIGN = "foreign"
    """Items of 30条の45 beside the name."""
    CODE = "code"
    NUMBER = "number"


SPECIAL = frozenset({Item.CODE, Item.NUMBER})
"""Only the person and their household, themselves or represented, ever get these."""


class Interest(enum.StrEnum):
    """Legitimate reasons of a third party (12条の3第1項1号-3号)."""

    NONE = "none"
    OWN_RIGHTS = "own-rights"
    SUBMISSION = "submission"
    OTHER_JUST = "other-just"


class Profession(enum.StrEnum):
    """Professions of 12条の3第3項."""

    NONE = "none"
    ATTORNEY = "attorney"
    JUDICIAL_SCRIVENER = "judicial-scrivener"
    LAND_SURVEYOR = "land-surveyor"
    TAX_ACCOUNTANT = "tax-accountant"
    SOCIAL_INSURANCE_CONSULTANT = "social-insurance-consultant"
    PATENT_ATTORNEY = "patent-attorney"
    MARITIME_AGENT = "maritime-agent"
    ADMINISTRATIVE_SCRIVENER = "administrative-scrivener"


class Shown(enum.StrEnum):
    """Documents of identity that were seen (住基法12条3項; 住民票の写し等の交付に関する省令5条)."""

    NUMBER_CARD = "individual-number-card"
    RESIDENT_CARD = "resident-register-card"
    DRIVING_LICENCE = "driving-licence"
    PASSPORT = "passport"
    RESIDENCE_CARD = "residence-card"
    DISABILITY_CERTIFICATE = "disability-certificate"
    PROFESSIONAL_CARD = "professional-card"
    OFFICIAL_CARD = "official-card"
    HEALTH_INSURANCE_CARD = "health-insurance-card"
    PENSION_BOOK = "pension-book"
    STUDENT_CARD = "student-card"
    BANK_CARD = "bank-card"

    @property
    def has_photo(self) -> bool:
        """Whether a public body issued it with a photograph; one of these is enough."""
        return self not in _WITHOUT_PHOTO


_WITHOUT_PHOTO = frozenset({Shown.HEALTH_INSURANCE_CARD, Shown.PENSION_BOOK, Shown.STUDENT_CARD, Shown.BANK_CARD})
NATIONWIDE_DOCUMENTS = frozenset(one for one in Shown if one.has_photo) - {
    Shown.PROFESSIONAL_CARD,
    Shown.OFFICIAL_CARD,
}
"""Shown for a copy at another municipality: the card or another public document with a photograph (12条の4; R-047)."""


class IdentityLevel(enum.StrEnum):
    """How surely the requester is known; kept with each issue."""

    PHOTO = "photo"
    TWO_DOCUMENTS = "two-documents"
    QUESTIONED = "questioned"
    """One document without a photograph and answers only that person can give."""
    NONE = "none"


class Paper(enum.StrEnum):
    """Papers handed in with a request."""

    PROOF_OF_REPRESENTATION = "proof-of-representation"
    """Family register or certificate of registered guardianship, of the last three months."""
    POWER_OF_ATTORNEY = "power-of-attorney"
    PROOF_OF_INTEREST = "proof-of-interest"
    OFFICIAL_LETTER = "official-letter"
    UNIFIED_FORM = "unified-form"
    """職務上請求書 with the professional's seal."""
    PROOF_OF_PLACE = "proof-of-place"
    """What shows that a place is the representative's home or workplace."""
