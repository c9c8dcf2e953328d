"""Four items, relationships, changes and the age table."""

import dataclasses
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.vocabulary.persons import (
    ChangeReason,
    FourItems,
    MalformedFourItems,
    MalformedRelationship,
    MalformedResidenceCardNumber,
    Relationship,
    RelationshipChain,
    ResidenceCardNumber,
    ResidenceCategory,
    ResidenceStatus,
    Sex,
    age_pyramid,
    is_nationality,
    nationality_en,
    nationality_ja,
)
from mizuhiki.vocabulary.persons import age_groups as published

HANAKO = FourItems("髙木　花子", "タカギ　ハナコ", date(1985, 3, 1), Sex.FEMALE, "宮崎県都城市姫城町6街区21号")


@pytest.mark.requirement("R-065")
def test_the_same_person_written_by_two_offices_agrees() -> None:
    other = FourItems("髙木 花子", "たかぎ はなこ", date(1985, 3, 1), Sex.FEMALE, "都城市姫城町６街区２１")
    assert HANAKO.compare(other) == ()
    assert HANAKO.digest_source() == other.digest_source()
    assert HANAKO.name_address_source() == other.name_address_source()


@pytest.mark.requirement("R-065")
@pytest.mark.parametrize(
    ("change", "differing"),
    [
        ({"name": "高木　花子"}, ("name",)),
        ({"address": "宮崎県都城市姫城町6街区22号"}, ("address",)),
        ({"birth_date": date(1985, 1, 3)}, ("birth_date",)),
        ({"sex": Sex.MALE}, ("sex",)),
        ({"name_kana": "タカキ　ハナコ"}, ()),
        ({"sex": Sex.MALE, "name": "別人"}, ("name", "sex")),
    ],
)
def test_the_items_that_differ_are_named(change: dict[str, object], differing: tuple[str, ...]) -> None:
    other = dataclasses.replace(HANAKO, **change)  # type: ignore[arg-type] # a table of changes
    assert HANAKO.compare(other) == other.compare(HANAKO) == differing
    assert (HANAKO.digest_source() == other.digest_source()) is (differing == ())


people = st.builds(
    FourItems,
    name=st.text("あい花子 　", min_size=1).filter(str.strip),
    name_kana=st.just(""),
    birth_date=st.dates(date(2000, 1, 1), date(2000, 1, 3)),
    sex=st.sampled_from(Sex),
    address=st.text("都城1一2-丁目番の", min_size=1).filter(str.strip),
)


@pytest.mark.requirement("R-065")
@given(people, people)
def test_agreement_and_equal_digest_sources_are_the_same_thing(left: FourItems, right: FourItems) -> None:
    assert (left.compare(right) == ()) is (left.digest_source() == right.digest_source())


@pytest.mark.parametrize("change", [{"name": "　"}, {"address": ""}])
def test_incomplete_items_are_refused(change: dict[str, str]) -> None:
    with pytest.raises(MalformedFourItems):
        dataclasses.replace(HANAKO, **change)  # type: ignore[arg-type] # a table of changes


def test_a_relationship_is_read_and_printed() -> None:
    chain = RelationshipChain.parse("2012")
    assert chain.links == (Relationship.CHILD, Relationship.WIFE)
    assert (chain.title_ja, chain.code) == ("子の妻", "2012")


@pytest.mark.parametrize("code", ["", "2", "9x", "00", "0220", "2020202020"])
def test_what_is_no_relationship_is_refused(code: str) -> None:
    with pytest.raises(MalformedRelationship):
        RelationshipChain.parse(code)


def test_every_reason_of_change_has_a_word_and_none_both_enters_and_removes() -> None:
    assert all(reason.title_ja for reason in ChangeReason)
    assert not [reason for reason in ChangeReason if reason.enters and reason.removes]
    assert {reason for reason in ChangeReason if reason.removes} == {
        ChangeReason.MOVE_OUT,
        ChangeReason.MOVE_ABROAD,
        ChangeReason.DEATH,
        ChangeReason.EX_OFFICIO_REMOVAL,
    }


def test_a_residence_card_number_has_its_shape() -> None:
    card = ResidenceCardNumber.parse(" ab12345678cd ")
    status = ResidenceStatus("XXA", ResidenceCategory.MID_TO_LONG_TERM, "永住者", date(2015, 1, 1), card_number=card)
    assert status.card_number == ResidenceCardNumber("AB12345678CD")
    with pytest.raises(MalformedResidenceCardNumber):
        ResidenceCardNumber.parse("AB1234567CD")


@pytest.mark.requirement("R-359")
def test_the_age_table_adds_up_to_the_published_totals() -> None:
    def total(column: str, sex: Sex) -> int:
        return sum(getattr(group, column) for group in age_pyramid() if group.sex is sex)

    assert total("population", Sex.MALE) == published.PUBLISHED_MALE_POPULATION == 62_298_872
    assert total("population", Sex.FEMALE) == published.PUBLISHED_FEMALE_POPULATION == 65_408_317
    assert total("cards_issued", Sex.MALE) == published.PUBLISHED_MALE_CARDS == 8_330_262
    assert total("cards_issued", Sex.FEMALE) == published.PUBLISHED_FEMALE_CARDS == 7_312_143


@pytest.mark.requirement("R-359")
def test_the_published_totals_disagree_by_seventy_persons() -> None:
    by_age = sum(group.population for group in age_pyramid())
    assert by_age == published.PUBLISHED_POPULATION == 127_707_189
    assert published.PUBLISHED_POPULATION_BY_MUNICIPALITY_CLASS - by_age == 70


@pytest.mark.requirement("R-359")
def test_the_age_table_reproduces_the_published_rates() -> None:
    rates = []
    for start in range(0, 101, 5):
        groups = [group for group in age_pyramid() if group.age_from == start]
        share = sum(group.cards_issued for group in groups) / sum(group.population for group in groups)
        rates.append(round(100 * share, 1))
    assert rates == [2.1, 3.3, 3.2, 4.9, 9.2, 10.4, 10.6, 10.0, 9.2, 10.1, 12.0, 14.4, 17.3, 18.3, 21.7, 22.7, 19.7,
                     16.3, 11.4, 6.7, 4.1]  # fmt: skip


def test_age_groups_leave_no_age_out() -> None:
    males = [group for group in age_pyramid() if group.sex is Sex.MALE]
    assert [group.age_from for group in males] == list(range(0, 101, 5))
    assert all(group.age_until == group.age_from + 4 for group in males[:-1])
    assert males[-1].age_until is None


@pytest.mark.parametrize(
    ("code", "japanese", "english"),
    [
        # The largest groups in the statistics of foreign residents, and what is no country of the United Nations.
        ("CN", "中国", "China"),
        ("VN", "ベトナム", "Vietnam"),
        ("KR", "韓国", "South Korea"),
        ("PH", "フィリピン", "Philippines"),
        ("NP", "ネパール", "Nepal"),
        ("BR", "ブラジル", "Brazil"),
        ("MM", "ミャンマー", "Myanmar"),
        ("US", "米国", "United States"),
        ("TW", "台湾", "Taiwan"),
        ("PS", "パレスチナ", "Palestine"),
        ("XX", "無国籍", "Stateless"),
    ],
)
def test_a_nationality_is_named_as_on_a_residence_card(code: str, japanese: str, english: str) -> None:
    assert is_nationality(code)
    assert (nationality_ja(code), nationality_en(code)) == (japanese, english)


@pytest.mark.parametrize("code", ["", "ZZ", "br", "BRA", "ブラジル", "EU", "#"])
def test_what_is_no_nationality_is_none_and_keeps_its_writing(code: str) -> None:
    assert not is_nationality(code)
    assert nationality_ja(code) == nationality_en(code) == code
