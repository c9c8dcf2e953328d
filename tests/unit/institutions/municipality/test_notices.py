"""Cards and notices from the notification to their end, with the real register as card maker, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from mizuhiki.institutions.municipality.domain.actual_residences import (
    ActualAddress,
    Agent,
    Attachment,
    DeliveryPath,
    LongStay,
    ResidenceCase,
    ResidenceSource,
)
from mizuhiki.institutions.municipality.domain.errors import (
    DateImpossible,
    IdentityNotVerified,
    PreviousMunicipalityUnknown,
    SamePersonMayNotApprove,
)
from mizuhiki.institutions.municipality.domain.moves import MoveInForm, MoveOutForm
from mizuhiki.institutions.municipality.domain.notice_errors import (
    BranchNotAllowed,
    CardAloneProvesNothing,
    DeliveryOptionOff,
    EndorsementEmpty,
    EndorsementsFull,
    KeepingPeriodRunning,
    NoticeIsNoProof,
    NoticeNotInState,
    NoticeNotUsable,
    NoticeStillLive,
    NotificationCardAbolished,
    ResidenceOutOfPeriod,
    UnknownNotice,
)
from mizuhiki.institutions.municipality.domain.notice_fees import ReissueReason
from mizuhiki.institutions.municipality.domain.notice_forms import IdentityDocument, NoticeForm
from mizuhiki.institutions.municipality.domain.notices import IssueCause, NoticeState, ReturnReason, Step, Treatment
from mizuhiki.institutions.municipality.domain.residents import BirthForm, ResidentQuery
from mizuhiki.institutions.municipality.operations.keep_notices import card_issued_in
from mizuhiki.institutions.national_register.domain.notices import (
    INITIAL_HOUSEHOLDS,
    NEW_A_YEAR,
    envelopes_a_day,
)
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import Sex
from support.municipality import ADDRESS, MIYAKONOJO, SHIBUYA, SHIBUYA_ADDRESS, family
from support.notices import PAPERS, SECRET, NoticePlace, make_place

LICENCE = IdentityDocument.DRIVING_LICENCE
MOVED = "宮崎県都城市上町1-1"


@pytest.fixture
def place() -> Iterator[NoticePlace]:
    place = make_place()
    yield place
    place.country.close()


@pytest.fixture
def stored(database_url: str) -> Iterator[NoticePlace]:
    place = make_place(database_url)
    yield place
    place.country.close()


@pytest.mark.requirement("R-097")
@pytest.mark.requirement("R-114")
def test_a_household_gets_one_registered_envelope_at_its_address_with_forms_to_apply(stored: NoticePlace) -> None:
    residents = stored.number()
    assert stored.send() == 3
    [envelope] = stored.printed().envelopes
    assert (envelope.line.service, envelope.line.destination, envelope.line.recipient) == (
        "簡易書留",
        ADDRESS,
        "山田　太郎",
    )
    assert {sheet.notice_number for sheet in envelope.sheets} == {stored.notice(r).number for r in residents}
    for sheet in envelope.sheets:
        assert sheet.application.name == sheet.face.name
        assert len(sheet.application.application_id) == 23
        assert sheet.application.application_id in sheet.application.qr_content
        assert sheet.face.individual_number not in sheet.application.qr_content
    assert stored.printed().envelopes == (), "printed once only"
    assert stored.send() == 0


@pytest.mark.requirement("R-105")
def test_who_left_the_register_before_the_act_took_effect_gets_nothing(place: NoticePlace) -> None:
    father, mother, child = place.number()
    place.change_record(mother, state="removed", removed_on=date(2015, 10, 5), removal_reason="death")
    place.change_record(child, state="removed", removed_on=date(2015, 10, 6), removal_reason="move-out")
    place.advance(3)
    assert place.send() == 2
    assert place.notice(mother).state is NoticeState.WITHDRAWN
    assert {place.notice(one).state for one in (father, child)} == {NoticeState.SENT}


@pytest.mark.requirement("R-103")
@pytest.mark.requirement("R-010")
@pytest.mark.parametrize(
    ("day", "form"), [(24, NoticeForm.CARD), (25, NoticeForm.LETTER)], ids=["last day of cards", "first of notices"]
)
def test_a_newborns_notification_prepares_the_paper_of_its_day(day: int, form: NoticeForm) -> None:
    place = make_place(at=datetime(2020, 5, day, 10, tzinfo=JST))
    father, mother, _child = place.number()
    operations = place.country.apps[MIYAKONOJO].operations
    household = operations.resident(place.context(), father).household
    birth = BirthForm(
        request_id="birth-000001",
        name=PersonName("山田", "二郎", "ヤマダ", "ジロウ"),
        birth_date=date(2020, 5, 20),
        sex=Sex.MALE,
        household=household,
        mother=mother,
        father=father,
        notifier="山田　太郎",
        received_on=date(2020, 5, day),
        registered_domicile="宮崎県都城市",
    )
    baby = operations.register_birth(place.context(), birth).resident
    numbering = place.country.context("mayor", "number-assignment")
    operations.request_number(numbering, baby)
    operations.designate_number(numbering, baby)
    assert place.desk.of_resident(place.context(), baby) == []
    operations.notify_number(numbering, baby)
    operations.notify_number(numbering, baby)
    [notice] = place.desk.of_resident(place.context(), baby)
    assert (notice.form, notice.cause, notice.responsible) == (form, IssueCause.NEW_NUMBER, "452025")
    place.send()
    sheets = [sheet for envelope in place.printed().envelopes for sheet in envelope.sheets]
    [sheet] = [sheet for sheet in sheets if sheet.notice_number == notice.number]
    assert bool(sheet.face.address) is (form is NoticeForm.CARD)
    assert bool(sheet.security) is (form is NoticeForm.CARD)
    if form is NoticeForm.LETTER:
        with pytest.raises(NoticeIsNoProof):
            place.desk.check_presented(place.context(), notice.number, (LICENCE,))
    place.country.close()


@pytest.mark.requirement("R-098")
def test_the_load_of_the_initial_sending_and_of_later_years_is_that_of_the_budget() -> None:
    days = [date.fromordinal(one) for one in range(date(2015, 10, 5).toordinal(), date(2016, 1, 1).toordinal())]
    usual = NEW_A_YEAR // 365
    assert sum(envelopes_a_day(day) - usual for day in days) == pytest.approx(INITIAL_HOUSEHOLDS, rel=1e-5)
    assert envelopes_a_day(date(2016, 1, 1)) * 365 == pytest.approx(1_400_000, rel=1e-3)
    assert envelopes_a_day(date(2015, 10, 4)) == 0


def test_a_sheet_waits_until_the_register_knows_the_person(place: NoticePlace) -> None:
    operations = place.country.apps[MIYAKONOJO].operations
    operations.import_existing_residents(place.country.context("registrar", "number-assignment"), [family()])
    place.desk.dispatch(place.context("machinery"))
    place.country.apps[MIYAKONOJO].pump()
    assert place.printed().envelopes == ()
    place.country.pump()
    assert len(place.printed().envelopes) == 1


@pytest.mark.requirement("R-101")
@pytest.mark.requirement("R-102")
def test_a_card_counts_with_documents_until_a_card_is_issued_and_is_collected_then(place: NoticePlace) -> None:
    father = place.number()[0]
    place.send()
    card = place.notice(father)
    place.advance(20_000)
    place.country.clock.set(datetime(2019, 12, 2, 10, tzinfo=JST))
    assert place.desk.check_presented(place.context(), card.number, (LICENCE,)).notice == card.notice
    with pytest.raises(CardAloneProvesNothing):
        place.desk.check_presented(place.context(), card.number, ())
    with pytest.raises(NoticeNotInState):
        place.desk.collect(place.context(), card.notice)
    store = place.desk.adapters.store
    with store.transaction() as records:
        assert card_issued_in(place.context(), records, father) == [card.notice]
    with pytest.raises(NoticeNotUsable):
        place.desk.check_presented(place.context(), card.number, (LICENCE,))
    assert place.desk.collect(place.context(), card.notice).state is NoticeState.COLLECTED


@pytest.mark.requirement("R-104")
def test_changed_items_are_written_on_the_card_until_its_column_is_full(stored: NoticePlace) -> None:
    father = stored.number()[0]
    stored.send()
    card = stored.notice(father)
    with pytest.raises(EndorsementEmpty):
        stored.desk.endorse(stored.context(), card.notice)
    for turn in range(4):
        stored.change_record(father, address=f"{MOVED}-{turn}", address_since=date(2015, 10, 5))
        assert stored.desk.view(stored.context(), card.notice).differing == ("address",)
        lines = stored.desk.endorse(stored.context(), card.notice)
        assert (len(lines), lines[-1].item, lines[-1].content) == (turn + 1, "address", f"{MOVED}-{turn}")
    stored.change_record(father, address=f"{MOVED}-9")
    with pytest.raises(EndorsementsFull):
        stored.desk.endorse(stored.context(), card.notice)
    stored.desk.surrender(stored.context(), card.notice)
    cost = stored.desk.reissue(stored.context(), card.notice, ReissueReason.ENDORSEMENTS_FULL)
    assert (cost.fee_yen, cost.subsidised) == (0, True)


@pytest.mark.requirement("R-104")
def test_nothing_is_endorsed_after_the_abolition(place: NoticePlace) -> None:
    father = place.number()[0]
    place.send()
    place.change_record(father, address=MOVED)
    place.country.clock.set(datetime(2020, 5, 25, 0, 0, tzinfo=JST))
    with pytest.raises(NotificationCardAbolished):
        place.desk.endorse(place.context(), place.notice(father).notice)


# Actual residences


@pytest.mark.requirement("R-114")
@pytest.mark.requirement("R-110")
def test_a_registered_residence_gets_its_own_envelope(stored: NoticePlace) -> None:
    father, mother, _child = stored.number()
    stored.residence(mother, ResidenceCase.UNAVOIDABLE)
    stored.send()
    going = {one.line.destination: [sheet.face.name for sheet in one.sheets] for one in stored.printed().envelopes}
    assert going[SECRET] == ["山田　花子"]
    assert len(going[ADDRESS]) == 2
    assert stored.notice(father).mailing != stored.notice(mother).mailing


@pytest.mark.requirement("R-107")
@pytest.mark.requirement("R-113")
def test_an_evacuee_may_consent_to_share_the_address_and_the_consent_is_kept(place: NoticePlace) -> None:
    father = place.number()[0]
    place.residence(father, ResidenceCase.DISASTER, consent_to_share=True)
    [held] = place.desk.residences(place.context("support-officer"), father)
    assert (held.consent_to_share, held.address.reveal(), held.case) == (True, SECRET, ResidenceCase.DISASTER)


@pytest.mark.requirement("R-118")
def test_the_card_goes_to_an_agent_who_proved_the_power(place: NoticePlace) -> None:
    father = place.number()[0]
    papers = PAPERS | {Attachment.POWER_OF_ATTORNEY, Attachment.AGENT_IDENTITY_COPY}
    agent = Agent("代理　次郎", ActualAddress("架空県代理市2-2"))
    place.residence(father, ResidenceCase.UNAVOIDABLE, agent=agent, attachments=papers)
    place.send()
    [line] = [one.line for one in place.printed().envelopes if one.line.destination == "架空県代理市2-2"]
    assert line.recipient == "代理　次郎"


@pytest.mark.requirement("R-119")
def test_registering_again_overwrites_and_keeps_the_history(stored: NoticePlace) -> None:
    father = stored.number()[0]
    stored.residence(father, ResidenceCase.UNAVOIDABLE)
    second = ActualAddress("架空県第二市2")
    stored.residence(father, ResidenceCase.UNAVOIDABLE, address=second, received_on=date(2015, 10, 5))
    newest, oldest = stored.desk.residences(stored.context("support-officer"), father)
    assert (newest.address, newest.superseded_on) == (second, None)
    assert (oldest.address.reveal(), oldest.superseded_on) == (SECRET, date(2015, 10, 5))
    stored.send()
    assert {one.line.destination for one in stored.printed().envelopes} == {ADDRESS, "架空県第二市2"}


@pytest.mark.requirement("R-111")
def test_an_application_received_in_october_is_refused_and_nothing_is_stored(place: NoticePlace) -> None:
    father = place.number()[0]
    with pytest.raises(ResidenceOutOfPeriod):
        place.residence(father, ResidenceCase.UNAVOIDABLE, received_on=date(2015, 10, 1))
    assert place.desk.residences(place.context("support-officer"), father) == []


@pytest.mark.requirement("R-117")
def test_the_welfare_departments_address_of_a_patient_is_used_once_it_was_confirmed(place: NoticePlace) -> None:
    father = place.number()[0]
    place.residence(
        father,
        ResidenceCase.LONG_STAY,
        source=ResidenceSource.HELD_BY_MUNICIPALITY,
        confirmed_on=date(2015, 9, 10),
        attachments=frozenset(),
        long_stay=LongStay(nobody_at_address=True, expected_for_long=True),
    )
    place.send()
    assert SECRET in {one.line.destination for one in place.printed().envelopes}


@pytest.mark.requirement("R-108")
def test_a_victims_residence_reaches_the_card_maker_only_after_another_officers_decision(place: NoticePlace) -> None:
    father, mother, _child = place.number()
    held = place.residence(mother, ResidenceCase.VIOLENCE, role="support-officer")
    with pytest.raises(SamePersonMayNotApprove):
        place.desk.approve_residence(place.context("support-officer"), held)
    officer = place.context("support-officer", "officer-2")
    assert [one.residence for one in place.desk.waiting_residences(officer)] == [held]
    place.desk.approve_residence(officer, held)
    place.protect(mother)
    place.send()
    going = {one.line.destination for one in place.printed().envelopes}
    assert going == {"宮崎県都城市役所", SECRET}, "the rest of the household is asked to the hall"
    assert place.notice(father).state is NoticeState.SENT


def test_only_the_support_officer_reads_an_actual_residence(place: NoticePlace) -> None:
    father = place.number()[0]
    held = place.residence(father, ResidenceCase.VIOLENCE)
    for role in ("counter-clerk", "mayor", "registrar", "tax-officer"):
        with pytest.raises(ActionNotPermitted):
            place.desk.residences(place.context(role), father)
        with pytest.raises(ActionNotPermitted):
            place.desk.approve_residence(place.context(role), held)


@pytest.mark.requirement("R-116")
def test_a_card_kept_at_the_hall_is_sent_on_by_the_municipality(stored: NoticePlace) -> None:
    mother = stored.number()[1]
    stored.residence(mother, ResidenceCase.VIOLENCE, path=DeliveryPath.TOWN_HALL)
    stored.send()
    [hall] = [one for one in stored.printed().envelopes if one.line.destination == "宮崎県都城市役所"]
    assert (hall.line.recipient, len(hall.sheets)) == ("都城市長", 1)
    card = stored.notice(mother)
    officer = stored.context("support-officer")
    stored.desk.take_in_at_hall(officer, card.notice)
    assert stored.desk.forwarding_label(officer, card.notice).delivery_address.reveal() == SECRET
    with pytest.raises(IdentityNotVerified):
        stored.desk.forward_from_hall(officer, card.notice, Step.HAND_OVER)
    assert stored.desk.forward_from_hall(officer, card.notice, Step.RESEND).state is NoticeState.RESENT


# Returned mail


@pytest.mark.requirement("R-120")
@pytest.mark.parametrize("reason", ReturnReason)
def test_a_return_is_entered_with_its_reason_for_the_whole_envelope(stored: NoticePlace, reason: ReturnReason) -> None:
    residents = stored.number()
    stored.send()
    card = stored.notice(residents[0])
    stored.advance(20)
    stored.returned(residents[0], reason=reason, whole_envelope=True)
    assert {stored.notice(r).state for r in residents} == {NoticeState.RETURNED}
    assert {stored.notice(r).return_reason for r in residents} == {reason}
    assert stored.desk.view(stored.context(), card.notice).notice.kept_until == date(2016, 1, 25)


def test_a_card_is_found_by_its_id_or_by_items_of_the_person(place: NoticePlace) -> None:
    father = place.number()[0]
    place.send()
    card = place.notice(father)
    query = ResidentQuery(name="山田　太郎", birth_date=date(1985, 2, 3))
    assert place.desk.find(place.context(), card.number, ResidentQuery()) == [card]
    assert place.desk.find(place.context(), "", query) == [card]
    with pytest.raises(UnknownNotice):
        place.desk.find(place.context(), "", ResidentQuery(name="佐藤"))


def test_a_return_before_the_sending_or_in_the_future_is_refused(place: NoticePlace) -> None:
    father = place.number()[0]
    place.send()
    for day in (date(2015, 10, 4), date(2015, 10, 6)):
        with pytest.raises(DateImpossible):
            place.returned(father, returned_on=day)
    assert place.notice(father).state is NoticeState.SENT


@pytest.mark.requirement("R-121")
def test_the_card_of_somebody_dead_is_registered_and_disposed_of_and_nothing_else(place: NoticePlace) -> None:
    father = place.number()[0]
    place.send()
    card = place.returned(father)
    place.change_record(father, state="removed", removed_on=date(2015, 10, 20), removal_reason="death")
    for wrong in set(Treatment) - {Treatment.DISPOSE}:
        with pytest.raises(BranchNotAllowed):
            place.treat(card, wrong, LICENCE)
    assert place.treat(card, Treatment.DISPOSE).state is NoticeState.RETURN_REGISTERED
    assert place.desk.dispose(place.context(), [card.notice]) == 1
    place.country.pump()
    register = place.country.apps["national-register"].operations
    assert register.counts()["notices_returned"] == 1


@pytest.mark.requirement("R-122")
@pytest.mark.requirement("R-127")
def test_after_a_move_out_the_new_municipality_has_it_sent_anew_and_the_duty_stays(place: NoticePlace) -> None:
    father = place.number()[0]
    place.send()
    place.print_file()
    card = place.returned(father)
    there = place.country.apps[SHIBUYA].operations
    _move(place, father)
    clerk = place.country.context("counter-clerk", institution=SHIBUYA)
    [here] = there.search_residents(clerk, ResidentQuery(name="山田")).shown
    with pytest.raises(PreviousMunicipalityUnknown):
        there.notices.resend_after_move_in(clerk, here.resident, "131130")
    prepared = there.notices.resend_after_move_in(clerk, here.resident, "452025")
    assert (prepared.cause, prepared.responsible) == (IssueCause.MOVED_IN, "452025")
    with pytest.raises(NoticeStillLive):
        there.notices.resend_after_move_in(clerk, here.resident, "452025")
    there.notices.dispatch(place.country.context("machinery", institution=SHIBUYA))
    place.country.pump()
    assert place.printed().envelopes == (), "not before the return of the first is registered"
    assert place.treat(card, Treatment.DISPOSE).state is NoticeState.RETURN_REGISTERED
    place.country.pump()
    [envelope] = place.printed().envelopes
    assert envelope.line.destination == SHIBUYA_ADDRESS
    assert envelope.sheets[0].issuer == "渋谷区長"


def _move(place: NoticePlace, resident: str) -> None:
    here, there = place.country.apps[MIYAKONOJO].operations, place.country.apps[SHIBUYA].operations
    today = place.country.clock.today()
    reference = here.register_move_out(
        place.context(), MoveOutForm("move-out-0001", (resident,), today, SHIBUYA_ADDRESS, today, "山田　太郎")
    )
    clerk = place.country.context("counter-clerk", institution=SHIBUYA)
    code = here.resident(place.context(), resident).code
    there.register_move_in(
        clerk,
        MoveInForm(
            request_id="move-in-0001",
            from_municipality="452025",
            move_reference=reference,
            resident_record_code=code.reveal(),
            address=SHIBUYA_ADDRESS,
            moved_in_on=today,
            received_on=today,
            household=None,
            notifier="山田　太郎",
        ),
    )
    place.country.pump()


@pytest.mark.requirement("R-123")
def test_after_a_move_within_a_wish_for_a_new_card_sends_one_to_the_new_address(place: NoticePlace) -> None:
    father = place.number()[0]
    place.send()
    place.print_file()
    card = place.returned(father)
    place.change_record(father, address=MOVED, address_since=date(2015, 10, 5))
    place.treat(card, Treatment.NEW_NOTICE)
    fresh = place.notice(father)
    assert (fresh.cause, fresh.state) == (IssueCause.MOVED_WITHIN, NoticeState.PREPARED)
    place.send()
    assert place.notice(father).printed_address == MOVED
    assert [one.line.destination for one in place.printed().envelopes] == [MOVED]


@pytest.mark.requirement("R-123")
@pytest.mark.parametrize(
    ("treatment", "state"),
    [
        (Treatment.ENDORSE_AND_HAND_OVER, NoticeState.HANDED_OVER),
        (Treatment.ENDORSE_AND_RESEND, NoticeState.RESENT),
    ],
)
def test_after_a_move_within_a_wish_for_an_endorsement_gets_one(
    place: NoticePlace, treatment: Treatment, state: NoticeState
) -> None:
    father = place.number()[0]
    place.send()
    card = place.returned(father)
    place.change_record(father, address=MOVED)
    with pytest.raises(BranchNotAllowed):
        place.treat(card, Treatment.HAND_OVER, LICENCE)
    assert place.treat(card, Treatment.ASK_TO_VISIT).state is NoticeState.AWAITING_VISIT
    assert place.treat(card, treatment, LICENCE).state is state
    assert [line.content for line in place.desk.view(place.context(), card.notice).endorsements] == [MOVED]


@pytest.mark.requirement("R-124")
def test_a_kept_card_is_handed_over_after_an_identity_check_only(place: NoticePlace) -> None:
    father = place.number()[0]
    place.send()
    card = place.returned(father)
    with pytest.raises(IdentityNotVerified):
        place.treat(card, Treatment.HAND_OVER)
    with pytest.raises(CardAloneProvesNothing):
        place.treat(card, Treatment.HAND_OVER, IdentityDocument.PENSION_BOOK)
    assert place.treat(card, Treatment.HAND_OVER, LICENCE).state is NoticeState.HANDED_OVER


@pytest.mark.requirement("R-124")
@pytest.mark.requirement("R-125")
def test_the_day_after_three_months_the_card_is_given_up_and_the_next_costs_the_fee(stored: NoticePlace) -> None:
    father = stored.number()[0]
    stored.send()
    card = stored.returned(father)
    stored.country.clock.set(datetime(2016, 1, 5, 23, 0, tzinfo=JST))
    with pytest.raises(KeepingPeriodRunning):
        stored.treat(card, Treatment.EXPIRE)
    assert stored.desk.expire_kept(stored.context("machinery")) == 0
    stored.country.clock.set(datetime(2016, 1, 6, 0, 0, tzinfo=JST))
    assert stored.desk.expire_kept(stored.context("machinery")) == 1
    assert stored.desk.expire_kept(stored.context("machinery")) == 0
    stored.desk.dispose(stored.context(), [card.notice])
    with pytest.raises(NoticeNotInState):
        stored.desk.reissue(stored.context(), card.notice, ReissueReason.LOST_OR_DAMAGED_BY_OFFICE)
    cost = stored.desk.reissue(stored.context(), card.notice, ReissueReason.KEEPING_PERIOD_ENDED)
    assert (cost.fee_yen, cost.subsidised) == (500, False)
    with pytest.raises(NoticeStillLive):
        stored.desk.reissue(stored.context(), card.notice, ReissueReason.KEEPING_PERIOD_ENDED)


@pytest.mark.requirement("R-126")
def test_where_cards_are_applied_for_at_the_counter_none_is_handed_over(place: NoticePlace) -> None:
    father = place.number()[0]
    place.send()
    with pytest.raises(DeliveryOptionOff):
        place.treat(place.returned(father), Treatment.CARD_INSTEAD, LICENCE)
    place.country.close()
    other = make_place(**{"counter-application": "yes"})
    father = other.number()[0]
    other.send()
    card = other.returned(father)
    with pytest.raises(IdentityNotVerified):
        other.treat(card, Treatment.CARD_INSTEAD)
    given = other.treat(card, Treatment.CARD_INSTEAD, LICENCE)
    assert (given.state, given.expired) == (NoticeState.RETURN_REGISTERED, False)
    other.country.close()
