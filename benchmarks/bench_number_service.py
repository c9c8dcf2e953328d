"""Single numbers in the national register: durable assignments by many callers at once (R-009, R-010).

Fifty callers, each a municipality of its own, ask for one number at a time; an answer is counted when it is committed
(SQLite in a file, ``synchronous = FULL``). Beside it the whole chain of R-010 for newborn children, one after another
at one counter: record and code, sealed request, generation, designation, notification, and the identification
information delivered to prefecture and register.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from benchmarks.measurement import Measurement, per_second
from mizuhiki.crypto.keystore import MemoryKeystore
from mizuhiki.crypto.randomness import SystemRandomness
from mizuhiki.institutions.municipality.domain.residents import BirthForm, HouseholdEntry, MemberEntry
from mizuhiki.institutions.national_register.app import build
from mizuhiki.institutions.national_register.domain.records import NumberLine
from mizuhiki.institutions.national_register.operations.service import NationalRegister
from mizuhiki.runtime.clock import SystemClock
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.directory import Directory, DirectoryEntry
from mizuhiki.runtime.environment import Environment, Settings
from mizuhiki.runtime.institution import App
from mizuhiki.runtime.transport import InProcessTransport
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import Relationship, Sex
from mizuhiki.vocabulary.places import municipalities
from mizuhiki.world.nation.nation import Nation, WorldSettings

CALLERS = 50
LINES_EACH = 40
TARGET = 1_000
BIRTHS = 20
TOWN = institution_id(InstitutionKind.MUNICIPALITY, "452025")
REGISTER = institution_id(InstitutionKind.NATIONAL_REGISTER)


def run() -> Iterator[Measurement]:
    """Measure assignments by fifty callers, and by one."""
    with tempfile.TemporaryDirectory() as folder:
        app = _register(Path(folder))
        service = _Service(app.operations)
        yield Measurement(
            f"durable assignments, {CALLERS} callers", per_second(lambda: service.round(CALLERS)), "numbers/s", TARGET
        )
        yield Measurement("durable assignments, 1 caller", per_second(lambda: service.round(1)), "numbers/s")
        app.close()
    with tempfile.TemporaryDirectory() as folder:
        yield Measurement("whole chain of R-010, 1 counter", _chain(Path(folder)), "births/s")


def _chain(folder: Path) -> float:
    """Number newborn children in a demo country; return births a second."""
    nation = Nation(WorldSettings(data=folder, clock=SystemClock(), randomness=SystemRandomness(), port=0))
    desk = nation.operations(TOWN)
    contexts = {
        role: nation.context(TOWN, role, "resident-register", "住民基本台帳法5条", "benchmark")
        for role in ("registrar", "counter-clerk", "mayor")
    }
    today = contexts["mayor"].today()
    name = PersonName("山田", "花子", "ヤマダ", "ハナコ")
    mother = MemberEntry(name, date(1990, 5, 5), Sex.FEMALE, Relationship.HEAD)
    address = "宮崎県都城市姫城町6-21"
    home = HouseholdEntry("home", address, date(2010, 4, 1), "宮崎県都城市", (mother,))
    [resident] = desk.import_existing_residents(contexts["registrar"], [home])
    household = desk.resident(contexts["counter-clerk"], resident).household
    nation.pump()
    names = itertools.count(ord("一"))

    def births() -> int:
        for _ in range(BIRTHS):
            form = BirthForm(
                request_id=SystemRandomness().token(),
                name=PersonName(name.family, chr(next(names))),
                birth_date=today,
                sex=Sex.FEMALE,
                household=household,
                mother=resident,
                father=None,
                notifier="mother",
                received_on=today,
                registered_domicile="宮崎県都城市",
            )
            child = desk.register_birth(contexts["counter-clerk"], form).resident
            desk.request_number(contexts["counter-clerk"], child)
            desk.designate_number(contexts["mayor"], child)
            desk.notify_number(contexts["mayor"], child)
            nation.pump()
        return BIRTHS

    rate = per_second(births, repeats=2)
    nation.close()
    return rate


def _register(folder: Path) -> App:
    """Build the national register as it is run, on a file in the folder."""
    randomness = SystemRandomness()
    host = "register.localhost"
    entry = DirectoryEntry(
        institution=REGISTER,
        host=host,
        base_url=f"http://{host}",
        name_ja="機構",
        name_en="Register",
        object_key=bytes(32),
        hop_key=bytes(32),
        checkpoint_key=bytes(32),
    )
    return build(
        Environment(
            institution=REGISTER,
            settings=Settings(
                database_url=f"sqlite:///{folder / 'register.sqlite'}",
                host=host,
                secure_cookies=False,
                secrets_dir=folder,
            ),
            clock=SystemClock(),
            randomness=randomness,
            keystore=MemoryKeystore(randomness),
            transport=InProcessTransport(),
            directory=Directory([entry]),
        )
    )


class _Service:
    def __init__(self, register: NationalRegister) -> None:
        self._register = register
        self._towns = [place.code for place in municipalities()][:CALLERS]
        self._rounds = 0
        self._clock = SystemClock()
        self._randomness = SystemRandomness()

    def _context(self) -> Context:
        actor = Actor(REGISTER, "peer")
        return Context(actor, "number-assignment", "番号法8条2項", "benchmark", self._clock, self._randomness.token())

    def round(self, callers: int) -> int:
        """Let every caller have a bundle numbered line by line; return how many numbers were committed."""
        self._rounds += 1
        bundles = {
            town: self._register.allocate_resident_record_codes(
                self._context(), municipality_code=town, request_id=f"round-{self._rounds}", count=LINES_EACH
            ).codes
            for town in self._towns[:callers]
        }

        def call(town: str) -> int:
            numbered = 0
            for row, code in enumerate(bundles[town]):
                line = NumberLine(f"{self._rounds}-{row}", code)
                [outcome] = self._register.generate_numbers(self._context(), municipality_code=town, lines=[line])
                numbered += outcome.number is not None
            return numbered

        with ThreadPoolExecutor(callers) as pool:
            return sum(pool.map(call, bundles))
