"""`mizuhiki exchange replay`: the exchanges of 2018 through the bulk path with everything on, measured.

1. Outside the clock: institutions, people, pseudonyms, copies, the files to hand in, the keys every server fetches.
2. On the clock: files handed in, sections signed, converted, answered, opened and recorded at all three places, every
   commit on disk.
3. After the clock: what was lost, doubled, or does not reconcile, counted from the databases.

A replay that is killed is started again with the same folder and goes on; what was asked is asked once.
"""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, date, datetime

import msgspec
from sqlalchemy import select

from mizuhiki.crypto.randomness import SeededRandomness, SystemRandomness
from mizuhiki.institutions.commission.operations.keep_assessments import Submission
from mizuhiki.institutions.intermediate_server.domain.bulk import BulkFile
from mizuhiki.institutions.intermediate_server.operations.service import IntermediateServer
from mizuhiki.institutions.intermediate_server.store.tables import BULK_SECTIONS
from mizuhiki.runtime.clock import SystemClock, WorldClock
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.held_pages import HeldPages, file_of
from mizuhiki.vocabulary.ids import InstitutionId, intermediate_server_of
from mizuhiki.vocabulary.typed_values import read_json
from mizuhiki.world.nation.nation import Nation, WorldSettings
from mizuhiki.world.nation.plan import planned
from mizuhiki.world.replay.bodies import ASKING, BODIES, COMMISSION, CORE, KEPT, procedures_of
from mizuhiki.world.replay.counting import Count, count
from mizuhiki.world.replay.files import files_of, warm_up_file
from mizuhiki.world.replay.metering import MeteredTransport
from mizuhiki.world.replay.population import Issue, KnownPeople, converter_of, spread
from mizuhiki.world.replay.report import ReplaySettings

DAY = date(2019, 12, 2)
STATE = "replay.json"
WARM_UP = "warm-up"
ATTEMPTS = 100


class _State(msgspec.Struct):
    """What a killed replay needs to know to go on: what it was started with, and that its people are complete."""

    seed: int
    inquiries: int
    population: int
    started_at: float
    populated: bool = False
    held: int = 0


class Replay:
    """One replay in one folder."""

    def __init__(self, settings: ReplaySettings) -> None:
        self.settings = settings
        settings.data.mkdir(parents=True, exist_ok=True)
        self._state = self._load()
        self.resumed = self._state.populated
        self._randomness = SystemRandomness()
        self._held_pages: list[HeldPages] = []
        parameters = {"proof_share": str(settings.proof_share), "section_size": str(settings.section_size)}
        self._exchanging = [COMMISSION, CORE, *(intermediate_server_of(body) for body in BODIES)]
        self.meter = MeteredTransport()
        self.nation = Nation(
            WorldSettings(
                data=settings.data,
                clock=WorldClock(DAY, started_at=self.started_at),
                randomness=self._randomness,
                port=0,
                planned=[planned(one) for one in (*self._exchanging, *BODIES)],
                parameters=parameters,
            ),
            self.meter,
        )

    def _load(self) -> _State:
        path = self.settings.data / STATE
        if path.exists():
            return read_json(path.read_bytes(), _State)
        now = SystemClock().now().timestamp()
        state = _State(
            self.settings.seed, self.settings.inquiries, self.settings.population, now, held=self.settings.held
        )
        self._keep(state)
        return state

    def _keep(self, state: _State) -> None:
        path = self.settings.data / STATE
        part = path.with_suffix(".part")
        part.write_bytes(msgspec.json.encode(state))
        part.replace(path)

    @property
    def _apart(self) -> int:
        return spread(self._state.population, self._state.held)

    @property
    def started_at(self) -> datetime:
        """The real instant of the replayed world's first 09:00."""
        return datetime.fromtimestamp(self._state.started_at, UTC)

    def server(self, body: InstitutionId) -> IntermediateServer:
        """Return the operations of a body's intermediate server."""
        operations: IntermediateServer = self.nation.operations(intermediate_server_of(body))
        return operations

    def context(self, institution: InstitutionId, role: str, affair: str = "local-tax") -> Context:
        """Return the context of an invented official."""
        return self.nation.context(institution, role, affair, "番号法19条8号", "replay of 2018")

    def prepare(self) -> None:
        """Make people and open what is opened once; everything outside the clock."""
        if not self._state.populated:
            self._assess()
            issue = Issue(
                converter_of(COMMISSION, self.nation.keystores[COMMISSION]),
                converter_of(CORE, self.nation.keystores[CORE]),
                self._randomness,
            )
            persons = issue.persons(self._state.population)
            misses = SeededRandomness(f"replay misses {self._state.seed}".encode())
            for place, body in enumerate(BODIES):
                pseudonyms = issue.to(intermediate_server_of(body), persons)
                known = KnownPeople(self.server(body).bulk.store, place, KEPT[body], DAY)
                known.populate(pseudonyms, misses=misses, apart=self._apart)
                known.fill(len(persons), held=self._state.held, randomness=self._randomness)
            self._state.populated = True
            self._keep(self._state)
        self._empty_logs()

    def _empty_logs(self) -> None:
        """Have all people in the files, which can be held, and nothing of them to be written on the clock."""
        for institution in self._exchanging:
            database = Database(self.nation.environment(institution).settings.database_url)
            try:
                database.empty_log()
            finally:
                database.dispose()

    def _assess(self) -> None:
        for body in ASKING:
            for affair, _ in procedures_of(body):
                submission = Submission(
                    submission_id=f"replay-{affair}",
                    affair=affair,
                    title="全項目評価書(架空)",
                    persons=300_000,
                    handlers=600,
                    serious_accident=False,
                    document_digest=bytes(32),
                )
                commission = self.nation.operations(COMMISSION)
                handed_in = commission.submit_assessment(
                    self.context(body, "peer", affair), institution=body, submission=submission
                )
                if handed_in.state.value != "published":
                    officer = self.context(COMMISSION, "assessment-officer", affair)
                    commission.publish_assessment(officer, handed_in.assessment_id)

    def hold_pages(self) -> int:
        """Hold the databases' files as they are now in memory until `close`, if that was asked for; return the bytes.

        Rows of persons, which are asked for at random, are written before the clock starts; what comes afterwards is
        written in its order and needs no holding.

        Raises:
            PagesNotHeld: the system does not lock so much memory for this process.
        """
        for institution in self._exchanging if self.settings.hold_pages else ():
            pages = HeldPages(file_of(self.nation.environment(institution).settings.database_url))
            self._held_pages.append(pages)
            pages.extend()
        return sum(pages.held for pages in self._held_pages)

    def warm_up(self) -> None:
        """Ask once from every body that asks, so that this process has all keys and statements before the clock."""
        for body in ASKING:
            file = warm_up_file(body, f"{WARM_UP}-{self._randomness.token()}")
            self.submit(body, file)
            self.server(body).bulk.send(self.context(body, "owner"), file_id=file.file_id)

    def files(self) -> list[tuple[InstitutionId, BulkFile]]:
        """Return the files to hand in; the same seed gives the same files."""
        return files_of(self._state.seed, self._state.inquiries, self._state.population, self._apart)

    def pending(self) -> list[tuple[InstitutionId, str]]:
        """Return sections that are not answered yet, with the body that asks."""
        found = [section for body in ASKING for section in self.pending_of(body, "")]
        return sorted(found, key=lambda one: one[1])

    def pending_of(self, body: InstitutionId, file_id: str) -> list[tuple[InstitutionId, str]]:
        """Return the same of one body, and of one file where it is given."""
        return [(body, section) for section in self.server(body).bulk.store.pending_sections(file_id, 10**6)]

    def submit(self, body: InstitutionId, file: BulkFile) -> None:
        """Hand a file in; one that was handed in before is left as it is."""
        self.server(body).bulk.submit(self.context(body, "owner"), file=file)

    def send(self, body: InstitutionId, section_id: str) -> None:
        """Carry one section out; one that does not go through in many attempts stays behind and counts as lost."""
        bulk, context = self.server(body).bulk, self.context(body, "owner")
        for _ in range(ATTEMPTS):
            if bulk.send_section(context, section_id=section_id):
                return
            time.sleep(0.05)  # another worker holds the case, or a database was locked for long

    def outcomes(self) -> Counter[str]:
        """Return how the lines of all replayed files ended."""
        found: Counter[str] = Counter()
        for body in ASKING:
            for file in self.server(body).bulk.files(self.context(body, "owner"), limit=10**6):
                if not file.file_id.startswith(WARM_UP):
                    found.update(file.outcomes)
        return found

    def section_sizes(self) -> dict[str, int]:
        """Return how many lines each answered section had."""
        sizes: dict[str, int] = {}
        for body in ASKING:
            database = Database(self.nation.environment(intermediate_server_of(body)).settings.database_url)
            try:
                with database.read() as connection:
                    rows = connection.execute(select(BULK_SECTIONS.c.section_id, BULK_SECTIONS.c.outcomes)).all()
            finally:
                database.dispose()
            sizes |= {section: sum(outcomes.values()) for section, outcomes in rows if outcomes}
        return sizes

    def counted(self) -> Count:
        """Return what is lost, doubled or unreconciled, from the records of all places."""
        unreconciled = sum(
            len(self.server(body).reconcile(self.context(intermediate_server_of(body), "machinery"))) for body in BODIES
        )
        return count(self.nation, [CORE, *(intermediate_server_of(body) for body in BODIES)], unreconciled)

    def close(self) -> None:
        """Release connections and files."""
        self.nation.close()
        while self._held_pages:
            self._held_pages.pop().release()
