"""Rules of notification cards, fees and actual residences, at the days where they change."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from mizuhiki.institutions.municipality.domain.actual_residences import (
    ActualAddress,
    Agent,
    Attachment,
    DeliveryPath,
    LongStay,
    ResidenceCase,
    ResidenceForm,
    ResidencePolicy,
    ResidenceSource,
    require_period,
    require_registrable,
)
from mizuhiki.institutions.municipality.domain.notice_errors import (
    AttachmentMissing,
    CardAloneProvesNothing,
    CaseConditionMissing,
    ConsentMisplaced,
    HallNotAllowed,
    ItemsDifferFromRegister,
    MalformedNoticeNumber,
    NoticeIsNoProof,
    NotificationCardAbolished,
    ResidenceNotFresh,
    ResidenceOutOfPeriod,
    SourceNotAllowed,
)
from mizuhiki.institutions.municipality.domain.notice_fees import (
    ReissueReason,
    reasons_after,
    reissue_cost,
)
from mizuhiki.institutions.municipality.domain.notice_forms import (
    IdentityDocument,
    NoticeForm,
    form_on,
    new_notice_number,
    parse_notice_number,
    recorded_at_start,
    require_identity,
    require_proof_of_number,
)
from mizuhiki.institutions.municipality.domain.notices import NoticeState, last_day_of_keeping

LAST_DAY, FIRST_WITHOUT = date(2020, 5, 24), date(2020, 5, 25)
IN_FORCE = date(2019, 12, 2)
POLICY = ResidencePolicy()
APPLICATION = ResidenceForm(
    request_id="request-0001",
    resident="r",
    case=ResidenceCase.UNAVOIDABLE,
    address=ActualAddress("架空県架空市1-1"),
    reason="遠方で介護中",
    received_on=date(2015, 9, 15),
    attachments=frozenset({Attachment.IDENTITY_COPY, Attachment.PLACE_PROOF}),
)
STAY = LongStay(nobody_at_address=True, expected_for_long=True)


def form(**changes: object) -> ResidenceForm:
    return dataclasses.replace(APPLICATION, **changes)  # type: ignore[arg-type] # fields named by each test


@pytest.mark.requirement("R-103")
def test_a_card_is_made_until_the_eve_of_the_abolition_and_a_notice_from_then_on() -> None:
    assert form_on(LAST_DAY) is NoticeForm.CARD
    assert form_on(FIRST_WITHOUT) is NoticeForm.LETTER


@pytest.mark.requirement("R-103")
def test_a_notice_proves_no_number_and_an_outdated_card_none_after_the_abolition() -> None:
    require_proof_of_number(NoticeForm.CARD, (), FIRST_WITHOUT)
    require_proof_of_number(NoticeForm.CARD, ("address",), LAST_DAY)
    with pytest.raises(ItemsDifferFromRegister):
        require_proof_of_number(NoticeForm.CARD, ("address",), FIRST_WITHOUT)
    with pytest.raises(NoticeIsNoProof):
        require_proof_of_number(NoticeForm.LETTER, (), FIRST_WITHOUT)


@pytest.mark.requirement("R-101")
def test_a_card_alone_or_with_one_document_without_photograph_proves_nobody() -> None:
    plain = (IdentityDocument.HEALTH_INSURANCE_CARD, IdentityDocument.PENSION_BOOK)
    for shown in ((), plain[:1], (plain[0], plain[0])):
        with pytest.raises(CardAloneProvesNothing):
            require_identity(shown)
    require_identity(plain)
    require_identity((IdentityDocument.PASSPORT,))


@pytest.mark.requirement("R-105")
@pytest.mark.parametrize(
    ("since", "removed", "recipient"),
    [
        (date(2015, 10, 5), None, True),
        (date(2015, 10, 6), None, False),
        (date(2000, 1, 1), date(2015, 10, 5), False),
        (date(2000, 1, 1), date(2015, 10, 6), True),
    ],
)
def test_recipients_are_those_recorded_on_the_day_the_act_took_effect(
    since: date, removed: date | None, *, recipient: bool
) -> None:
    assert recorded_at_start(since, removed) is recipient


@pytest.mark.requirement("R-124")
@pytest.mark.parametrize(
    ("returned", "last"),
    [
        ("2015-11-10", "2016-02-10"),
        ("2015-11-30", "2016-02-29"),
        ("2014-11-30", "2015-02-28"),
        ("2015-11-29", "2016-02-29"),
        ("2014-11-29", "2015-02-28"),
        ("2015-10-31", "2016-01-31"),
        ("2015-12-31", "2016-03-31"),
        ("2019-02-28", "2019-05-31"),
        ("2016-02-29", "2016-05-31"),
        ("2016-02-28", "2016-05-28"),
    ],
)
def test_a_returned_card_is_kept_three_months_as_the_civil_code_counts(returned: str, last: str) -> None:
    assert last_day_of_keeping(date.fromisoformat(returned)) == date.fromisoformat(last)


@given(st.dates(date(2015, 10, 5), date(2030, 1, 1)))
def test_the_keeping_period_agrees_with_counting_days_one_by_one(returned: date) -> None:
    first = day = returned + timedelta(days=1)
    wanted = (first.year * 12 + first.month - 1) + 3
    while True:
        following = day + timedelta(days=1)
        months = following.year * 12 + following.month - 1
        if months > wanted or (months == wanted and following.day == first.day):
            break
        day = following
    assert last_day_of_keeping(returned) == day


@given(st.integers(0, 10**9 - 1), st.integers(0, 15), st.integers(1, 9))
def test_a_card_id_is_read_back_and_one_wrong_digit_is_found(drawn: int, place: int, shift: int) -> None:
    number = new_notice_number("452025", drawn)
    assert luhn.is_valid(number)
    assert parse_notice_number(f"{number[:4]} {number[4:8]}-{number[8:]}") == number
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(MalformedNoticeNumber):
        parse_notice_number(wrong)


@pytest.mark.parametrize("text", ["", "123", "４" * 16, "x" * 16])
def test_what_is_no_card_id_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(MalformedNoticeNumber) as refused:
        parse_notice_number(text)
    assert not text or text not in str(refused.value)


@pytest.mark.requirement("R-188")
@pytest.mark.requirement("R-185")
@pytest.mark.parametrize(
    ("reason", "fee"),
    [
        ("lost-or-damaged", 500),
        ("lost-or-damaged-by-office", 0),
        ("endorsements-full", 0),
        ("after-surrender", 500),
        ("number-or-code-changed", 0),
        ("wrong-delivery-by-office", 0),
        ("surrendered-on-moving-abroad", 0),
        ("keeping-period-ended", 500),
    ],
)
def test_who_pays_a_re_issue_follows_the_table_of_the_letter(reason: str, fee: int) -> None:
    cost = reissue_cost(ReissueReason(reason), IN_FORCE)
    assert (cost.fee_yen, cost.subsidised) == (fee, fee == 0)


@pytest.mark.requirement("R-186")
def test_a_municipality_may_set_another_fee_or_none() -> None:
    assert reissue_cost(ReissueReason.LOST_OR_DAMAGED, IN_FORCE, 300).fee_yen == 300
    waived = reissue_cost(ReissueReason.LOST_OR_DAMAGED, IN_FORCE, 0)
    assert (waived.fee_yen, waived.subsidised) == (0, False)


@pytest.mark.requirement("R-103")
def test_no_card_is_issued_again_after_the_abolition() -> None:
    reissue_cost(ReissueReason.LOST_OR_DAMAGED, LAST_DAY)
    with pytest.raises(NotificationCardAbolished):
        reissue_cost(ReissueReason.LOST_OR_DAMAGED, FIRST_WITHOUT)


@pytest.mark.requirement("R-125")
def test_only_an_expired_keeping_makes_the_later_card_a_re_issue() -> None:
    assert reasons_after(NoticeState.DISPOSED, expired=True) == {ReissueReason.KEEPING_PERIOD_ENDED}
    assert reasons_after(NoticeState.DISPOSED, expired=False) == frozenset()
    assert reasons_after(NoticeState.SENT, expired=False) == frozenset()


@pytest.mark.requirement("R-111")
@pytest.mark.parametrize(
    ("day", "inside"),
    [("2015-08-31", False), ("2015-09-01", True), ("2015-09-30", True), ("2015-10-01", False), ("2015-10-05", False)],
)
def test_for_the_initial_sending_there_is_september_2015_only(day: str, *, inside: bool) -> None:
    received = date.fromisoformat(day)
    if inside:
        require_period(received, initial_recipient=True, registered_before=False)
    else:
        with pytest.raises(ResidenceOutOfPeriod):
            require_period(received, initial_recipient=True, registered_before=False)


@pytest.mark.requirement("R-119")
def test_a_registered_person_registers_again_whenever_they_move() -> None:
    require_period(date(2015, 11, 1), initial_recipient=True, registered_before=True)
    require_period(date(2019, 12, 2), initial_recipient=False, registered_before=False)
    with pytest.raises(ResidenceOutOfPeriod):
        require_period(date(2015, 10, 4), initial_recipient=False, registered_before=False)


@pytest.mark.requirement("R-112")
@pytest.mark.parametrize("paper", [Attachment.IDENTITY_COPY, Attachment.PLACE_PROOF])
@pytest.mark.parametrize("case", ResidenceCase)
def test_an_application_needs_a_copy_of_an_identity_document_and_proof_of_the_place(
    case: ResidenceCase, paper: Attachment
) -> None:
    application = form(case=case, long_stay=STAY)
    require_registrable(application, POLICY)
    with pytest.raises(AttachmentMissing) as refused:
        require_registrable(dataclasses.replace(application, attachments=application.attachments - {paper}), POLICY)
    assert refused.value.fields["item"] == paper.value


@pytest.mark.requirement("R-113")
def test_consent_to_share_is_asked_of_evacuees_and_a_proof_where_the_municipality_wants_it() -> None:
    require_registrable(form(case=ResidenceCase.DISASTER, consent_to_share=True), POLICY)
    with pytest.raises(ConsentMisplaced):
        require_registrable(form(case=ResidenceCase.VIOLENCE, consent_to_share=True), POLICY)
    with pytest.raises(AttachmentMissing):
        require_registrable(form(case=ResidenceCase.DISASTER), ResidencePolicy(victim_proof_required=True))


@pytest.mark.requirement("R-109")
@pytest.mark.parametrize(
    ("stay", "missing"),
    [
        (None, "expected-for-long"),
        (LongStay(nobody_at_address=True, expected_for_long=False), "expected-for-long"),
        (LongStay(nobody_at_address=False, expected_for_long=True), "nobody-at-address"),
        (
            LongStay(nobody_at_address=True, expected_for_long=True, collects_after_leaving=True),
            "collects-after-leaving",
        ),
    ],
)
def test_a_long_stay_needs_both_conditions_and_no_wish_to_collect_later(stay: LongStay | None, missing: str) -> None:
    with pytest.raises(CaseConditionMissing) as refused:
        require_registrable(form(case=ResidenceCase.LONG_STAY, long_stay=stay), POLICY)
    assert refused.value.fields["item"] == missing


@pytest.mark.requirement("R-107")
@pytest.mark.requirement("R-108")
@pytest.mark.requirement("R-110")
@pytest.mark.requirement("R-115")
@pytest.mark.requirement("R-117")
@pytest.mark.parametrize(
    ("case", "source", "allowed"),
    [
        ("disaster", "application", True),
        ("disaster", "held-by-municipality", True),
        ("disaster", "contact-by-municipality", False),
        ("violence", "application", True),
        ("violence", "held-by-municipality", False),
        ("violence", "contact-by-municipality", True),
        ("long-stay", "application", True),
        ("long-stay", "held-by-municipality", True),
        ("long-stay", "contact-by-municipality", False),
        ("unavoidable", "application", True),
        ("unavoidable", "held-by-municipality", False),
        ("unavoidable", "contact-by-municipality", False),
    ],
)
def test_each_case_has_its_own_sources(case: str, source: str, *, allowed: bool) -> None:
    entry = form(
        case=ResidenceCase(case), source=ResidenceSource(source), long_stay=STAY, confirmed_on=date(2015, 9, 10)
    )
    if allowed:
        require_registrable(entry, POLICY)
    else:
        with pytest.raises(SourceNotAllowed):
            require_registrable(entry, POLICY)


@pytest.mark.requirement("R-115")
@pytest.mark.requirement("R-117")
@pytest.mark.parametrize("confirmed", [None, date(2015, 8, 31), date(2015, 9, 16)])
def test_an_address_held_already_must_be_confirmed_in_the_period(confirmed: date | None) -> None:
    held = form(case=ResidenceCase.DISASTER, source=ResidenceSource.HELD_BY_MUNICIPALITY, attachments=frozenset())
    require_registrable(dataclasses.replace(held, confirmed_on=date(2015, 9, 1)), POLICY)
    require_registrable(dataclasses.replace(held, confirmed_on=date(2015, 9, 15)), POLICY)
    with pytest.raises(ResidenceNotFresh):
        require_registrable(dataclasses.replace(held, confirmed_on=confirmed), POLICY)


@pytest.mark.requirement("R-116")
@pytest.mark.parametrize(
    ("case", "allowed"), [("disaster", False), ("violence", True), ("long-stay", True), ("unavoidable", False)]
)
def test_only_victims_and_long_stays_are_kept_at_the_hall(case: str, *, allowed: bool) -> None:
    entry = form(case=ResidenceCase(case), path=DeliveryPath.TOWN_HALL, long_stay=STAY)
    if allowed:
        require_registrable(entry, POLICY)
    else:
        with pytest.raises(HallNotAllowed):
            require_registrable(entry, POLICY)


@pytest.mark.requirement("R-118")
@pytest.mark.parametrize("paper", [Attachment.POWER_OF_ATTORNEY, Attachment.AGENT_IDENTITY_COPY])
def test_an_agent_proves_power_and_identity(paper: Attachment) -> None:
    papers = APPLICATION.attachments | {Attachment.POWER_OF_ATTORNEY, Attachment.AGENT_IDENTITY_COPY}
    entry = form(agent=Agent("代理　次郎", ActualAddress("架空県代理市2-2")), attachments=papers)
    require_registrable(entry, POLICY)
    with pytest.raises(AttachmentMissing):
        require_registrable(dataclasses.replace(entry, attachments=papers - {paper}), POLICY)


def test_an_actual_address_is_not_shown_by_accident() -> None:
    assert "架空" not in repr(APPLICATION)
