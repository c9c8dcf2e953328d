"""Whom an event can concern: what the counter offers agrees with what the operations take."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from mizuhiki.institutions.municipality.domain.events.aliases import AliasClaim, AliasProof, ProofOrigin
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.events.concerned import can_concern
from mizuhiki.institutions.municipality.domain.events.errors import (
    FormerNameNotPossible,
    NothingChanges,
    NotRegistrable,
)
from mizuhiki.institutions.municipality.domain.events.requests import Place
from mizuhiki.institutions.municipality.operations.events.change_persons import FamilyRegisterEntry
from mizuhiki.vocabulary.names import PersonName
from support.events import NORTH, clerk, events, events_country, foreigner, note, record, settle
from support.municipality import Country


@pytest.fixture
def country() -> Iterator[Country]:
    made = events_country()
    yield made
    made.close()


@pytest.mark.requirement("R-061")
def test_whoever_the_counter_does_not_offer_is_refused_by_the_operation_too(country: Country) -> None:
    husband, *_ = settle(country)
    (resident,) = (
        events(country)
        .enter_from_abroad(clerk(country), note(K.MOVE_IN_FROM_ABROAD), [foreigner()], Place(NORTH))
        .residents
    )
    proofs = tuple(
        AliasProof(title, ProofOrigin.PUBLIC_BODY, title, "山田　マリア", date(2019, 10, 1)) for title in ("甲", "乙")
    )
    claim = AliasClaim("山田　マリア", "ヤマダ　マリア", "work", proofs, use_asked_orally=True)
    name, register = PersonName("森", "真理"), FamilyRegisterEntry("宮崎県都城市姫城町6", "森　真理")
    bench, staff = events(country), clerk(country)
    calls: dict[K, Callable[[str], object]] = {
        K.ALIAS_ENTRY: lambda one: bench.enter_alias(staff, note(K.ALIAS_ENTRY), one, claim),
        K.ALIAS_REMOVAL: lambda one: bench.remove_alias(staff, note(K.ALIAS_REMOVAL), one),
        K.FORMER_NAME_ENTRY: lambda one: bench.enter_former_name(
            staff, note(K.FORMER_NAME_ENTRY), one, former_name="旧", former_name_kana="キュウ", borne=[]
        ),
        K.FORMER_NAME_REMOVAL: lambda one: bench.remove_former_name(staff, note(K.FORMER_NAME_REMOVAL), one),
        K.NATURALISATION: lambda one: bench.enter_naturalisation(
            staff, note(K.NATURALISATION), one, name=name, family_register=register
        ),
        K.LOSS_OF_NATIONALITY: lambda one: bench.enter_loss_of_nationality(
            staff, note(K.LOSS_OF_NATIONALITY), one, nationality="CA", name=name
        ),
    }
    refused = 0
    for kind, call in calls.items():
        for one in (husband, resident):
            held = record(country, one)
            if not can_concern(kind, held.nationality, held.details):
                refused += 1
                with pytest.raises((NotRegistrable, NothingChanges, FormerNameNotPossible)):
                    call(one)
    assert refused == 8
    calls[K.ALIAS_ENTRY](resident)
    assert not can_concern(K.ALIAS_ENTRY, "BR", record(country, resident).details)
    assert can_concern(K.ALIAS_REMOVAL, "BR", record(country, resident).details)
