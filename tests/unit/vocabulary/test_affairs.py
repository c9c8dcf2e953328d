"""The table of affairs."""

import dataclasses
from datetime import date, timedelta

import pytest

from mizuhiki.vocabulary.affairs import (
    AffairField,
    AffairKind,
    AffairNotLawful,
    AffairOfOthers,
    AffairSubfield,
    OrdinanceAffairNotAllowed,
    affair,
    affairs,
    affairs_on,
    ordinance_affair,
    require_affair,
    require_user,
)
from mizuhiki.vocabulary.ids import InstitutionId, kind_of

TODAY = date(2019, 12, 2)
CITY = InstitutionId("municipality-452025")
STORY = ("child-allowance", "resident-register", "number-assignment", "local-tax", "national-pension", "portal-account",
         "card-issue")  # fmt: skip


@pytest.mark.requirement("R-002")
@pytest.mark.parametrize("code", STORY)
def test_the_affairs_of_the_story_are_lawful_in_2019(code: str) -> None:
    assert require_affair(code, TODAY).code == code


@pytest.mark.requirement("R-002")
@pytest.mark.parametrize(
    ("code", "day", "reason"),
    [
        ("marketing", TODAY, "unknown"),
        ("", TODAY, "unknown"),
        ("child-allowance", date(2015, 12, 31), "not-yet"),
        ("portal-account", date(2017, 11, 12), "not-yet"),
        ("beppyo-15", TODAY, "not-yet"),
        ("public-money-account", TODAY, "not-yet"),
    ],
)
def test_what_is_not_in_the_table_that_day_is_refused_with_the_reason(code: str, day: date, reason: str) -> None:
    with pytest.raises(AffairNotLawful) as refused:
        require_affair(code, day)
    assert refused.value.fields["reason"] == reason
    assert refused.value.fields["affair"] == code


@pytest.mark.requirement("R-226")
@pytest.mark.parametrize(
    ("code", "first"),
    [
        ("number-assignment", date(2015, 10, 5)),
        ("child-allowance", date(2016, 1, 1)),
        ("local-tax", date(2016, 1, 1)),
        ("employment-insurance", date(2016, 1, 1)),
        ("national-pension", date(2017, 1, 1)),
    ],
)
def test_numbering_and_use_began_on_their_published_days_pensions_later(code: str, first: date) -> None:
    assert require_affair(code, first)
    with pytest.raises(AffairNotLawful):
        require_affair(code, first - timedelta(days=1))


@pytest.mark.requirement("R-003")
def test_every_listed_use_of_every_field_is_covered_when_use_began() -> None:
    covered = {use for known in affairs_on(TODAY) for use in known.subfields}
    assert covered == set(AffairSubfield)
    fields = {known.field for known in affairs_on(TODAY)}
    assert fields >= {AffairField.PENSION, AffairField.LABOUR, AffairField.WELFARE_MEDICAL, AffairField.TAX,
                      AffairField.DISASTER}  # fmt: skip


@pytest.mark.requirement("R-004")
def test_employers_only_do_affairs_related_to_the_number() -> None:
    by_employers = [known for known in affairs() if "employer" in known.users]
    assert by_employers
    assert {known.kind for known in by_employers} == {AffairKind.RELATED}


@pytest.mark.requirement("R-004")
def test_administration_only_does_affairs_using_the_number() -> None:
    bodies = {"municipality", "prefecture", "pension-service", "national-tax-agency", "portal"}
    assert {known.kind for known in affairs() if bodies & set(known.users)} == {AffairKind.USE}


def test_the_table_of_the_act_is_complete() -> None:
    items = [known.item for known in affairs() if known.item]
    assert len(items) == len(set(items)) == 177
    assert {item.split("-")[0] for item in items} == {str(number) for number in range(1, 137)}
    assert affair("child-allowance").item == "81"
    assert affair("local-tax").item == "24"


def test_every_affair_has_both_titles_and_a_basis() -> None:
    assert all(known.title_ja and known.title_en.isascii() and known.basis and known.users for known in affairs())


@pytest.mark.requirement("R-002")
def test_an_affair_that_ended_is_lawful_on_its_last_day_and_refused_from_the_next() -> None:
    last = date(2021, 3, 31)
    ended = dataclasses.replace(affair("child-allowance"), code="ended", valid_until=last)
    assert require_affair("ended", last, ordinance_affairs={"ended": [ended]}) is ended
    with pytest.raises(AffairNotLawful) as refused:
        require_affair("ended", date(2021, 4, 1), ordinance_affairs={"ended": [ended]})
    assert refused.value.fields["reason"] == "no-longer"
    assert refused.value.fields["until"] == "2021-03-31"


@pytest.mark.requirement("R-002")
def test_an_ordinance_adds_an_affair_for_its_own_municipality() -> None:
    own = ordinance_affair(
        slug="school-lunch",
        institution=CITY,
        title_ja="就学援助",
        title_en="School aid",
        field=AffairField.WELFARE_MEDICAL,
        ordinance="都城市番号利用条例3条",
        valid_from=date(2016, 1, 1),
    )
    assert require_affair(own.code, TODAY, ordinance_affairs={own.code: [own]}) is own
    with pytest.raises(AffairNotLawful):
        require_affair(own.code, TODAY)


@pytest.mark.requirement("R-002")
@pytest.mark.parametrize(
    ("field", "ordinance"),
    [(AffairField.QUALIFICATION, "条例"), (AffairField.ADMINISTRATION, "条例"), (AffairField.TAX, " ")],
)
def test_an_ordinance_cannot_go_beyond_the_act(field: AffairField, ordinance: str) -> None:
    with pytest.raises(OrdinanceAffairNotAllowed):
        ordinance_affair(
            slug="x",
            institution=CITY,
            title_ja="図書館",
            title_en="Library",
            field=field,
            ordinance=ordinance,
            valid_from=date(2016, 1, 1),
        )


def test_an_affair_that_ended_is_no_longer_lawful() -> None:
    own = ordinance_affair(
        slug="old",
        institution=CITY,
        title_ja="旧制度",
        title_en="Former scheme",
        field=AffairField.DISASTER,
        ordinance="条例",
        valid_from=date(2016, 1, 1),
        valid_until=date(2018, 3, 31),
    )
    assert require_affair(own.code, date(2018, 3, 31), ordinance_affairs={own.code: [own]}) is own
    with pytest.raises(AffairNotLawful) as refused:
        require_affair(own.code, date(2018, 4, 1), ordinance_affairs={own.code: [own]})
    assert refused.value.fields["reason"] == "no-longer"


@pytest.mark.requirement("R-004")
@pytest.mark.parametrize(
    ("code", "user", "lawful"),
    [
        ("child-allowance", "municipality-452025", True),
        ("child-allowance", "pension-service", False),
        ("national-pension", "pension-service", True),
        ("national-pension", "municipality-452025", False),
        ("special-child-rearing-allowance", "municipality-141003", True),
        ("special-child-rearing-allowance", "prefecture-welfare-45", True),
        ("special-child-rearing-allowance", "municipality-452025", False),
        ("portal-account", "portal", True),
        ("portal-account", "jpki", False),
    ],
)
def test_an_affair_is_open_only_to_the_bodies_that_the_table_names(code: str, user: str, *, lawful: bool) -> None:
    if lawful:
        require_user(affair(code), InstitutionId(user))
        return
    with pytest.raises(AffairOfOthers) as caught:
        require_user(affair(code), InstitutionId(user))
    assert caught.value.fields == {"affair": code, "user": kind_of(InstitutionId(user)).value}
