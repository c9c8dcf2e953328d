"""Which role may do which action on which basis (R-029): a table read from `policy.toml` beside an `app.py`.

    [roles.counter-clerk]
    basis = "住基法22条"
    actions = ["register-move-in", "register-birth"]

Denied by default; there is no wildcard, no inheritance and no order of rules, so that a lawyer can read the table.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Self

import msgspec

from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.errors import Corrupt, Refused
from mizuhiki.vocabulary.typed_values import converted


class ActionNotPermitted(Refused):
    """The actor's role may not do this action."""

    code = "action-not-permitted"
    title = "This role may not do this"


class PolicyUnreadable(Corrupt):
    """The policy table of the institution cannot be read; it does not start."""

    code = "policy-unreadable"
    title = "The policy table cannot be read"


class _Role(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    actions: list[str]
    basis: str


class _Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    roles: dict[str, _Role]


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One permitted pair of role and action with the article it rests on."""

    role: str
    action: str
    basis: str


class Authority:
    """The policy table of one institution."""

    def __init__(self, rows: Mapping[tuple[str, str], PolicyRow]) -> None:
        self._rows = dict(rows)

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Read a policy table.

        Raises:
            PolicyUnreadable: not TOML, an unknown key, a role without basis or without actions, an action twice.
        """
        try:
            policy = converted(tomllib.loads(text), _Policy)
        except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
            raise PolicyUnreadable(str(error)) from error
        rows: dict[tuple[str, str], PolicyRow] = {}
        for role, entry in policy.roles.items():
            if not entry.basis.strip() or not entry.actions:
                raise PolicyUnreadable(f"role {role} needs a basis and at least one action", role=role)
            for action in entry.actions:
                if (role, action) in rows:
                    raise PolicyUnreadable(f"role {role} lists {action} twice", role=role, action=action)
                rows[role, action] = PolicyRow(role, action, entry.basis)
        return cls(rows)

    @classmethod
    @functools.cache
    def from_package(cls, package: str, name: str = "policy.toml") -> Self:
        """Read the table that lies in `package`, usually the institution's own package; once in a process."""
        return cls.from_toml(resources.files(package).joinpath(name).read_text(encoding="utf-8"))

    def require(self, context: Context, action: str) -> PolicyRow:
        """Return the row that permits the action to the actor's role.

        Raises:
            ActionNotPermitted: there is none.
        """
        row = self._rows.get((context.actor.role, action))
        if row is None:
            raise ActionNotPermitted(
                f"the role {context.actor.role} may not {action}", role=context.actor.role, action=action
            )
        return row

    def roles(self, action: str) -> frozenset[str]:
        """Return the roles that may do an action."""
        return frozenset(role for role, permitted in self._rows if permitted == action)

    def rows(self) -> Iterator[PolicyRow]:
        """Yield every row, ordered, for the golden listing."""
        for key in sorted(self._rows):
            yield self._rows[key]
