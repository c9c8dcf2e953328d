"""Pages of events over a real municipality: nationalities as people know them, and the stay of a newborn child."""

from __future__ import annotations

from datetime import date

import pytest

from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.events.errors import ItemImpossible
from mizuhiki.institutions.municipality.domain.events.requests import Place
from mizuhiki.vocabulary.persons import ResidenceCategory
from support.events import NORTH, clerk, events, foreigner, mayor, note, office, record, residence
from support.municipality import MIYAKONOJO, Country
from support.pages import PASSPHRASE, Browser

CHILD: dict[str, str | list[str]] = {
    "request_id": "birth-of-ana", "happened_on": "2019-09-20", "received_on": "2019-12-02", "notifier": "the mother",
    "late_reason": "was ill", "documents": ["birth-certificate"], "p1_family": "SILVA", "p1_given": "ANA",
    "p1_sex": "2", "p1_position": "20", "p1_nationality": "br",
}  # fmt: skip
STAY: dict[str, str | list[str]] = {
    "p1_category": "mid-to-long-term-resident", "p1_status": "定住者", "p1_period": "三年",
    "p1_stay_until": "2022-11-30", "p1_card_number": "AB12345679CD",
}  # fmt: skip


def mother_here(country: Country) -> str:
    told = note(K.MOVE_IN_FROM_ABROAD, date(2019, 9, 1), date(2019, 12, 2), late_reason="was ill")
    mother = foreigner(residence=residence(resident_since=date(2019, 9, 1)))
    (resident,) = events(country).enter_from_abroad(clerk(country), told, [mother], Place(NORTH)).residents
    return resident


def counter(country: Country) -> Browser:
    office(country).add_staff("hanako", "窓口 花子", "counter-clerk", PASSPHRASE)
    return Browser(country.apps[MIYAKONOJO], "hanako")


def test_a_nationality_is_typed_in_two_letters_and_read_as_a_name(light: Country) -> None:
    mother = mother_here(light)
    browser, home = counter(light), record(light, mother).household
    path = f"/households/{home}/events/birth-of-foreign-child"
    unknown = browser.post(path, {**CHILD, **STAY, "p1_nationality": "ZZ", "step": "check"})
    assert "Enter the two letters of a country or region, for example BR" in unknown.text
    checked = browser.post(path, {**CHILD, **STAY, "step": "check"})
    assert "Check: Birth of a foreign child" in checked.text
    assert "Brazil" in checked.text
    assert ">br<" not in checked.text
    assert "Brazil" in browser.get(f"/households/{home}").text
    assert "Brazil, 定住者" in browser.get(f"/residents/{mother}/history?day=2019-12-02").text


def test_a_foreign_child_whose_sixty_days_are_over_is_entered_with_the_status_it_has(light: Country) -> None:
    mother = mother_here(light)
    browser, home = counter(light), record(light, mother).household
    path = f"/households/{home}/events/birth-of-foreign-child"
    assert browser.post(path, {**CHILD, "step": "enter"}).status_code != 303
    answer = browser.post(path, {**CHILD, **STAY, "step": "enter"})
    assert answer.status_code == 303, answer.text
    view = office(light).household_view(clerk(light), home)
    [child] = [one.summary.resident for one in view.members if one.summary.resident != mother]
    stay = record(light, child).details.residence
    assert stay is not None
    assert (stay.category, stay.nationality) == (ResidenceCategory.MID_TO_LONG_TERM, "BR")


@pytest.mark.requirement("R-041")
def test_no_record_names_a_nationality_that_there_is_not(light: Country) -> None:
    mother = mother_here(light)
    brazil = foreigner("ana", nationality="ブラジル", residence=residence(nationality="ブラジル"))
    with pytest.raises(ItemImpossible):
        events(light).enter_from_abroad(clerk(light), note(K.MOVE_IN_FROM_ABROAD), [brazil], Place(NORTH))
    changes = {mother: {"nationality": "ZZ", "residence": {"nationality": "ZZ"}}}
    with pytest.raises(ItemImpossible):
        events(light).correct(mayor(light), note(K.CORRECTION), changes)
