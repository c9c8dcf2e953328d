"""What is recorded about a corporation, and the lines of its published history.

Nothing is overwritten: every event adds an `Entry` that states the whole record after it, as the published files do,
with the process that made it and whether it corrects an error. The state of a corporation is its last entry.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import msgspec

from mizuhiki.institutions.tax_agency.domain.codes import CloseCause, CorporationKind, Process
from mizuhiki.institutions.tax_agency.domain.errors import MalformedCorporation
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.places import municipality, prefecture

OUTSIDE_JAPAN = "99"
"""Prefecture code of addresses outside Japan in the search."""
_LONGEST = {
    "name": 150, "furigana": 500, "street": 300, "address_outside": 300, "en_name": 300, "en_street": 600,
    "en_address_outside": 600,
}  # fmt: skip
_POST_CODE_LENGTH = 7


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """The items that can change. `municipality_code` has six digits; empty where the address is outside Japan.

    `searchable` is the published mark 検索対象除外 turned round: without it the name search passes the record over.
    Images of characters outside the character set are not kept: every name here is text.
    """

    name: str
    kind: str
    municipality_code: str = ""
    street: str = ""
    post_code: str = ""
    address_outside: str = ""
    furigana: str = ""
    en_name: str = ""
    en_street: str = ""
    en_address_outside: str = ""
    searchable: bool = True

    @property
    def prefecture_code(self) -> str:
        """Two digits, 99 outside Japan."""
        return self.municipality_code[:2] or OUTSIDE_JAPAN

    @property
    def prefecture_name(self) -> str:
        """In Japanese; empty outside Japan."""
        return municipality(self.municipality_code).prefecture if self.municipality_code else ""

    @property
    def city_name(self) -> str:
        """In Japanese, a ward with its city; empty outside Japan."""
        return municipality(self.municipality_code).full_name if self.municipality_code else ""

    @property
    def address(self) -> str:
        """The whole address in Japanese."""
        return (
            f"{self.prefecture_name}{self.city_name}{self.street}" if self.municipality_code else self.address_outside
        )

    @property
    def en_prefecture_name(self) -> str:
        """In English where an English name is registered; empty otherwise, as published."""
        if not self.en_name or not self.municipality_code:
            return ""
        return prefecture(self.municipality_code[:2]).name_en

    @property
    def en_city_name(self) -> str:
        """Street and city in English, as published in one item."""
        if not self.en_name or not self.municipality_code:
            return ""
        return ", ".join(part for part in (self.en_street, municipality(self.municipality_code).name_en) if part)


def require_profile(profile: Profile) -> Profile:
    """Return the profile when every item can be.

    Raises:
        MalformedCorporation: with `field` and `reason` (missing, too-long, unknown, control-character).
    """
    for field, most in _LONGEST.items():
        value: str = getattr(profile, field)
        if len(value) > most:
            raise MalformedCorporation(field=field, reason="too-long")
        if not value.isprintable() and any(not one.isprintable() and one != "\u3000" for one in value):
            raise MalformedCorporation(field=field, reason="control-character")
    if not profile.name.strip():
        raise MalformedCorporation(field="name", reason="missing")
    if profile.kind not in set(CorporationKind):
        raise MalformedCorporation(field="kind", reason="unknown")
    _require_address(profile)
    return profile


def _require_address(profile: Profile) -> None:
    if bool(profile.municipality_code) == bool(profile.address_outside):
        raise MalformedCorporation(field="municipality_code", reason="one-address")
    if not profile.municipality_code:
        return
    try:
        municipality(profile.municipality_code)
    except MizuhikiError as error:
        raise MalformedCorporation(field="municipality_code", reason="unknown") from error
    if not profile.street.strip():
        raise MalformedCorporation(field="street", reason="missing")
    post_code = profile.post_code
    if post_code and not (len(post_code) == _POST_CODE_LENGTH and post_code.isascii() and post_code.isdigit()):
        raise MalformedCorporation(field="post_code", reason="seven-digits")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the record. `line` counts from 1 within the corporation.

    `change_date` is the day the event took effect, `update_date` the day it was published. `public` says whether the
    line may be published: an association's lines only while it consents.
    """

    number: str
    line: int
    process: Process
    correct: bool
    update_date: date
    change_date: date
    assignment_date: date
    profile: Profile
    close_date: date | None = None
    close_cause: CloseCause | None = None
    successor: str = ""
    change_cause: str = ""
    association: bool = False
    public: bool = True

    @property
    def closed(self) -> bool:
        """Whether the corporation has ended."""
        return self.close_date is not None

    def following(self, process: Process, *, on: date, today: date, **changes: object) -> Entry:
        """Return the next line: the same state with `changes`; the cause of change belongs to one line only.

        After a deletion lines are for the agency alone until one says otherwise.
        """
        public = self.public and self.process is not Process.DELETED
        kept: dict[str, object] = {"correct": False, "change_cause": "", "public": public, **changes}
        return replace(self, line=self.line + 1, process=process, update_date=today, change_date=on, **kept)  # type: ignore[arg-type]  # names are checked by replace


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedLine:
    """An entry with what only the moment of publication knows: whether it is the corporation's newest line."""

    entry: Entry
    latest: bool


class NewCorporation(msgspec.Struct, frozen=True, kw_only=True):
    """Who is to get a number: the items, the registration number of registered ones, consent of associations.

    `since` is the day of foundation or of the notification.
    """

    profile: Profile
    since: date
    registration_number: str = ""
    association: bool = False
    consent: bool = False


def require_new(new: NewCorporation, today: date) -> NewCorporation:
    """Return it when kind, registration number and association fit together.

    Raises:
        MalformedCorporation: with `field` and `reason`.
    """
    require_profile(new.profile)
    kind = CorporationKind(new.profile.kind)
    if kind.registered != bool(new.registration_number):
        raise MalformedCorporation(field="registration_number", reason="missing" if kind.registered else "not-for-kind")
    if new.association and kind is not CorporationKind.OTHER:
        raise MalformedCorporation(field="association", reason="not-for-kind")
    if new.consent and not new.association:
        raise MalformedCorporation(field="consent", reason="not-for-kind")
    if kind is CorporationKind.LOCAL_GOVERNMENT and not new.profile.municipality_code:
        raise MalformedCorporation(field="municipality_code", reason="missing")
    if new.since > today:
        raise MalformedCorporation(field="since", reason="future")
    return new
