"""The status server that `bench_card_status` loads: the authorities' own application, and an echo beside it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from mizuhiki.crypto.keystore import FileKeystore
from mizuhiki.crypto.randomness import SystemRandomness
from mizuhiki.crypto.x509 import StatusSigner, issuer_hashes
from mizuhiki.institutions.jpki.app import build
from mizuhiki.institutions.jpki.domain.carriers import Carrier
from mizuhiki.institutions.jpki.domain.certificates import FIRST_GENERATION, Kind
from mizuhiki.institutions.jpki.domain.verifier_registry import Service, VerifierApplication
from mizuhiki.institutions.jpki.store.tables import CERTIFICATES, HOLDERS
from mizuhiki.runtime.clock import SystemClock
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.directory import Directory, DirectoryEntry
from mizuhiki.runtime.environment import Environment, Settings
from mizuhiki.runtime.institution import App
from mizuhiki.runtime.server import serve
from mizuhiki.runtime.transport import InProcessTransport
from mizuhiki.runtime.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id

PORT = 18_950
CARDS = 1_000
RATE = 1_000_000
JPKI = institution_id(InstitutionKind.JPKI)
HOST = "jpki.example"
FIRST_SERIAL = 2**24
PASSPHRASE = "benchmark of certificate status"  # noqa: S105 - of keys that live for one run


@dataclass(frozen=True)
class Prepared:
    """What the load needs: one request, the credential, and for the peers the same keys and answers."""

    request: bytes
    credential: str
    host: str
    ca: bytes
    signer: StatusSigner
    serials: list[int]
    answers: list[bytes]


def institution(folder: Path) -> App:
    """Build the authorities on the database and the keys in `folder`."""
    file = folder / "keys"
    randomness = SystemRandomness()
    if file.exists():
        keystore = FileKeystore.open(file, PASSPHRASE, randomness)
    else:
        keystore = FileKeystore.create(file, PASSPHRASE, randomness)
    entry = DirectoryEntry(
        institution=JPKI,
        host=HOST,
        base_url=f"http://{HOST}",
        name_ja="認証局",
        name_en="Authorities",
        object_key=bytes(32),
        hop_key=bytes(32),
        checkpoint_key=bytes(32),
    )
    environment = Environment(
        institution=JPKI,
        settings=Settings(
            database_url=f"sqlite:///{folder}/jpki.sqlite",
            host=HOST,
            secure_cookies=False,
        ),
        clock=SystemClock(),
        randomness=randomness,
        keystore=keystore,
        transport=InProcessTransport(),
        directory=Directory([entry]),
    )
    return build(environment)


def _context(role: str, person: str) -> Context:
    return Context(Actor(JPKI, role, person), "card-issue", "benchmark", "benchmark", SystemClock(), "benchmark")


def prepare(folder: Path) -> Prepared:
    """Fill a database with certificates, sign their answers ahead, and recognise one verifier."""
    app = institution(folder)
    operations = app.operations
    _insert(Database(f"sqlite:///{folder}/jpki.sqlite"))
    operations.prepare_status(_context("timed-work", "job"))
    operations.prepare_status(_context("timed-work", "job"))
    stated = VerifierApplication(
        name_ja="検証者",
        name_en="Verifier",
        responsible="-",
        purpose="-",
        services=frozenset({Service.STATUS}),
        per_second=RATE,
    )
    registry, today = operations.verifiers, SystemClock().today()
    verifier = registry.apply(_context("registrar", "first"), application=stated).verifier
    until = today + timedelta(days=365)
    registry.recognise(_context("registrar", "second"), verifier=verifier, recognition="-", until=until)
    registry.agree(_context("registrar", "first"), verifier=verifier, agreement="-.")
    credential = registry.make_credential(_context("registrar", "first"), verifier=verifier)
    ca = operations.ca_certificate(Kind.SIGNATURE)
    name_hash, key_hash = issuer_hashes(ca)["sha256"]
    request = ocsp.OCSPRequestBuilder().add_certificate_by_hash(name_hash, key_hash, FIRST_SERIAL, SHA256()).build()
    status = operations.lists.status
    serials = list(range(FIRST_SERIAL, FIRST_SERIAL + CARDS))
    found = [status.prepared(Kind.SIGNATURE, serial) for serial in serials]
    signer = operations.signers.signer(Kind.SIGNATURE, FIRST_GENERATION, SystemClock().now())
    app.close()
    return Prepared(
        request=request.public_bytes(Encoding.DER),
        credential=credential,
        host=HOST,
        ca=ca,
        signer=signer,
        serials=serials,
        answers=[one.sha256 for one in found],
    )


def _insert(database: Database) -> None:
    now = SystemClock().now()
    with database.write() as connection:
        connection.execute(HOLDERS.insert().values(person=b"benchmark", code_encrypted=b"-"))
        connection.execute(
            CERTIFICATES.insert(),
            [
                {
                    "kind": Kind.SIGNATURE.value,
                    "serial": FIRST_SERIAL + number,
                    "person": b"benchmark",
                    "municipality_code": "452025",
                    "request_id": f"{number}",
                    "card_serial": f"{number}",
                    "public_key_index": number.to_bytes(4, "big"),
                    "der_encrypted": b"-",
                    "items_digest": b"-",
                    "starts": now,
                    "ends": now + timedelta(days=365),
                    "state": "good",
                    "cause": "issued",
                    "changed_at": now,
                    "carrier": Carrier.CARD.value,
                    "generation": FIRST_GENERATION,
                }
                for number in range(CARDS)
            ],
        )
    database.dispose()


def _with_echo(application: WSGIApplication) -> WSGIApplication:
    """Return the application with a path that reads a body and sends as many octets as an answer has."""
    answer = bytes(1_700)
    headers = [("Content-Type", "application/ocsp-response"), ("Content-Length", str(len(answer)))]

    def both(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/echo":
            return application(environ, start_response)
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start_response("200 OK", headers)
        return [answer]

    return both


def load(folder: str) -> WSGIApplication:
    """Return what a worker serves."""
    return _with_echo(institution(Path(folder)).wsgi)


if __name__ == "__main__":
    serve(partial(load, sys.argv[1]), "127.0.0.1", PORT, threads=1)
