"""What the Act on Electronic Signatures makes of a verified signature, and that the statement says the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from mizuhiki.crypto.x509 import CertificateKind
from mizuhiki.jpki_verify import Moment, StatusMaterial, TimeBasis
from mizuhiki.jpki_verify.legal_effect import NotAnElectronicSignature, legal_effect
from mizuhiki.jpki_verify.results import VerifiedSignature
from support.card_authority import AT, card_sign
from support.relying_party import answer, certificate_of, verifier

STATEMENT = Path(__file__).parents[3] / "docs" / "jpki" / "cp-cps.md"
LOGIN, SIGN = CertificateKind.USER_IDENTIFICATION, CertificateKind.SIGNATURE


def signed(basis: TimeBasis) -> VerifiedSignature:
    return verifier().verify_signature(
        certificate=certificate_of(SIGN),
        content=b"a contract",
        signature=card_sign(b"a contract"),
        moment=Moment.now(AT),
        material=StatusMaterial(answers=(answer(SIGN),)),
        basis=basis,
    )


@pytest.mark.requirement("R-198")
def test_a_signature_verified_when_it_was_made_is_presumed_genuine() -> None:
    effect = legal_effect(signed(TimeBasis.NOW))
    assert (effect.basis, effect.presumed_genuine) == ("電子署名法3条", True)
    assert "card-and-pin-kept-by-holder" in effect.rests_on


@pytest.mark.requirement("R-198")
def test_a_time_that_only_the_keeper_vouches_for_gives_no_presumption() -> None:
    effect = legal_effect(signed(TimeBasis.RECORD))
    assert (effect.basis, effect.presumed_genuine) == ("電子署名法2条1項", False)
    assert "record-of-the-keeper" in effect.rests_on


@pytest.mark.requirement("R-198")
@pytest.mark.requirement("R-195")
def test_a_log_in_is_no_electronic_signature() -> None:
    login = verifier().verify_login(
        certificate=certificate_of(LOGIN),
        challenge=b"challenge",
        signature=card_sign(b"challenge"),
        at=AT,
        material=StatusMaterial(answers=(answer(LOGIN),)),
    )
    with pytest.raises(NotAnElectronicSignature):
        legal_effect(login)


@pytest.mark.requirement("R-198")
def test_the_practice_statement_names_act_article_and_presumption() -> None:
    text = STATEMENT.read_text(encoding="utf-8")
    section = text[text.index("**9.1") : text.index("**9.2")]
    for said in ("電子署名法", "article 2(1)", "Article 3 presumes", "can be rebutted"):
        assert said in section
