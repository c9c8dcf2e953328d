"""Environments for tests: one institution among all demo institutions, with consistent keys and an empty database.

    environment = make_environment("municipality-452025")
    serve_fake(environment.transport, environment.directory, "prefecture-45", {NOTIFY_IDENTIFICATION: handler})
    app = build(environment)

Keys are derived from the institution's name, so every environment made here agrees with every directory made here.
"""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
import weakref
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from mizuhiki.crypto.keystore import MemoryKeystore, SigningPurpose
from mizuhiki.crypto.passphrases import ScryptCost
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.runtime.clock import Clock, FixedClock
from mizuhiki.runtime.directory import Directory, DirectoryEntry
from mizuhiki.runtime.environment import Environment, Settings
from mizuhiki.runtime.logging import configure
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.serving import Api, Call
from mizuhiki.runtime.transport import InProcessTransport, Transport
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.ids import InstitutionId, parse_institution_id
from mizuhiki.wire.endpoint import Endpoint

CHEAP = ScryptCost(n=16, r=1, p=1)
"""Of passphrases that guard nothing: those of tests."""
TEST_INSTANT = datetime(2019, 12, 2, 10, 0, tzinfo=JST)
DEMO_INSTITUTIONS = tuple(
    parse_institution_id(name)
    for name in (
        "municipality-452025",
        "municipality-131130",
        "municipality-011002",
        "prefecture-45",
        "prefecture-13",
        "prefecture-01",
        "national-register",
        "jpki",
        "linkage-core",
        "commission",
        "pension-service",
        "student-services-organization",
        "portal",
        "tax-agency",
        "outside-parties",
        "public-employment-office",
        "health-insurance-society",
        "prefecture-welfare-45",
        "prefectural-board-of-education-45",
        "intermediate-municipality-452025",
        "intermediate-municipality-131130",
        "intermediate-municipality-011002",
        "intermediate-pension-service",
        "intermediate-student-services-organization",
        "intermediate-portal",
        "intermediate-jpki",
        "intermediate-national-register",
        "intermediate-public-employment-office",
        "intermediate-health-insurance-society",
        "intermediate-prefecture-welfare-45",
        "intermediate-prefectural-board-of-education-45",
    )
)

configure(strict=True)
_made_on: weakref.WeakKeyDictionary[object, Counter[str]] = weakref.WeakKeyDictionary()


def _stream_seed(transport: Transport, name: str) -> str:
    """Two environments of one institution on one transport may not draw the same request ids."""
    made = _made_on.setdefault(transport, Counter())
    made[name] += 1
    return f"{name} {made[name]}"


@functools.cache
def run_folder() -> Path:
    """The folder of this process's databases and files, removed when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="mizuhiki-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@functools.cache
def keystore_of(institution: InstitutionId) -> MemoryKeystore:
    """The institution's keystore; the same object for every environment of one test process."""
    return MemoryKeystore(SeededRandomness(f"keystore {institution}".encode()))


_kept_on: weakref.WeakKeyDictionary[object, dict[InstitutionId, MemoryKeystore]] = weakref.WeakKeyDictionary()


def _keystore_on(transport: Transport, institution: InstitutionId) -> MemoryKeystore:
    """One keystore per institution and nation (transport): same keys everywhere, but shares are each nation's own."""
    kept = _kept_on.setdefault(transport, {})
    if institution not in kept:
        kept[institution] = MemoryKeystore(SeededRandomness(f"keystore {institution}".encode()))
    return kept[institution]


@functools.cache
def make_directory_entry(institution: InstitutionId) -> DirectoryEntry:
    keystore = keystore_of(institution)
    host = f"{institution}.localhost"
    return DirectoryEntry(
        institution=institution,
        host=host,
        base_url=f"https://{host}",
        name_ja=f"{institution}（架空）",
        name_en=str(institution),
        object_key=keystore.signer(SigningPurpose.OBJECT).public_key,
        hop_key=keystore.signer(SigningPurpose.HOP).public_key,
        checkpoint_key=keystore.signer(SigningPurpose.CHECKPOINT).public_key,
    )


def make_directory(institutions: Iterable[str] = DEMO_INSTITUTIONS) -> Directory:
    return Directory(make_directory_entry(parse_institution_id(name)) for name in institutions)


def make_environment(
    institution: str,
    *,
    clock: Clock | None = None,
    transport: Transport | None = None,
    directory: Directory | None = None,
    database_url: str | None = None,
    parameters: Mapping[str, str] | None = None,
    seed: str = "",
    fresh_keystore: bool = False,
) -> Environment:
    """An environment on a temporary SQLite file, at 2019-12-02 10:00 in Japan unless another clock is given."""
    name = parse_institution_id(institution)
    directory = directory or make_directory()
    transport = transport or InProcessTransport()
    folder = Path(tempfile.mkdtemp(dir=run_folder()))
    keystore = (
        MemoryKeystore(SeededRandomness(f"fresh {name}{seed}".encode()))
        if fresh_keystore
        else _keystore_on(transport, name)
    )
    return Environment(
        institution=name,
        settings=Settings(
            database_url=database_url or f"sqlite:///{folder / 'institution.sqlite'}",
            host=directory.entry(name).host if name in directory else f"{name}.localhost",
            secure_cookies=False,
            secrets_dir=folder,
            parameters=dict(parameters or {}),
            passphrase_cost=CHEAP,
        ),
        clock=clock or FixedClock(TEST_INSTANT),
        randomness=SeededRandomness(f"randomness {_stream_seed(transport, name)}{seed}".encode()),
        keystore=keystore,
        transport=transport,
        directory=directory,
    )


Handler = Callable[[Call, Any], Any]


def serve_fake(
    transport: InProcessTransport,
    institution: str,
    handlers: Mapping[Endpoint[Any, Any], Handler],
    *,
    sealed: Mapping[Endpoint[Any, Any], tuple[type[Any], Handler]] | None = None,
    clock: Clock | None = None,
    directory: Directory | None = None,
) -> Peers:
    """Put a fake of `institution` on the transport and return its `Peers`, to seal, open and sign as it would.

    `handlers` answers plain endpoints; `sealed` gives the inner request type with the handler of sealed ones.
    """
    environment = make_environment(institution, clock=clock, transport=transport, directory=directory)
    peers = Peers(environment)
    api = Api(environment, peers)
    for endpoint, handler in handlers.items():
        api.serve(endpoint, handler)
    for endpoint, (inner, handler) in (sealed or {}).items():
        api.serve_sealed(endpoint, inner, handler)
    transport.register(environment.institution, lambda: api)
    return peers


class FakePeers:
    """Stands in for `Peers` where a port's adapter is not under test: answers from a table and remembers the calls."""

    def __init__(self, answers: Mapping[tuple[str, str], Callable[[Any], Any]] | None = None) -> None:
        self._answers = dict(answers or {})
        self.calls: list[tuple[InstitutionId, str, Any]] = []

    def answer(self, institution: str, endpoint: Endpoint[Any, Any], handler: Callable[[Any], Any]) -> None:
        self._answers[institution, endpoint.name] = handler

    def call(self, institution: InstitutionId, endpoint: Endpoint[Any, Any], request: Any) -> Any:
        self.calls.append((institution, endpoint.name, request))
        return self._answers[institution, endpoint.name](request)

    def call_sealed(
        self, institution: InstitutionId, endpoint: Endpoint[Any, Any], inner_request: Any, inner_answer_type: type[Any]
    ) -> Any:
        return self.call(institution, endpoint, inner_request)
