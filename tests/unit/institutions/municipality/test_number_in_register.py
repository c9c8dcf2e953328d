"""The number as an item of the record and of identification information, and who provides that (R-038, R-055)."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest

from mizuhiki.institutions.municipality.domain.residents import BirthForm, ResidentRecord
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.problems import PeerRefused
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import Sex
from mizuhiki.wire import national_register
from mizuhiki.wire.endpoint import Acknowledgement
from support.environment import make_environment
from support.municipality import MIYAKONOJO, SHIBUYA, Country, family


def born(country: Country) -> str:
    """A child of a family of here, with a code and no number yet."""
    operations = country.apps[MIYAKONOJO].operations
    father, mother, _ = operations.import_existing_residents(country.context("registrar"), [family()])
    record = held(country, father)
    form = BirthForm(
        request_id="birth-1",
        name=PersonName("山田", "桜", "ヤマダ", "サクラ"),
        birth_date=date(2019, 12, 1),
        sex=Sex.FEMALE,
        household=record.household,
        mother=mother,
        father=father,
        notifier="father",
        received_on=date(2019, 12, 2),
        registered_domicile="宮崎県都城市",
        documents=("birth-certificate",),
    )
    child: str = operations.register_birth(country.context("counter-clerk"), form).resident
    return child


def held(country: Country, resident: str) -> ResidentRecord:
    with country.apps[MIYAKONOJO].operations.adapters.store.transaction() as records:
        record: ResidentRecord = records.register.resident(resident)
    return record


def found_by(country: Country, asker: str, number: Any) -> Any:
    """What the network answers a municipality: in the prefecture its server, elsewhere the national one (R-050)."""
    return country.apps[asker].operations.adapters.network.search("local-tax", number)


@pytest.mark.requirement("R-038")
def test_the_designated_number_becomes_an_item_of_the_record_and_of_identification_information(
    country: Country,
) -> None:
    child = born(country)
    before = held(country, child)
    assert before.number is None
    operations = country.apps[MIYAKONOJO].operations
    operations.request_number(country.context("counter-clerk"), child)
    operations.designate_number(country.context("mayor"), child)
    after = held(country, child)
    assert after.number is not None
    assert dataclasses.replace(after, number=None, stage=before.stage) == before
    assert found_by(country, SHIBUYA, after.number) is None
    country.pump()
    assert found_by(country, MIYAKONOJO, after.number) == after.four_items
    assert found_by(country, SHIBUYA, after.number) == after.four_items


@pytest.mark.requirement("R-038")
def test_identification_information_without_a_number_is_not_sent_to_the_network(country: Country) -> None:
    child = born(country)
    country.pump()
    waiting = national_register.IdentificationChange.__struct_fields__
    assert {"resident_record_code", "individual_number", "four_items"} <= set(waiting)
    record = held(country, child)
    with country.apps[MIYAKONOJO].operations.adapters.store.transaction() as records:
        assert record.code not in {one.code for one in records.network.held()}


@pytest.mark.requirement("R-055")
def test_the_agency_provides_what_the_prefecture_notified_and_nothing_earlier(country: Country) -> None:
    operations = country.apps[MIYAKONOJO].operations
    father = operations.import_existing_residents(country.context("registrar"), [family()])[0]
    record = held(country, father)
    country.apps[MIYAKONOJO].pump()
    assert found_by(country, MIYAKONOJO, record.number) == record.four_items, "the prefecture has it first"
    assert found_by(country, SHIBUYA, record.number) is None, "the agency has nothing before the prefecture notified it"
    country.apps["prefecture-45"].pump()
    assert found_by(country, SHIBUYA, record.number) == record.four_items


@pytest.mark.requirement("R-055")
def test_only_prefectures_notify_the_agency_and_no_designated_body_exists(country: Country) -> None:
    assert national_register.NOTIFY_IDENTIFICATION.callers == {InstitutionKind.PREFECTURE}
    assert not [kind for kind in InstitutionKind if "designated" in kind.value or "lasdec" in kind.value]
    directly = Peers(make_environment(MIYAKONOJO, clock=country.clock, transport=country.transport))
    with pytest.raises(PeerRefused) as refused:
        directly.call_sealed(
            InstitutionId("national-register"),
            national_register.NOTIFY_IDENTIFICATION,
            national_register.IdentificationChanges(changes=[]),
            Acknowledgement,
        )
    assert refused.value.peer_code == "caller-not-listed"
