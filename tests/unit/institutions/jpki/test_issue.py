"""Issue of certificates: what they say, for whom, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mizuhiki.crypto.certificates import read_card_certificate, verify_certificate
from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.domain.errors import ProfileBroken
from mizuhiki.institutions.jpki.domain.profile_lint import Expected, lint
from mizuhiki.institutions.jpki.operations.issue_batch import read_encoded
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.persons import FourItems, Sex
from support.card_authority import rsa_key, spki
from unit.institutions.jpki.kit import CODE, ITEMS, Desk

EXPECTED = Expected(
    issued_on=date(2019, 12, 2),
    last_day=date(2024, 4, 1),
    four_items=FourItems(ITEMS.name, ITEMS.name_kana, ITEMS.birth_date, Sex(ITEMS.sex), ITEMS.address),
)


def refusal(desk: Desk, **changes: object) -> str:
    with pytest.raises(PeerProblem) as caught:
        desk.issue(desk.application("refused", **changes))
    return caught.value.peer_code


def rows_of(table: str, dump: str) -> list[str]:
    return [line for line in dump.splitlines() if line.startswith(f'INSERT INTO "{table}"')]


@pytest.mark.requirement("R-201")
def test_both_certificates_chain_to_their_own_authority(desk: Desk) -> None:
    issued = desk.issue()
    now = desk.clock.now()
    verify_certificate(issued.user_identification_certificate, issued.user_identification_ca, now)
    verify_certificate(issued.signature_certificate, issued.signature_ca, now)
    assert issued.user_identification_ca != issued.signature_ca


@pytest.mark.requirement("R-194")
@pytest.mark.requirement("R-196")
def test_the_signature_certificate_states_the_four_items_and_its_validity(desk: Desk) -> None:
    said = read_card_certificate(desk.issue().signature_certificate)
    assert (said.name, said.birth_date, said.sex, said.address) == (
        ITEMS.name, ITEMS.birth_date, ITEMS.sex, ITEMS.address
    )  # fmt: skip
    assert said.valid_from.isoformat() == "2019-12-02T00:00:00+00:00"
    # Fifth birthday after issue, to the end of that day in Japan.
    assert said.valid_until.isoformat() == "2024-04-01T14:59:59+00:00"


@pytest.mark.requirement("R-195")
def test_the_user_identification_certificate_says_nothing_about_its_holder(desk: Desk) -> None:
    der = desk.issue().user_identification_certificate
    for text in (ITEMS.name, ITEMS.address, "19900401", CODE, ITEMS.name_kana):
        assert text.encode() not in der
    names = [attribute.oid.dotted_string for attribute in x509.load_der_x509_certificate(der).subject]
    assert names == ["2.5.4.6", "2.5.4.3"]


@pytest.mark.requirement("R-197")
@pytest.mark.requirement("R-200")
def test_the_certificates_carry_the_keys_made_in_the_chip(desk: Desk) -> None:
    issued = desk.issue()
    for der, name in (
        (issued.user_identification_certificate, "ui card-1"),
        (issued.signature_certificate, "sign card-1"),
    ):
        key = x509.load_der_x509_certificate(der).public_key()
        assert isinstance(key, rsa.RSAPublicKey)
        assert key.public_numbers() == rsa_key(name).public_key().public_numbers()


def test_a_certificate_ends_with_its_card(desk: Desk) -> None:
    issued = desk.issue(desk.application(card_expires_on=date(2021, 1, 31)))
    assert read_card_certificate(issued.signature_certificate).valid_until.date() == date(2021, 1, 31)


def test_the_same_request_gets_the_same_certificates(desk: Desk) -> None:
    assert desk.issue() == desk.issue()


def test_a_request_sent_again_with_other_content_is_refused(desk: Desk) -> None:
    desk.issue()
    with pytest.raises(PeerProblem) as caught:
        desk.issue(desk.application(card_serial="ANOTHER"))
    assert caught.value.peer_code == "certificate-request-changed"


def test_a_public_key_is_certified_once(desk: Desk) -> None:
    desk.issue()
    assert refusal(desk, user_identification_public_key=spki(rsa_key("ui card-1"))) == "public-key-used-before"
    one = spki(rsa_key("one"))
    assert refusal(desk, user_identification_public_key=one, signature_public_key=one) == "public-key-used-before"


@pytest.mark.parametrize(("birth", "refused"), [(date(2004, 12, 3), False), (date(2004, 12, 4), True)])
def test_nobody_under_fifteen_gets_a_signature_certificate(desk: Desk, birth: date, refused: bool) -> None:  # noqa: FBT001 - a table
    items = msgspec.structs.replace(ITEMS, birth_date=birth)
    application = desk.application(four_items=items, card_expires_on=date(2024, 12, 3))
    if not refused:
        assert desk.issue(application).signature_certificate
        return
    with pytest.raises(PeerProblem) as caught:
        desk.issue(application)
    assert caught.value.peer_code == "signature-certificate-under-age"


def test_a_child_gets_a_user_identification_certificate_alone(desk: Desk) -> None:
    items = msgspec.structs.replace(ITEMS, birth_date=date(2015, 5, 5))
    issued = desk.issue(desk.application(four_items=items, signature_public_key=b"", card_expires_on=date(2024, 5, 5)))
    assert issued.user_identification_certificate
    assert (issued.signature_certificate, issued.signature_ca) == (b"", b"")


def test_a_municipality_applies_only_for_its_own_residents(desk: Desk) -> None:
    assert refusal(desk, municipality_code="011002") == "applicant-of-other-municipality"


@pytest.mark.requirement("R-200")
def test_nothing_is_issued_or_kept_for_a_card_that_the_register_does_not_confirm(desk: Desk) -> None:
    issued = desk.issue()
    desk.confirms = False
    before = desk.dump()
    assert refusal(desk) == "card-holder-not-confirmed"
    for table in ("certificate_applications", "holders", "certificates", "certificate_changes"):
        assert rows_of(table, desk.dump()) == rows_of(table, before)
    assert len(rows_of("certificate_applications", before)) == 1
    desk.confirm(issued.user_identification_certificate, issued.user_identification_ca)
    desk.confirm(issued.signature_certificate, issued.signature_ca)


def test_the_register_is_asked_about_exactly_what_the_municipality_says(desk: Desk) -> None:
    application = desk.application()
    desk.issue(application)
    [claim] = desk.claims
    for field in ("resident_record_code", "card_serial", "card_expires_on", "municipality_code", "four_items"):
        assert getattr(claim, field) == getattr(application, field)


def test_a_finished_request_is_answered_again_without_asking_the_register(desk: Desk) -> None:
    issued = desk.issue()
    desk.confirms = False
    assert desk.issue() == issued


def test_nothing_is_issued_for_a_card_past_its_time(desk: Desk) -> None:
    assert refusal(desk, card_expires_on=date(2019, 12, 1)) == "card-past-its-time"


def test_every_key_that_no_chip_of_the_holder_made_is_refused_by_its_own_name_and_nothing_is_kept(desk: Desk) -> None:
    victim = desk.issue()
    own = desk.application("card-2")
    root = desk.app.operations.ca_certificate(Kind.SIGNATURE)
    authority: Any = x509.load_der_x509_certificate(root).public_key()
    p256 = ec.derive_private_key(7, ec.SECP256R1()).public_key()
    exponent = rsa.RSAPublicNumbers(3, rsa_key("e3").public_key().public_numbers().n).public_key()
    encoded = {
        name: key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        for name, key in (("authority", authority), ("curve", p256), ("exponent", exponent))
    }
    foreign = spki(rsa_key("ui card-1"))
    tables = ("certificate_applications", "planned_certificates", "certificates", "certificate_changes")
    before = [rows_of(table, desk.dump()) for table in tables]
    refused = {
        "no key": b"no key",
        "cut": own.user_identification_public_key[:-1],
        "tail": own.user_identification_public_key + b"\x00",
        "too small": spki(rsa_key("weak", 1024)),
        "exponent": encoded["exponent"],
        "curve": encoded["curve"],
        "of the victim's card": foreign,
        "same as the other": own.signature_public_key,
        "of the authority": encoded["authority"],
    }
    codes = {}
    for name, key in refused.items():
        with pytest.raises(PeerProblem) as caught:
            desk.issue(desk.application("card-2", user_identification_public_key=key))
        codes[name] = caught.value.peer_code
    assert codes == {
        "no key": "card-key-unreadable",
        "cut": "card-key-unreadable",
        "tail": "card-key-unreadable",
        "too small": "card-key-too-small",
        "exponent": "card-key-exponent-refused",
        "curve": "card-key-of-another-kind",
        "of the victim's card": "public-key-used-before",
        "same as the other": "public-key-used-before",
        "of the authority": "public-key-of-authority",
    }
    assert [rows_of(table, desk.dump()) for table in tables] == before
    desk.confirm(victim.user_identification_certificate, victim.user_identification_ca)
    assert desk.issue(own).signature_certificate


def test_neither_items_nor_code_stand_readable_in_the_database(desk: Desk) -> None:
    issued = desk.issue()
    dump = desk.dump()
    for text in (ITEMS.name, ITEMS.address, CODE, CODE.encode().hex(), issued.signature_certificate.hex()):
        assert text.lower() not in dump.lower()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"key_bits": 1024}, "key-size"),
        ({"serial": 5}, "serial-range"),
        ({"first_day": date(2019, 12, 1)}, "first-day"),
        ({"last_day": date(2024, 4, 2)}, "last-day"),
        ({"name": None}, "items-as-the-kind-allows"),
        ({"address": "東京都渋谷区一番地"}, "items-as-the-kind-allows"),
        ({"common_name": "1"}, "common-name"),
        ({"critical_key_usage": False}, "key-usage"),
        ({"non_repudiation": False}, "non-repudiation-for-signatures-only"),
        ({"extensions": ("2.5.29.15",)}, "extensions-in-order"),
        ({"critical": frozenset({"2.5.29.15"})}, "critical-extensions"),
        ({"policies": ("1.2.392.200149.8.5.1.1.20",)}, "policy"),
        ({"certificate_authority": True}, "no-authority"),
    ],
)
def test_the_lint_names_each_broken_rule(desk: Desk, change: dict[str, object], rule: str) -> None:
    found = read_encoded(Kind.SIGNATURE, desk.issue().signature_certificate)
    lint(found, EXPECTED)
    with pytest.raises(ProfileBroken) as caught:
        lint(replace(found, **change), EXPECTED)  # type: ignore[arg-type]  # a table of fields
    assert caught.value.fields["rule"] == rule


@pytest.mark.requirement("R-195")
def test_the_lint_refuses_items_in_a_user_identification_certificate(desk: Desk) -> None:
    found = read_encoded(Kind.USER_IDENTIFICATION, desk.issue().user_identification_certificate)
    lint(found, EXPECTED)
    with pytest.raises(ProfileBroken):
        lint(replace(found, name=ITEMS.name), EXPECTED)
