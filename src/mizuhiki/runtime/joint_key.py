"""The joint key of the converters, fetched from the core and checked before first use (pseudonyms design, Keys)."""

from __future__ import annotations

import threading

from mizuhiki.crypto.pseudonyms import BASE, verify_joint_contribution
from mizuhiki.crypto.pseudonyms.arithmetic import arithmetic
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.errors import Corrupt
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.wire import linkage_core
from mizuhiki.wire.commission import JOINT_KEY_STATEMENT_TYPE, JointKeyStatement

CONVERTERS = (
    institution_id(InstitutionKind.COMMISSION),
    institution_id(InstitutionKind.LINKAGE_CORE),
)


class JointKeyUnproved(Corrupt):
    """The statements about the joint key do not fit together."""

    code = "joint-key-unproved"
    title = "The joint key's statements do not prove it"


class JointKeySource:
    """Hands out the joint key Y = y_core·y_commission·G after checking both signatures and both proofs.

    Each converter's statement builds on the point of the one before, so neither can have chosen Y alone.
    """

    def __init__(self, peers: Peers) -> None:
        self._peers = peers
        self._lock = threading.Lock()
        self._key: bytes | None = None
        arithmetic()  # whoever encrypts under the key can, or does not start

    def joint_key(self) -> bytes:
        """Return the joint key, a canonical ristretto255 point of 32 bytes.

        Raises:
            JointKeyUnproved: wrong number, order, base or signer of the statements.
            MizuhikiError: a signature or proof fails; see `crypto.signed_objects` and `crypto.pseudonyms`.
        """
        if self._key is not None:
            return self._key
        answer = self._peers.call(CONVERTERS[-1], linkage_core.JOINT_KEY, linkage_core.JointKeyRequest())
        key = self.check(answer.statements)
        with self._lock:
            self._key = key
        return key

    def check(self, statements: list[str]) -> bytes:
        """Verify the signed statements of the commission and the core, in that order, and return the last point."""
        if len(statements) != len(CONVERTERS):
            raise JointKeyUnproved(count=len(statements))
        point = BASE
        for converter, text in zip(CONVERTERS, statements, strict=True):
            verified = self._peers.verify(text, JointKeyStatement, JOINT_KEY_STATEMENT_TYPE)
            statement = verified.payload
            if verified.signer != converter or statement.converter != converter:
                raise JointKeyUnproved(converter=converter)
            if statement.base != point:
                raise JointKeyUnproved(converter=converter)
            verify_joint_contribution(
                converter=converter,
                base=statement.base,
                point=statement.point,
                own_point=statement.own_point,
                proof=statement.proof,
            )
            point = statement.point
        return point
