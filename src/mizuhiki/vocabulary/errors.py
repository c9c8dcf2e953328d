"""Error families shared by every part of the system.

    MizuhikiError
    ├── Malformed     input that cannot be read as what it claims to be
    ├── Refused       no right, no legal basis, a check that failed against the caller
    ├── NotFound      nothing under that name (also shown where existence itself is secret)
    ├── Conflict      the state does not allow it now: done already, wrong step, duplicate
    ├── Unavailable   a peer or device is down; the same call may succeed later
    └── Corrupt       our own stored state or a proof fails: stop

Every concrete class carries a stable `code` (lower-case words joined by hyphens) that crosses the wire,
a message without personal data, and named fields without personal data. Verification raises; it never returns
a boolean that a caller could forget to look at.
"""

from __future__ import annotations

from typing import ClassVar

Field = str | int | None

_codes: dict[str, type[MizuhikiError]] = {}


class MizuhikiError(Exception):
    """Root of all errors a person or a peer may be shown."""

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "Error"
    status: ClassVar[int] = 500

    def __init__(self, message: str = "", /, **fields: Field) -> None:
        super().__init__(message or self.title)
        self.message = message or self.title
        self.fields: dict[str, Field] = fields

    def __init_subclass__(cls) -> None:
        """Register the class's own code; two classes may not share one."""
        code = cls.__dict__.get("code")
        if code is None:
            message = f"{cls.__qualname__} needs a code of its own"
            raise TypeError(message)
        known = _codes.setdefault(code, cls)
        if known is not cls and (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            message = f"error code {code!r} is taken by {known.__qualname__}"
            raise TypeError(message)


class Malformed(MizuhikiError):
    """Input that cannot be read as what it claims to be."""

    code = "malformed"
    title = "The input cannot be read"
    status = 400


class Refused(MizuhikiError):
    """No right, no legal basis, or a check that failed against the caller."""

    code = "refused"
    title = "Refused"
    status = 403


class NotFound(MizuhikiError):
    """Nothing under that name, or its existence may not be shown."""

    code = "not-found"
    title = "Not found"
    status = 404


class Conflict(MizuhikiError):
    """The present state does not allow it."""

    code = "conflict"
    title = "Not possible in the present state"
    status = 409


class Unavailable(MizuhikiError):
    """A peer or device does not answer; try again later."""

    code = "unavailable"
    title = "Not available now"
    status = 503


class Corrupt(MizuhikiError):
    """Our own stored state or a proof fails; operation stops."""

    code = "corrupt"
    title = "Stored state or a proof does not check"
    status = 500


FAMILIES: tuple[type[MizuhikiError], ...] = (Malformed, Refused, NotFound, Conflict, Unavailable, Corrupt)


def registered_codes() -> dict[str, type[MizuhikiError]]:
    """Return every error code known in this process with its class."""
    return dict(_codes)
