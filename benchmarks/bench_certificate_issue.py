"""Issue of certificates: plan, lint, signature, rows and audit, one worker; the signature alone; and in a device.

The applications of a mass re-issue come together and are written together; what waits at the desks is, too. Each run
has a new database, whose creation is not measured. The rate is also given over that of the bare signature.

The public keys are odd numbers without small factors in the size of a modulus: the authority cannot tell them from
products of two primes, and they cost no key generation. A card asks for two certificates, so certificates are counted.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from benchmarks.measurement import Measurement, per_second
from mizuhiki.crypto.keystore import Keystore, MemoryKeystore
from mizuhiki.crypto.randomness import Randomness, SeededRandomness
from mizuhiki.crypto.x509 import PublicKeyFactorable, PublicKeyOfFaultyGenerator, require_card_public_key
from mizuhiki.institutions.jpki.domain.certificates import Application, CertificateSet, Kind
from mizuhiki.institutions.jpki.operations.authorities import ca_key_name
from mizuhiki.institutions.jpki.operations.hold_key_ceremony import hold_key_ceremony
from mizuhiki.institutions.jpki.operations.issue_certificates import IssueCertificates
from mizuhiki.institutions.jpki.store import METADATA, SqlStore
from mizuhiki.institutions.jpki.store.tables import AUDIT, EVENTS
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.database import Database
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id
from mizuhiki.vocabulary.numbers import ResidentRecordCode, resident_record_code_check_digit
from mizuhiki.vocabulary.persons import FourItems, Sex

CARDS = 400
SIGNATURES = 500
REPEATS = 3
TARGET = 1000
MODULE = "/usr/lib/softhsm/libsofthsm2.so"
JPKI = institution_id(InstitutionKind.JPKI)
MUNICIPALITY = InstitutionId("municipality-452025")
CLOCK = FixedClock(datetime(2019, 12, 2, tzinfo=UTC))


class _Confirmed:
    """Stands for the national register, whose answer is measured elsewhere."""

    def require(self, application: Application) -> None:
        """Confirm."""
        del application


def run() -> Iterator[Measurement]:
    """Measure with keys in memory, then in SoftHSM2 where it is installed."""
    randomness = SeededRandomness(b"benchmark of issue")
    cards = [_card(number, randomness) for number in range(CARDS)]
    yield Measurement("key checks (ROCA, Fermat, small factors)", per_second(lambda: _checked(cards)), "keys/s")
    keystore = MemoryKeystore(randomness)
    yield from _measured(keystore, cards, randomness, "key in memory", TARGET)
    if Path(MODULE).exists() and shutil.which("softhsm2-util"):
        yield from _in_device(cards, randomness)


def _measured(
    keystore: Keystore, cards: list[Application], randomness: Randomness, where: str, target: float | None
) -> Iterator[Measurement]:
    bare = per_second(lambda: _signed(keystore))
    yield Measurement(f"RSA-2048 signature alone, {where}", bare, "signatures/s")
    with tempfile.TemporaryDirectory() as folder:
        runs = iter([_issuing(keystore, randomness, Path(folder) / f"{run}.sqlite") for run in range(REPEATS)])
        rate = per_second(lambda: _issued(next(runs), cards), repeats=REPEATS)
        yield Measurement(f"issue with rows and audit, {where}", rate, "certificates/s", target)
        yield Measurement(f"issue over the signature alone, {where}", 100 * rate / bare, "%")


def _in_device(cards: list[Application], randomness: Randomness) -> Iterator[Measurement]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "tokens").mkdir()
        settings = Path(folder) / "softhsm2.conf"
        settings.write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\n", encoding="utf-8")
        os.environ["SOFTHSM2_CONF"] = str(settings)
        subprocess.run(  # noqa: S603 - a fixed program with fixed arguments
            [
                shutil.which("softhsm2-util") or "",
                "--init-token",
                "--free",
                "--label",
                "bench",
                "--so-pin",
                "12345678",
                "--pin",
                "1234",
            ],
            check=True,
            capture_output=True,
        )
        from mizuhiki.crypto.keystore import Pkcs11Keystore  # noqa: PLC0415 - loads the device's binding on demand

        keystore = Pkcs11Keystore(MODULE, "bench", "1234")
        yield from _measured(keystore, cards, randomness, "SoftHSM2", None)
        keystore.close()


def _spki(randomness: Randomness) -> bytes:
    while True:
        modulus = int.from_bytes(randomness.bytes(256), "big") | (1 << 2047) | 1
        der = (
            rsa.RSAPublicNumbers(65537, modulus)
            .public_key()
            .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        )
        try:
            require_card_public_key(der)
        except (PublicKeyFactorable, PublicKeyOfFaultyGenerator):
            continue
        return der


def _card(number: int, randomness: Randomness) -> Application:
    body = f"{number:010d}"
    return Application(
        request_id=f"card-{number}",
        municipality_code="452025",
        code=ResidentRecordCode.parse(body + resident_record_code_check_digit(body)),
        four_items=FourItems("水引　結子", "ミズヒキ　ユイコ", date(1990, 4, 1), Sex.FEMALE, "宮崎県都城市姫城町六番"),
        name_substituted="00000",
        address_substituted="0" * 11,
        card_serial=f"SERIAL{number}",
        card_expires_on=date(2029, 4, 1),
        user_identification_key=_spki(randomness),
        signature_key=_spki(randomness),
    )


def _checked(cards: list[Application]) -> int:
    keys = [key for card in cards for key in card.public_keys().values()]
    return len([require_card_public_key(key) for key in keys])


def _signed(keystore: Keystore) -> int:
    key = keystore.certification_key(ca_key_name(Kind.SIGNATURE))
    return len([key.sign(bytes(900), padding.PKCS1v15(), SHA256()) for _ in range(SIGNATURES)])


def _context(institution: InstitutionId, role: str) -> Context:
    return Context(Actor(institution, role), "card-issue", "公的個人認証法3条, 22条", "measure", CLOCK, "trace")


def _issuing(keystore: Keystore, randomness: Randomness, path: Path) -> IssueCertificates:
    database = Database(f"sqlite:///{path}")
    database.create(METADATA)
    store = SqlStore(database, JPKI, keystore, Audit(database, AUDIT, EVENTS))
    authority = Authority.from_package("mizuhiki.institutions.jpki")
    authorities = hold_key_ceremony(
        _context(JPKI, "ceremony"), store=store, authority=authority, keystore=keystore, randomness=randomness
    )
    return IssueCertificates(store, authority, authorities, randomness, _Confirmed())


def _issued(issue: IssueCertificates, cards: list[Application]) -> int:
    sets = issue.many(_context(MUNICIPALITY, "peer"), applications=cards)
    return 2 * len([one for one in sets if isinstance(one, CertificateSet)])
