"""Calling other institutions: encoding, sealing, signing, and turning their problems into errors of ours.

No call is made while the thread has a transaction open. A call names its endpoint, so that nothing can be sent that the
peer does not declare. For sealed endpoints the context of an envelope is ``<endpoint name>/request`` or ``…/answer``.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast

import msgspec

from mizuhiki.crypto.envelopes import SealedEnvelope, open_envelope, seal
from mizuhiki.crypto.keystore import SigningPurpose
from mizuhiki.crypto.signed_objects import VerifiedObject, sign_object, verify_object
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.headers import CREATED, REQUEST_ID, format_created
from mizuhiki.runtime.problems import PeerFailed, error_from
from mizuhiki.runtime.sealing_keys import PeerSealingKeys
from mizuhiki.runtime.transactions import refuse_open_transaction
from mizuhiki.runtime.transport import PeerRequest
from mizuhiki.runtime.turns import given_up
from mizuhiki.runtime.verified_before import VerifiedBefore
from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.typed_values import read_json
from mizuhiki.wire.common.v1 import KEY_SET, KeySetRequest
from mizuhiki.wire.endpoint import Endpoint

M = TypeVar("M", bound=msgspec.Struct)
Q = TypeVar("Q", bound=msgspec.Struct)
A = TypeVar("A", bound=msgspec.Struct)

_OK = 200
_ENVELOPE = "envelope"


class SealedContentUnreadable(Malformed):
    """An envelope was opened but does not hold the message it should."""

    code = "sealed-content-unreadable"
    title = "The sealed content cannot be read"


def request_context(endpoint_name: str) -> bytes:
    """Return the envelope context of requests to an endpoint."""
    return f"{endpoint_name}/request".encode()


def answer_context(endpoint_name: str) -> bytes:
    """Return the envelope context of answers of an endpoint."""
    return f"{endpoint_name}/answer".encode()


def is_sealed(message_type: type[msgspec.Struct]) -> bool:
    """Tell whether a wire message is nothing but an envelope."""
    return message_type.__struct_fields__ == (_ENVELOPE,)


class Peers:
    """The way from one institution to all others."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._verified = VerifiedBefore()
        self._keys = PeerSealingKeys(environment.directory, lambda peer: self.call(peer, KEY_SET, KeySetRequest()))

    def call(self, institution: InstitutionId, endpoint: Endpoint[Q, A], request: Q) -> A:
        """Call an endpoint and return its answer.

        Raises:
            PeerCallInsideTransaction: a transaction is open.
            NotInDirectory: nobody of that name.
            PeerRefused, PeerNotFound, PeerConflict, PeerMalformed: the peer's answer; `peer_code` says which rule.
            PeerUnavailable: no answer.
            PeerFailed: the peer failed inside, or its answer is not what the endpoint declares.
        """
        body = self.deliver(institution, endpoint.path, msgspec.json.encode(request))
        return self.decode_answer(institution, body, endpoint.answer)

    def call_sealed(
        self, institution: InstitutionId, endpoint: Endpoint[Any, Any], inner_request: Q, inner_answer_type: type[A]
    ) -> A:
        """Call an endpoint whose request, answer or both are envelopes; seals and opens where it is one.

        Raises:
            The errors of `call`, of `open` and of `crypto.envelopes`.
        """
        request: msgspec.Struct = inner_request
        if is_sealed(endpoint.request):
            envelope = self.seal(institution, inner_request, request_context(endpoint.name))
            request = endpoint.request(envelope=envelope)
        answer = self.call(institution, endpoint, request)
        if is_sealed(endpoint.answer):
            return self.open(answer.envelope, institution, inner_answer_type, answer_context(endpoint.name))
        return cast("A", answer)

    def deliver(self, institution: InstitutionId, path: str, body: bytes) -> bytes:
        """Post an encoded message and return the encoded answer; the outbox uses it for stored messages.

        Raises:
            The errors of `call`.
        """
        refuse_open_transaction()
        environment = self._environment
        request = PeerRequest(
            path=path,
            headers=(
                (REQUEST_ID, environment.randomness.token()),
                (CREATED, format_created(environment.clock.now())),
            ),
            body=body,
        )
        recipient = environment.directory.entry(institution)
        with given_up():
            answer = environment.transport.send(environment.institution, recipient, request)
        if answer.status != _OK:
            raise error_from(institution, answer.status, answer.body)
        return answer.body

    def decode_answer(self, institution: InstitutionId, body: bytes, answer_type: type[A]) -> A:
        """Read an encoded answer.

        Raises:
            PeerFailed: it is not such a message.
        """
        try:
            return read_json(body, answer_type)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise PeerFailed(
                f"{institution} answered in a form that its interface does not declare", peer=institution
            ) from error

    def seal(self, institution: InstitutionId, message: msgspec.Struct, context: bytes) -> SealedEnvelope:
        """Seal a message to the institution's current key; fetches the key first when none is known.

        Raises:
            The errors of `call` and of `PeerSealingKeys.current`.
        """
        return self.seal_bytes(institution, msgspec.json.encode(message), context)

    def seal_bytes(self, institution: InstitutionId, content: bytes, context: bytes) -> SealedEnvelope:
        """Seal content that is encoded already."""
        environment = self._environment
        return seal(
            content,
            sender=environment.institution,
            signer=environment.keystore.signer(SigningPurpose.OBJECT),
            recipient=institution,
            recipient_key=self._keys.current(institution, environment.clock.now()),
            context=context,
        )

    def open(self, envelope: SealedEnvelope, sender: InstitutionId, message_type: type[M], context: bytes) -> M:
        """Open an envelope that `sender` sealed to us in this context.

        Raises:
            EnvelopeNotForUs, EnvelopeSignatureInvalid, EnvelopeUnreadable: see `crypto.envelopes`.
            SealedContentUnreadable: it holds something else.
        """
        environment = self._environment
        content = open_envelope(
            envelope,
            keystore=environment.keystore,
            recipient=environment.institution,
            sender_key=environment.directory.object_key(sender),
            expected_sender=sender,
            context=context,
        )
        try:
            return read_json(content, message_type)
        except msgspec.DecodeError as error:
            raise SealedContentUnreadable(field=field_of(error)) from error
        except UnicodeDecodeError as error:
            raise SealedContentUnreadable(field="$") from error

    def sign(self, object_type: str, payload: msgspec.Struct) -> str:
        """Sign a payload as this institution; the result is what counts in law (JWS compact form)."""
        environment = self._environment
        return sign_object(
            payload,
            object_type=object_type,
            institution=environment.institution,
            signer=environment.keystore.signer(SigningPurpose.OBJECT),
        )

    def verify(self, text: str, payload_type: type[M], object_type: str) -> VerifiedObject[M]:
        """Check a signed object against the directory's pinned key of the institution it names.

        Raises:
            SignatureInvalid, WrongObjectType, UnknownSigner: see `crypto.signed_objects`.
        """
        key_of = self._environment.directory.object_key
        known = self._verified.find(text, payload_type, object_type, key_of)
        if known is None:
            keys: list[bytes] = []  # the one it is verified under, which the directory may replace meanwhile

            def noted(signer: InstitutionId) -> bytes:
                keys.append(key_of(signer))
                return keys[-1]

            known = verify_object(text, payload_type, object_type=object_type, key_of=noted)
            self._verified.keep(text, object_type, known, keys[-1])
        return known


def field_of(error: msgspec.DecodeError) -> str:
    """Return the path of the field a decoder complained about; never a value (its text may quote one)."""
    _, found, path = str(error).rpartition(" - at `")
    return path.rstrip("`") if found else "$"
