"""Receipts of a section: one signature, each line provable by itself, no other line shown."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.keystore import MemoryKeystore, SigningPurpose
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.crypto.signed_objects import SignatureInvalid, VerifiedObject, sign_object, verify_object
from mizuhiki.institutions.intermediate_server.domain.bulk import BulkSection, Question
from mizuhiki.institutions.intermediate_server.peers.section_receipts import (
    SECTION_RECEIPT_TYPE,
    ReceiptMalformed,
    SectionReceipt,
    check_line_receipt,
    leaf,
    line_receipts,
)
from mizuhiki.ledger.proofs import InclusionNotProved
from mizuhiki.vocabulary.ids import InstitutionId

ASKER, HOLDER = InstitutionId("municipality-452025"), InstitutionId("municipality-131032")
SIGNER = MemoryKeystore(SeededRandomness(b"asker")).signer(SigningPurpose.OBJECT)
STRANGER = MemoryKeystore(SeededRandomness(b"stranger")).signer(SigningPurpose.OBJECT)
AT = datetime(2019, 12, 2, tzinfo=UTC)
QUESTION = Question(HOLDER, "child-allowance", "child-allowance.claim", ("local-tax",), 2019, date(2019, 4, 1), None)
SECTION = BulkSection("section-1", "file-1", 1, QUESTION, (), AT)


def sign(receipt: SectionReceipt) -> str:
    return sign_object(receipt, object_type=SECTION_RECEIPT_TYPE, institution=ASKER, signer=SIGNER)


def verify(text: str) -> VerifiedObject[SectionReceipt]:
    keys = {ASKER: SIGNER.public_key}
    return verify_object(text, SectionReceipt, object_type=SECTION_RECEIPT_TYPE, key_of=keys.__getitem__)


def leaves_of(count: int) -> list[bytes]:
    return [leaf(f"number-{place}", sha256(str(place).encode())) for place in range(count)]


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 70))
def test_every_line_is_proved_by_its_own_receipt_and_by_no_other(count: int) -> None:
    leaves = leaves_of(count)
    receipts = line_receipts(SECTION, ASKER, leaves, AT, sign)
    assert len(set(receipts)) == count
    for place, text in enumerate(receipts):
        stated = check_line_receipt(text, leaves[place], verify).payload
        assert (stated.section_id, stated.provider, stated.affair) == ("section-1", HOLDER, "child-allowance")
        with pytest.raises(InclusionNotProved):
            check_line_receipt(text, leaf(f"number-{place}", sha256(b"other information")), verify)
        if count > 1:
            with pytest.raises(InclusionNotProved):
                check_line_receipt(text, leaves[place - 1], verify)


def test_all_lines_of_a_section_share_one_signature() -> None:
    signed: list[SectionReceipt] = []

    def counted(receipt: SectionReceipt) -> str:
        signed.append(receipt)
        return sign(receipt)

    receipts = line_receipts(SECTION, ASKER, leaves_of(1000), AT, counted)
    assert len(signed) == 1
    assert {text.split("~")[0] for text in receipts} == {sign(signed[0])}


def test_nothing_is_signed_where_nothing_was_received() -> None:
    def never(_receipt: SectionReceipt) -> str:
        pytest.fail("there is nothing to sign")

    assert line_receipts(SECTION, ASKER, [], AT, never) == []


def test_an_empty_leaf_of_the_tree_is_no_line() -> None:
    first = line_receipts(SECTION, ASKER, leaves_of(3), AT, sign)[2]
    signed, _, path = first.split("~")
    with pytest.raises(InclusionNotProved):
        check_line_receipt(f"{signed}~3~{path}", leaf("number-3", sha256(b"3")), verify)


@pytest.mark.parametrize(
    "spoil", ["", "a.b.c", "a.b.c~0", "a.b.c~x~AAAA", "a.b.c~-1~AAAA", "a.b.c~0~AAAA", "a.b.c~0~ä"]
)
def test_what_is_no_receipt_of_a_line_is_refused(spoil: str) -> None:
    with pytest.raises(ReceiptMalformed):
        check_line_receipt(spoil, leaves_of(1)[0], verify)


def test_a_receipt_signed_by_somebody_else_is_refused() -> None:
    leaves = leaves_of(2)
    receipts = line_receipts(
        SECTION,
        ASKER,
        leaves,
        AT,
        lambda receipt: sign_object(receipt, object_type=SECTION_RECEIPT_TYPE, institution=ASKER, signer=STRANGER),
    )
    with pytest.raises(SignatureInvalid):
        check_line_receipt(receipts[0], leaves[0], verify)
