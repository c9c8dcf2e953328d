"""The script of a key ceremony, as officers write it before they meet, and the transcript that reading it again gives.

Everything that enters the certificates stands in the script; only the key is made in the device. So the same script
with the same device gives the same certificates and transcript, octet for octet; whoever doubts holds it again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mizuhiki.institutions.jpki.domain.certificates import FIRST_GENERATION, Kind
from mizuhiki.institutions.jpki.domain.errors import CeremonyScriptRefused
from mizuhiki.institutions.jpki.domain.issuance import root_last_day

ROOT_YEARS = 10
LEAST_OFFICERS = 2
_GENERATION = re.compile(r"[0-9]{2}")
_SERIAL = re.compile(r"[0-9A-F]{2,32}")
_YEARS = range(1950, 9990)
"""Years in which a root may start, so that its times can be written (RFC 5280 §4.1.2.5)."""


@dataclass(frozen=True, slots=True)
class Officer:
    """A person in the room and the part taken."""

    name: str
    part: str


@dataclass(frozen=True, slots=True)
class PlannedRoot:
    """One root to establish: `serial` in hexadecimal, valid from the start of `starts_on` in Japan."""

    kind: Kind
    serial: str
    starts_on: date
    years: int = ROOT_YEARS
    generation: str = FIRST_GENERATION

    @property
    def serial_number(self) -> int:
        """The serial as a number."""
        return int(self.serial, 16)

    @property
    def last_day(self) -> date:
        """Last day of validity: ten years after the first, as published roots have it."""
        return root_last_day(self.starts_on, self.years)


@dataclass(frozen=True, slots=True)
class CeremonyScript:
    """A ceremony: when, where, on which basis, before whom, and what is established."""

    held_at: datetime
    place: str
    basis: str
    officers: tuple[Officer, ...]
    roots: tuple[PlannedRoot, ...]

    def require_sound(self) -> None:
        """Check the script before a key is touched.

        All generations of an authority have one name, so its roots differ in their serials (RFC 5280 §4.1.2.2).

        Raises:
            CeremonyScriptRefused: naming the rule that is broken, and where.
        """
        for rule, where, kept in self._rules():
            if not kept:
                raise CeremonyScriptRefused(rule=rule, where=where)

    def _rules(self) -> Iterator[tuple[str, str, bool]]:
        """Yield each rule with the field it is about and whether it is kept; a rule may rely on those before it."""
        yield "held-at-with-zone", "held_at", self.held_at.tzinfo is not None
        yield "year-of-a-certificate", "held_at", self.held_at.year in _YEARS
        yield "place-named", "place", bool(self.place.strip())
        yield "basis-named", "basis", bool(self.basis.strip())
        yield "two-officers", "officers", len({officer.name for officer in self.officers}) >= LEAST_OFFICERS
        yield "one-root-at-least", "roots", bool(self.roots)
        earliest = self.held_at.date() - timedelta(days=1)
        generations: set[tuple[Kind, str]] = set()
        serials: set[tuple[Kind, int]] = set()
        for place, root in enumerate(self.roots):
            at = f"roots[{place}]"
            yield "generation-of-two-digits", f"{at}.generation", bool(_GENERATION.fullmatch(root.generation))
            yield "one-root-a-generation", f"{at}.generation", (root.kind, root.generation) not in generations
            yield "serial-in-hexadecimal", f"{at}.serial", bool(_SERIAL.fullmatch(root.serial))
            yield "serial-positive", f"{at}.serial", root.serial_number > 0
            yield "one-root-a-serial", f"{at}.serial", (root.kind, root.serial_number) not in serials
            yield "year-of-a-certificate", f"{at}.starts_on", root.starts_on.year in _YEARS
            yield "not-before-the-ceremony", f"{at}.starts_on", root.starts_on >= earliest
            yield "ten-years-at-most", f"{at}.years", 1 <= root.years <= ROOT_YEARS
            generations.add((root.kind, root.generation))
            serials.add((root.kind, root.serial_number))


@dataclass(frozen=True, slots=True)
class Established:
    """What the device gave for one root: facts for the transcript, nothing secret."""

    planned: PlannedRoot
    key_name: str
    key_digest: str
    certificate_digest: str
    starts: datetime
    ends: datetime


def _grouped(digest: str) -> str:
    return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2)).upper()


def transcript(script: CeremonyScript, done: Established) -> str:
    """Return what was done for one root, in order; it holds nothing secret and may be published."""
    planned = done.planned
    officers = "; ".join(f"{officer.name} ({officer.part})" for officer in script.officers)
    lines = (
        f"Key ceremony of the {planned.kind.value} certification authority, generation {planned.generation}",
        "(invented authority of a policy arc for examples: trust nothing it signs)",
        f"Held at {script.held_at.isoformat(timespec='seconds')}, {script.place}, on the basis of {script.basis}.",
        f"Present: {officers}.",
        f"1. A key pair (RSA 2048, e=65537) stands in the keystore under the name {done.key_name}.",
        f"2. SHA-256 of its public half: {_grouped(done.key_digest)}.",
        "3. The key was used to sign its own certificate with SHA-256; it has not left the keystore.",
        f"4. Serial number {planned.serial_number:X}.",
        f"5. Valid from {done.starts.isoformat(timespec='seconds')} to {done.ends.isoformat(timespec='seconds')}.",
        f"6. SHA-256 of the certificate: {_grouped(done.certificate_digest)}.",
    )
    return "\n".join(lines)
