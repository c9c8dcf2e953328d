"""Mistakes of our own code.

They are no `MizuhikiError`: nobody catches them by family, and no peer is told more than 500.
"""

from __future__ import annotations


class ProgrammingFault(RuntimeError):
    """The program broke one of its own rules."""


class NestedTransaction(ProgrammingFault):
    """A transaction was opened while this thread already has one open."""


class TransactionMissing(ProgrammingFault):
    """A statement was to run outside any transaction, where it would stand at once and by itself."""


class PeerCallInsideTransaction(ProgrammingFault):
    """A peer was called while this thread has a transaction open (it would lock when the peer calls back)."""


class SensitiveInRecord(ProgrammingFault):
    """A sensitive value or an Individual Number was about to be written to a log or an audit record."""


class UndeclaredAuditEvent(ProgrammingFault):
    """An audit event or one of its fields was not declared for the institution."""


class WrongAnswerType(ProgrammingFault):
    """A handler answered with something else than its endpoint declares."""


class DuplicateRegistration(ProgrammingFault):
    """Two things were registered under one name."""
