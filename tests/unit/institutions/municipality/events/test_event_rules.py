"""Rules of life events on their boundary days, without a register."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.institutions.municipality.domain.events import deadlines
from mizuhiki.institutions.municipality.domain.events.aliases import (
    PENALTIES,
    AliasClaim,
    AliasProof,
    IssuerCheck,
    ProofOrigin,
    papers_to_check,
    require_proved,
)
from mizuhiki.institutions.municipality.domain.events.card_moves import (
    RETURN_OLD_CARD,
    SHOW_OLD_CARD,
    require_special_move,
    resident_card_notices,
)
from mizuhiki.institutions.municipality.domain.events.catalogue import FORMS, EventKind, form_of
from mizuhiki.institutions.municipality.domain.events.errors import (
    AliasNotProved,
    EntryExOfficioNotAllowed,
    EvidenceMissing,
    FormerNameNotPossible,
    HouseholdInconsistent,
    LateReasonMissing,
    NotRegistrable,
    ReadingNotYetLaw,
    ResidenceItemsIncomplete,
    SpecialMoveNotPossible,
)
from mizuhiki.institutions.municipality.domain.events.facts import Fact, fold, standing
from mizuhiki.institutions.municipality.domain.events.former_names import (
    BorneName,
    require_former_name,
    require_readings,
)
from mizuhiki.institutions.municipality.domain.events.forms import SeenDocument, require_evidence
from mizuhiki.institutions.municipality.domain.events.relations import (
    positions_under,
    require_consistent,
    successor,
)
from mizuhiki.institutions.municipality.domain.events.residence import network_applies, require_registrable
from mizuhiki.institutions.municipality.domain.events.unregistered import UnregisteredBirthFindings, require_findings
from mizuhiki.institutions.municipality.domain.residents import NumberingStage, ResidentRecord
from mizuhiki.vocabulary.card_lapse import card_goes_on_abroad
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.numbers import ResidentRecordCode, resident_record_code_check_digit
from mizuhiki.vocabulary.persons import (
    Position,
    Relationship,
    ResidenceCardNumber,
    ResidenceCategory,
    ResidenceStatus,
    Sex,
    parse_position,
)

R = Relationship
DAY = date(2019, 12, 2)
BODY = "1234567890"
CODE = ResidentRecordCode.parse(BODY + resident_record_code_check_digit(BODY))


def member(token: str, position: Position, *, sex: Sex = Sex.FEMALE, born: int = 1980, **items: str) -> ResidentRecord:
    return ResidentRecord(
        resident=token,
        household="h",
        name=PersonName("山田", token),
        birth_date=date(born, 1, 1),
        sex=sex,
        address=items.get("address", "宮崎県都城市姫城町6-21"),
        relationship=position,
        registered_domicile="宮崎県都城市",
        head_of_family_register="山田",
        resident_since=DAY,
        address_since=DAY,
        previous_address="",
        reported_on=DAY,
        nationality=items.get("nationality", "JP"),
        code=CODE,
        number=None,
        stage=NumberingStage.CODE_WRITTEN,
    )


@pytest.mark.parametrize(
    ("deadline", "event", "last"),
    [
        (deadlines.WITHIN_14_DAYS, date(2019, 12, 2), date(2019, 12, 16)),
        (deadlines.BIRTH, date(2019, 12, 3), date(2019, 12, 16)),
        (deadlines.DEATH, date(2019, 12, 3), date(2019, 12, 9)),
        (deadlines.DEATH_ABROAD, date(2019, 12, 3), date(2020, 3, 2)),
        (deadlines.NATURALISATION, date(2019, 11, 13), date(2019, 12, 12)),
        (deadlines.NATURALISATION, date(2024, 1, 31), date(2024, 2, 29)),
        (deadlines.LOSS_OF_NATIONALITY, date(2019, 12, 31), date(2020, 1, 30)),
        # What would end on a day the office is closed ends on the next open one (地方自治法4条の2第4項).
        (deadlines.BIRTH, date(2019, 12, 2), date(2019, 12, 16)),
        (deadlines.DEATH, date(2019, 12, 1), date(2019, 12, 9)),
        (deadlines.WITHIN_14_DAYS, date(2019, 12, 14), date(2020, 1, 6)),
        (deadlines.WITHIN_14_DAYS, date(2019, 4, 13), date(2019, 5, 7)),
        (deadlines.NATURALISATION, date(2019, 12, 2), date(2020, 1, 6)),
        (deadlines.NATURALISATION, date(2020, 1, 31), date(2020, 3, 2)),
    ],
)
def test_each_period_ends_on_its_last_day(deadline: deadlines.Deadline, event: date, last: date) -> None:
    assert deadline.last_day(event) == last
    assert deadlines.lateness(deadline, event, last, "") is None
    after = last + timedelta(days=1)
    with pytest.raises(LateReasonMissing):
        deadlines.lateness(deadline, event, after, " ")
    late = deadlines.lateness(deadline, event, after, "was ill")
    assert late is not None
    assert late.days == 1
    assert "5万円以下の過料" in late.fine_notice


CARD = ResidenceCardNumber.parse("AB12345678CD")
WORKER = ResidenceStatus("BR", ResidenceCategory.MID_TO_LONG_TERM, "定住者", DAY, date(2022, 12, 1), CARD, "三年")


@pytest.mark.requirement("R-041")
@pytest.mark.parametrize(
    ("changes", "day", "rule"),
    [
        ({}, date(2012, 7, 8), "before-2012-07-09"),
        ({"nationality": "JP"}, DAY, "japanese-national"),
        ({"status": "短期滞在"}, DAY, "status-without-residence-card"),
        ({"status": "外交"}, DAY, "status-without-residence-card"),
        ({"period": "三月"}, DAY, "stay-of-three-months-or-less"),
        ({"stay_until": DAY}, DAY + timedelta(days=1), "stay-ended"),
        ({"status": "永住者"}, DAY, "permanent-resident-has-no-period"),
        ({"category": ResidenceCategory.SPECIAL_PERMANENT}, DAY, "special-permanent-has-no-period"),
        ({"category": ResidenceCategory.BIRTH_TRANSITIONAL}, DAY, "transition-of-60-days"),
    ],
)
def test_who_has_no_residence_card_by_law_gets_no_record(changes: dict[str, object], day: date, rule: str) -> None:
    with pytest.raises(NotRegistrable) as refusal:
        require_registrable(dataclasses.replace(WORKER, **changes), day)  # type: ignore[arg-type]  # test values
    assert refusal.value.fields["rule"] == rule


@pytest.mark.requirement("R-041")
def test_every_category_of_the_act_is_registered_from_the_first_day_on() -> None:
    first = date(2012, 7, 9)
    born = ResidenceStatus("BR", ResidenceCategory.BIRTH_TRANSITIONAL, "", first, date(2012, 9, 7))
    refuge = ResidenceStatus("BR", ResidenceCategory.TEMPORARY_REFUGE_OR_STAY, "", first, date(2012, 9, 7))
    special = ResidenceStatus("KR", ResidenceCategory.SPECIAL_PERMANENT, "特別永住者", first, None, CARD)
    permanent = ResidenceStatus("BR", ResidenceCategory.MID_TO_LONG_TERM, "永住者", first, None, CARD)
    lost = dataclasses.replace(born, category=ResidenceCategory.NATIONALITY_LOSS_TRANSITIONAL)
    for status in (WORKER, born, refuge, special, permanent, lost):
        require_registrable(status, first)
    require_registrable(WORKER, date(2022, 12, 1))


@pytest.mark.requirement("R-042")
@pytest.mark.parametrize("item", ["nationality", "status", "period", "stay_until", "card_number"])
def test_a_mid_to_long_term_residents_record_lacks_no_item(item: str) -> None:
    empty = None if item in {"stay_until", "card_number"} else ""
    with pytest.raises(ResidenceItemsIncomplete) as refusal:
        require_registrable(dataclasses.replace(WORKER, **{item: empty}), DAY)  # type: ignore[arg-type]  # test values
    assert refusal.value.fields["item"] == item


@pytest.mark.requirement("R-045")
def test_the_network_took_foreign_residents_from_2013_07_08_on() -> None:
    assert network_applies("JP", date(2013, 7, 7))
    assert not network_applies("BR", date(2013, 7, 7))
    assert network_applies("BR", date(2013, 7, 8))


BILL = AliasProof("電気料金の領収書", ProofOrigin.UTILITY, "九州電力", "山田　マリア", date(2019, 10, 1))
SCHOOL = AliasProof("在学証明書", ProofOrigin.SCHOOL, "都城高校", "山田　マリア", date(2019, 11, 1))
CLAIM = AliasClaim("山田　マリア", "ヤマダ　マリア", "used at work and school", (BILL, SCHOOL), use_asked_orally=True)


def refused(claim: AliasClaim, day: date = DAY) -> str:
    with pytest.raises(AliasNotProved) as refusal:
        require_proved(claim, day)
    return str(refusal.value.fields["rule"])


@pytest.mark.requirement("R-061")
def test_an_alias_needs_two_papers_of_two_issuers_that_show_it() -> None:
    require_proved(CLAIM, DAY)
    for proofs in (
        (),
        (BILL,),
        (BILL, dataclasses.replace(SCHOOL, issuer="九州電力")),
        (BILL, dataclasses.replace(SCHOOL, shows="佐藤　マリア")),
        (BILL, dataclasses.replace(SCHOOL, issued_on=DAY + timedelta(days=1))),
    ):
        assert refused(dataclasses.replace(CLAIM, proofs=proofs)) == "two-independent-proofs"
    assert refused(dataclasses.replace(CLAIM, reason=" ")) == "reason-missing"
    one = dataclasses.replace(CLAIM, proofs=(dataclasses.replace(BILL, issued_on=date(2013, 1, 1)),))
    require_proved(one, date(2013, 11, 14))
    assert refused(one, date(2013, 11, 15)) == "two-independent-proofs"
    family = dataclasses.replace(BILL, origin=ProofOrigin.FAMILY_STATUS)
    require_proved(dataclasses.replace(CLAIM, proofs=(family,)), DAY)


@pytest.mark.requirement("R-062")
def test_papers_of_ones_own_making_do_not_count_from_2018_03_26_on() -> None:
    own = (
        dataclasses.replace(BILL, title="名刺", origin=ProofOrigin.SELF_MADE, issued_on=date(2018, 1, 1)),
        dataclasses.replace(SCHOOL, title="会員証", origin=ProofOrigin.SELF_MADE, issued_on=date(2018, 1, 1)),
    )
    claim = dataclasses.replace(CLAIM, proofs=own)
    require_proved(claim, date(2018, 3, 25))
    assert refused(claim, date(2018, 3, 26)) == "self-made"
    card = dataclasses.replace(own[0], issuer="名刺の作成者")
    before = dataclasses.replace(BILL, issued_on=date(2018, 1, 1))
    require_proved(dataclasses.replace(CLAIM, proofs=(card, before)), date(2018, 3, 25))
    assert refused(dataclasses.replace(CLAIM, proofs=(card, before)), date(2018, 3, 26)) == "two-independent-proofs"


@pytest.mark.requirement("R-062")
def test_from_2018_03_26_on_the_use_of_an_alias_is_asked_orally() -> None:
    papers = tuple(dataclasses.replace(one, issued_on=date(2018, 1, 1)) for one in (BILL, SCHOOL))
    claim = dataclasses.replace(CLAIM, proofs=papers, use_asked_orally=False)
    require_proved(claim, date(2018, 3, 25))
    assert refused(claim, date(2018, 3, 26)) == "use-not-asked"


@pytest.mark.requirement("R-064")
@pytest.mark.parametrize(
    ("title", "origin"),
    [("診察券 (forged)", ProofOrigin.MEDICAL), ("社員証 of a shell company", ProofOrigin.EMPLOYER)],
)
def test_a_forged_paper_is_never_counted_once_its_issuer_denied_it(title: str, origin: ProofOrigin) -> None:
    forged = AliasProof(title, origin, "issuer", CLAIM.alias, date(2018, 1, 1), IssuerCheck.NEEDED)
    claim = dataclasses.replace(CLAIM, proofs=(BILL, SCHOOL, forged))
    assert papers_to_check(claim) == [forged]
    assert refused(claim) == "issuer-to-be-asked"
    denied = dataclasses.replace(forged, check=IssuerCheck.DENIED)
    assert refused(dataclasses.replace(claim, proofs=(BILL, SCHOOL, denied))) == "issuer-denied"
    confirmed = dataclasses.replace(forged, check=IssuerCheck.CONFIRMED)
    require_proved(dataclasses.replace(claim, proofs=(BILL, confirmed)), DAY)


@pytest.mark.requirement("R-063")
def test_the_alias_form_warns_of_the_crime_with_its_penalties() -> None:
    assert [(one.years, one.yen) for one in PENALTIES] == [(5, 500_000), (1, 200_000)]
    (warning,) = [one for one in form_of(EventKind.ALIAS_ENTRY).warnings if one.blocks]
    for words in ("刑法157条", "5年以下の拘禁刑", "50万円以下", "1年以下の拘禁刑", "20万円以下", "未遂", "懲役"):
        assert words in warning.text_ja
    for words in ("article 157", "5 years", "500,000 yen", "1 year", "200,000 yen", "attempt"):
        assert words in warning.text_en


FOUND = UnregisteredBirthFindings(
    registration_not_reached=True,
    court_procedure="family-court-permission-110",
    presumed_child_basis="the mother's family register",
    birth_certificate_seen=True,
    parent_family_register_seen=True,
    interviewed_on=date(2019, 11, 20),
    field_inquiry_needed=False,
)


@pytest.mark.requirement("R-059")
@pytest.mark.parametrize(
    ("changes", "condition"),
    [
        ({"registration_not_reached": False}, "registration-not-reached"),
        ({"court_procedure": ""}, "court-procedure"),
        ({"court_procedure": "planned"}, "court-procedure"),
        ({"presumed_child_basis": " "}, "presumed-child-of-a-japanese"),
    ],
)
def test_all_three_conditions_must_hold_for_an_unregistered_birth(changes: dict[str, object], condition: str) -> None:
    require_findings(FOUND, DAY)
    with pytest.raises(EntryExOfficioNotAllowed) as refusal:
        require_findings(dataclasses.replace(FOUND, **changes), DAY)  # type: ignore[arg-type]  # test values
    assert refusal.value.fields["condition"] == condition


@pytest.mark.requirement("R-059")
def test_the_notice_of_2018_10_02_is_the_basis_from_its_day_on() -> None:
    early = dataclasses.replace(FOUND, interviewed_on=date(2018, 10, 1))
    require_findings(early, date(2018, 10, 2))
    with pytest.raises(EntryExOfficioNotAllowed):
        require_findings(early, date(2018, 10, 1))


@pytest.mark.requirement("R-060")
@pytest.mark.parametrize(
    ("changes", "evidence"),
    [
        ({"birth_certificate_seen": False}, "birth-certificate"),
        ({"parent_family_register_seen": False}, "parent-family-register"),
        ({"interviewed_on": None}, "interview"),
        ({"interviewed_on": DAY + timedelta(days=1)}, "interview"),
        ({"field_inquiry_needed": True}, "field-inquiry"),
    ],
)
def test_the_finding_rests_on_papers_and_an_interview(changes: dict[str, object], evidence: str) -> None:
    with pytest.raises(EvidenceMissing) as refusal:
        require_findings(dataclasses.replace(FOUND, **changes), DAY)  # type: ignore[arg-type]  # test values
    assert refusal.value.fields["evidence"] == evidence
    require_findings(FOUND, DAY)
    require_findings(dataclasses.replace(FOUND, field_inquiry_needed=True, field_inquiry_on=DAY), DAY)


@pytest.mark.requirement("R-048")
def test_the_special_move_ends_30_days_after_the_plan_and_14_after_the_move() -> None:
    planned = date(2019, 11, 1)
    require_special_move(planned, date(2019, 11, 20), date(2019, 12, 1))
    with pytest.raises(SpecialMoveNotPossible, match=r"."):
        require_special_move(planned, date(2019, 11, 20), date(2019, 12, 2))
    require_special_move(planned, date(2019, 11, 1), date(2019, 11, 15))
    with pytest.raises(SpecialMoveNotPossible) as refusal:
        require_special_move(planned, date(2019, 11, 1), date(2019, 11, 16))
    assert refusal.value.fields["rule"] == "14-days-after-move"


@pytest.mark.requirement("R-046")
def test_the_old_card_is_returned_before_2012_07_09_and_goes_on_when_shown_after() -> None:
    assert resident_card_notices(date(2012, 7, 8)) == (RETURN_OLD_CARD,)
    assert resident_card_notices(date(2012, 7, 9)) == (SHOW_OLD_CARD,)
    # The last one was issued on 2015-12-31 for ten years.
    assert resident_card_notices(date(2025, 12, 30)) == (SHOW_OLD_CARD,)
    assert resident_card_notices(date(2025, 12, 31)) == ()


@pytest.mark.requirement("R-058")
def test_the_card_goes_on_abroad_from_2024_05_27_on() -> None:
    assert not card_goes_on_abroad(date(2024, 5, 26))
    assert card_goes_on_abroad(date(2024, 5, 27))


@pytest.mark.requirement("R-056")
@pytest.mark.parametrize(
    ("wanted", "day", "options", "rule"),
    [
        ("佐藤", date(2019, 11, 4), {}, "before-2019-11-05"),
        ("山田", DAY, {}, "present-name"),
        ("田中", DAY, {}, "not-proved"),
        ("鈴木", DAY, {"entered_before": True}, "only-the-last-one"),
        ("佐藤", DAY, {"entered_before": True, "removed_on": date(2019, 11, 20)}, "only-since-removal"),
    ],
)
def test_a_former_name_is_entered_only_by_its_rules(
    wanted: str, day: date, options: dict[str, object], rule: str
) -> None:
    borne = (BorneName("鈴木", date(2005, 3, 1)), BorneName("佐藤", date(2015, 3, 1)))
    values: dict[str, object] = {"removed_on": None, "entered_before": False} | options
    with pytest.raises(FormerNameNotPossible) as refusal:
        require_former_name(member("a", R.HEAD), wanted, borne, day, **values)  # type: ignore[arg-type]  # test values
    assert refusal.value.fields["rule"] == rule
    for family in ("鈴木", "佐藤"):
        require_former_name(
            member("a", R.HEAD), family, borne, date(2019, 11, 5), removed_on=None, entered_before=False
        )


def test_readings_are_law_from_2025_05_26_on() -> None:
    with pytest.raises(ReadingNotYetLaw):
        require_readings(date(2025, 5, 25))
    require_readings(date(2025, 5, 26))


HOUSE = [
    member("husband", R.HEAD, sex=Sex.MALE, born=1980),
    member("wife", R.WIFE, born=1982),
    member("son", R.CHILD, sex=Sex.MALE, born=2001),
    member("daughter", R.CHILD, born=2010),
    member("grandmother", R.MOTHER, born=1950),
    member("guest", R.COHABITANT, born=1990),
    member("bride", parse_position("2012"), born=2002),
]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            "wife",
            {"husband": "11", "son": "20", "daughter": "20", "grandmother": "1152", "guest": "99", "bride": "2012"},
        ),
        ("son", {"husband": "51", "wife": "52", "daughter": "5120", "grandmother": "5152", "guest": "99"}),
        ("grandmother", {"husband": "20", "wife": "2012", "son": "2020", "bride": "202012", "guest": "99"}),
        ("guest", {"husband": "99", "wife": "99", "son": "99"}),
    ],
)
def test_relationships_follow_when_another_becomes_head(head: str, expected: dict[str, str]) -> None:
    found = positions_under(HOUSE, head)
    assert found[head] is R.HEAD
    assert {name: found[name].value for name in expected} == expected
    stated = positions_under(HOUSE, head, {"daughter": R.RELATIVE})
    assert stated["daughter"] is R.RELATIVE


@given(st.permutations([one.resident for one in HOUSE]))
def test_a_household_has_one_head_whatever_the_order_of_changes(heads: list[str]) -> None:
    members = list(HOUSE)
    for head in heads:
        found = positions_under(members, head)
        members = [dataclasses.replace(one, relationship=found[one.resident]) for one in members]
        assert [one.resident for one in members if one.relationship is R.HEAD] == [head]
        require_consistent(members)


def test_the_spouse_follows_the_head_then_the_oldest_and_children_last() -> None:
    staying = HOUSE[1:]
    assert successor(staying, DAY) == "wife"
    assert successor(staying[1:], DAY) == "grandmother"
    assert successor([HOUSE[3]], DAY) == "daughter"
    assert successor([HOUSE[3], HOUSE[2]], DAY) == "son"
    assert successor(HOUSE, DAY) is None
    assert successor([], DAY) is None


@pytest.mark.parametrize(
    ("members", "rule"),
    [
        ([member("a", R.WIFE)], "one-head"),
        ([member("a", R.HEAD), member("b", R.HEAD)], "one-head"),
        ([member("a", R.HEAD), member("b", R.WIFE, address="宮崎県都城市北原町1")], "one-address"),
        ([member("a", R.HEAD), member("b", R.WIFE), member("c", R.WIFE)], "one-spouse"),
    ],
)
def test_an_inconsistent_household_is_named_by_its_rule(members: list[ResidentRecord], rule: str) -> None:
    with pytest.raises(HouseholdInconsistent) as refusal:
        require_consistent(members)
    assert refusal.value.fields["rule"] == rule


def test_one_document_of_a_group_is_enough_and_none_is_not() -> None:
    form = form_of(EventKind.DEATH)
    require_evidence(form, [SeenDocument("post-mortem")])
    with pytest.raises(EvidenceMissing):
        require_evidence(form, [SeenDocument("moving-out-certificate")])


def test_every_kind_of_event_has_a_form_in_two_languages_with_a_basis() -> None:
    assert set(FORMS) == set(EventKind)
    for form in FORMS.values():
        assert form.basis
        texts = [(form.title_ja, form.title_en)]
        texts += [(one.title_ja, one.title_en) for one in (*form.fields, *form.evidence)]
        texts += [(one.text_ja, one.text_en) for one in form.warnings]
        assert all(ja and en and ja != en for ja, en in texts), form.kind
        assert len({one.name for one in form.fields}) == len(form.fields), form.kind


def fact(event: str, day: int, known: int, cancels: str = "", *, entry: bool = False, **items: str) -> Fact:
    return Fact(
        event=event,
        resident="r",
        kind="k",
        effective_on=date(2019, 1, day),
        entered_at=datetime(2019, 2, known, tzinfo=UTC),
        items=items,
        cancels=cancels,
        entry=entry,
        sequence=known,
    )


def test_the_record_of_a_day_is_answered_as_it_was_known_on_another() -> None:
    facts = [
        fact("e", 1, 1, entry=True, name="a", address="x"),
        fact("later", 20, 2, address="z"),
        fact("late-notice", 10, 3, address="y"),
        fact("undo", 21, 4, cancels="later"),
    ]
    at = [datetime(2019, 2, known, 12, tzinfo=UTC) for known in range(1, 5)]
    addresses = [[(fold(facts, date(2019, 1, day), known) or {}).get("address") for day in (5, 15, 25)] for known in at]
    assert addresses == [["x", "x", "x"], ["x", "x", "z"], ["x", "y", "z"], ["x", "y", "y"]]
    assert fold(facts, date(2018, 12, 31)) is None
    assert [one.event for one in standing(facts)] == ["e", "late-notice"]
