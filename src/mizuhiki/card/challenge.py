"""The challenge a card signs for a web page: who asks, for which website, what for, and a nonce of the session.

Layout (``spec/card.md`` §6): label ‖ requester ‖ origin ‖ nonce ‖ context hash; the first three carry a two-byte
length, the last two have 32 bytes each. Whoever accepts a card's signature checks the challenge first, with
`check_challenge`.
"""

from __future__ import annotations

import enum

import msgspec

from mizuhiki.crypto.digests import equal
from mizuhiki.vocabulary.errors import Malformed, Refused
from mizuhiki.vocabulary.ids import InstitutionId, parse_institution_id

NONCE_LENGTH = 32
CONTEXT_HASH_LENGTH = 32

_LABEL_PREFIX = b"mizuhiki/v1/card-challenge/"
_MOST_TEXT = 255


class SigningKind(enum.StrEnum):
    """Which of the card's two keys is asked for."""

    USER_IDENTIFICATION = "user-identification"
    SIGNATURE = "signature"


class MalformedChallenge(Malformed):
    """The bytes are no challenge of this version."""

    code = "malformed-card-challenge"
    title = "The challenge cannot be read"


class ChallengeForAnotherKind(Refused):
    """The challenge was made for the card's other key."""

    code = "challenge-for-another-kind"
    title = "The signature was asked from the other key of the card"


class ChallengeForAnotherRequester(Refused):
    """The challenge names another institution than the one that shows it."""

    code = "challenge-for-another-requester"
    title = "The signature was made for another institution"


class ChallengeForAnotherOrigin(Refused):
    """The challenge names another web origin."""

    code = "challenge-for-another-origin"
    title = "The signature was made for another website"


class ChallengeNotOurs(Refused):
    """The nonce is not the one given out for this session: replayed, or of another session."""

    code = "challenge-not-ours"
    title = "The signature answers another request"


class ChallengeForAnotherContext(Refused):
    """The challenge was made over something else than what is shown."""

    code = "challenge-for-another-context"
    title = "The signature was made for something else"


class Challenge(msgspec.Struct, frozen=True, kw_only=True):
    """What a challenge says. `context_hash` is SHA-256 of the thing the person agrees to."""

    kind: SigningKind
    requester: InstitutionId
    origin: str
    nonce: bytes
    context_hash: bytes


def compose_challenge(challenge: Challenge) -> bytes:
    """Return label ‖ requester ‖ origin ‖ nonce ‖ context hash; the first three carry a two-byte length.

    The context hash is always the last 32 bytes.

    Raises:
        MalformedChallenge: nonce or hash not of 32 bytes, or requester or origin is empty or too long.
    """
    if len(challenge.nonce) != NONCE_LENGTH or len(challenge.context_hash) != CONTEXT_HASH_LENGTH:
        raise MalformedChallenge(field="length")
    texts = (
        _LABEL_PREFIX + challenge.kind.value.encode("ascii"),
        challenge.requester.encode("utf-8"),
        challenge.origin.encode("utf-8"),
    )
    if not all(1 <= len(text) <= _MOST_TEXT for text in texts):
        raise MalformedChallenge(field="text")
    framed = b"".join(len(text).to_bytes(2, "big") + text for text in texts)
    return framed + challenge.nonce + challenge.context_hash


def parse_challenge(raw: bytes) -> Challenge:
    """Read a challenge; whatever is accepted composes to the same bytes.

    Raises:
        MalformedChallenge: another label, lengths that do not agree, or an unknown institution form.
    """
    texts: list[bytes] = []
    rest = raw
    for _ in range(3):
        length = int.from_bytes(rest[:2], "big")
        if len(rest) < 2 + length or not 1 <= length <= _MOST_TEXT:
            raise MalformedChallenge(field="length")
        texts.append(rest[2 : 2 + length])
        rest = rest[2 + length :]
    label, requester, origin = texts
    if len(rest) != NONCE_LENGTH + CONTEXT_HASH_LENGTH or not label.startswith(_LABEL_PREFIX):
        raise MalformedChallenge(field="label")
    try:
        return Challenge(
            kind=SigningKind(label.removeprefix(_LABEL_PREFIX).decode("ascii")),
            requester=parse_institution_id(requester.decode("ascii")),
            origin=origin.decode("utf-8"),
            nonce=rest[:NONCE_LENGTH],
            context_hash=rest[NONCE_LENGTH:],
        )
    except (ValueError, Malformed) as error:
        raise MalformedChallenge(field="text") from error


def check_challenge(raw: bytes, expected: Challenge) -> Challenge:
    """Check that a challenge a card signed is exactly the one this party gave out, and return it.

    The order fixes which error is reported; each difference has its own.

    Raises:
        MalformedChallenge: see `parse_challenge`.
        ChallengeForAnotherKind: the other key was asked for.
        ChallengeForAnotherRequester: made for another institution.
        ChallengeForAnotherOrigin: made for another website.
        ChallengeNotOurs: another session's nonce.
        ChallengeForAnotherContext: made over something else.
    """
    challenge = parse_challenge(raw)
    if challenge.kind is not expected.kind:
        raise ChallengeForAnotherKind
    if challenge.requester != expected.requester:
        raise ChallengeForAnotherRequester
    if challenge.origin != expected.origin:
        raise ChallengeForAnotherOrigin
    if not equal(challenge.nonce, expected.nonce):
        raise ChallengeNotOurs
    if not equal(challenge.context_hash, expected.context_hash):
        raise ChallengeForAnotherContext
    return challenge
