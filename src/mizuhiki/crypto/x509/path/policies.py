"""Certificate policies along a chain (RFC 5280 §6.1), kept as the graph of RFC 9618, whose size stays linear.

The tree of RFC 5280 can grow exponentially with mappings that an attacker chooses; the graph gives the same answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography import x509

from mizuhiki.crypto.x509.path.reading import ANY_POLICY, PathCertificate
from mizuhiki.crypto.x509.refusals import CertificatePolicyRefused


@dataclass(slots=True)
class _Node:
    """One policy at one depth: what counts as it in the next certificate, and the policies above it."""

    expected: set[str]
    parents: set[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyInputs:
    """What the verifier demands (RFC 5280 §6.1.1 (c), (e) to (g)); `accepted` without entries accepts every policy."""

    accepted: frozenset[str] = frozenset()
    explicit: bool = False
    inhibit_mapping: bool = False
    inhibit_any: bool = False


@dataclass(slots=True)
class PolicyState:
    """State of policy processing over a chain of `length` certificates."""

    inputs: PolicyInputs
    length: int
    explicit: int = field(init=False)
    mapping: int = field(init=False)
    any_inhibited: int = field(init=False)
    levels: list[dict[str, _Node]] | None = field(init=False)

    def __post_init__(self) -> None:
        """Begin as RFC 5280 §6.1.2 (a), (d) to (f) says."""
        self.explicit = 0 if self.inputs.explicit else self.length + 1
        self.mapping = 0 if self.inputs.inhibit_mapping else self.length + 1
        self.any_inhibited = 0 if self.inputs.inhibit_any else self.length + 1
        self.levels = [{ANY_POLICY: _Node({ANY_POLICY}, set())}]

    def take(self, certificate: PathCertificate, *, last: bool) -> None:
        """Process the policies of the next certificate (§6.1.3 (d) to (f)).

        Raises:
            CertificatePolicyRefused: a policy is demanded and none is left.
        """
        named = certificate.policies()
        if named is None:
            self.levels = None
        elif self.levels is not None:
            any_counts = self.any_inhibited > 0 or (not last and certificate.self_issued)
            level = self._next_level(self.levels[-1], named, any_counts=any_counts)
            self.levels = [*self.levels, level] if level else None
        if self.explicit == 0 and self.levels is None:
            raise CertificatePolicyRefused

    @staticmethod
    def _next_level(above: dict[str, _Node], named: frozenset[str], *, any_counts: bool) -> dict[str, _Node]:
        level: dict[str, _Node] = {}
        for policy in named - {ANY_POLICY}:
            parents = {name for name, node in above.items() if policy in node.expected}
            if parents:
                level[policy] = _Node({policy}, parents)
            elif ANY_POLICY in above:
                level[policy] = _Node({policy}, {ANY_POLICY})
        if ANY_POLICY in named and any_counts:
            for policy in {expected for node in above.values() for expected in node.expected} - level.keys():
                parents = {name for name, node in above.items() if policy in node.expected}
                level[policy] = _Node({policy}, parents)
        return level

    def prepare(self, certificate: PathCertificate) -> None:
        """Apply what an authority's certificate says about those below it (§6.1.4 (a), (b), (h) to (j)).

        Raises:
            CertificatePolicyRefused: a mapping from or to any policy.
            CertificateMalformed: mappings that cannot be read.
        """
        self._map(certificate.policy_mappings())
        if not certificate.self_issued:
            self.explicit = max(0, self.explicit - 1)
            self.mapping = max(0, self.mapping - 1)
            self.any_inhibited = max(0, self.any_inhibited - 1)
        constraints = certificate.extension(x509.PolicyConstraints)
        if constraints is not None:
            if constraints.require_explicit_policy is not None:
                self.explicit = min(self.explicit, constraints.require_explicit_policy)
            if constraints.inhibit_policy_mapping is not None:
                self.mapping = min(self.mapping, constraints.inhibit_policy_mapping)
        inhibit = certificate.extension(x509.InhibitAnyPolicy)
        if inhibit is not None:
            self.any_inhibited = min(self.any_inhibited, inhibit.skip_certs)

    def _map(self, mappings: tuple[tuple[str, str], ...]) -> None:
        if any(ANY_POLICY in pair for pair in mappings):
            raise CertificatePolicyRefused(rule="mapping-of-any-policy")
        if self.levels is None:
            return
        level = self.levels[-1]
        for issuer_policy in {issuer for issuer, _ in mappings}:
            targets = {subject for issuer, subject in mappings if issuer == issuer_policy}
            if self.mapping == 0:
                level.pop(issuer_policy, None)
            elif issuer_policy in level:
                level[issuer_policy].expected = targets
            elif ANY_POLICY in level:
                level[issuer_policy] = _Node(targets, {ANY_POLICY})
        if not level:
            self.levels = None

    def finish(self, certificate: PathCertificate) -> frozenset[str]:
        """Return the accepted policies that hold for the last certificate (§6.1.5 (a), (b), (g); RFC 9618 §5.4).

        Raises:
            CertificatePolicyRefused: one is demanded and none holds.
        """
        self.explicit = max(0, self.explicit - 1)
        constraints = certificate.extension(x509.PolicyConstraints)
        if constraints is not None and constraints.require_explicit_policy == 0:
            self.explicit = 0
        held = self._held_from_the_top()
        accepted = self.inputs.accepted
        if accepted and ANY_POLICY not in accepted:
            held = accepted if ANY_POLICY in held else held & accepted
        if self.explicit == 0 and not held:
            raise CertificatePolicyRefused
        return held

    def _held_from_the_top(self) -> frozenset[str]:
        """Return the policies, in the words of the trust anchor, that reach down to the last certificate."""
        if self.levels is None:
            return frozenset()
        held: set[str] = set()
        reached = set(self.levels[-1])
        if ANY_POLICY in reached:
            held.add(ANY_POLICY)
        for level in reversed(self.levels[1:]):
            above: set[str] = set()
            for policy in reached - {ANY_POLICY}:
                parents = level[policy].parents
                if ANY_POLICY in parents:
                    held.add(policy)
                above |= parents - {ANY_POLICY}
            reached = above
        return frozenset(held)
