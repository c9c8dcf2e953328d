"""Names that leave to systems with fewer characters: written by a rule, marked, kept, never changed silently."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.institutions.municipality.domain.cards import CertificateRequest
from mizuhiki.institutions.municipality.domain.substitutes import Target, write_for
from mizuhiki.institutions.municipality.peers.registers import CertificationAuthorities
from mizuhiki.runtime.gate import Withheld
from mizuhiki.vocabulary.names.substitution import SubstitutionRule
from mizuhiki.vocabulary.numbers import ResidentRecordCode, resident_record_code_check_digit
from mizuhiki.vocabulary.persons import FourItems, Sex
from mizuhiki.wire import jpki
from support.municipality import MIYAKONOJO, Country, family

SELECTED = "辻\U000e0102"
"""辻 with one dot, chosen by a selector of the register's collection."""
ITEMS = FourItems(f"{SELECTED}　太郎", "ツジ　タロウ", date(1985, 2, 3), Sex.MALE, "宮崎県都城市姫城町6-21")


def test_a_certificate_drops_the_selector_and_marks_exactly_that_character() -> None:
    written = write_for(Target.CERTIFICATE, ITEMS)
    assert written.of(ITEMS).name == "辻　太郎"
    assert written.name.marks == "1000"
    assert written.address.marks == "0" * len(ITEMS.address)
    assert written.name.original == ITEMS.name
    assert [one.rules for one in written.name.substitutions] == [(SubstitutionRule.SELECTOR_DROPPED,)]


def test_the_register_network_gets_the_name_as_the_register_writes_it() -> None:
    written = write_for(Target.REGISTER_NETWORK, ITEMS)
    assert written.of(ITEMS) == ITEMS
    assert written.changed == {}


@given(st.lists(st.tuples(st.sampled_from("辻葛榊邉高"), st.booleans()), min_size=1, max_size=8))
def test_there_is_one_mark_a_written_character_and_it_tells_the_truth(signs: list[tuple[str, bool]]) -> None:
    name = "".join(sign + ("\U000e0101" if selected else "") for sign, selected in signs)
    written = write_for(Target.CERTIFICATE, FourItems(name, "", date(1985, 2, 3), Sex.MALE, "東京都"))
    assert written.name.written == "".join(sign for sign, _ in signs)
    assert written.name.marks == "".join("1" if selected else "0" for _, selected in signs)


def test_a_comparison_takes_both_writings_for_one_person() -> None:
    assert write_for(Target.CERTIFICATE, ITEMS).of(ITEMS).compare(ITEMS) == ()


def test_the_certification_authority_gets_the_true_marks() -> None:
    sent: list[Any] = []

    class Listening:
        def call_sealed(self, _peer: str, _endpoint: object, request: Any, answer: type[Any]) -> Any:
            sent.append(request)
            return answer(b"", b"", b"", b"")

    written = write_for(Target.CERTIFICATE, ITEMS)
    request = CertificateRequest(
        request_id="r",
        four_items=written.of(ITEMS),
        name_marks=written.name.marks,
        address_marks=written.address.marks,
        card_serial="A" * 16,
        card_expires_on=date(2029, 2, 3),
        user_identification_public_key=b"key",
        signature_public_key=b"key",
    )
    body = "1234567890"
    code = ResidentRecordCode.parse(body + resident_record_code_check_digit(body))
    CertificationAuthorities(Listening(), "452025").issue(request, code)  # type: ignore[arg-type]  # listens only
    [application] = sent
    assert isinstance(application, jpki.CertificateApplication)
    assert (application.name_substituted, application.four_items.name) == ("1000", "辻　太郎")
    assert len(application.name_substituted) == len(application.four_items.name)


def test_what_was_substituted_is_kept_with_its_rule_and_shown_past_the_gate(country: Country) -> None:
    operations = country.apps[MIYAKONOJO].operations
    father = operations.import_existing_residents(country.context("registrar"), [family()])[0]
    written = write_for(Target.CERTIFICATE, ITEMS)
    with operations.adapters.store.transaction() as records:
        records.desk.keep_written([(father, one) for one in written.kept(country.clock.now(), "counter-clerk/hanako")])
    [kept] = operations.substitutions(country.context("counter-clerk"), father)
    assert (kept.target, kept.item, kept.text, kept.by) == (
        Target.CERTIFICATE,
        "name",
        written.name,
        "counter-clerk/hanako",
    )
    operations.start_measure(country.context("support-officer", person="officer"), father, "decided")
    with pytest.raises(Withheld):
        operations.substitutions(country.context("counter-clerk"), father)
