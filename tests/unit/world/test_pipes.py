"""Operations called over a real pipe: what may cross, and that nothing that goes wrong ends the other side."""

from __future__ import annotations

import multiprocessing
import pickle
import threading
from collections.abc import Iterator
from datetime import date
from multiprocessing.connection import Connection
from types import SimpleNamespace
from typing import Any, cast

import pytest

from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.runtime.faults import ProgrammingFault
from mizuhiki.runtime.institution import App
from mizuhiki.runtime.problems import PeerRefused
from mizuhiki.vocabulary.errors import Refused
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.sensitive import Sensitive, SensitiveLeak
from mizuhiki.world.errors import ChildFailed, OperationFaulted
from mizuhiki.world.pipes import RemoteOperations, answer, call

NUMBER = IndividualNumber.parse("123456789018")
PERSONAL = "山田花子"


def echo(*args: Any, **kwargs: Any) -> Any:
    return args, kwargs


def refuse() -> None:
    raise Refused("not today", since="2019-12-02")


def peer_refuses() -> None:
    raise PeerRefused("no", peer_code="no-statute-row", peer="linkage-core")


def programming_fault() -> None:
    raise ProgrammingFault(PERSONAL)


def key_error() -> None:
    raise KeyError(PERSONAL)


def unpicklable() -> object:
    return threading.Lock()


OPERATIONS = SimpleNamespace(
    echo=echo,
    refuse=refuse,
    peer_refuses=peer_refuses,
    programming_fault=programming_fault,
    key_error=key_error,
    unpicklable=unpicklable,
    counter=SimpleNamespace(echo=echo),
)


@pytest.fixture
def pipe() -> Iterator[Connection]:
    """The world's end of a pipe whose other end answers like a child."""
    app = cast("App", SimpleNamespace(operations=OPERATIONS, pump=lambda: 3))
    ours, theirs = multiprocessing.Pipe()

    def serve() -> None:
        while request := theirs.recv_bytes():
            theirs.send_bytes(answer(app, request))
        theirs.close()

    child = threading.Thread(target=serve, daemon=True)
    child.start()
    yield ours
    ours.send_bytes(b"")
    child.join()
    ours.close()


def test_a_call_brings_arguments_over_and_the_result_back(pipe: Connection) -> None:
    operations = RemoteOperations(pipe)
    assert operations.echo(1, day=date(2019, 12, 2)) == ((1,), {"day": date(2019, 12, 2)})
    assert operations.counter.echo("deep") == (("deep",), {})
    assert call(pipe, "pump", (), {}) == 3


def test_sensitive_values_cross_here_and_refuse_pickling_elsewhere(pipe: Connection) -> None:
    ((crossed, plain), _) = RemoteOperations(pipe).echo(NUMBER, Sensitive(b"secret"))
    assert crossed == NUMBER
    assert type(crossed) is IndividualNumber
    assert crossed.reveal() == "123456789018"
    assert plain.reveal() == b"secret"
    with pytest.raises(SensitiveLeak):
        pickle.dumps(NUMBER)


def test_our_errors_are_raised_again_with_their_fields(pipe: Connection) -> None:
    with pytest.raises(Refused, match="not today") as caught:
        RemoteOperations(pipe).refuse()
    assert caught.value.fields == {"since": "2019-12-02"}


def test_errors_with_more_than_fields_keep_it(pipe: Connection) -> None:
    with pytest.raises(PeerRefused) as here:
        peer_refuses()
    with pytest.raises(PeerRefused) as there:
        RemoteOperations(pipe).peer_refuses()
    assert vars(there.value) == vars(here.value)
    assert there.value.peer_code == "no-statute-row"


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ("no_such_operation", "AttributeError"),
        ("counter.no_such_operation", "AttributeError"),
        ("programming_fault", "ProgrammingFault"),
        ("key_error", "KeyError"),
        ("unpicklable", "TypeError"),
    ],
)
def test_a_fault_is_reported_by_its_class_and_place_only_and_the_child_lives_on(
    pipe: Connection, operation: str, kind: str
) -> None:
    with pytest.raises(OperationFaulted, match=kind) as caught:
        call(pipe, operation, (), {})
    assert PERSONAL not in str(caught.value)
    assert ".py:" in caught.value.message
    assert RemoteOperations(pipe).echo("still here") == (("still here",), {})


def test_a_wrong_call_is_a_fault_too(pipe: Connection) -> None:
    with pytest.raises(OperationFaulted, match="TypeError"):
        RemoteOperations(pipe).refuse("an argument it does not take")


def test_a_child_that_ended_is_an_error_and_no_hang() -> None:
    ours, theirs = multiprocessing.Pipe()
    theirs.close()
    with pytest.raises(ChildFailed, match="echo"):
        call(ours, "echo", (), {})
    ours.close()


def test_a_child_that_ends_while_it_is_called_is_an_error_and_no_hang() -> None:
    ours, theirs = multiprocessing.Pipe()

    def end_without_answer() -> None:
        theirs.recv_bytes()
        theirs.close()

    child = threading.Thread(target=end_without_answer)
    child.start()
    with pytest.raises(ChildFailed):
        call(ours, "echo", (SeededRandomness(b"x").bytes(4),), {})
    child.join()
    ours.close()
