"""Calls of operations in another process of the same world, over a pipe between parent and child.

Both ends are this program on one machine; nothing here listens on a network. Sensitive values, which refuse pickling
everywhere else, cross here in a pickler of the world's own, because the world plays people who know their own numbers.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from multiprocessing.connection import Connection
from operator import attrgetter
from typing import Any

from mizuhiki.runtime.institution import App
from mizuhiki.runtime.logging import where
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.sensitive import Sensitive
from mizuhiki.world.errors import ChildFailed, OperationFaulted


def _restore(kind: type[Sensitive[Any]], value: str | bytes) -> Sensitive[Any]:
    restored = kind.__new__(kind)
    Sensitive.__init__(restored, value)
    return restored


def _rebuild(kind: type[MizuhikiError], args: tuple[Any, ...], attributes: dict[str, Any]) -> MizuhikiError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(attributes)
    return error


class _WorldPickler(pickle.Pickler):
    """Lets sensitive values and our errors cross the pipe."""

    def reducer_override(self, obj: Any) -> Any:  # noqa: ANN401 - pickle's interface
        """Say how to rebuild what refuses to be pickled elsewhere."""
        if isinstance(obj, Sensitive):
            return _restore, (type(obj), obj.reveal())
        if isinstance(obj, MizuhikiError):
            return _rebuild, (type(obj), obj.args, vars(obj))
        return NotImplemented


def _pack(value: object) -> bytes:
    buffer = io.BytesIO()
    _WorldPickler(buffer, protocol=pickle.HIGHEST_PROTOCOL).dump(value)
    return buffer.getvalue()


def call(pipe: Connection, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:  # noqa: ANN401
    """Call an operation (a dotted name) in the child and return its result.

    Raises:
        MizuhikiError: what the operation raised.
        OperationFaulted: a fault of the program in the child, which lives on.
        ChildFailed: the child ended.
    """
    request = _pack((name, args, kwargs))
    try:
        pipe.send_bytes(request)
        answered = pipe.recv_bytes()
    except (EOFError, OSError) as error:
        raise ChildFailed(f"the process ended while {name} was called") from error
    good, value = pickle.loads(answered)  # noqa: S301 - our own child on our own pipe
    if not good:
        raise value
    return value


def answer(app: App, request: bytes) -> bytes:
    """Do what a request asks for and return the packed answer.

    The boundary between the processes of a world: whatever goes wrong here ends as an answer, because a process that
    served nobody any more for one wrong call would take its institution with it.
    """
    try:
        name, args, kwargs = pickle.loads(request)  # noqa: S301 - our own parent on our own pipe
        act: Callable[..., Any] = app.pump if name == "pump" else attrgetter(name)(app.operations)
        return _pack((True, act(*args, **kwargs)))
    except MizuhikiError as error:
        return _pack((False, error))
    except Exception as error:  # noqa: BLE001 - error boundary; the text may hold personal data and stays here
        return _pack((False, OperationFaulted(f"{type(error).__name__} at {' < '.join(reversed(where(error)))}")))


class RemoteOperations:
    """Stands in for a namespace of operations; attributes lead deeper, a call goes over the pipe."""

    def __init__(self, pipe: Connection, name: str = "") -> None:
        self._pipe = pipe
        self._name = name

    def __getattr__(self, name: str) -> RemoteOperations:
        return RemoteOperations(self._pipe, f"{self._name}.{name}" if self._name else name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - stands in for any operation
        """Call the operation in the child."""
        return call(self._pipe, self._name, args, kwargs)
