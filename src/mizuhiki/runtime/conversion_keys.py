"""Keys of pseudonym conversion as an institution uses them (pseudonyms design, Keys and Proofs).

Statements of the converters are signed objects, checked once and kept; the institution's own key is the product of two
shares, each sealed to it by one converter, checked against the point both published before it is used.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mizuhiki.crypto.keystore import Keystore, SecretKey
from mizuhiki.crypto.keystore.purposes import ShareUnknown
from mizuhiki.crypto.pseudonyms import (
    SHUFFLE_BASE,
    UNSHUFFLED,
    Ciphertext,
    ConversionProof,
    ProofShareOutOfRange,
    combine_shares,
    verify_conversion,
)
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.joint_key import CONVERTERS, JointKeySource
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.errors import Corrupt, Refused
from mizuhiki.vocabulary.generations import FIRST
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.wire import commission, linkage_core
from mizuhiki.wire.commission import (
    FACTOR_STATEMENT_TYPE,
    ConversionTarget,
    FactorStatement,
    FactorStatementRequest,
    KeyShare,
    KeyShareRequest,
)

GENERATION = FIRST
"""The first generation of pseudonyms, in use until another one is opened (`vocabulary.generations`)."""

_FACTOR_STATEMENT = {CONVERTERS[0]: commission.FACTOR_STATEMENT, CONVERTERS[1]: linkage_core.FACTOR_STATEMENT}
_KEY_SHARE = {CONVERTERS[0]: commission.GIVE_KEY_SHARE, CONVERTERS[1]: linkage_core.GIVE_KEY_SHARE}


class FactorStatementUnfit(Corrupt):
    """A converter's signed statement is about another institution, generation or key."""

    code = "factor-statement-unfit"
    title = "A converter's statement does not fit"


class HalvesMixed(Refused):
    """The two halves of a conversion are not for this target."""

    code = "conversion-halves-mixed"
    title = "The two halves of the conversion do not belong together"


@dataclass(frozen=True, slots=True)
class ConvertedBatch:
    """Inputs and both halves of one conversion for one target."""

    inputs: Sequence[Ciphertext]
    halves: Sequence[ConversionTarget]
    source: InstitutionId
    target: InstitutionId
    generation: int
    batch_id: str
    target_generation: int | None = None

    @property
    def reached(self) -> int:
        """The generation of the outputs; another one than that of the inputs in a renewal only."""
        return self.generation if self.target_generation is None else self.target_generation


class ProofMissing(Refused):
    """A half without a proof where every half has to be proved."""

    code = "conversion-proof-missing"
    title = "A half of the conversion is not proved"


ProofOf = Callable[[InstitutionId, Sequence[Ciphertext]], ConversionProof | None]
"""Gets the proof of a converter's half of given inputs; None when the half was not drawn."""


def _no_proof(_converter: InstitutionId, _inputs: Sequence[Ciphertext]) -> ConversionProof | None:
    raise ProofMissing


PROOF_SHARE = 0.05
"""Share of the sections of form 2 that a receiver has proved, unless `parameters.proof_share` says otherwise."""


def proof_share(parameters: Mapping[str, str]) -> float:
    """Return the configured share of sections to have proved.

    Raises:
        ProofShareOutOfRange: it is not a number above 0 and up to 1.
    """
    text = parameters.get("proof_share", str(PROOF_SHARE))
    try:
        return float(text)
    except ValueError as error:
        raise ProofShareOutOfRange(share=text) from error


class ConversionKeys:
    """Fetches, checks and keeps what an institution needs to take part in conversions."""

    def __init__(self, environment: Environment, peers: Peers) -> None:
        self._institution = environment.institution
        self._keystore: Keystore = environment.keystore
        self._peers = peers
        self._joint_key = JointKeySource(peers)
        self._statements: dict[tuple[InstitutionId, InstitutionId, int], FactorStatement] = {}
        self._own_keys: dict[int, SecretKey] = {}
        self._lock = threading.Lock()

    def joint_key(self) -> bytes:
        """Return the joint key, see `JointKeySource`."""
        return self._joint_key.joint_key()

    def statement(self, converter: InstitutionId, institution: InstitutionId, generation: int) -> FactorStatement:
        """Return a converter's public factors for an institution.

        Raises:
            FactorStatementUnfit: the signed statement speaks of something else.
        """
        key = (converter, institution, generation)
        known = self._statements.get(key)
        if known is not None:
            return known
        request = FactorStatementRequest(institution=institution, generation=generation)
        answer = self._peers.call(converter, _FACTOR_STATEMENT[converter], request)
        statement = self._check_statement(answer.statement, converter, institution, generation)
        with self._lock:
            self._statements[key] = statement
        return statement

    def _check_statement(
        self, text: str, converter: InstitutionId, institution: InstitutionId, generation: int
    ) -> FactorStatement:
        verified = self._peers.verify(text, FactorStatement, FACTOR_STATEMENT_TYPE)
        statement = verified.payload
        stated = (verified.signer, statement.converter, statement.institution, statement.generation)
        if stated != (converter, converter, institution, generation):
            raise FactorStatementUnfit(converter=converter)
        return statement

    def own_key(self, generation: int = GENERATION) -> SecretKey:
        """Return this institution's pseudonym key; fetches, combines and checks both shares the first time.

        Raises:
            KeyShareInvalid: the shares do not combine to the published key.
        """
        known = self._own_keys.get(generation)
        if known is not None:
            return known
        shares = [self._share(converter, generation) for converter in CONVERTERS]
        expected = self.statement(CONVERTERS[-1], self._institution, generation).key_out
        key = combine_shares([share.reveal() for share in shares], expected)
        with self._lock:
            self._own_keys[generation] = key
        return key

    def _share(self, converter: InstitutionId, generation: int) -> SecretKey:
        name = f"pseudonym-key/{converter}/{generation}"
        try:
            return self._keystore.share(name)
        except ShareUnknown:
            request = KeyShareRequest(generation=generation)
            answer = self._peers.call_sealed(converter, _KEY_SHARE[converter], request, KeyShare)
            self._check_statement(answer.statement, converter, self._institution, generation)
            self._keystore.store_share(name, answer.share)
            return self._keystore.share(name)

    def check(self, batch: ConvertedBatch, proof_of: ProofOf = _no_proof) -> Sequence[Ciphertext]:
        """Verify both halves against the converters' statements; return the outputs for the target.

        `proof_of` is asked for the proof of a half that came without one; where it returns None the half is taken as
        it is.

        Raises:
            HalvesMixed: a half is for another target or generation, or one is missing.
            ConversionProofInvalid, PointInvalid, PointIsIdentity: see `crypto.pseudonyms.verify_conversion`.
        """
        aim = batch.target, batch.target_generation
        if len(batch.halves) != len(CONVERTERS) or any((half.target, half.generation) != aim for half in batch.halves):
            raise HalvesMixed(target=batch.target)
        given: Sequence[Ciphertext] = batch.inputs
        for converter, half in zip(CONVERTERS, batch.halves, strict=True):
            proof = proof_of(converter, given) if half.proof is None else half.proof
            if proof is not None:
                self._check_half(converter, batch, given, half, proof)
            given = half.outputs
        return given

    def _check_half(
        self,
        converter: InstitutionId,
        batch: ConvertedBatch,
        given: Sequence[Ciphertext],
        half: ConversionTarget,
        proof: ConversionProof,
    ) -> None:
        target = self.statement(converter, batch.target, batch.reached)
        shuffled = batch.source != UNSHUFFLED
        source_point = (
            self.statement(converter, batch.source, batch.generation).shuffle_point if shuffled else SHUFFLE_BASE
        )
        key_in = self.joint_key()
        if converter != CONVERTERS[0]:
            key_in = self.statement(CONVERTERS[0], batch.target, batch.reached).key_out
        verify_conversion(
            given,
            half.outputs,
            proof,
            converter=converter,
            source=batch.source,
            target=batch.target,
            generation=batch.generation,
            source_shuffle_point=source_point,
            target_shuffle_point=target.shuffle_point,
            key_in=key_in,
            key_out=target.key_out,
            batch_id=batch.batch_id,
            target_generation=batch.target_generation,
        )
