"""One signature for all receipts of a section, with a path for each line (番号法22条2項; decision 0072).

The lines' digests are the leaves of a Merkle tree (RFC 9162), filled up with empty leaves to a power of two; the signed
object states its root. A line's receipt is ``object~place~path``: who holds it can show one line with its information,
and shows nothing of the others.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime

from mizuhiki.crypto.digests import labelled_hash
from mizuhiki.crypto.signed_objects import VerifiedObject
from mizuhiki.institutions.intermediate_server.domain.bulk import BulkSection
from mizuhiki.ledger.proofs import verify_inclusion
from mizuhiki.ledger.tree import HASH_SIZE, Frontier
from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.wire.endpoint import Message

SECTION_RECEIPT_TYPE = "deemed-submissions-receipt"
_PARTS = 3


class ReceiptMalformed(Malformed):
    """Not a receipt of a line: not three parts, or the path is none."""

    code = "section-receipt-malformed"
    title = "This is not a receipt of a line"


class SectionReceipt(Message, frozen=True):
    """Payload: what was received for one section counts as the papers handed in.

    `size` is the number of leaves, a power of two.
    """

    section_id: str
    inquirer: str
    provider: str
    affair: str
    procedure: str
    size: int
    root: bytes
    received_at: datetime


def leaf(exchange_number: str, information_hash: bytes) -> bytes:
    """Return what stands in the tree for one line."""
    return labelled_hash("deemed-submission", exchange_number.encode(), information_hash)


def line_receipts(
    section: BulkSection, inquirer: str, leaves: Sequence[bytes], at: datetime, sign: Callable[[SectionReceipt], str]
) -> list[str]:
    """Return the receipt of each line, in the order of the leaves; nothing is signed where there is none."""
    if not leaves:
        return []
    size = 1 << (len(leaves) - 1).bit_length()
    levels: list[list[bytes]] = [[] for _ in range(size.bit_length())]
    for level, _, node in Frontier().extend([*leaves, *[b""] * (size - len(leaves))]):
        levels[level].append(node)
    question = section.question
    signed = sign(
        SectionReceipt(
            section_id=section.section_id,
            inquirer=inquirer,
            provider=question.provider,
            affair=question.affair,
            procedure=question.procedure,
            size=size,
            root=levels[-1][0],
            received_at=at,
        )
    )
    steps = list(enumerate(levels[:-1]))
    return [
        f"{signed}~{place}~{_text(b''.join([level[place >> height ^ 1] for height, level in steps]))}"
        for place in range(len(leaves))
    ]


def check_line_receipt(
    text: str, expected: bytes, verify: Callable[[str], VerifiedObject[SectionReceipt]]
) -> VerifiedObject[SectionReceipt]:
    """Return what a line's receipt states, after checking that `expected` (see `leaf`) is the line it was given for.

    Raises:
        ReceiptMalformed: not a receipt.
        InclusionNotProved: of another line or other information.
        SignatureInvalid, WrongObjectType, UnknownSigner: see `crypto.signed_objects`.
    """
    parts = text.split("~")
    if len(parts) != _PARTS or not (parts[1].isascii() and parts[1].isdecimal()):
        raise ReceiptMalformed
    try:
        path = base64.b64decode(parts[2] + "=" * (-len(parts[2]) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as cause:
        raise ReceiptMalformed from cause
    if len(path) % HASH_SIZE:
        raise ReceiptMalformed
    verified = verify(parts[0])
    hashes = [path[start : start + HASH_SIZE] for start in range(0, len(path), HASH_SIZE)]
    verify_inclusion(expected, int(parts[1]), verified.payload.size, hashes, verified.payload.root)
    return verified


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
