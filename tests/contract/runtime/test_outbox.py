# Fixtures and fakes are typed by what they stand in for; a transaction and what fails in it belong together:
# ruff: noqa: ANN001, ANN201, PT012
"""Outbox and inbox on both databases: order, retries, parking, crash points, two relays, secrecy at rest."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from mizuhiki.runtime.audit import Audit, audit_tables
from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.database import Database, Integer, Text
from mizuhiki.runtime.inbox import Inbox, RequestKeyReused, inbox_tables
from mizuhiki.runtime.outbox import LEASE, REFUSALS_UNTIL_PARKED, NoSuchMessage, Outbox, outbox_tables
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.transport import InProcessTransport
from mizuhiki.vocabulary.errors import Conflict, Malformed, Unavailable
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind
from mizuhiki.wire.endpoint import Endpoint, Message
from mizuhiki.wire.sealed import Sealed
from support.environment import TEST_INSTANT, make_environment, serve_fake

SENDER = InstitutionId("municipality-452025")
RECEIVER = InstitutionId("prefecture-45")
OTHER_RECEIVER = InstitutionId("national-register")


class Note(Message, frozen=True):
    text: str


class Taken(Message, frozen=True):
    reference: str


TELL = Endpoint(
    name="test.tell",
    path="/v1/tell",
    request=Note,
    answer=Taken,
    callers=frozenset(InstitutionKind),
    summary="",
    basis="",
)
TELL_SEALED = Endpoint(
    name="test.tell_sealed",
    path="/v1/tell-sealed",
    request=Sealed,
    answer=Sealed,
    callers=frozenset(InstitutionKind),
    summary="",
    basis="",
)


class Crash(Exception):
    """The process dies here."""


class World:
    """A sender with an outbox and two receivers that note what they get."""

    def __init__(self, url: str) -> None:
        self.clock, self.transport = FixedClock(TEST_INSTANT), InProcessTransport()
        self.got: list[str] = []
        self.behaviour = lambda text: None
        for receiver in (RECEIVER, OTHER_RECEIVER):
            handlers = {TELL: self._take}
            sealed = {TELL_SEALED: (Note, self._take)}
            serve_fake(self.transport, receiver, handlers, sealed=sealed, clock=self.clock)
        self.environment = make_environment(SENDER, clock=self.clock, transport=self.transport, database_url=url)
        serve_fake(self.transport, SENDER, {}, clock=self.clock)
        self.peers = Peers(self.environment)
        metadata = sa.MetaData()
        self.messages, self.audit_rows = outbox_tables(metadata), audit_tables(metadata)
        self.database = Database(url)
        self.database.create(metadata)
        self.audit = Audit(self.database, self.audit_rows)
        self.outbox = self.new_outbox()

    def new_outbox(self, database: Database | None = None) -> Outbox:
        return Outbox(database or self.database, self.environment, self.peers, self.messages, audit=self.audit)

    def _take(self, call, note: Note) -> Taken:
        self.behaviour(note.text)
        self.got.append(note.text)
        return Taken(reference=note.text)

    def put(self, text: str, subject: str = "s", peer: str = RECEIVER, *, sealed: bool = False, reference="") -> None:
        with self.database.write() as connection:
            self.outbox.enqueue(
                connection,
                peer=InstitutionId(peer),
                endpoint=TELL_SEALED if sealed else TELL,
                message=Note(text=text),
                subject=subject,
                sealed=sealed,
                reference=reference,
            )

    def events(self) -> list[tuple[str, str, str]]:
        with self.database.read() as connection:
            return [(e.event, e.outcome, e.code) for e in self.audit.events(connection)]


@pytest.fixture
def world(database_url: str):
    world = World(database_url)
    yield world
    world.database.dispose()


def context(world: World) -> Context:
    return Context(Actor(SENDER, "operator"), "resident-register", "basis", "repair", world.clock, "trace")


def test_messages_arrive_in_order_once_and_leave_no_row(world: World) -> None:
    for number in range(5):
        world.put(str(number), sealed=number % 2 == 1)
    assert world.outbox.relay() == 5
    assert world.got == list("01234")
    assert (world.outbox.relay(), world.outbox.waiting()) == (0, 0)


def test_a_rolled_back_transaction_sends_nothing(world: World) -> None:
    with pytest.raises(Crash), world.database.write() as connection:
        world.outbox.enqueue(
            connection, peer=RECEIVER, endpoint=TELL, message=Note(text="x"), subject="s", sealed=False
        )
        raise Crash
    assert world.outbox.relay() == 0


def test_content_and_subject_are_not_readable_at_rest(world: World) -> None:
    world.put("very-secret-text", subject="very-secret-subject")
    with world.database.read() as connection:
        row = connection.execute(sa.select(world.messages.messages)).mappings().one()
    assert "very-secret" not in repr(dict(row))


def test_a_failed_message_holds_its_lane_and_no_other(world: World) -> None:
    def refuse_first(text: str) -> None:
        if text == "first":
            raise Conflict

    world.behaviour = refuse_first
    world.put("first", "a")
    world.put("second", "a")
    world.put("other subject", "b")
    world.put("other peer", "a", OTHER_RECEIVER)
    assert world.outbox.relay() == 2
    assert world.got == ["other subject", "other peer"]
    world.behaviour = lambda text: None
    assert world.outbox.relay() == 0, "not due yet"
    world.clock.advance(timedelta(seconds=2))
    assert world.outbox.relay() == 2
    assert world.got[2:] == ["first", "second"]


def test_an_outage_is_never_given_up_and_asked_about_ever_more_slowly(world: World) -> None:
    tries: list[object] = []

    def down(text: str) -> None:
        tries.append(world.clock.now())
        raise Unavailable

    world.behaviour = down
    world.put("a", "1")
    world.put("b", "2")
    assert world.outbox.relay() == 0
    assert len(tries) == 1, "a silent peer is asked once in a run"
    for _ in range(200):
        world.clock.advance(timedelta(minutes=10))
        world.outbox.relay()
    gaps = [later - earlier for earlier, later in zip(tries[-4::2], tries[-3::2], strict=False)]
    assert max(gaps) <= timedelta(hours=1, minutes=10)
    assert world.outbox.parked() == []
    world.behaviour = lambda text: None
    world.clock.advance(timedelta(hours=2))
    assert world.outbox.relay() == 2


@pytest.mark.parametrize("error", [Conflict, RuntimeError])
def test_a_message_that_is_refused_again_and_again_is_parked_and_recorded(world: World, error) -> None:
    def refuse(text: str) -> None:
        if text == "poison":
            raise error

    world.behaviour = refuse
    world.put("poison", "a")
    world.put("next", "a")
    for _ in range(REFUSALS_UNTIL_PARKED + 3):
        world.outbox.relay()
        world.clock.advance(timedelta(hours=1))
    (parked,) = world.outbox.parked()
    code = getattr(error, "code", "internal")
    assert parked.code == code
    assert world.got == []
    assert world.events() == [("message-parked", "parked", code)]
    world.behaviour = lambda text: None
    with world.database.write() as connection:
        world.outbox.release(connection, context(world), parked.id)
    assert world.outbox.relay() == 2
    assert world.got == ["poison", "next"]


def test_an_unreadable_message_is_parked_at_once_and_can_be_discarded(world: World) -> None:
    def refuse(text: str) -> None:
        if text == "poison":
            raise Malformed

    world.behaviour = refuse
    world.put("poison")
    world.put("next")
    world.outbox.relay()
    (parked,) = world.outbox.parked()
    with world.database.write() as connection:
        world.outbox.discard(connection, context(world), parked.id)
    assert world.outbox.relay() == 1
    with pytest.raises(NoSuchMessage), world.database.write() as connection:
        world.outbox.discard(connection, context(world), parked.id)
    assert [event[0] for event in world.events()] == ["message-parked", "message-discarded"]


@pytest.mark.parametrize("point", ["after the claim", "after the call", "in the answer handler"])
def test_a_crash_at_any_point_loses_nothing_and_repeats_at_most(world: World, point: str) -> None:
    world.put("a")
    world.put("b")
    crashed = world.new_outbox()
    if point == "after the claim":
        crashed._deliver = lambda message: (_ for _ in ()).throw(Crash)
    elif point == "after the call":
        crashed._mark_delivered = lambda message: (_ for _ in ()).throw(Crash)
    else:
        crashed.on_answer(TELL, lambda delivered: (_ for _ in ()).throw(Crash))
    with pytest.raises(Crash):
        crashed.relay()
    again = world.new_outbox()
    assert again.relay() == 0, "the lease still holds, and the next of the lane waits"
    world.clock.advance(LEASE)
    assert again.relay() == 2
    expected = ["a", "b"] if point == "after the claim" else ["a", "a", "b"]
    assert world.got == expected


def test_a_relay_that_lost_its_lease_does_not_mark_what_another_claimed(world: World) -> None:
    slow, quick = world.new_outbox(), world.new_outbox()
    world.put("a")
    claimed = slow._claim(set())
    world.clock.advance(LEASE)
    claimed_again = quick._claim(set())
    assert claimed.id == claimed_again.id
    slow._mark_delivered(claimed)
    assert world.outbox.waiting() == 1
    quick._mark_delivered(claimed_again)
    assert world.outbox.waiting() == 0


def test_two_relays_at_once_deliver_everything_once_and_in_order(world: World) -> None:
    for number in range(30):
        world.put(str(number), subject=str(number % 3))
    databases = [Database(world.environment.settings.database_url) for _ in range(2)]
    relays = [world.new_outbox(database) for database in databases]
    failures: list[BaseException] = []

    def run(outbox: Outbox) -> None:
        try:
            for _ in range(40):
                outbox.relay()
        except BaseException as error:  # noqa: BLE001 - handed to the main thread
            failures.append(error)

    threads = [threading.Thread(target=run, args=(outbox,)) for outbox in relays]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for database in databases:
        database.dispose()
    assert failures == []
    assert sorted(world.got, key=int) == [str(n) for n in range(30)]
    for lane in range(3):
        numbers = [int(text) for text in world.got if int(text) % 3 == lane]
        assert numbers == sorted(numbers)


def test_draining_waits_for_what_another_thread_has_in_its_hands_and_counts_it(world: World) -> None:
    world.put("a")
    on_its_way, go_on = threading.Event(), threading.Event()

    def hold(_text: str) -> None:
        on_its_way.set()
        assert go_on.wait(30)

    world.behaviour = hold
    background = threading.Thread(target=world.outbox.relay)
    background.start()
    assert on_its_way.wait(30)
    moved: list[int] = []
    pump = threading.Thread(target=lambda: moved.append(world.outbox.drain()))
    pump.start()
    assert (world.got, moved) == ([], []), "a pump that came back now would find the world quiet too early"
    go_on.set()
    pump.join()
    background.join()
    assert (world.got, moved) == (["a"], [1])
    assert world.outbox.drain() == 0


def test_an_answer_handler_gets_the_opened_answer_with_the_reference(world: World) -> None:
    seen: list[object] = []
    world.outbox.on_answer(TELL_SEALED, seen.append, Taken)
    world.put("x", sealed=True, reference="batch-1")
    world.outbox.relay()
    (delivered,) = seen
    assert (delivered.peer, delivered.reference, delivered.answer) == (RECEIVER, "batch-1", Taken(reference="x"))


class TestInbox:
    @pytest.fixture
    def inbox(self, database_url: str):
        environment = make_environment(SENDER, database_url=database_url)
        metadata = sa.MetaData()
        tables = inbox_tables(metadata)
        work = sa.Table("work", metadata, sa.Column("id", Integer, primary_key=True), sa.Column("text", Text))
        database = Database(database_url)
        database.create(metadata)
        yield Inbox(database, environment, tables), database, work, tables
        database.dispose()

    def test_a_duplicate_gets_the_stored_answer_and_changes_nothing(self, inbox) -> None:
        box, database, work, _ = inbox

        def compute(connection: sa.Connection) -> Taken:
            number = connection.execute(work.insert().values(text="done")).inserted_primary_key[0]
            return Taken(reference=str(number))

        answers = {box.once("key", compute, request=Note(text="x"), answer_type=Taken) for _ in range(3)}
        assert answers == {Taken(reference="1")}
        with database.read() as connection:
            assert len(connection.execute(sa.select(work)).all()) == 1

    def test_a_key_with_other_content_is_refused(self, inbox) -> None:
        box = inbox[0]
        box.once("key", lambda c: Taken(reference="1"), request=Note(text="x"), answer_type=Taken)
        with pytest.raises(RequestKeyReused):
            box.once("key", lambda c: Taken(reference="2"), request=Note(text="y"), answer_type=Taken)

    def test_a_failed_computation_is_not_stored(self, inbox) -> None:
        box = inbox[0]
        with pytest.raises(Conflict):
            box.once("key", lambda c: (_ for _ in ()).throw(Conflict), request=Note(text="x"), answer_type=Taken)
        assert box.once("key", lambda c: Taken(reference="1"), request=Note(text="x"), answer_type=Taken)

    def test_only_one_of_two_answers_can_be_stored(self, inbox) -> None:
        box, database, _, _ = inbox
        with database.write() as connection:
            box.store(connection, "key", request=Note(text="x"), answer=Taken(reference="1"))
        with pytest.raises(IntegrityError), database.write() as connection:
            box.store(connection, "key", request=Note(text="x"), answer=Taken(reference="2"))

    def test_answers_are_not_readable_at_rest(self, inbox) -> None:
        box, database, _, tables = inbox
        box.once("k", lambda c: Taken(reference="very-secret"), request=Note(text="very-secret"), answer_type=Taken)
        with database.read() as connection:
            assert "very-secret" not in repr(connection.execute(sa.select(tables.answers)).all())
