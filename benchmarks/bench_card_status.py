"""Certificate status: OCSP from the store over HTTP beside its peers, and a revocation list of a large place.

Server on one core, load (`wrk`, keep-alive) on the other. Beside it in the same run: a bare WSGI echo on the same
server, `openssl ocsp`, and Debian's golang-cfssl with answers signed ahead; a peer that is not installed is left out.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from benchmarks.measurement import Measurement
from benchmarks.status_server import PORT, Prepared, prepare
from mizuhiki.crypto.x509 import CrlEntry, ListPlan, RevocationReason, Validity, build_crl, make_jpki_root
from mizuhiki.crypto.x509.jpki_profile import TEST_PROFILE, CertificateKind

SECONDS = int(os.environ.get("BENCHMARK_SECONDS", "4"))
ROUNDS = 3
"""Every server is loaded so often and its best round counts, as in `per_second`: another process slows a round."""
LINES = 100_000
CONNECTIONS = 8
SCRIPT = """
local file = io.open("request.der", "rb")
wrk.method, wrk.body = "POST", file:read("*a")
file:close()
wrk.headers["Content-Type"] = "application/ocsp-request"
function done(summary, latency)
  local errors = summary.errors
  local failed = errors.status + errors.timeout + errors.connect
  local slowest = latency:percentile(99)
  io.write(string.format("\\nRESULT %d %d %d %d\\n", summary.requests, summary.duration, slowest, failed))
end
"""
"""`ab` is not used: with a peer that answers one connection at a time it ends with 119, its socket's time being up."""
PEER_PORTS = {"openssl": 18_951, "cfssl": 18_952}


def run() -> Iterator[Measurement]:
    """Measure the list, then every responder in turn."""
    yield from _list()
    if shutil.which("wrk") is None:
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepared = prepare(folder)
        (folder / "request.der").write_bytes(prepared.request)
        rates: dict[str, float] = {}
        with _server(folder, sys.executable, "-m", "benchmarks.status_server", str(folder)):
            headers = ("-H", f"Authorization: Bearer {prepared.credential}", "-H", f"Host: {prepared.host}")
            echo, ours = [], []
            for _ in range(ROUNDS):
                echo.append(_load(folder, f"http://127.0.0.1:{PORT}/echo"))
                ours.append(_load(folder, f"http://127.0.0.1:{PORT}/ocsp", *headers))
            rates["echo"], _ = max(echo)
            rates["ours"], slowest = max(ours)
        yield Measurement("bare WSGI echo", rates["echo"], "requests/s")
        yield Measurement("OCSP from the store, verifier checked", rates["ours"], "answers/s", at_least=15_000)
        yield Measurement("OCSP, 99th percentile", slowest, "ms", at_most=10)
        yield Measurement("OCSP as part of the echo", 100 * rates["ours"] / rates["echo"], "%", at_least=60)
        yield from _peers(folder, prepared, rates)


def _list() -> Iterator[Measurement]:
    key = rsa.generate_private_key(65537, 2048)
    start = datetime(2019, 12, 2, tzinfo=UTC)
    ca = make_jpki_root(CertificateKind.SIGNATURE, key, validity=Validity.until_day(start, date(2029, 12, 1)), serial=1)
    reasons = (RevocationReason.AFFILIATION_CHANGED, RevocationReason.SUPERSEDED, RevocationReason.CERTIFICATE_HOLD)
    entries = [CrlEntry(2**24 + n * 21_001, start - timedelta(seconds=n * 300), reasons[n % 3]) for n in range(LINES)]
    point = TEST_PROFILE.distribution_point(CertificateKind.SIGNATURE, "Miyazaki-ken", "Miyakonojo-shi")
    plan = ListPlan(number=1, this_update=start, next_update=start + timedelta(days=1), distribution_point=point)
    best, der = float("inf"), b""
    for _ in range(3):
        started = time.perf_counter()
        der = build_crl(entries, ca_certificate=ca, ca_key=key, plan=plan)
        best = min(best, time.perf_counter() - started)
    yield Measurement(f"revocation list of {LINES:,} lines", best * 1000, "ms", at_most=200)
    yield Measurement("its size", len(der) / 1e6, "MB", at_most=10)


def _peers(folder: Path, prepared: Prepared, rates: dict[str, float]) -> Iterator[Measurement]:
    for name, command in (("cfssl", _cfssl(folder, prepared)), ("openssl", _openssl(folder, prepared))):
        if shutil.which(name) is None:
            continue
        with _server(folder, *command, port=PEER_PORTS[name]):
            if name == "openssl":
                rates[name] = max(_load_one_by_one(prepared.request, PEER_PORTS[name]) for _ in range(ROUNDS))
            else:
                rates[name], _ = max(_load(folder, f"http://127.0.0.1:{PEER_PORTS[name]}/") for _ in range(ROUNDS))
        yield Measurement(f"{name} responder on the same keys", rates[name], "answers/s")
    if "openssl" in rates:
        yield Measurement("OCSP beside openssl", rates["ours"] / rates["openssl"], "times", at_least=5)
    if "cfssl" in rates:
        yield Measurement("OCSP beside cfssl", rates["ours"] / rates["cfssl"], "times", at_least=1)


def _openssl(folder: Path, prepared: Prepared) -> tuple[str, ...]:
    (folder / "ca.pem").write_bytes(x509.load_der_x509_certificate(prepared.ca).public_bytes(Encoding.PEM))
    responder = x509.load_der_x509_certificate(prepared.signer.certificate)
    (folder / "responder.pem").write_bytes(responder.public_bytes(Encoding.PEM))
    (folder / "responder.key").write_bytes(
        prepared.signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    lines = "".join(f"V\t491231235959Z\t\t{serial:08X}\tunknown\t/CN={serial}\n" for serial in prepared.serials)
    (folder / "index.txt").write_text(lines)
    return (
        "openssl", "ocsp", "-port", str(PEER_PORTS["openssl"]), "-index", "index.txt", "-CA", "ca.pem",
        "-rsigner", "responder.pem", "-rkey", "responder.key", "-ndays", "1",
    )  # fmt: skip


def _cfssl(folder: Path, prepared: Prepared) -> tuple[str, ...]:
    (folder / "responses.txt").write_bytes(b"".join(b64encode(one) + b"\n" for one in prepared.answers))
    return (
        "cfssl", "ocspserve", "-address", "127.0.0.1", "-port", str(PEER_PORTS["cfssl"]),
        "-responses", "responses.txt", "-loglevel", "5",
    )  # fmt: skip


def _ask(port: int, request: bytes) -> bytes:
    """Return what a server says to one question on a connection of its own, which it closes (HTTP/1.0)."""
    head = f"POST / HTTP/1.0\r\nContent-Type: application/ocsp-request\r\nContent-Length: {len(request)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head.encode() + request)
        said = b""
        while part := connection.recv(65_536):
            said += part
    return said


def _wait_for(port: int, request: bytes, process: subprocess.Popen[bytes]) -> None:
    """Return when the server answers; it says so in no other way, so it is asked ten times a second.

    A whole question is asked: `openssl ocsp` 3.0 reads a connection closed without one for ever and answers nobody.

    Raises:
        RuntimeError: it ended, or answered none for half a minute; nothing may be measured then.
    """
    for _ in range(300):
        with suppress(ConnectionError):
            if _ask(port, request):
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)  # until the server that was just started listens
    message = f"the server on port {port} does not answer; its exit code is {process.poll()}"
    raise RuntimeError(message)


@contextmanager
def _server(folder: Path, *command: str, port: int = PORT) -> Iterator[None]:
    """Run a server on the first core until the block ends."""
    pinned = ("taskset", "-c", "0", *command) if shutil.which("taskset") else command
    own = folder if command[0] != sys.executable else Path.cwd()
    process = subprocess.Popen(pinned, cwd=own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own command
    try:
        _wait_for(port, (folder / "request.der").read_bytes(), process)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def _load_one_by_one(request: bytes, port: int) -> float:
    """Return the answers a second of a server that takes one connection for one question, as `openssl ocsp` does.

    `wrk` gets no answer from it. The server signs each answer, which takes it longer than this loop takes.

    Raises:
        RuntimeError: an answer was not 200.
    """
    started, answers = time.perf_counter(), 0
    while time.perf_counter() - started < SECONDS:
        said = _ask(port, request)
        if not said.startswith(b"HTTP/1.0 200"):
            raise RuntimeError(said[:100])
        answers += 1
    return answers / (time.perf_counter() - started)


def _load(folder: Path, url: str, *options: str) -> tuple[float, float]:
    """Return answers a second and the 99th percentile in milliseconds, from the second core.

    Raises:
        RuntimeError: an answer was not 200, so the rate would mean nothing.
    """
    (folder / "load.lua").write_text(SCRIPT)
    command = ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{SECONDS}s", "-s", "load.lua", *options, url]
    pinned = ["taskset", "-c", "1", *command] if shutil.which("taskset") else command
    said = subprocess.run(pinned, cwd=folder, capture_output=True, text=True, check=True, timeout=600).stdout  # noqa: S603 - ours
    found = re.search(r"^RESULT (\d+) (\d+) (\d+) (\d+)$", said, re.MULTILINE)
    if found is None or int(found[4]):
        raise RuntimeError(said)
    answers, microseconds, slowest = (int(found[part]) for part in (1, 2, 3))
    return answers / (microseconds / 1e6), slowest / 1000
