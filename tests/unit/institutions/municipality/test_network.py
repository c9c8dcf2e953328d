"""Checking a number by card and by network, and the nightly comparison of the tiers (R-012, R-050 to R-052, R-140)."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from mizuhiki.institutions.municipality.domain.network import CardCheckForm, CommunicationServer, Repair, Tier
from mizuhiki.institutions.municipality.operations.network_desk import NetworkDesk
from mizuhiki.institutions.municipality.operations.verify_number import CARD_STEPS
from mizuhiki.institutions.municipality.store.network_tables import NUMBER_CHECKS
from mizuhiki.institutions.prefecture.store.tables import IDENTIFICATIONS
from mizuhiki.ledger.bundle import Bundle
from mizuhiki.ledger.verify import verify
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.database import Database
from mizuhiki.vocabulary.affairs import AffairOfOthers
from mizuhiki.vocabulary.numbers import (
    IndividualNumber,
    ResidentRecordCode,
    individual_number_check_digit,
    resident_record_code_check_digit,
)
from mizuhiki.vocabulary.persons import FourItems, Sex
from mizuhiki.vocabulary.reconciliation import Difference, FoundDifference, HeldRecord, PageDigest
from mizuhiki.vocabulary.register_access import NoSearchRow, Route
from mizuhiki.vocabulary.register_access.verification import CheckOutcome, NumberCheck
from support.environment import make_environment
from support.municipality import MIYAKONOJO, SHIBUYA, SHIBUYA_ADDRESS, Country, family
from unit.card.test_face import CHECK_A, FaceCard

FATHER = FourItems("山田　太郎", "ヤマダ　タロウ", date(1985, 2, 3), Sex.MALE, "宮崎県都城市姫城町6-21")
AWAY = dataclasses.replace(FATHER, address=SHIBUYA_ADDRESS)


@pytest.fixture
def country(either: Country) -> Country:
    return either


def desk(country: Country, name: str = MIYAKONOJO) -> NetworkDesk:
    found: NetworkDesk = country.apps[name].operations.network
    return found


def clerk(country: Country, affair: str = "local-tax") -> Context:
    return country.context("counter-clerk", affair=affair)


def settle(country: Country, name: str = MIYAKONOJO) -> tuple[str, str]:
    """Number a family and let it reach every tier; return the father's record and number."""
    address = family().address if name == MIYAKONOJO else SHIBUYA_ADDRESS
    operations = country.apps[name].operations
    father = operations.import_existing_residents(
        country.context("registrar", institution=name), [family(address=address)]
    )[0]
    country.pump()
    with operations.adapters.store.transaction() as records:
        return father, records.register.resident(father).number.reveal()


def passed(result: NumberCheck) -> list[tuple[str, bool]]:
    return [(step.name, step.passed) for step in result.steps]


def mistyped(number: str) -> str:
    """Another number with a right check digit."""
    body = f"{(int(number[:11]) + 1) % 10**11:011}"
    return body + individual_number_check_digit(body)


@pytest.mark.requirement("R-052")
@pytest.mark.requirement("R-050")
def test_an_own_resident_is_checked_in_the_own_register_and_others_over_the_network(country: Country) -> None:
    _, number = settle(country)
    own = desk(country).verify_by_network(clerk(country), number, FATHER)
    assert (own.outcome, own.route) == (CheckOutcome.VERIFIED, Route.OWN_SYSTEM)
    _, elsewhere = settle(country, SHIBUYA)
    other = desk(country).verify_by_network(clerk(country), elsewhere, AWAY)
    assert (other.outcome, other.route) == (CheckOutcome.VERIFIED, Route.COMMUNICATION_SERVER)


@pytest.mark.requirement("R-052")
@pytest.mark.parametrize(
    ("change", "failed", "problem"),
    [
        ({"address": "東京都渋谷区代々木1-1"}, "items-agree", "address"),
        ({"birth_date": date(1985, 2, 4)}, "items-agree", "birth_date"),
    ],
)
def test_an_item_that_differs_fails_the_check_and_is_named(
    country: Country, change: dict[str, Any], failed: str, problem: str
) -> None:
    _, number = settle(country)
    result = desk(country).verify_by_network(clerk(country), number, dataclasses.replace(FATHER, **change))
    assert result.outcome is CheckOutcome.FAILED
    assert (result.steps[-1].name, result.steps[-1].problem) == (failed, problem)


@pytest.mark.requirement("R-052")
def test_a_mistyped_number_fails_at_its_check_digit_or_at_the_register(country: Country) -> None:
    _, number = settle(country)
    wrong_digit = number[:11] + str((int(number[11]) + 1) % 10)
    first = desk(country).verify_by_network(clerk(country), wrong_digit, FATHER)
    assert passed(first) == [("number-form", False)]
    second = desk(country).verify_by_network(clerk(country), mistyped(number), FATHER)
    assert passed(second) == [("number-form", True), ("holder-found", False)]


@pytest.mark.requirement("R-053")
def test_an_affair_that_no_row_allows_is_refused_before_anything_is_looked_up(country: Country) -> None:
    _, number = settle(country)
    with pytest.raises(NoSearchRow):
        desk(country).verify_by_network(clerk(country, "long-term-care-insurance"), number, FATHER)
    with pytest.raises(AffairOfOthers):
        desk(country).verify_by_network(clerk(country, "national-pension"), number, FATHER)
    with pytest.raises(ActionNotPermitted):
        desk(country).verify_by_network(country.context("mayor", affair="local-tax"), number, FATHER)
    assert desk(country).checks(clerk(country), date(2019, 12, 2)) == []


@pytest.mark.requirement("R-076")
def test_a_protected_person_is_answered_like_nobody_here_and_elsewhere(country: Country) -> None:
    father, number = settle(country)
    operations = country.apps[MIYAKONOJO].operations
    operations.start_measure(country.context("support-officer"), father, "a reason")
    country.pump()
    here = desk(country).verify_by_network(clerk(country), number, FATHER)
    away = desk(country, SHIBUYA).verify_by_network(
        country.context("counter-clerk", affair="local-tax", institution=SHIBUYA), number, FATHER
    )
    assert here.steps == away.steps
    assert here.steps[-1].problem == "not-found"


@pytest.mark.requirement("R-026")
def test_a_check_in_the_own_register_stands_in_the_persons_verified_chain(country: Country) -> None:
    father, number = settle(country)
    desk(country).verify_by_network(clerk(country), number, FATHER)
    with country.apps[MIYAKONOJO].operations.adapters.store.transaction() as records:
        code = records.register.resident(father).code
    peer = country.context("peer")
    [bundle] = desk(country).open_look_ups(peer, [code])
    directory = make_environment(MIYAKONOJO).directory
    keys = {f"mizuhiki/{name}": directory.entry(name).checkpoint_key for name in (MIYAKONOJO, "commission")}
    assert verify(bundle, keys).entries == 1
    [opening] = [entry for shard in Bundle.from_json(bundle).shards for entry in shard.entries]
    entry = json.loads(opening.entry)
    assert (entry["kind"], entry["outcome"], entry["asker"]) == ("number-verification", "confirmed", MIYAKONOJO)
    assert "地方税法" in entry["legal_basis"]
    assert number not in bundle


@pytest.mark.requirement("R-051")
@pytest.mark.requirement("R-052")
def test_every_check_is_recorded_with_its_steps_and_without_the_number(country: Country) -> None:
    _, number = settle(country)
    desk(country).verify_by_network(clerk(country), number, FATHER)
    desk(country).verify_by_card(clerk(country), form(number, FATHER, face_checked=False))
    [card, network] = sorted(desk(country).checks(clerk(country), date(2019, 12, 2)), key=lambda one: one.result.method)
    assert passed(card.result)[-1] == ("face-checked", False)
    assert network.result.outcome is CheckOutcome.VERIFIED
    database = Database(country.databases[MIYAKONOJO])
    with database.read() as connection:
        assert number not in str(connection.execute(sa.select(NUMBER_CHECKS)).all())
    database.dispose()


def form(number: str, items: FourItems, **changes: Any) -> CardCheckForm:
    values: dict[str, Any] = {
        "application": True,
        "card_shown": True,
        "face_checked": True,
        "chip_equals_face": True,
        "number_text": number,
        "card_number_text": number,
        "written": items,
        "printed": items,
    }
    return CardCheckForm(**(values | changes))


@pytest.mark.requirement("R-051")
@pytest.mark.parametrize("failing", range(5))
def test_each_of_the_five_steps_can_fail_and_ends_the_check(country: Country, failing: int) -> None:
    number = "123456789018"
    changes: list[dict[str, Any]] = [
        {"application": False},
        {"card_shown": False},
        {"face_checked": False},
        {"chip_equals_face": False},
        {"written": dataclasses.replace(FATHER, name="山田　次郎")},
    ]
    whole = desk(country).verify_by_card(clerk(country), form(number, FATHER))
    assert passed(whole) == [(name, True) for name in CARD_STEPS]
    result = desk(country).verify_by_card(clerk(country), form(number, FATHER, **changes[failing]))
    assert passed(result) == [(name, place < failing) for place, name in enumerate(CARD_STEPS[: failing + 1])]


@pytest.mark.requirement("R-051")
def test_a_number_on_the_application_that_is_not_the_cards_fails_the_comparison(country: Country) -> None:
    result = desk(country).verify_by_card(
        clerk(country), form(mistyped("123456789018"), FATHER, card_number_text="123456789018")
    )
    assert (result.steps[-1].name, result.steps[-1].problem) == ("number-and-items-compared", "number")


@pytest.mark.requirement("R-140")
@pytest.mark.requirement("R-051")
def test_the_chip_refuses_a_mistyped_number_and_shows_another_face(country: Country) -> None:
    items = FourItems("試験　花子", "シケン　ハナコ", date(1988, 5, 17), Sex.FEMALE, "東京都千代田区霞が関1-1")

    def check(number: str = CHECK_A, printed: FourItems = items) -> NumberCheck:
        shown = form(number, printed)
        return desk(country).verify_by_card(clerk(country), shown, FaceCard())

    assert check().outcome is CheckOutcome.VERIFIED
    refused = check(mistyped(CHECK_A)).steps[-1]
    assert (refused.name, refused.problem) == ("chip-equals-face", "card-wrong-pin")
    other = check(printed=dataclasses.replace(items, birth_date=date(1970, 1, 2))).steps[-1]
    assert (other.name, other.problem) == ("chip-equals-face", "birth_date, sex")


class Answering:
    """The network, but each tier claims one more difference, or the national one refuses where there is none."""

    def __init__(self, network: CommunicationServer, more: FoundDifference | None) -> None:
        self._network = network
        self._more = more

    def search(self, affair: str, number: IndividualNumber) -> FourItems | None:
        return self._network.search(affair, number)

    def compare_pages(
        self, tier: Tier, pages: Sequence[PageDigest], protected: Sequence[ResidentRecordCode]
    ) -> tuple[list[int], list[FoundDifference]]:
        if self._more is None and tier is Tier.NATIONAL:
            raise NoSearchRow(row="none", table="", affair="", body="")
        found, unmarked = self._network.compare_pages(tier, pages, protected)
        return (found if self._more is None else [0]), unmarked

    def compare_records(self, tier: Tier, pages: Sequence[int], records: Sequence[HeldRecord]) -> list[FoundDifference]:
        found = self._network.compare_records(tier, pages, records)
        return found if self._more is None else [*found, self._more]


def machinery(country: Country) -> Context:
    return country.context("machinery")


def damage(country: Country, **values: Any) -> None:
    """Change a row of the prefecture behind its back."""
    database = Database(country.databases["prefecture-45"])
    with database.write() as connection:
        connection.execute(IDENTIFICATIONS.update().where(IDENTIFICATIONS.c.name == FATHER.name).values(**values))
    database.dispose()


def prefecture_row(country: Country, column: str) -> list[Any]:
    database = Database(country.databases["prefecture-45"])
    with database.read() as connection:
        query = sa.select(IDENTIFICATIONS.c[column]).where(IDENTIFICATIONS.c.birth_date == FATHER.birth_date)
        found = list(connection.execute(query).scalars())
    database.dispose()
    return found


@pytest.mark.requirement("R-012")
def test_three_tiers_that_agree_are_reported_so(country: Country) -> None:
    settle(country)
    report = desk(country).reconcile(machinery(country))
    assert (report.persons, dict(report.pages_differing)) == (3, {"prefecture": 0, "national": 0})
    assert report.differences == ()
    assert desk(country).comparisons(country.context("registrar")) == [report]


@pytest.mark.requirement("R-012")
@pytest.mark.parametrize(
    ("values", "kind", "items"),
    [
        ({"address": "宮崎県都城市姫城町9-99"}, "differs", ("address",)),
        ({"in_register": False}, "missing", ()),
    ],
)
def test_a_tier_that_drifted_is_put_right_by_sending_the_record_again(
    country: Country, values: dict[str, Any], kind: str, items: tuple[str, ...]
) -> None:
    father, _ = settle(country)
    damage(country, **values)
    report = desk(country).reconcile(machinery(country))
    [line] = report.differences
    assert (line.tier, line.resident, line.kind, line.items) == (Tier.PREFECTURE, father, kind, items)
    assert line.repair is Repair.SENT_AGAIN
    country.pump()
    assert prefecture_row(country, "address") == [FATHER.address]
    assert prefecture_row(country, "sequence") == [2]
    assert desk(country).reconcile(machinery(country)).differences == ()


@pytest.mark.requirement("R-012")
@pytest.mark.requirement("R-076")
def test_a_lost_support_mark_is_found_and_set_again(country: Country) -> None:
    father, _ = settle(country)
    country.apps[MIYAKONOJO].operations.start_measure(country.context("support-officer"), father, "a reason")
    country.pump()
    damage(country, protected=False)
    [line] = desk(country).reconcile(machinery(country)).differences
    assert (line.kind, line.repair) == ("unmarked", Repair.SENT_AGAIN)
    country.pump()
    assert prefecture_row(country, "protected") == [True]


@pytest.mark.requirement("R-012")
def test_what_was_sent_again_and_still_differs_is_left_to_the_staff(country: Country) -> None:
    settle(country)
    damage(country, address="宮崎県都城市姫城町9-99")
    desk(country).reconcile(machinery(country))
    country.pump()
    damage(country, address="宮崎県都城市姫城町9-99")
    [line] = desk(country).reconcile(machinery(country)).differences
    assert line.repair is Repair.LEFT_TO_STAFF
    country.pump()
    assert prefecture_row(country, "address") == ["宮崎県都城市姫城町9-99"]


@pytest.mark.requirement("R-012")
def test_somebody_whom_the_register_does_not_know_is_reported_and_left(country: Country) -> None:
    settle(country)
    body = "1234567890"
    stranger = ResidentRecordCode.parse(body + resident_record_code_check_digit(body))
    adapters = country.apps[MIYAKONOJO].operations.adapters
    claims = Answering(adapters.network, FoundDifference(stranger, Difference.SURPLUS))
    report = NetworkDesk(dataclasses.replace(adapters, network=claims)).reconcile(machinery(country))
    assert [(line.resident, line.kind, line.repair) for line in report.differences] == [
        ("", "surplus", Repair.LEFT_TO_STAFF)
    ] * 2
    country.pump()
    assert prefecture_row(country, "sequence") == [1]


def test_a_tier_that_does_not_answer_is_named_and_the_other_is_compared(country: Country) -> None:
    settle(country)
    adapters = country.apps[MIYAKONOJO].operations.adapters
    silent = NetworkDesk(dataclasses.replace(adapters, network=Answering(adapters.network, None)))
    report = silent.reconcile(machinery(country))
    assert dict(report.silent) == {"national": "no-search-row"}
    assert dict(report.pages_differing) == {"prefecture": 0}
