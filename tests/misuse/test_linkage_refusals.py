"""Inquiries that must not pass, each refused by name at the core, recorded with the rule and with who applied it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from mizuhiki.crypto.keystore import SigningPurpose
from mizuhiki.crypto.signed_objects import sign_object
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.generations import LAST
from mizuhiki.vocabulary.statute import StatuteTable
from mizuhiki.wire import linkage_core
from mizuhiki.wire.linkage_core import InquiryLine
from support.environment import keystore_of
from unit.institutions.linkage_core.kit import (
    CORE,
    HANAKO,
    JIRO,
    PENSION,
    PROVIDER,
    TARO,
    Linkage,
    expected_pseudonym,
)


@pytest.fixture
def place() -> Iterator[Linkage]:
    linkage = Linkage()
    linkage.publish_assessment()
    yield linkage
    linkage.close()


def refused(place: Linkage, submitted: linkage_core.SubmittedInquiries) -> str:
    with pytest.raises(PeerProblem) as caught:
        place.asker.ask(submitted)
    assert place.provider.seen == []
    assert place.core.operations.ledger._ledger.size() == 0
    return caught.value.peer_code


@pytest.mark.requirement("R-031", "R-032")
def test_a_kind_outside_the_statute_table_is_denied_and_recorded_with_the_rule(place: Linkage) -> None:
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO), kinds=["disability"])
    assert refused(place, inquiry) == "no-statute-row"
    assert place.refusals() == [("no-statute-row", "commission")]
    assert place.decisions() == [(False, "no-statute-row")]


@pytest.mark.requirement("R-031")
def test_one_kind_outside_the_table_denies_the_whole_section(place: Linkage) -> None:
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO), kinds=["local-tax", "disability"])
    assert refused(place, inquiry) == "no-statute-row"


@pytest.mark.requirement("R-031")
def test_a_procedure_that_the_row_does_not_list_is_denied(place: Linkage) -> None:
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO), procedure="child-allowance.other")
    assert refused(place, inquiry) == "no-statute-row"


@pytest.mark.parametrize(
    "changes",
    [
        {"kinds": []},
        {"kinds": ["local-tax", "local-tax"]},
        {"period_from": date(2019, 4, 2), "period_until": date(2019, 4, 1)},
        {"generation": 0},
        {"generation": LAST + 1},
    ],
    ids=[
        "nothing",
        "one-thing-twice",
        "a-period-that-ends-before-it-begins",
        "a-generation-before-the-first",
        "a-generation-after-the-last",
    ],
)
def test_a_question_that_cannot_be_meant_is_refused(place: Linkage, changes: dict[str, Any]) -> None:
    assert refused(place, place.asker.inquiry(place.asker.encrypt(HANAKO), **changes)) == "core-case-malformed"


def test_a_period_of_one_day_may_be_asked_for(place: Linkage) -> None:
    day = date(2019, 4, 1)
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO), period_from=day, period_until=day))
    assert place.core.operations.ledger._ledger.size() == 1


@pytest.mark.requirement("R-031", "R-220")
def test_the_core_refuses_without_a_row_even_when_the_commission_allowed_it(place: Linkage) -> None:
    anything = StatuteTable.load().rows[0]
    row = replace(
        anything,
        inquirer_class="municipality",
        affair="child-allowance",
        procedures=("child-allowance.claim",),
        provider_class="municipality",
        kind="disability",
        valid_from=datetime(2017, 1, 1, tzinfo=JST).date(),
        valid_until=None,
    )
    rules = place.commission.operations.conversions.rules
    # The commission's own table alone: the packaged one is read once in a process, for both converters.
    object.__setattr__(rules, "statute", StatuteTable((*rules.statute.table.rows, row)))
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO), kinds=["disability"])
    assert refused(place, inquiry) == "no-statute-row"
    assert place.decisions()[-1][0] is True
    assert place.refusals() == [("no-statute-row", "linkage-core")]


@pytest.mark.parametrize(
    ("day", "outcome"),
    [(12, "statute-row-not-in-force"), (13, "no-data")],
    ids=["the-day-before", "the-first-day"],
)
@pytest.mark.requirement("R-031")
def test_the_pension_row_holds_from_2019_11_13(day: int, outcome: str) -> None:
    place = Linkage(datetime(2019, 11, day, 12, 0, tzinfo=JST))
    place.publish_assessment()
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO), provider=PENSION, kinds=["pension-enrolment"])
    if outcome == "no-data":
        assert [line.outcome for line in place.asker.ask(inquiry).lines] == [outcome]
        assert [one.reveal() for one in place.pension.seen[0]] == [expected_pseudonym(HANAKO, place.pension.name)]
    else:
        assert refused(place, inquiry) == outcome
    place.close()


@pytest.mark.parametrize(
    "instant",
    [datetime(2019, 11, 12, 14, 59, 59, tzinfo=JST), datetime(2019, 11, 12, 23, 59, 59, tzinfo=JST)],
    ids=str,
)
def test_the_day_is_counted_in_japan_until_midnight(instant: datetime) -> None:
    place = Linkage(instant)
    place.publish_assessment()
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO), provider=PENSION, kinds=["pension-enrolment"])
    assert refused(place, inquiry) == "statute-row-not-in-force"
    place.clock.set(datetime(2019, 11, 13, 0, 0, 0, tzinfo=JST))
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO), provider=PENSION, kinds=["pension-enrolment"])
    assert [line.outcome for line in place.asker.ask(inquiry).lines] == ["no-data"]
    place.close()


@pytest.mark.requirement("R-024", "R-263")
@pytest.mark.parametrize("state", ["none", "submitted", "withdrawn", "of-another-affair"])
def test_no_linkage_before_the_assessment_of_the_affair_is_published(state: str) -> None:
    place = Linkage()
    if state == "submitted":
        place.publish_assessment(publish=False)
    if state == "withdrawn":
        receipt = place.publish_assessment()
        officer = place.staff(place.commission.institution, "assessment-officer")
        place.commission.operations.withdraw_assessment(officer, receipt.assessment_id)
    if state == "of-another-affair":
        place.publish_assessment("public-assistance")
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO))
    assert refused(place, inquiry) == "assessment-not-published"
    assert place.refusals() == [("assessment-not-published", "commission")]
    place.close()


@pytest.mark.requirement("R-024")
def test_the_refusal_ends_when_the_assessment_is_published(place: Linkage) -> None:
    fresh = Linkage()
    receipt = fresh.publish_assessment(publish=False)
    assert refused(fresh, fresh.asker.inquiry(fresh.asker.encrypt(HANAKO))) == "assessment-not-published"
    officer = fresh.staff(fresh.commission.institution, "assessment-officer")
    fresh.commission.operations.publish_assessment(officer, receipt.assessment_id)
    assert [line.outcome for line in fresh.asker.ask(fresh.asker.inquiry(fresh.asker.encrypt(HANAKO))).lines] == [
        "no-data"
    ]
    fresh.close()


def test_a_refused_section_stays_refused_for_the_same_reason(place: Linkage) -> None:
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO), kinds=["disability"])
    assert refused(place, inquiry) == "no-statute-row"
    assert refused(place, inquiry) == "no-statute-row"
    assert len(place.refusals()) == 1


def test_altered_inputs_are_refused(place: Linkage) -> None:
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO))
    altered = msgspec.structs.replace(inquiry, inputs=place.asker.encrypt(TARO))
    assert refused(place, altered) == "core-inputs-altered"
    swapped = place.asker.inquiry(place.asker.encrypt(HANAKO, TARO))
    swapped = msgspec.structs.replace(swapped, inputs=list(reversed(swapped.inputs)))
    assert refused(place, swapped) == "core-inputs-altered"
    assert [rule for rule, _by in place.refusals()] == ["core-inputs-altered"] * 2


def test_a_case_signed_by_another_server_is_refused(place: Linkage) -> None:
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO), signed_by=place.provider.peers)
    assert refused(place, inquiry) == "core-wrong-signer"


def test_a_case_with_a_forged_signature_is_refused_and_recorded(place: Linkage) -> None:
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO))
    payload = place.asker.peers.verify(inquiry.case, linkage_core.Inquiry, linkage_core.INQUIRY_TYPE).payload
    forged = sign_object(
        payload,
        object_type=linkage_core.INQUIRY_TYPE,
        institution=place.asker.name,
        signer=keystore_of(place.provider.name).signer(SigningPurpose.OBJECT),
    )
    assert refused(place, msgspec.structs.replace(inquiry, case=forged)) == "object-signature-invalid"
    assert place.refusals() == [("object-signature-invalid", "linkage-core")]


def test_an_object_of_another_type_is_no_inquiry(place: Linkage) -> None:
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO))
    notice = place.asker.notice(HANAKO)
    assert refused(place, msgspec.structs.replace(inquiry, case=notice.case)) == "wrong-object-type"


@pytest.mark.parametrize(
    "changes",
    [
        {"inquirer": PROVIDER},
        {"inquirer_server": "intermediate-municipality-131130"},
        {"provider_server": "intermediate-pension-service"},
    ],
    ids=["another-inquirer", "another-source", "another-provider-server"],
)
def test_nobody_asks_in_the_name_of_another_or_redirects_the_answer(place: Linkage, changes: dict[str, Any]) -> None:
    assert refused(place, place.asker.inquiry(place.asker.encrypt(HANAKO), **changes)) == "core-wrong-signer"


def test_a_nonce_serves_one_case(place: Linkage) -> None:
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO), nonce="nonce-1"))
    with pytest.raises(PeerProblem) as caught:
        place.asker.ask(place.asker.inquiry(place.asker.encrypt(TARO), nonce="nonce-1"))
    assert caught.value.peer_code == "core-case-replayed"


def test_a_section_number_serves_one_case(place: Linkage) -> None:
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO), section_id="section-1"))
    with pytest.raises(PeerProblem) as caught:
        place.asker.ask(place.asker.inquiry(place.asker.encrypt(TARO), section_id="section-1"))
    assert caught.value.peer_code == "core-case-changed"


def test_an_exchange_number_is_unique_for_ever_at_its_inquirer(place: Linkage) -> None:
    lines = [InquiryLine(exchange_number="number-1", case_reference_hash=bytes(32))]
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO), lines=lines))
    with pytest.raises(PeerProblem) as caught:
        place.asker.ask(place.asker.inquiry(place.asker.encrypt(TARO), lines=lines))
    assert caught.value.peer_code == "core-exchange-number-taken"


@pytest.mark.parametrize(
    ("issued", "expires"),
    [(timedelta(hours=-2), timedelta(0)), (timedelta(minutes=6), timedelta(hours=1)), (timedelta(), timedelta(days=2))],
    ids=["expired", "not-yet", "too-long"],
)
def test_a_case_out_of_its_time_is_refused(place: Linkage, issued: timedelta, expires: timedelta) -> None:
    now = place.clock.now()
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO), issued_at=now + issued, expires_at=now + expires)
    assert refused(place, inquiry) == "core-case-out-of-time"


def test_a_first_half_of_another_case_is_not_taken(place: Linkage) -> None:
    first = place.core.operations.cases.convert.first
    convert, kept = first.convert, []

    def mixed(case: object, submitted: object) -> object:
        kept.append(convert(case, submitted))
        return kept[0]

    first.convert = mixed
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    with pytest.raises(PeerProblem) as caught:
        place.asker.ask(place.asker.inquiry(place.asker.encrypt(TARO)))
    assert caught.value.peer_code == "core-first-half-unfit"
    assert place.refusals() == [("core-first-half-unfit", "linkage-core")]


@pytest.mark.parametrize("part", ["outputs", "proof", "record-branch"])
def test_halves_that_were_mixed_are_found_by_root_or_proof(place: Linkage, part: str) -> None:
    first = place.core.operations.cases.convert.first
    convert = first.convert
    other = place.asker.inquiry(place.asker.encrypt(JIRO))
    reader = place.core.operations.cases.reader

    def mixed(case: object, submitted: object) -> object:
        mine = convert(case, submitted)
        foreign = type(submitted)(other.case, tuple(type(submitted.inputs[0])(c.c1, c.c2) for c in other.inputs))
        theirs = convert(reader.read(case.purpose, foreign)[0], foreign)
        to_provider, to_core = mine.conversions
        if part == "outputs":
            to_provider = replace(to_provider, outputs=theirs.conversions[0].outputs)
        if part == "proof":
            to_provider = replace(to_provider, proof=theirs.conversions[0].proof)
        if part == "record-branch":
            # Filing the access under somebody else: the record's branch comes from another person's ciphertext.
            to_core = theirs.conversions[1]
        return replace(mine, conversions=(to_provider, to_core))

    first.convert = mixed
    expected = "core-first-half-unfit" if part == "outputs" else "conversion-proof-invalid"
    assert refused(place, place.asker.inquiry(place.asker.encrypt(HANAKO))) == expected


def test_a_ticket_of_the_core_in_place_of_the_commissions_is_refused(place: Linkage) -> None:
    answered = place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    first = place.core.operations.cases.convert.first
    call = first._peers.call

    def swapped(institution: object, endpoint: object, request: object) -> object:
        answer = call(institution, endpoint, request)
        if endpoint.name == "commission.convert":
            return msgspec.structs.replace(answer, ticket=answered.tickets[1])
        return answer

    first._peers.call = swapped
    with pytest.raises(PeerProblem) as caught:
        place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    assert caught.value.peer_code == "core-first-half-unfit"


@pytest.mark.requirement("R-032")
def test_more_persons_than_the_daily_quota_are_refused() -> None:
    place = Linkage(parameters={"conversion_quota": "2"})
    place.publish_assessment()
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO, TARO)))
    with pytest.raises(PeerProblem) as caught:
        place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    assert caught.value.peer_code == "commission-quota-exhausted"
    place.clock.advance(timedelta(days=1))
    place.asker.ask(place.asker.inquiry(place.asker.encrypt(HANAKO)))
    place.close()


def test_only_servers_may_submit_inquiries_and_only_the_register_may_issue(place: Linkage) -> None:
    inquiry = place.asker.inquiry(place.asker.encrypt(HANAKO))
    request = place.issue_request(place.asker, {"a-1": HANAKO})
    for peers, endpoint, message in (
        (place.register, linkage_core.SUBMIT_INQUIRIES, inquiry),
        (place.municipality, linkage_core.SUBMIT_INQUIRIES, inquiry),
        (place.asker.peers, linkage_core.ISSUE_PSEUDONYMS, request),
    ):
        with pytest.raises(PeerProblem) as caught:
            peers.call(CORE, endpoint, message)
        assert caught.value.peer_code == "caller-not-listed"


def test_a_notice_with_other_content_than_was_signed_is_refused(place: Linkage) -> None:
    notice, other = place.asker.notice(HANAKO), place.asker.notice(TARO)
    with pytest.raises(PeerProblem) as caught:
        place.asker.peers.call(CORE, linkage_core.SEND_NOTICE, msgspec.structs.replace(notice, content=other.content))
    assert caught.value.peer_code == "core-inputs-altered"
    assert place.portal.notices == []


def test_a_notice_goes_to_the_portal_and_to_nobody_else(place: Linkage) -> None:
    notice = place.asker.notice(HANAKO, portal_server=place.provider.name)
    with pytest.raises(PeerProblem) as caught:
        place.asker.peers.call(CORE, linkage_core.SEND_NOTICE, notice)
    assert caught.value.peer_code == "core-wrong-signer"
